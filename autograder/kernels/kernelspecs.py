"""Kernelspecs for warm, sandboxed kernels: the functions of `autograder kernels`."""

import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

PROVISIONER = "autograder"  # its name among the entry points, see pyproject.toml

USE = """\
stock nbgrader, its formgrader too: in nbgrader_config.py, beside gradebook.db
    c.Execute.kernel_name = "{name}"
nbval
    pytest --nbval --nbval-kernel-name={name} notebooks
every kernel that a command starts, whatever a notebook asks for
    JUPYTER_DEFAULT_PROVISIONER_NAME={provisioner} COMMAND"""


def kernelspec(sandbox: str, preload: tuple[str, ...] = ()) -> dict[str, Any]:
    """The content of kernel.json. Its command is for a Jupyter that ignores the rest: it refuses to start."""
    refusal = (
        "this kernel runs in a sandbox, through jupyter_client 7 or newer with nbautograder's provisioner"
    )
    config: dict[str, Any] = {"sandbox": sandbox}
    if preload:
        config["preload"] = list(preload)
    return {
        "argv": [sys.executable, "-c", f"raise SystemExit({refusal!r})", "{connection_file}"],
        "display_name": "Python 3 (sandboxed, warm)",
        "language": "python",
        "interrupt_mode": "signal",
        "metadata": {"kernel_provisioner": {"provisioner_name": PROVISIONER, "config": config}},
    }


def install(name: str, sandbox: str, preload: tuple[str, ...] = (), prefix: str | None = None) -> int:
    """Writes the kernelspec into this Python's environment, or below `prefix`, and says how to use it."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "kernel.json").write_text(json.dumps(kernelspec(sandbox, preload), indent=1))
        where = KernelSpecManager().install_kernel_spec(folder, name, prefix=prefix or sys.prefix)
    print(f"{where}/kernel.json\n\nUse it with\n")
    print(USE.format(name=name, provisioner=PROVISIONER))
    return 0


def show() -> int:
    """Prints the installed kernelspecs that get warm, sandboxed kernels; 1 if there are none."""
    manager, found = KernelSpecManager(), 0
    for name in sorted(manager.find_kernel_specs()):
        try:
            spec = manager.get_kernel_spec(name)
        except NoSuchKernel:
            continue
        stanza = spec.metadata.get("kernel_provisioner", {})
        if stanza.get("provisioner_name") == PROVISIONER:
            found += 1
            mode = stanza.get("config", {}).get("sandbox", "auto")
            print(f"{name}: sandbox {mode}, {spec.resource_dir}/kernel.json")
    if not found:
        print(
            "No kernelspec for warm, sandboxed kernels is installed. To install one:\n  autograder kernels install"
        )
    return 0 if found else 1
