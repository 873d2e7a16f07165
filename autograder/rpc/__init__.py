"""Two kernels for one notebook: the student's, which nobody trusts, and the examiner's, which has the tests.

`wire` says what a message may hold and carries it, `shell` runs cells in either kernel, `student` answers what
`examiner` asks, `mirror` keeps equal what both have, and `session` leads one notebook through both.
"""
