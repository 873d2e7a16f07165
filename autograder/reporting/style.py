"""The look of reports: one sheet of style, light and dark, to print; colours have a contrast of at least 4.5."""

STYLE = """
:root { color-scheme: light dark; --ground: #fff; --text: #1d2126; --line: #d5d9de; --soft: #f3f5f7;
  --accent: #1f5f99; --good: #1b7340; --bad: #b3243a }
@media (prefers-color-scheme: dark) { :root { --ground: #16191c; --text: #dfe3e8; --line: #40464d; --soft: #20252a;
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
.chart { width: 100%; min-width: 30rem; max-width: 44rem; display: block; font-size: 13px; color: var(--text) }
.chart text { fill: currentColor } .chart .bar { fill: var(--accent) }
li { margin: .3rem 0 }
@media print { :root { --ground: #fff; --text: #000; --line: #999; --soft: #fff; --accent: #234 }
  nav { display: none } body { font-size: 11pt } main { max-width: none } section, tr, svg { break-inside: avoid }
  details > * { display: block } .wide { overflow: visible } }
"""
