"""An environment in which a copy of the project is installed; for tests that need more than its modules imported.

The warm parent and its kernels take no PYTHONPATH, so a copy counts for them only where the interpreter itself finds it.
"""

import subprocess
import sys
from pathlib import Path


def overlay(copy: Path, folder: Path) -> Path:
    """The interpreter of a new environment in `folder`: the copy's packages first, then all that this one has."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (packages,) = folder.glob("lib/python3*/site-packages")
    ours = [path for path in sys.path if Path(path).name in ("site-packages", "dist-packages")]
    # Paths only: what a .pth file in one of these would add, such as the project itself, stays out.
    (packages / "copy.pth").write_text("\n".join([str(copy), *ours]) + "\n", encoding="utf-8")
    for path in (*copy.parents[:2], copy, *folder.parents[:2]):  # the sandbox's users read both
        path.chmod(0o755)
    return folder / "bin" / "python"
