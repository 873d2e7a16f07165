"""Prints the cheat sheets: runs notebooks/cheat_*.ipynb and writes one HTML page for each; `make sheets` calls this.

    python tools/sheets.py [FOLDER]

Each page is laid out to fill one side of A4 when a browser prints it. It stands alone: no scripts, no network.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import HTMLExporter

ROOT = Path(__file__).parent.parent
# What is printed is two columns of small type; on a screen the same, wider.
STYLE = """
@page { size: A4 portrait; margin: 8mm }
* { box-sizing: border-box }
html { font: 8pt/1.27 "DejaVu Sans", Arial, sans-serif; color: #1f2328; background: #fff }
body { margin: 0 auto; padding: 0; max-width: 194mm }
@media screen { html { font-size: 12px } body { max-width: 960px; padding: 16px } }
main { columns: 2; column-gap: 5mm; column-fill: balance }
h1 { font-size: 1.75em; margin: 0 0 .25em; color: #0060b0 }
h2 { font-size: 1.12em; margin: .75em 0 .2em; padding-top: .25em; border-top: 1px solid #8a9199; break-after: avoid;
  color: #0060b0 }
p, ul, table { margin: .25em 0 }
ul { padding-left: 1.2em }
pre { margin: .3em 0; padding: .35em .5em; background: #f3f4f2; white-space: pre-wrap; overflow-wrap: anywhere;
  break-inside: avoid; print-color-adjust: exact; -webkit-print-color-adjust: exact }
pre, code { font: .9em/1.25 "DejaVu Sans Mono", Menlo, Consolas, monospace }
table { border-collapse: collapse; width: 100%; break-inside: avoid }
td, th { padding: .1em .4em; border-bottom: 1px solid #d9dbd8; text-align: left; font-size: .95em }
a { color: inherit }
.anchor-link, .jp-InputPrompt, .jp-OutputPrompt, .jp-OutputArea-prompt { display: none }
.k, .kn, .kc, .ow { color: #8212f0 } .c1 { color: #5c636b } .s2 { color: #a85600 } .mi, .mf { color: #00745a }
"""
PAGE = """<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title><style>{style}</style></head>
<body><main>
{body}
</main></body>
</html>
"""


def sheet(notebook: Path) -> str:
    """The page of one sheet. Raises nbclient.exceptions.CellExecutionError where a cell fails."""
    read = nbformat.read(notebook, as_version=4)
    NotebookClient(
        read, timeout=120, kernel_name="python3", resources={"metadata": {"path": notebook.parent}}
    ).execute()
    read.metadata.pop("widgets", None)
    exporter = HTMLExporter(template_name="basic", exclude_input_prompt=True, exclude_output_prompt=True)
    body, _ = exporter.from_notebook_node(read)
    body = re.sub(
        r'<a href="[^"]*\.ipynb">(.*?)</a>', r"\1", body
    )  # paper has no links, and build/ no lessons
    title = read.cells[0].source.splitlines()[0].lstrip("# ")
    return PAGE.format(title=title, style=STYLE, body=body)


def write_all(folder: Path) -> list[Path]:
    """Writes a page for each sheet into `folder`, in the order of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    pages = []
    for notebook in sorted(ROOT.glob("notebooks/cheat_*.ipynb")):
        page = folder / f"{notebook.stem}.html"
        page.write_text(sheet(notebook), encoding="utf-8")
        pages.append(page)
    return pages


def main() -> int:
    for page in write_all(Path(sys.argv[1] if len(sys.argv) > 1 else "build")):
        print(f"wrote {page}: open it in a browser and print it, one side of A4")
    return 0


if __name__ == "__main__":
    sys.exit(main())
