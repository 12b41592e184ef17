"""From the path on the command line to open text files, whatever encoding a district's export has."""

import codecs
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from broadcaster.roster.importing.errors import ImportRefused

_SUFFIXES = (".csv", ".tsv")
_LOOKED_AT = 4096  # bytes that decide what a file is
_NEVER_IN_TEXT = bytes([*range(9), *range(14, 32)])  # a stray one is forgiven

# First bytes of what people send instead of a CSV file.
_OTHER_KINDS = (
    (b"PK\x03\x04", "a zip or an Excel workbook"),
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook"),
    (b"%PDF", "a PDF"),
    (b"\x1f\x8b", "compressed with gzip"),
)
_MARKS = (  # the longer first: the UTF-32 mark begins with the UTF-16 one
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def _windows_letter(error: UnicodeError) -> tuple[str, int]:
    """Read the bytes that are no UTF-8 as Windows-1252: many exports are that, and some are a mix of both."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    bad = error.object[error.start : error.end]
    return "".join(_WINDOWS[byte] for byte in bad), error.end


# Five bytes mean nothing in Windows-1252; they become the sign for a lost letter.
_WINDOWS = [bytes([byte]).decode("cp1252", errors="replace") for byte in range(256)]
codecs.register_error("broadcaster-windows-letters", _windows_letter)


def found_at(path: Path) -> list[Path]:
    """The files that a path means: itself, or the CSV files of a folder by name. Raises ImportRefused."""
    if path.is_dir():
        inside = sorted(file for file in path.iterdir() if file.suffix.lower() in _SUFFIXES)
        files = [file for file in inside if file.is_file() and not file.name.startswith(".")]
        if not files:
            raise ImportRefused(f"{path}: the folder holds no .csv file")
        return files
    if not path.exists():
        raise ImportRefused(f"{path}: no such file or folder")
    return [path]


@contextmanager
def opened(path: Path) -> Iterator[TextIO]:
    """The file as text, line ends untouched. Raises ImportRefused if it can't be read or is no text."""
    try:
        with path.open("rb") as raw:
            encoding = _encoding(path, raw.read(_LOOKED_AT))
        errors = "broadcaster-windows-letters" if encoding == "utf-8-sig" else "replace"
        with path.open(encoding=encoding, errors=errors, newline="") as text:
            yield text
    except OSError as error:
        raise ImportRefused(f"{path}: {error.strerror or error}") from None


def _encoding(path: Path, start: bytes) -> str:
    if not start.strip():
        raise ImportRefused(f"{path}: the file is empty")
    for first, kind in _OTHER_KINDS:
        if start.startswith(first):
            raise ImportRefused(f"{path}: is not a CSV file but {kind}; save it as CSV first")
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    even, odd = start[0::2].count(0), start[1::2].count(0)
    # Without a mark, UTF-16 shows by its empty halves: a header is plain ASCII
    if odd > len(start) * 0.35 and even * 10 < odd:
        return "utf-16-le"
    if even > len(start) * 0.35 and odd * 10 < even:
        return "utf-16-be"
    if len(start) - len(start.translate(None, _NEVER_IN_TEXT)) > len(start) * 0.01:
        raise ImportRefused(f"{path}: is not a CSV file: it holds binary data")
    return "utf-8-sig"
