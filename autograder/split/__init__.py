"""Two kernels for one notebook: the student's, which nobody trusts, and the examiner's, which has the tests.

`channel` carries messages, `codec` says what a message may hold, `shell` runs cells, `student` answers what
`examiner` asks through `proxies`, and `sitting` leads one notebook through both.
"""
