"""Two kernels for one notebook: the student's, which is not trusted, and the examiner's, which has the tests.

`session` leads a notebook through both, `shell` runs cells in either. `wire` says what a message may hold and carries
it; `student` answers what `examiner` asks; `mirror` keeps equal what both have. What libraries have comes through
`adapters`, by entry points: `values` holds those of NumPy and PyTorch, and nothing else here imports either.
"""
