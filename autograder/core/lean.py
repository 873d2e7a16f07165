"""Leaves out what would only slow a command's start; imported for that, before anything that reads notebooks.

jsonschema, which nbformat loads, imports a package for each format of text that it can check: the grammar for "iri"
alone takes a second of processor time in every command. No schema of a notebook has these formats, and jsonschema
does without.
"""

import sys

for package in ("rfc3987_syntax", "rfc3986_validator", "isoduration"):
    sys.modules.setdefault(package, None)  # type: ignore[arg-type]
