// Bundles the modules and style sheets of lstmlab/{widgets,quiz}/js into lstmlab/{widgets,quiz}/static, which are
// committed and shipped, so that whoever installs the course needs no Node. `make widgets` writes them;
// `npm run bundles`, part of `make lint`, says which of them are not what their sources give.

import { mkdir, readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build, transform } from "esbuild";

const LSTMLAB = path.join(path.dirname(fileURLToPath(import.meta.url)), "../../lstmlab");
// A widget is a module with a style sheet of its own; what all share is in base.
const WIDGETS = (await readdir(path.join(LSTMLAB, "widgets/js")))
  .filter((file) => file.endsWith(".css") && file !== "base.css")
  .map((file) => file.slice(0, -".css".length))
  .sort();
const QUIZ = ["page", "quiz"];
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
async function bundled(file, define = {}) {
  const options = { ...SMALL, bundle: true, define, format: "esm", write: false };
  const { outputFiles } = await build({ ...options, entryPoints: [path.join(LSTMLAB, file)] });
  return outputFiles[0].text;
}

/** A style sheet, smaller. */
async function styled(css) {
  return (await transform(css, { ...SMALL, loader: "css", target: "esnext" })).code;
}

const source = (file) => readFile(path.join(LSTMLAB, file), "utf8");

/** All bundles: paths in lstmlab, and texts. */
async function bundles() {
  const made = new Map();
  const base = await source("widgets/js/base.css");
  for (const name of WIDGETS) {
    // The loader takes the widget as text, so that it can say on the page why that did not load.
    const text = JSON.stringify(await bundled(`widgets/js/${name}.js`));
    made.set(
      `widgets/static/${name}.js`,
      `// ${MADE}\n` + (await bundled("widgets/js/loader.js", { SOURCE: text })),
    );
    // What a widget's own sheet says holds in that widget only: other widgets of the page bring their own.
    const own = `${base}\n[data-kind=${name}] {\n${await source(`widgets/js/${name}.css`)}}`;
    made.set(`widgets/static/${name}.css`, `/* ${MADE} */\n` + (await styled(own)));
  }
  for (const name of QUIZ)
    made.set(`quiz/static/${name}.js`, `// ${MADE}\n` + (await bundled(`quiz/js/${name}.js`)));
  const sheet = await source("quiz/js/quiz.css");
  made.set("quiz/static/quiz.css", `/* ${MADE} */\n` + (await styled(sheet)));
  made.set(
    "quiz/static/page.css",
    `/* ${MADE} */\n` + (await styled(sheet + (await source("quiz/js/page.css")))),
  );
  return made;
}

/** What is in the folders of bundles now. */
async function present() {
  const found = [];
  for (const folder of ["widgets/static", "quiz/static"]) {
    const names = await readdir(path.join(LSTMLAB, folder)).catch(() => []);
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
  await mkdir(path.dirname(path.join(LSTMLAB, file)), { recursive: true });
  await writeFile(path.join(LSTMLAB, file), text);
}
const stray = (await present()).filter((file) => !made.has(file));
for (const file of stray) console.log(`lstmlab/${file} belongs to no widget; delete it`);
if (process.argv.includes("--check")) {
  for (const file of old) console.log(`lstmlab/${file} is not what its sources give; type: make widgets`);
  process.exitCode = old.length || stray.length ? 1 : 0;
} else {
  console.log(`${made.size} bundles, ${old.length} written`);
}
