/** A widget's module as text; build.mjs puts it into loader.js. */
declare const SOURCE: string;

/** The module training_worker.js as text; build.mjs puts it into training_crew.js. */
declare const WORKER: string;

/** What the scripts of a page of the book share. */
declare var lstmBook: { modules: Record<string, any>; brains?: Record<string, any>; bank?: any; data?: Record<string, any> };
