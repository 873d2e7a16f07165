"""The command says what it has to say, or fails in order, wherever its output goes and its names come from."""

import errno
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from autograder import cli
from autograder.cli import streams


@pytest.mark.skipif(sys.platform == "win32", reason="a shell closes them")
def test_streams_that_are_closed_are_nobodys_and_their_descriptors_no_other_files(tmp_path: Path) -> None:
    script = """if True:
        import json, subprocess, sys
        from autograder.cli import streams
        streams.prepare()
        print("into nothing", file=sys.stdout, flush=True)
        show = "import json, os, sys; json.dump([os.readlink(f'/dev/fd/{n}') for n in range(3)], open(sys.argv[1], 'w'))"
        subprocess.run([sys.executable, "-c", show, sys.argv[1]], check=True, close_fds=True)
    """
    found = tmp_path / "found.json"
    close = ["sh", "-c", 'exec "$@" <&- >&- 2>&-', "sh"]
    subprocess.run([*close, sys.executable, "-c", script, str(found)], check=True)
    assert json.loads(found.read_text()) == [os.devnull] * 3


def test_what_an_encoding_lacks_is_written_as_its_code(monkeypatch: pytest.MonkeyPatch) -> None:
    behind = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(behind, encoding="latin-1"))
    streams.prepare()
    print("müller █", flush=True)
    assert behind.getvalue().split() == ["müller".encode("latin-1"), rb"\u2588"]


def test_names_that_are_not_read_as_utf_8_are_refused_with_what_to_type(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "getfilesystemencoding", lambda: "iso8859-1")
    assert cli.main(["doctor"]) == 2
    said = capsys.readouterr().err
    assert "'iso8859-1', expected 'utf-8'" in said and "export LC_ALL=C.UTF-8" in said


def test_a_full_disk_under_a_log_is_said_elsewhere(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def handler(_arguments: object) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    add = cli.kernels.add_commands
    monkeypatch.setattr(
        cli.kernels, "add_commands", lambda to: (add(to), to.add_parser("log").set_defaults(handler=handler))
    )
    assert cli.main(["log"]) == 2
    assert "No space left on device" in capsys.readouterr().err
