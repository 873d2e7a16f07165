"""Leaves out what would only slow a command's start; imported for that, before anything that reads notebooks.

jsonschema, which nbformat loads, compiles a grammar for the text format "iri" at its import: a second of
processor time in every command. No schema of a notebook has that format, and jsonschema does without.
"""

import sys

sys.modules.setdefault("rfc3987_syntax", None)  # type: ignore[arg-type]
