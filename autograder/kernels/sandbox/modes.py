"""Which kinds of sandbox this machine can make, tested by making one; for `autograder doctor` and the engine.

python -I -m autograder.kernels.sandbox.modes namespaces     prints {} or {"error": ...} for one mode
"""

import json
import os
import platform
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from autograder.core.scratch import temporary_folder
from autograder.kernels.sandbox import linux
from autograder.kernels.sandbox.confinement import MODES, Confinement, Report
from autograder.kernels.sandbox.launch import clear_up, run_confined

SETTINGS = (  # (file, the value that forbids namespaces, what to type)
    (
        "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl -w kernel.apparmor_restrict_unprivileged_userns=0",
    ),
    ("/proc/sys/kernel/unprivileged_userns_clone", "0", "sudo sysctl -w kernel.unprivileged_userns_clone=1"),
    ("/proc/sys/user/max_user_namespaces", "0", "sudo sysctl -w user.max_user_namespaces=15000"),
)
CONTAINER = (
    "in a container: start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined "
    "--security-opt systempaths=unconfined (student code is then held by the sandbox, not by the container)"
)
NEWER = "use Linux 6.7 or newer with Landlock on (`landlock` among the names in /sys/kernel/security/lsm)"


class SandboxUnavailable(RuntimeError):
    """This machine cannot make the sandbox that was asked for; the message says why and what to do."""


@dataclass(frozen=True)
class Probe:
    """One mode, tried on this machine. `reason` and `remedy` are empty where it works."""

    mode: str
    works: bool
    reason: str = ""
    remedy: str = ""


def resolve_mode(wanted: str) -> str:
    """The mode to use for `wanted`: "auto" is the best that works, never "off". Raises SandboxUnavailable."""
    if wanted == "off":
        return "off"
    if wanted not in ("auto", *MODES):
        raise SandboxUnavailable(f"unknown sandbox mode {wanted!r}, expected auto, {', '.join(MODES)}")
    tried = []
    for mode in ("namespaces", "landlock") if wanted == "auto" else (wanted,):
        found = probe_mode(mode)
        if found.works:
            return mode
        tried.append(found)
    lines = [f"  {p.mode}: {p.reason}\n    to do: {p.remedy}" for p in tried]
    raise SandboxUnavailable(
        "student code cannot be sandboxed on this machine, so nothing is graded:\n"
        + "\n".join(lines)
        + "\n  or grade without any protection, if you trust every submission: --sandbox off"
    )


def probe() -> tuple[Probe, ...]:
    """Both modes, each really tried: a call that is allowed may still give nothing (Ubuntu's AppArmor)."""
    return probe_mode("namespaces"), probe_mode("landlock")


def probe_mode(mode: str) -> Probe:
    """Try one mode in a process of its own: the caller may have threads, which a fork would break."""
    if sys.platform != "linux":
        reason = f"found {platform.system()}, expected Linux"
        return Probe(mode, False, reason, "grade in a Linux container, or on Windows in WSL2")
    if platform.machine() not in linux.ARCHITECTURES:
        reason = f"found a {platform.machine()} machine, expected {' or '.join(linux.ARCHITECTURES)}"
        return Probe(mode, False, reason, "grade on one of these")
    command = [sys.executable, "-I", "-m", "autograder.kernels.sandbox.modes", mode]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=60, env={}, stdin=subprocess.DEVNULL
    )
    try:
        error = json.loads(done.stdout.splitlines()[-1]).get("error", "")
    except (IndexError, ValueError):
        error = f"the trial ended with exit status {done.returncode}: {done.stderr.strip()[-500:]}"
    return Probe(mode, not error, error, _remedy(mode) if error else "")


def _remedy(mode: str) -> str:
    if mode == "landlock":
        return NEWER
    for name, forbids, command in SETTINGS:
        path = Path(name)
        if path.exists() and path.read_text().strip() == forbids:
            return command
    return CONTAINER


def _try(mode: str) -> Report:
    """Make a sandbox and run nothing in it."""

    def program(ready: Callable[[], None]) -> int:
        ready()
        return 0

    read, write = os.pipe()

    def report(said: Report) -> None:
        os.write(write, json.dumps(said).encode())

    with temporary_folder("trial-") as scratch:
        child = os.fork()
        if child == 0:
            os.close(read)
            run_confined(Confinement(mode, str(scratch)), program, (), report)
        os.close(write)
        with os.fdopen(read) as lines:
            said = lines.read()
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        clear_up(child)
    answer = json.loads(said) if said else {"error": "the trial printed nothing"}
    if "error" not in answer and status:
        return {"error": f"the trial ended with exit status {status}"}
    return {"error": answer["error"]} if "error" in answer else {}


if __name__ == "__main__":
    print(json.dumps(_try(sys.argv[1])))
