"""Whether a copy of the board is as it was signed. Needs the copy and the key's fingerprint: no server, no database."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from broadcaster.board.fingerprints import fingerprint
from broadcaster.kinds import BadInput

#: the digests of all files, their signature, and the key
SUMS, SIGNATURE, KEY = "SHA256SUMS", "SHA256SUMS.sig", "key.pem"
_LINE = re.compile(r"([0-9a-f]{64})  ([^/\0]+)")


class NotACopy(BadInput):
    """The folder is no copy of a board, or the key can't be read."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found: whose key signed it, how many files are as they were, and what is wrong (nothing: all is
    well).
    """

    fingerprint: str
    files: int
    problems: tuple[str, ...]


def verify(folder: Path, key: str = "") -> Verified:
    """Look at every byte of a copy. `key`: the fingerprint that the district publishes, or the path of its key.pem;
    without it the copy's own key is believed, which tells changes by accident only. Raises NotACopy.
    """
    sums = _read(folder, SUMS)
    own = _public(_read(folder, KEY), folder / KEY)
    trusted, problems = own, []
    if key.startswith("SHA256:"):
        if fingerprint(own) != key.strip():
            problems.append(f"{KEY}: is not the key {key.strip()}, but {fingerprint(own)}")
    elif key:
        trusted = _public(_bytes_of(Path(key)), Path(key))
    try:
        trusted.verify(_read(folder, SIGNATURE), sums)
    except InvalidSignature:
        problems.append(f"{SIGNATURE}: the signature does not fit {SUMS}")
    listed = dict(_listed(sums, problems))
    problems += _differing(folder, listed)
    there = {path.name for path in folder.iterdir()}
    problems += [f"{name}: was added" for name in sorted(there - listed.keys() - {SUMS, SIGNATURE})]
    return Verified(fingerprint(trusted), len(listed), tuple(problems))


def _listed(sums: bytes, problems: list[str]) -> Iterator[tuple[str, str]]:
    for line in sums.decode("utf-8", "replace").splitlines():
        if found := _LINE.fullmatch(line):
            yield found[2], found[1]
        else:
            problems.append(f"{SUMS}: a line that is none of ours")


def _differing(folder: Path, listed: dict[str, str]) -> Iterator[str]:
    for name, digest in sorted(listed.items()):
        path = folder / name
        if not path.is_file() or path.is_symlink():
            yield f"{name}: is missing"
        elif hashlib.sha256(path.read_bytes()).hexdigest() != digest:
            yield f"{name}: was changed"


def _read(folder: Path, name: str) -> bytes:
    if not folder.is_dir():
        raise NotACopy(f"there is no folder {str(folder)!r}")
    if not (folder / name).is_file():
        raise NotACopy(f"{str(folder)!r} is no copy of a board: it has no {name}")
    return _bytes_of(folder / name)


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise NotACopy(f"{str(path)!r}: {error.strerror}; --key takes SHA256:... or a key.pem") from None


def _public(pem: bytes, path: Path) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(pem)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise NotACopy(f"{str(path)!r} is no Ed25519 public key")
    return key
