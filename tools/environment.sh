#!/bin/sh
# Makes .venv and installs a lock file into it; `make` calls this before every target that needs Python.
#   sh tools/environment.sh requirements.txt
# Quick when nothing changed: a stamp in .venv holds the checksum of what was installed.
set -eu
lock=$1
python=${PYTHON:-python3}
venv=.venv
stamp=$venv/.installed-$(basename "$lock" .txt)
making=$venv/.making # there from the first step to the last: a .venv that has it is half made

fail() {
    printf '\nSet-up failed: %s\n' "$1" >&2
    shift
    for line in "$@"; do printf '  %s\n' "$line" >&2; done
    exit 2
}

[ -f "$lock" ] || fail "found no $lock in $(pwd)." "Run make in the folder that make's own file is in."
grader= # a distribution of its own, which the students' bundle has not
[ ! -f autograder/pyproject.toml ] || grader=autograder/pyproject.toml
# shellcheck disable=SC2086 # $grader is one file or none
wanted=$(cat requirements.txt "$lock" pyproject.toml $grader | cksum)
[ ! -e "$making" ] && [ -x $venv/bin/python ] && [ "$(cat "$stamp" 2>/dev/null)" = "$wanted" ] && exit 0

command -v "$python" >/dev/null 2>&1 || fail "found no '$python'." \
    "Install Python 3.11 or newer (on Debian: apt install python3 python3-venv)," \
    "or name the one you have: make lab PYTHON=/path/to/python3.11"
"$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || fail \
    "found $("$python" --version 2>&1), expected Python 3.11 or newer." \
    "Name a newer one: make lab PYTHON=python3.12"

if [ -e "$making" ]; then
    echo "The last set-up was interrupted; .venv is created again."
    rm -rf $venv
elif [ -e $venv ] && ! $venv/bin/python -c 'import pip' >/dev/null 2>&1; then
    fail "found a .venv that does not work (its Python was moved or removed)." \
        "Delete it and try again: rm -rf .venv"
elif [ -e $venv ] && ! $venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    fail "found a .venv with $($venv/bin/python --version), expected Python 3.11 or newer." \
        "Delete it and try again: rm -rf .venv"
fi
mkdir -p $venv || fail "cannot write in $(pwd)." "Clone the course into a folder of your own."
[ -x $venv/bin/python ] || { : >"$making" && "$python" -m venv $venv; } || fail \
    "'$python -m venv' did not work." \
    "On Debian and Ubuntu: apt install python3-venv; and look at the message above (a full disk?)."

: >"$making"
echo "Installing $lock into .venv (a few minutes the first time) ..."
log=$venv/.install.log
if ! $venv/bin/python -m pip install --disable-pip-version-check --progress-bar off --no-compile \
    -r "$lock" >"$log" 2>&1 ||
    ! $venv/bin/python -m pip install --disable-pip-version-check --no-deps -e . ${grader:+-e ./autograder} \
        >>"$log" 2>&1; then
    tail -n 5 "$log" >&2
    if grep -q -E 'No space left' "$log"; then
        fail "the disk is full." "The course takes about 2 GB; free some and run the same command again."
    elif grep -q -E 'NewConnectionError|Temporary failure in name|ConnectTimeout|Max retries|resolve' "$log"; then
        fail "no package index could be reached." \
            "Check the network or the proxy (pip reads HTTPS_PROXY), then run the same command again."
    fi
    fail "pip could not install $lock." "The whole log: $log. Fix it, then run the same command again."
fi
# On all cores, which pip does on one. Some packages bring files that are no Python of this version.
$venv/bin/python -m compileall -q -j 0 $venv/lib >>"$log" 2>&1 || true
# Has notebooks that are opened without their kernel, and pages that nbconvert makes of them, show figures where
# widgets were: those would need a network. An editable install brings no such files itself.
mkdir -p $venv/etc/jupyter/jupyter_server_config.d
cp tools/jupyter_nbconvert_config.json $venv/etc/jupyter/
cp tools/jupyter_server_config.json $venv/etc/jupyter/jupyter_server_config.d/autograder.json
rm "$making"
printf '%s\n' "$wanted" >"$stamp"
# The larger lock holds the smaller one.
[ "$lock" = requirements.txt ] || cat requirements.txt requirements.txt pyproject.toml $grader | cksum >$venv/.installed-requirements
