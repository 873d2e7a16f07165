"""The MIME type in which a check's result travels, and the class that marks such an output as a check's own.

`autograder.checking.record` makes these outputs. Where the examiner's kernel collects outputs, under this type only
values of exactly this class are kept (`rpc.outputs`). A student's objects and whatever they send are of other classes,
and what their own kernel shows under this type is dropped (`rpc.accept_outputs`).
"""

from typing import Any

CHECK_RESULT = "application/vnd.autograder.check+json"


class CheckOutput(dict[str, Any]):
    """The JSON values of a check's result, on their way out of the kernel that made them."""
