"""Time that a process spent waiting for a core; limits of the checks and of the grader leave it out.

Needs the standard library only: the students' half uses it, and the grader's, which does without torch.
"""

import os


def waited(pid: int | str = "self") -> float:
    """Seconds that a process has waited for a core, as Linux counts them; 0 elsewhere, and once it is gone."""
    try:
        file = os.open(
            f"/proc/{pid}/schedstat", os.O_RDONLY
        )  # pathlib takes ten times as long, and we ask often
        try:
            return int(os.read(file, 100).split()[1]) / 1e9
        finally:
            os.close(file)
    except (OSError, ValueError, IndexError):
        return 0.0
