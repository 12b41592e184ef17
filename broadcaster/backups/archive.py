"""The file of a backup: a gzipped tar, locked by age with a passphrase (https://age-encryption.org/v1).

`age --decrypt FILE | tar xz` opens it without this program. Inside are `manifest.json`, `ledger.sqlite3`,
`district.toml` and `secret-key`. The passphrase is the only way in: whoever loses it has no backup.
"""

import io
import os
import shutil
import tarfile
from collections.abc import Mapping
from pathlib import Path

from pyrage import DecryptError, passphrase

from broadcaster.kinds import BadInput

MANIFEST, LEDGER, DISTRICT, KEY = "manifest.json", "ledger.sqlite3", "district.toml", "secret-key"
_NAMES = (MANIFEST, LEDGER, DISTRICT, KEY)
#: zlib's fastest: the next one up is half as fast for a few percent
_LEVEL = 1


class BadBackup(BadInput):
    """The file is no backup of ours, is damaged, or was locked with another passphrase. The message names it."""


def seal(path: Path, members: Mapping[str, Path | bytes], secret: str) -> int:
    """Write the file whole or not at all, for its owner's eyes alone. Returns its size in bytes. Raises BadBackup if it
    can't be written.
    """
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=_LEVEL) as tar:
        for name, content in members.items():
            if isinstance(content, Path):
                tar.add(content, name, filter=_nobodys)
            else:
                entry = _nobodys(tarfile.TarInfo(name))
                entry.size = len(content)
                tar.addfile(entry, io.BytesIO(content))
    locked = passphrase.encrypt(packed.getbuffer().tobytes(), secret)
    try:
        write_whole(path, locked)
    except OSError as error:
        raise BadBackup(f"{path}: {error.strerror}") from None
    return len(locked)


def write_whole(path: Path, content: bytes) -> None:
    """Beside, to the disk, then into its place: a power cut leaves the old file or the new one. Mode 0600."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with open(os.open(fresh, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as file:  # noqa: PTH123 - mode at birth
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)


def unseal(path: Path, secret: str, into: Path) -> None:
    """Put what the file holds into a folder. Raises BadBackup unless all of it is as it was sealed: age proves every
    byte before the first is written.
    """
    try:
        locked = path.read_bytes()
    except OSError as error:
        raise BadBackup(f"{path}: {error.strerror}") from None
    try:
        packed = passphrase.decrypt(locked, secret)
    except DecryptError:
        why = "it is damaged, no backup, or locked with another passphrase than BROADCASTER_BACKUP_PASSPHRASE"
        raise BadBackup(f"{path}: {why}") from None
    del locked
    try:
        with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as tar:
            found = {entry.name: entry for entry in tar}
            if not {MANIFEST, LEDGER} <= found.keys() <= set(_NAMES) or not all(
                map(tarfile.TarInfo.isfile, found.values())
            ):
                raise BadBackup(f"{path}: it holds something else than a backup")
            for entry in found.values():
                _take_out(tar, entry, into)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise BadBackup(f"{path}: it holds something else than a backup ({type(error).__name__})") from None


def _take_out(tar: tarfile.TarFile, entry: tarfile.TarInfo, into: Path) -> None:
    """A plain file of one of our names: of what else a tar may say (owner, mode, links) nothing is done."""
    held = tar.extractfile(entry)
    if held is None:
        raise tarfile.ExtractError(entry.name)
    with (into / entry.name).open("wb") as file:
        os.fchmod(file.fileno(), 0o600)
        shutil.copyfileobj(held, file)


def _nobodys(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mode = 0o600
    return entry
