"""The style of reports and feedback pages: light, dark, print. Text has a contrast of at least 4.5."""

from pygments.formatters import HtmlFormatter  # type: ignore[import-untyped]  # stubs are not worth a dependency

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1d2126; --line: #d5d9de; --soft: #f3f5f7;
  --accent: #1f5f99; --good: #1b7340; --bad: #b3243a }
@media (prefers-color-scheme: dark) { :root { --ground: #16191c; --text: #dfe3e8; --line: #40464d; --soft: #1b1f23;
  --accent: #7fb8ec; --good: #62c98b; --bad: #ff8f9f } }
body { font: 16px/1.5 system-ui, sans-serif; margin: 0; background: var(--ground); color: var(--text) }
main { max-width: 62rem; margin: 0 auto; padding: 1rem }
h1 { font-size: 1.7rem; line-height: 1.2 } h2 { font-size: 1.3rem; margin: 2rem 0 .5rem }
a { color: var(--accent) }
nav ul { display: flex; flex-wrap: wrap; gap: .2rem 1rem; padding: 0; list-style: none }
.wide, figure { overflow-x: auto; margin: .5rem 0 1rem }
table { border-collapse: collapse; width: 100% }
caption { text-align: left; font-weight: 600; padding: .3rem 0 }
th, td { text-align: left; padding: .3rem .6rem; border-bottom: 1px solid var(--line); vertical-align: top;
  overflow-wrap: break-word; max-width: 26rem }
td:first-child, th:first-child { min-width: 6rem }
th { background: var(--soft) }
figure { margin: .5rem 0 }
.number { text-align: right; font-variant-numeric: tabular-nums }
.chart { width: 100%; max-width: 44rem; display: block; font-size: 13px; color: var(--text) }
.chart text { fill: currentColor } .chart .bar { fill: var(--accent) }
li { margin: .3rem 0 } summary { cursor: pointer; padding: .2rem 0 }
@media screen and (max-width: 42rem) { .more { display: none }
  table:has(.more) :is(td, th) { padding: .15rem .25rem; font-size: .85rem; line-height: 1.4 } }
@media print { :root { --ground: #fff; --text: #000; --line: #999; --soft: #fff; --accent: #234 }
  nav { display: none } body { font-size: 11pt } main { max-width: none } section, tr, svg { break-inside: avoid }
  details > * { display: block } details::details-content { content-visibility: visible } .wide { overflow: visible } }
"""

LIGHT, DARK = (
    HtmlFormatter(style=name, cssclass="highlight").get_style_defs() for name in ("xcode", "lightbulb")
)

# Pages that students get back: code in both themes, and a stroke beside each question in the colour of its state,
# which is said in words too.
PAGES = f"""{STYLE}
{LIGHT}
@media (prefers-color-scheme: dark) {{ {DARK} }}
.highlight, .outputs {{ background: var(--soft); border-radius: 4px; margin: .3rem 0 }}
.highlight pre, .outputs pre {{ padding: .5rem .7rem; margin: 0; overflow-x: auto; font-size: .9rem; line-height: 1.4 }}
.outputs {{ background: none; border: 1px solid var(--line) }} .stderr {{ color: var(--bad) }}
math {{ font: 1.1em "Latin Modern Math", "STIX Two Math", "Cambria Math", math, serif }}
mtd[columnalign=right] {{ text-align: right }} mtd[columnalign=left] {{ text-align: left }}
mtd[columnalign] {{ padding-left: 0; padding-right: 0 }}
div.formula {{ text-align: center; margin: .6rem 0; overflow-x: auto }}
.outputs img {{ max-width: 100%; background: #fff }}
.marked {{ border-left: 4px solid var(--line); padding-left: .8rem; margin: 1.2rem 0 }} .mark {{ margin: 0 }}
.comment {{ border: 1px solid var(--accent); border-radius: 4px; padding: .3rem .7rem; margin: .4rem 0 }}
.comment p {{ margin: .2rem 0 }} details {{ border: 1px solid var(--line); border-radius: 4px; padding: .3rem .7rem }}
.lines {{ list-style: none; padding: 0 }} .lines p {{ margin: 0 0 .2rem }}
.lines ul {{ margin: .2rem 0; padding-left: 1.2rem }}
.lines > li {{ display: grid; grid-template-columns: 16rem 6rem 1fr; gap: 0 1rem; padding: .4rem .8rem;
  border-left: 5px solid var(--line); border-bottom: 1px solid var(--line) }}
.lines > .all {{ border-left-color: var(--good) }} .lines > .none {{ border-left-color: var(--bad) }}
@media (max-width: 42rem) {{ .lines > li {{ grid-template-columns: 1fr }} }}
pre {{ overflow-x: auto }} .cell.text img {{ max-width: 100% }}
.outputs > div {{ padding: .2rem .7rem }} .cell.text table {{ width: auto }} main {{ overflow-wrap: break-word }}
.ansi-red-fg, .ansi-red-intense-fg {{ color: var(--bad) }}
.ansi-green-fg, .ansi-green-intense-fg {{ color: var(--good) }}
.ansi-blue-fg, .ansi-cyan-fg, .ansi-blue-intense-fg {{ color: var(--accent) }} .ansi-bold {{ font-weight: bold }}
@media print {{ .highlight pre, .outputs pre {{ white-space: pre-wrap }} }}
@media (max-width: 42rem) {{ pre:not([tabindex]) {{ white-space: pre-wrap; overflow-wrap: anywhere }} }}
"""
