"""The board as files that stand anywhere: plain pages in every language, a feed, and a signature over all of it.

`SHA256SUMS` has the digest of every file, as `sha256sum` writes it, and `SHA256SUMS.sig` is its Ed25519 signature: the
usual tools can check a copy without us.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.template.loader import render_to_string

from broadcaster import clock
from broadcaster.board import feed, frame, notices, sealing
from broadcaster.board.notices import Notice
from broadcaster.board.verifying import KEY, SIGNATURE, SUMS
from broadcaster.console.frame import colours_text
from broadcaster.kinds import BadInput
from broadcaster.settings import SETTINGS
from broadcaster.templating.phrases import page_languages
from broadcaster.text.languages import DEFAULT

#: notices on a page
_ON_A_PAGE = 50
_STYLE = Path(__file__).parent / "static" / "board" / "board.css"
_README = """This is a signed copy of the public messages of {district}.

To check that nobody changed it, with our program (no server and no database are needed):

    broadcaster board verify . --key {fingerprint}

or with what most machines have:

    openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
    sha256sum -c SHA256SUMS

The key that signs is {fingerprint}.
Compare it with what the district publishes elsewhere: a forged copy brings its own key.
"""


class NotABoard(BadInput):
    """The folder holds something else."""


@dataclass(frozen=True, slots=True)
class Published:
    """What was written: how many notices and files, and the key that signed them."""

    notices: int
    files: int
    fingerprint: str


class _Files:
    """The pages beside each other in one folder."""

    def board(self, language: str, page: int = 1) -> str:
        return _named("index" if page == 1 else f"index-{page}", language)

    def notice(self, language: str, code: str) -> str:
        return _named(code, language)

    def check(self, language: str) -> str:
        return self.board(language)

    def feed(self) -> str:
        return "feed.atom"

    def style(self) -> tuple[str, ...]:
        return ("colours.css", "board.css")


def publish(folder: Path, base: str = "") -> Published:
    """Write the board into a folder: a new or empty one, or one that has a board already. Raises NotABoard, OSError.

    `base` is the address at which the copy will stand, for its feed. Each file is replaced as a whole, the signature
    last.
    """
    before = _present(folder)
    found = notices.newest(100_000)
    files = dict(_all_files(found, base))
    sums = "".join(f"{hashlib.sha256(files[name]).hexdigest()}  {name}\n" for name in sorted(files)).encode()
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in [*files.items(), (SUMS, sums), (SIGNATURE, sealing.sign(sums))]:
        _write(folder / name, content)
    for name in before - files.keys():
        (folder / name).unlink(missing_ok=True)
    return Published(len(found), len(files), sealing.own_fingerprint())


def _present(folder: Path) -> set[str]:
    """The names of the files of the board that is there."""
    if folder.exists() and not folder.is_dir():
        raise NotABoard(f"{folder} is a file: name a folder")
    if not folder.exists() or not any(folder.iterdir()):
        return set()
    if not (folder / SUMS).is_file():
        raise NotABoard(f"{folder} has other files in it: name an empty folder, or one with an earlier copy")
    lines = (folder / SUMS).read_text(encoding="utf-8", errors="replace").splitlines()
    names = {line.partition("  ")[2] for line in lines}
    return {name for name in names if name and Path(name).name == name}


def _all_files(found: list[Notice], base: str) -> Iterator[tuple[str, bytes]]:
    places = _Files()
    for language in page_languages():
        common = {**frame.context(language, places), "can_check": False, "signed_note": True}
        yield from _lists(found, language, places, common)
        for code in {notice.code for notice in found}:
            yield places.notice(language, code), _notice(code, found, common)
    yield "feed.atom", feed.atom(places, base).encode()
    yield "notices.json", json.dumps(_facts(found), ensure_ascii=False, indent=1).encode()
    yield "colours.css", colours_text().encode()
    yield "board.css", _STYLE.read_bytes()
    yield KEY, sealing.public_pem().encode()
    told = {"district": SETTINGS.district.district.name, "fingerprint": sealing.own_fingerprint()}
    yield "README.txt", _README.format(**told).encode()


def _lists(
    found: list[Notice], language: str, places: _Files, common: Mapping[str, Any]
) -> Iterator[tuple[str, bytes]]:
    pages = max(1, -(-len(found) // _ON_A_PAGE))
    for number in range(1, pages + 1):
        shown = found[(number - 1) * _ON_A_PAGE : number * _ON_A_PAGE]
        turning = {"number": number, "newer": number - 1, "older": number + 1 if number < pages else 0}
        page = render_to_string("board/board.html", {**common, "notices": shown, **turning})
        yield places.board(language, number), page.encode()


def _notice(code: str, found: list[Notice], common: Mapping[str, Any]) -> bytes:
    those = [notice for notice in found if notice.code == code]
    shown = [(notice, notices.thread_of(notice) if notice.in_thread else []) for notice in those]
    return render_to_string("board/notice.html", {**common, "shown": shown, "code": code}).encode()


def _facts(found: list[Notice]) -> dict[str, Any]:
    """The same for programs."""
    return {
        "district": SETTINGS.district.district.name,
        "as_of": clock.iso(clock.now()),
        "notices": [
            {
                "code": notice.code,
                "sent_at": clock.iso(notice.at),
                "update": notice.number,
                "corrects": notice.corrects,
                "replaced_by_update": notice.newer or None,
                "stopped": notice.stopped,
                "languages": {
                    words.language: {
                        "draft": words.is_draft,
                        "subject": words.subject,
                        "sms": words.text,
                        "email": words.mail,
                    }
                    for words in notice.words
                },
            }
            for notice in found
        ],
    }


def _named(stem: str, language: str) -> str:
    return f"{stem}.html" if language == DEFAULT else f"{stem}.{language}.html"


def _write(path: Path, content: bytes) -> None:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_bytes(content)
    fresh.replace(path)
