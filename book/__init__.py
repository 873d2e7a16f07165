"""The open book: the course as a static site in which everything lives without a kernel and without a network.

`python -m book` builds it. `runs` executes each lesson once and keeps what it showed; `recorder` notes in the kernel
what a live place of a page needs; `sources` writes the folder that Sphinx reads; `bank` is what a review may ask;
`extension` is what Sphinx does not have; js/ is what a page does without Python. The rest is Sphinx, myst-nb and furo.
"""
