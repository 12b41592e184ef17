"""The journal: an append-only file of JSON lines, so that a sandbox started again remembers what it accepted."""

import asyncio
import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

_HEADER = {"kind": "journal", "version": 1}
#: a killed sandbox forgets at most the last so many seconds
_FLUSH_SECONDS = 0.1


class JournalError(Exception):
    """The file is something else. The message is one line that names it."""


class Journal:
    """Writes entries; each is a mapping with a `kind`. Without a path it writes nothing."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._file: TextIO | None = None
        self._flusher: asyncio.Task[None] | None = None

    def read(self) -> Iterator[dict[str, Any]]:
        """What was written before, in order. Raises JournalError.

        A line that is no JSON is the torn end of a killed run, and is passed over.
        """
        if self._path is None or not self._path.exists():
            return
        with self._path.open(encoding="utf-8", errors="replace") as lines:
            for number, line in enumerate(lines):
                try:
                    entry = json.loads(line)
                except ValueError:
                    entry = None
                if number == 0 and entry != _HEADER:
                    raise JournalError(f"{self._path}: is no sandbox journal; give another file, or an empty name")
                if number and isinstance(entry, dict):
                    yield entry

    def open(self) -> None:
        """Start writing, and flushing. To be called in the running loop, after `read`. Raises OSError."""
        if self._path is None:
            return
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self._path.open("a", encoding="utf-8")
        if self._file.tell() == 0:
            self.write(_HEADER)
        else:
            self._file.write("\n")  # a torn last line must not swallow the next entry
        self._flusher = asyncio.create_task(self._flush_for_ever())

    def write(self, entry: Mapping[str, Any]) -> None:
        """Add one entry. It reaches the file within 0.2 s, or as soon as there is room on the disk: a vendor's answer
        does not hang on our disk.
        """
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.write(json.dumps(entry) + "\n")

    async def close(self) -> None:
        """Flush and let go."""
        if self._flusher is not None:
            self._flusher.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._flusher
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()
            self._file = None

    async def _flush_for_ever(self) -> None:
        while self._file is not None:
            await asyncio.sleep(_FLUSH_SECONDS)
            with contextlib.suppress(OSError):
                self._file.flush()
