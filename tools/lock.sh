#!/bin/sh
# Writes requirements.txt and requirements-dev.txt from the ranges in pyproject.toml; `make lock` calls this.
set -eu
bin=.venv/bin
$bin/python -m pip install -q pip-tools
options='-q --strip-extras --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-annotate --no-header'
all=$(mktemp -d)
trap 'rm -rf "$all"' EXIT
# What both distributions ask for, but for each other, which no index has. With a word: their extras, too.
asked() {
    $bin/python - "$@" <<'PY'
import sys, tomllib
from pathlib import Path

for name in ("pyproject.toml", "autograder/pyproject.toml"):
    project = tomllib.loads(Path(name).read_text())["project"]
    groups = [project["dependencies"], *(project["optional-dependencies"].values() if sys.argv[1:] else ())]
    ours = ("lstm-course", "nbautograder")
    print(*(each for group in groups for each in group if not each.startswith(ours)), sep="\n")
PY
}
asked >"$all/run.in"
asked extras >"$all/dev.in"
$bin/pip-compile $options --upgrade -o "$all/run.txt" "$all/run.in"
$bin/pip-compile $options -c "$all/run.txt" -o "$all/dev.txt" "$all/dev.in"
# A build's local label, such as +cpu, is no part of the version that others can install.
clean() { sed -E 's/^([A-Za-z0-9._-]+==[^+]+)\+.*/\1/; /^#/d; /^$/d' "$1" | LC_ALL=C sort; }
{
    echo '# What students, Binder and CI install. Made by `make lock` from pyproject.toml.'
    clean "$all/run.txt"
} >requirements.txt
clean "$all/run.txt" >"$all/run.sorted"
{
    echo '# What `make test` needs on top. Made by `make lock` from pyproject.toml.'
    echo '-r requirements.txt'
    clean "$all/dev.txt" | LC_ALL=C comm -23 - "$all/run.sorted"
} >requirements-dev.txt
