"""What cells print, show and return, collected in a notebook's form; `shell` empties it before each cell."""

import io
import sys
from base64 import b64encode
from collections.abc import Collection, Iterable

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher

from autograder.core.check_output import CHECK_RESULT, CheckOutput
from autograder.rpc.wire.codec import Json, Table, Value

MOST_OUTPUT = 2**20  # characters of streams and pictures of one cell; errors and the cell's value always stay


REDACTED = "(the message of your code's error is not shown where a hidden test met it)"


def cut(text: str) -> str:
    """A text cut to the most that a cell's outputs may have."""
    return text if len(text) <= MOST_OUTPUT else f"{text[:MOST_OUTPUT]}… the rest was dropped"


def fit(data: Table) -> Table:
    """What is shown, by MIME type, in a notebook's form: bytes become base64, and texts have a limit.

    A check's result is one only as the checks of this very process make it: nothing that a student's code may bring
    about, as an object's way to show itself, is of its class.
    """
    texts = {kind: b64encode(v).decode() if isinstance(v, bytes) else v for kind, v in data.items()}
    return {
        kind: cut(text) if isinstance(text, str) else text
        for kind, text in texts.items()
        if kind != CHECK_RESULT or type(text) is CheckOutput
    }


def redact_values(texts: Collection[str], value: Json) -> Json:
    """JSON values, with REDACTED instead of these texts."""
    if isinstance(value, str):
        return redact_text(texts, value)
    if isinstance(value, dict):
        return {name: redact_values(texts, each) for name, each in value.items()}
    return [redact_values(texts, each) for each in value] if isinstance(value, list) else value


def redact_text(texts: Iterable[str], said: str) -> str:
    """A text, with REDACTED instead of these texts.

    The texts are a student's. They are looked for in what was said and never in REDACTED itself: else it would grow
    with each text that it contains.
    """
    parts = [said]
    for text in texts:
        parts = [each for part in parts for each in part.split(text)]
    return cut(REDACTED.join(parts))


class Outputs:
    """The outputs of the cell that is running."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forgets all outputs, before the next cell or at clear_output()."""
        self.items: list[Table] = []
        self.size = 0

    def stream(self, name: str, text: str, by_student: bool = False) -> None:
        """Appends to a stream, which goes on where the last output was of the same one.

        `by_student`: the student's code printed it while a test of the examiner's called it.
        """
        if not self._room(len(text)):
            return
        last = self.items[-1] if self.items else {}
        if last.get("name") == name and last.get("by_student", False) is by_student:
            last["text"] += text
        else:
            said_by = {"by_student": True} if by_student else {}
            self.items.append({"output_type": "stream", "name": name, "text": text, **said_by})

    def display(self, output: Table) -> None:
        """Appends a picture, a table or the like."""
        data = fit(output["data"])
        always = output["output_type"] == "execute_result" or CHECK_RESULT in data
        if always or self._room(sum(len(str(v)) for v in data.values())):
            self.items.append({**output, "data": data})

    def error(self, kind: str, message: str, lines: list[str]) -> None:
        """Appends an exception."""
        lines = [cut(line) for line in lines]
        self.items.append({"output_type": "error", "ename": kind, "evalue": cut(message), "traceback": lines})

    def redact(self, texts: Collection[str]) -> None:
        """Puts REDACTED in the place of these texts in what is printed and raised; a cell's value is its points.

        Of a traceback only the last line says what a student's code said: in a hole elsewhere, a hidden line would not
        be known again where such lines are taken out.
        """
        longest_first = sorted(filter(str.strip, texts), key=len, reverse=True)
        for item in self.items if longest_first else ():
            if item["output_type"] == "stream":
                item["text"] = redact_text(longest_first, item["text"])
            elif item["output_type"] == "display_data":
                item["data"] = redact_values(longest_first, item["data"])
            elif item["output_type"] == "error":
                item["evalue"] = redact_text(longest_first, item["evalue"])
                item["traceback"][-1:] = [f"{item['ename']}: {item['evalue']}"]

    def _room(self, size: int) -> bool:
        before, self.size = self.size, self.size + size
        if before <= MOST_OUTPUT < self.size:
            self.items.append(
                {"output_type": "stream", "name": "stdout", "text": "\n… more output was dropped\n"}
            )
        return self.size <= MOST_OUTPUT


OUTPUTS = Outputs()


class CellStream(io.TextIOBase):
    """Standard output or error of the cells."""

    encoding = "utf-8"

    def __init__(self, name: str, number: int):
        self.name, self.number = name, number

    def writable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self.number

    def write(self, text: str) -> int:
        OUTPUTS.stream(self.name, str(text))
        return len(text)

    def write_of_student(self, text: str) -> None:
        """What the student's code printed while a test called it."""
        OUTPUTS.stream(self.name, text, by_student=True)


STREAMS = {"stdout": CellStream("stdout", 1), "stderr": CellStream("stderr", 2)}


class Publisher(DisplayPublisher):  # type: ignore[misc,unused-ignore]  # IPython's classes have no types here
    def publish(
        self,
        data: Table,
        metadata: Table | None = None,
        *,
        transient: Table | None = None,
        update: bool = False,
        **_: Value,
    ) -> None:
        identity = (transient or {}).get("display_id")
        for output in OUTPUTS.items if update and identity else ():
            if output.get("transient") == identity:
                output["data"], output["metadata"] = fit(data), metadata or {}
        if not update:
            shown = {"output_type": "display_data", "data": data, "metadata": metadata or {}}
            OUTPUTS.display(shown | ({"transient": identity} if identity else {}))

    def clear_output(self, wait: bool = False) -> None:
        OUTPUTS.clear()


class Hook(DisplayHook):  # type: ignore[misc,unused-ignore]
    def write_output_prompt(self) -> None:
        """The number goes into the output itself."""

    def write_format_data(self, format_dict: Table, md_dict: Table | None = None) -> None:
        result = {"output_type": "execute_result", "execution_count": self.prompt_count}
        OUTPUTS.display({**result, "data": format_dict, "metadata": md_dict or {}})

    def finish_displayhook(self) -> None:
        """Nothing is printed."""


def own_streams() -> None:
    """What cells print is collected; called before each, for a cell may have put other streams in place."""
    for name, stream in STREAMS.items():
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)
