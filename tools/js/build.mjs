// Bundles the modules and style sheets of lstmlab/{widgets,quiz}/js, book/js and autograder/desk/js into the folders `static` beside
// them, which are committed, so that whoever installs the course or builds the book needs no Node. `make widgets`
// writes them; `npm run bundles`, part of `make lint`, says which of them are not what their sources give.

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const ROOT = path.join(path.dirname(fileURLToPath(import.meta.url)), "../..");
// A widget is a module with a style sheet of its own; what all share is in base.
const WIDGETS = (await readdir(path.join(ROOT, "lstmlab/widgets/js")))
  .filter((file) => file.endsWith(".css") && file !== "base.css")
  .map((file) => file.slice(0, -".css".length))
  .sort();
const MODULES = path.join(ROOT, "tools/js/node_modules"); // also for sources outside of tools/js
const QUIZ = ["page", "quiz"];
const SCRIPTS = ["book", "reach", "reader", "review"];
// Names stay as they are, so that an error on a reader's page can be read.
const SMALL = {
  charset: "utf8",
  legalComments: "none",
  minifySyntax: true,
  minifyWhitespace: true,
  target: "es2022",
};
const MADE = "made by `make widgets`";

/** The text of a module with all that it imports. */
async function bundled(file, more = {}) {
  const options = { ...SMALL, bundle: true, format: "esm", nodePaths: [MODULES], write: false, ...more };
  const { outputFiles } = await build({ ...options, entryPoints: [path.join(ROOT, file)] });
  return outputFiles[0].text;
}

// A worker starts from text: a page that is opened from a disk, or without a network, has no address for one.
const WORKER = JSON.stringify(await bundled("lstmlab/widgets/js/training_worker.js", { format: "iife" }));

/** A style sheet, smaller. */
async function styled(css) {
  return (await transform(css, { ...SMALL, loader: "css", target: "esnext" })).code;
}

const source = (file) => readFile(path.join(ROOT, file), "utf8");

/** All bundles: paths, and texts. */
async function bundles() {
  const made = new Map();
  const base = await source("lstmlab/widgets/js/base.css");
  for (const name of WIDGETS) {
    // The loader takes the widget as text, so that it can say on the page why that did not load.
    const text = JSON.stringify(await bundled(`lstmlab/widgets/js/${name}.js`, { define: { WORKER } }));
    made.set(
      `lstmlab/widgets/static/${name}.js`,
      `// ${MADE}\n` + (await bundled("lstmlab/widgets/js/loader.js", { define: { SOURCE: text } })),
    );
    // What a widget's own sheet says holds in that widget only: other widgets of the page bring their own.
    const own = `${base}\n[data-kind=${name}] {\n${await source(`lstmlab/widgets/js/${name}.css`)}}`;
    made.set(`lstmlab/widgets/static/${name}.css`, `/* ${MADE} */\n` + (await styled(own)));
  }
  for (const name of QUIZ)
    made.set(
      `lstmlab/quiz/static/${name}.js`,
      `// ${MADE}\n` + (await bundled(`lstmlab/quiz/js/${name}.js`)),
    );
  const sheet = await source("lstmlab/quiz/js/quiz.css");
  made.set("lstmlab/quiz/static/quiz.css", `/* ${MADE} */\n` + (await styled(sheet)));
  made.set(
    "lstmlab/quiz/static/page.css",
    `/* ${MADE} */\n` + (await styled(sheet + (await source("lstmlab/quiz/js/page.css")))),
  );
  // A page that is opened from a disk may load no module: so the book has classic scripts.
  for (const name of WIDGETS) {
    const script = {
      format: "iife",
      globalName: `lstmBook.modules.${name}`,
      define: { WORKER },
    };
    made.set(
      `book/static/${name}.js`,
      `// ${MADE}\n` + (await bundled(`lstmlab/widgets/js/${name}.js`, script)),
    );
  }
  for (const name of SCRIPTS)
    made.set(
      `book/static/${name}.js`,
      `// ${MADE}\n` + (await bundled(`book/js/${name}.js`, { format: "iife" })),
    );
  made.set("book/static/site.css", `/* ${MADE} */\n` + (await styled(await source("book/js/site.css"))));
  // The desk brings two libraries along; their licences lie beside it.
  const LIBRARIES = ["preact", "htm"];
  made.set(
    "autograder/desk/static/desk.js",
    `// ${MADE}; with ${LIBRARIES.join(" and ")}, see licences.txt\n` +
      (await bundled("autograder/desk/js/desk.js")),
  );
  made.set(
    "autograder/desk/static/desk.css",
    `/* ${MADE} */\n` + (await styled(await source("autograder/desk/js/desk.css"))),
  );
  const licence = async (name) => {
    const { version } = JSON.parse(await source(`tools/js/node_modules/${name}/package.json`));
    return `${name} ${version}\n\n${(await source(`tools/js/node_modules/${name}/LICENSE`)).trim()}\n`;
  };
  const texts = await Promise.all(LIBRARIES.map(licence));
  made.set("autograder/desk/static/licences.txt", texts.join(`\n${"=".repeat(72)}\n\n`));
  return made;
}

/** What is in the folders of bundles now. */
async function present() {
  const found = [];
  for (const folder of [
    "lstmlab/widgets/static",
    "lstmlab/quiz/static",
    "book/static",
    "autograder/desk/static",
  ]) {
    const names = await readdir(path.join(ROOT, folder)).catch(() => []);
    found.push(...names.map((name) => `${folder}/${name}`));
  }
  return found;
}

const made = await bundles();
const old = [];
for (const [file, text] of made) {
  if ((await source(file).catch(() => "")) === text) continue;
  old.push(file);
  if (process.argv.includes("--check")) continue;
  await mkdir(path.dirname(path.join(ROOT, file)), { recursive: true });
  await writeFile(path.join(ROOT, file), text);
}
const stray = (await present()).filter((file) => !made.has(file));
for (const file of stray) console.log(`${file} is made from nothing; delete it`);
if (process.argv.includes("--check")) {
  for (const file of old) console.log(`${file} is not what its sources give; type: make widgets`);
  process.exitCode = old.length || stray.length ? 1 : 0;
} else {
  console.log(`${made.size} bundles, ${old.length} written`);
}
