"""One master for each notebook: masters to notebooks, sources to release, and checks that they agree.

`autograder notebooks`, `autograder release` and `autograder adopt` call this package.
"""

from autograder.authoring.build import adopt, build_notebooks
from autograder.authoring.paired import Master, find_masters
from autograder.authoring.release import build_release

__all__ = ["Master", "adopt", "build_notebooks", "build_release", "find_masters"]
