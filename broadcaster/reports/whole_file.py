"""Writing a file whole or not at all."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

from broadcaster.kinds import BadInput


class Unwritable(BadInput):
    """The file can't be written. The message is one line that names it."""


@contextmanager
def writing(path: Path, encoding: str = "utf-8") -> Iterator[TextIO]:
    """The file, open for text. Raises Unwritable for what goes wrong with it, also inside the block.

    A file that was there before stays as it is until the new one is whole. A new file can be read by its owner alone:
    it may hold addresses.
    """
    try:
        if path.exists() and not path.is_file():  # a pipe or /dev/stdout: never put a file in its place
            with path.open("w", encoding=encoding, newline="") as file:
                yield file
        else:
            with _replacing(path.resolve(), encoding) as file:
                yield file
    except OSError as error:
        raise Unwritable(f"can't write {path}: {error.strerror or error}") from None


@contextmanager
def _replacing(path: Path, encoding: str) -> Iterator[TextIO]:
    handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    os.close(handle)
    temporary = Path(name)
    try:
        with temporary.open("w", encoding=encoding, newline="") as file:
            yield file
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
