/** A widget's module as text; build.mjs puts it into loader.js. */
declare const SOURCE: string;
