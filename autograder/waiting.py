"""Time that a process spent waiting for a core; limits of the checks and of the grader leave it out.

Needs the standard library only: the students' half uses it, and the grader's, which does without torch.
"""

from pathlib import Path


def waited(pid: int | str = "self") -> float:
    """Seconds that a process has waited for a core, as Linux counts them; 0 elsewhere, and once it is gone."""
    try:
        return int(Path(f"/proc/{pid}/schedstat").read_text().split()[1]) / 1e9
    except (OSError, ValueError, IndexError):
        return 0.0
