"""Which files may cross from the student's kernel to the tests, and that they are data.

A test may open whatever an answer wrote, with whatever it likes to read it: so a file crosses only if nothing that reads
it runs anything of it. Text does, and arrays, pictures, sounds and pages, alone or in a zip; not what Python imports or
unpickles, nor text that is a program to what reads it (PostScript, some tags of YAML, entities of XML), and nothing that
cannot be looked through. Data that is packed may look like a text.
"""

import io
import math
import pickletools
import re
import sys
import zipfile
import zlib
from collections.abc import Iterator
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
# What joblib, pandas and others unpack by its beginning; of zlib's there are texts, such as "x^2", see `_inflated`.
PACKED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"]\0\0", b"(\xb5/\xfd", b'\x04"M\x18')
POSTSCRIPT = (b"%!", b"\xc5\xd0\xd3\xc6")  # which a program runs where a picture is opened
ARRAY, ZIP = b"\x93NUMPY", b"PK\x03\x04"
FOUND = ("GLOBAL", "STACK_GLOBAL", "INST", "EXT1", "EXT2", "EXT4")
CALLS = ("REDUCE", "INST", "OBJ", "NEWOBJ", "NEWOBJ_EX", "BUILD")
OPERATIONS = {ord(each.code): each for each in pickletools.opcodes}
LENGTHS = {  # of the number before an argument that says how long it is
    pickletools.TAKEN_FROM_ARGUMENT1: 1,
    pickletools.TAKEN_FROM_ARGUMENT4: 4,
    pickletools.TAKEN_FROM_ARGUMENT4U: 4,
    pickletools.TAKEN_FROM_ARGUMENT8U: 8,
}
LINES = {  # what Python's unpickler may take for the argument of such an operation
    "INT": re.compile(rb"[\s0-9a-fA-FxXoOL_+-]*"),
    "LONG": re.compile(rb"[\s0-9a-fA-FxXoOL_+-]*"),
    "FLOAT": re.compile(rb"[\s0-9a-zA-Z_.+-]{,40}"),
    "GET": re.compile(rb"[\s0-9_+-]*"),
    "PUT": re.compile(rb"[\s0-9_+-]*"),
    "STRING": re.compile(rb"\s*(['\"]).*\1\s*", re.DOTALL),
}
ANYTHING = re.compile(rb".*", re.DOTALL)
# Tags of YAML, keys of jsonpickle, however JSON writes them, and XML that has another file read.
BUILDS_OBJECTS = re.compile(
    r"""!![p%]|%TAG|!<|"(?:p|\\u0070)(?:y|\\u0079)(?:\\?/|\\u002f)|<!ENTITY""", re.IGNORECASE
)


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
    if len(content) > LARGEST or unpickles_to_a_call(content):
        return False
    try:
        # A zip is found from its end, whatever the file begins with.
        if content.startswith(ZIP) or zipfile.is_zipfile(io.BytesIO(content)):
            return _is_zip_of_data(content)
        return _is_plain(content)
    except Exception:  # what cannot be read is no data; those who wrote it chose the error
        return False


def _is_plain(content: bytes) -> bool:
    if content.startswith((*PACKED, *POSTSCRIPT)):
        return False
    if unpickles_to_a_call(content) or unpickles_to_a_call(_inflated(content)):
        return False
    if content.startswith(ARRAY):
        return _are_arrays_of_numbers(content)
    if _is_text(content):  # before the pictures: a text may begin like one
        return not _builds_objects(content)
    return content.startswith(BEGINNINGS) or _is_safetensors(content)


def _inflated(content: bytes) -> bytes:
    """What zlib unpacks of it, up to where it is damaged: a stream is read as it comes."""
    if len(content) < 2 or content[0] & 15 != 8 or int.from_bytes(content[:2], "big") % 31:
        return b""
    stream, found = zlib.decompressobj(), bytearray()
    for place in range(len(content)):
        try:
            found += stream.decompress(content[place : place + 1], LARGEST)
        except zlib.error:
            break
        if stream.eof or len(found) > LARGEST:
            break
    return bytes(found)


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in _unicode(content)
    except UnicodeDecodeError:
        # What Windows and Latin 1 write has no control characters, which no other format lacks.
        return not CONTROL.search(content.decode("latin-1"))


def _unicode(content: bytes, errors: str = "strict") -> str:
    return content.decode("utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else "utf-8", errors)


def _builds_objects(text: bytes) -> bool:
    return any(BUILDS_OBJECTS.search(each) for each in (_unicode(text, "replace"), text.decode("latin-1")))


def _are_arrays_of_numbers(content: bytes) -> bool:
    """Whether NumPy files, one or several in a row, have no objects, which would be unpickled."""
    from numpy.lib import format as layout

    file = io.BytesIO(content)
    while file.tell() < len(content):
        version = layout.read_magic(file)
        read = layout.read_array_header_1_0 if version == (1, 0) else layout.read_array_header_2_0
        shape, _, dtype = read(file)
        if dtype.hasobject or version > (2, 0):
            return False
        file.seek(math.prod(shape) * dtype.itemsize, io.SEEK_CUR)
    return file.tell() == len(content)


def _is_safetensors(content: bytes) -> bool:
    length = int.from_bytes(content[:8], "little")
    return (
        2 <= length <= len(content) - 8 and content[8:9] == b"{" and content[7 + length :][:1] in (b"}", b" ")
    )


def _is_zip_of_data(content: bytes) -> bool:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = [each for each in archive.infolist() if not each.is_dir()]
        if len(members) > MOST_FILES or sum(each.file_size for each in members) > LARGEST:
            return False
        return all(may_cross(each.filename) and _is_plain(_member(archive, each)) for each in members)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    """What a member holds. Raises ValueError where unpacking may need memory without end."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ValueError("packed in another way")
    with archive.open(member) as file:
        return file.read(LARGEST)


def unpickles_to_a_call(content: bytes) -> bool:
    """Whether Python would find something and call it where it unpickled these bytes, one pickle after another."""
    found = False
    for name, argument in _operations(content):
        if name in ("GLOBAL", "INST") and not _is_there(argument.decode("utf-8", "replace")):
            return False  # an error ends it: most texts that begin with a c
        found |= name in FOUND
        if found and name in CALLS:
            return True
    return False


def _operations(content: bytes) -> Iterator[tuple[str, bytes]]:
    """The operations of pickles with the first line of their arguments, up to what no unpickler reads.

    pickletools reads less than the unpickler does, `I0777` for one, and ends there; only what both refuse may end it.
    """
    place = 0
    while place < len(content) and (operation := OPERATIONS.get(content[place])):
        place += 1
        argument, line = operation.arg, b""
        if argument is None:
            pass
        elif argument.n >= 0:
            place += argument.n
        elif argument.n == pickletools.UP_TO_NEWLINE:
            line, end = _line(content, place)
            if not LINES.get(operation.name, ANYTHING).fullmatch(line):
                return
            place = _line(content, end)[1] if operation.name in ("GLOBAL", "INST") else end
        else:
            size = LENGTHS[argument.n]
            place += size + int.from_bytes(content[place : place + size], "little")
        if place > len(content):
            return
        yield operation.name, line


def _line(content: bytes, begin: int) -> tuple[bytes, int]:
    """A line, and where the next begins: beyond the end where there is no further."""
    end = content.find(b"\n", begin)
    return (content[begin:end], end + 1) if end >= 0 else (content[begin:], len(content) + 1)


def _is_there(module: str) -> bool:
    """Whether there may be a module of this name."""
    top = module.partition(".")[0]
    return top in sys.modules or (top.isidentifier() and find_spec(top) is not None)
