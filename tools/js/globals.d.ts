/** A widget's module as text; build.mjs puts it into loader.js. */
declare const SOURCE: string;

/** What the scripts of a page of the book share. */
declare var lstmBook: { modules: Record<string, any>; brains?: Record<string, any>; bank?: any };
