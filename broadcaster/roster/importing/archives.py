"""The members of a zip as files that are read as streams. Nothing is unpacked to disk.

A zip may hold the files themselves, or one folder's worth of them. What a zip can do to harm is refused before a byte
of it is unpacked; that no member grows beyond the size it declares is Python's `zipfile` own check.
"""

import zipfile
from functools import partial
from pathlib import Path, PurePosixPath
from typing import IO

from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.files import SUFFIXES, File

MOST_MEMBERS = 1000
MOST_BYTES = 2_000_000_000  # of all members, unpacked
MOST_TIMES = 200  # larger than packed; repetitive rosters reach 40
_SMALL = 1_000_000  # bytes; in a smaller member no ratio is a danger
_ENCRYPTED = 0x1  # PKWARE's APPNOTE 4.4.4, general purpose bit 0
_PACKED_BY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_PACKED_TOO = (".zip", ".gz", ".7z", ".rar", ".tar", ".tgz")
_WORKBOOK = "[Content_Types].xml"


def is_zip(path: Path) -> bool:
    """Whether a file begins as a zip does, whatever its name."""
    try:
        with path.open("rb") as raw:
            return raw.read(4) == b"PK\x03\x04"
    except OSError:
        return False


def members(path: Path) -> list[File]:
    """The files of a zip that may hold a roster, by name.

    Raises ImportRefused, naming the zip and the member, for a zip that is damaged, encrypted, larger unpacked than
    MOST_BYTES, packed more than MOST_TIMES, or holds a zip, a path out of it, folders in folders, or a name twice.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if not _is_aside(entry)]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise ImportRefused(f"{path}: the zip is damaged or cut off; make it again") from None
    if any(entry.filename == _WORKBOOK for entry in entries):
        raise ImportRefused(f"{path}: is an Excel workbook; save its sheet as CSV first")
    if len(entries) > MOST_MEMBERS:
        raise ImportRefused(f"{path}: holds {len(entries):,} files; a zip of a roster may hold {MOST_MEMBERS:,}")
    for entry in entries:
        if why := _why_not(entry):
            raise ImportRefused(f"{path}: {entry.filename!r} {why}")
    if (total := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise ImportRefused(f"{path}: has {total:,} bytes unpacked; a zip of a roster may have {MOST_BYTES:,}")
    return _files(path, entries)


def _is_aside(entry: zipfile.ZipInfo) -> bool:
    """Folders themselves, and what macOS puts beside each file."""
    return entry.is_dir() or entry.filename.startswith("__MACOSX/")


def _why_not(entry: zipfile.ZipInfo) -> str:
    place = PurePosixPath(entry.filename.replace("\\", "/"))
    if place.is_absolute() or ".." in place.parts or ":" in place.parts[0]:
        return "leads out of the zip; make it again from the files alone"
    if len(place.parts) > 2:
        return "lies in a folder in a folder; put the files themselves, or one folder, into the zip"
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted; make the zip without a password"
    if place.suffix.lower() in _PACKED_TOO:
        return "is packed again; put the files themselves into the zip"
    if entry.compress_type not in _PACKED_BY:
        return "is packed in an unusual way; make the zip with the usual compression (deflate)"
    if entry.file_size > max(_SMALL, MOST_TIMES * entry.compress_size):
        return f"would be more than {MOST_TIMES} times larger unpacked ({entry.file_size:,} bytes): no roster is"
    return ""


def _files(path: Path, entries: list[zipfile.ZipInfo]) -> list[File]:
    found: dict[str, File] = {}
    for entry in entries:
        name = PurePosixPath(entry.filename.replace("\\", "/")).name
        file = File(name, f"{path}/{entry.filename}", entry.file_size, partial(_open, path, entry.filename))
        if name.startswith(".") or not file.ends_with(*SUFFIXES):
            continue
        if name.lower() in found:
            raise ImportRefused(f"{path}: holds two files called {name}")
        found[name.lower()] = file
    if not found:
        raise ImportRefused(f"{path}: the zip holds no .csv file (nor .tsv or .xml)")
    return [found[name] for name in sorted(found)]


def _open(path: Path, member: str) -> IO[bytes]:
    with zipfile.ZipFile(path) as archive:  # the member keeps the file open for itself
        return archive.open(member)
