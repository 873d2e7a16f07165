"""Values that differ from student to student, in a locked cell of any nbgrader course: `me` and `mine`.

Needs nothing but Python. `autograder/course/personal_key.py` makes the codes, grading tells the kernels whose they are.
"""

from autograder.personal.draws import Draws
from autograder.personal.whose import me, mine

__all__ = ["Draws", "me", "mine"]
