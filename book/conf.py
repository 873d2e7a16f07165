"""Sphinx's configuration of the book; `python -m book` calls Sphinx with it."""

project = "LSTMs from the inside"
author = "The authors of the course"
copyright = "the authors of the course, CC BY 4.0; code BSD-3-Clause"
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "book.extension"]
nb_execution_mode = "off"  # book.runs has executed them
nb_merge_streams = True
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "dollarmath"]
myst_heading_anchors = 4
myst_heading_slug_func = "book.extension.jupyter_anchor"
html_math_renderer = "mathml"
smartquotes = False  # an anchor is the heading as it is written, and code is often quoted
autodoc_member_order = "bysource"
autodoc_typehints = "description"

html_theme = "furo"
html_title = project
html_favicon = "icon.svg"
html_css_files = ["book/site.css"]
exclude_patterns = ["static"]
html_copy_source = False
html_show_sourcelink = False
html_last_updated_fmt = None
templates_path = ["templates"]
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
html_theme_options = {
    "light_css_variables": {"color-brand-primary": "#6d0fcb", "color-brand-content": "#6d0fcb"},
    "dark_css_variables": {"color-brand-primary": "#b794ff", "color-brand-content": "#b794ff"},
    "footer_icons": [],
}
gettext_compact = False
