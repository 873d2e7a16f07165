"""`python -m autograder.cli`, for programs that start the command with this Python."""

import sys

from autograder.cli import main

if __name__ == "__main__":
    sys.exit(main())
