"""Which files may cross from the student's kernel to the tests, and that they are data.

A test may open whatever an answer wrote, with whatever it likes to read it: so a file crosses only if nothing that reads
it runs anything of it. Text does, and arrays, pictures, sounds and pages, alone or in a zip; not what Python imports or
unpickles, and nothing that cannot be looked through.
"""

import ast
import io
import pickletools
import re
import sys
import zipfile
from importlib.util import find_spec

MOST_FILES = 100
LARGEST = 4 << 20  # bytes of one file
MOST_BYTES = 16 << 20  # of all at a time
DEEPEST = 4  # folders
LONGEST = 200  # characters of a path
CODE = (
    ".py",
    ".pyw",
    ".pyc",
    ".pyo",
    ".pyd",
    ".so",
    ".dll",
    ".dylib",
    ".pth",
    ".egg",
    ".whl",
    ".sh",
    ".pkl",
    ".pickle",
)
READ_BY_LIBRARIES = ("matplotlibrc",)  # where they are in the working folder
BEGINNINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"RIFF", b"%PDF-")
CONTROL = re.compile(r"[\0-\x08\x0b\x0e-\x1a\x1c-\x1f]")
ARRAY, ZIP = b"\x93NUMPY", b"PK\x03\x04"
FOUND = ("GLOBAL", "STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4")
CALLS = ("REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD")
BUILDS_OBJECTS = re.compile(r"""!![p%]|%TAG|!<|"py/""")  # tags of YAML, keys of jsonpickle


def may_cross(path: str) -> bool:
    """Whether a path, relative and with slashes, may be one of a file that a test finds."""
    parts = path.split("/")
    plain = all(
        part and not part.startswith(".") and part.isprintable() and "\\" not in part for part in parts
    )
    name = parts[-1].lower()
    return (
        plain
        and len(path) <= LONGEST
        and len(parts) <= DEEPEST + 1
        and not name.endswith(CODE)
        and name not in READ_BY_LIBRARIES
    )


def is_data(content: bytes) -> bool:
    """Whether reading these bytes, by whatever reads such a format, runs nothing."""
    if len(content) > LARGEST:
        return False
    if content.startswith(ZIP):
        return _is_zip_of_data(content)
    return _is_plain(content)


def _is_plain(content: bytes) -> bool:
    if unpickles_to_a_call(content):
        return False
    if content.startswith(ARRAY):
        return _is_array_of_numbers(content)
    return content.startswith(BEGINNINGS) or _is_text(content) or _is_safetensors(content)


def _is_text(content: bytes) -> bool:
    encoding = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8"
    try:
        text = content.decode(encoding)
        return "\0" not in text and not BUILDS_OBJECTS.search(text)
    except UnicodeDecodeError:
        # What Windows and Latin 1 write has no control characters, which no other format lacks.
        text = content.decode("latin-1")
        return not BUILDS_OBJECTS.search(text) and not CONTROL.search(text)


def _is_array_of_numbers(content: bytes) -> bool:
    """Whether the header of a NumPy file names no objects, which would be unpickled."""
    size = 2 if content[6:7] == b"\1" else 4
    header = content[8 + size : 8 + size + int.from_bytes(content[8 : 8 + size], "little")]
    try:
        return "O" not in repr(ast.literal_eval(header.decode("latin-1").strip())["descr"])
    except (ValueError, SyntaxError, KeyError, TypeError, RecursionError, MemoryError):
        return False


def _is_safetensors(content: bytes) -> bool:
    length = int.from_bytes(content[:8], "little")
    return (
        2 <= length <= len(content) - 8 and content[8:9] == b"{" and content[7 + length :][:1] in (b"}", b" ")
    )


def _is_zip_of_data(content: bytes) -> bool:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if len(members) > MOST_FILES or sum(each.file_size for each in members) > LARGEST:
                return False
            return all(
                not each.filename.lower().endswith(CODE) and _is_plain(archive.read(each)) for each in members
            )
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return False


def unpickles_to_a_call(content: bytes) -> bool:
    """Whether Python would find something and call it where it unpickled these bytes, from the start."""
    found = False
    try:
        for op, argument, _ in pickletools.genops(content):
            if op.name in ("GLOBAL", "INST") and not _is_there(str(argument)):
                return False  # an error ends it: most texts that begin with a c
            found |= op.name in FOUND
            if found and op.name in CALLS:
                return True
    except Exception:  # no pickle, or none any more: what came before has called nothing
        return False
    return False


def _is_there(place: str) -> bool:
    """Whether there may be a module, whose name is before the space."""
    top = place.partition(" ")[0].partition(".")[0]
    return top in sys.modules or (top.isidentifier() and find_spec(top) is not None)
