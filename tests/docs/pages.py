"""The repository's pages as the tests of this folder read them: files, tables, code spans, commands."""

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from broadcaster.settings import ROOT

Row = dict[str, str]


@cache
def files() -> tuple[Path, ...]:
    """What is in the repository or about to be, .gitignore obeyed; without empty files and binaries."""
    # the checkout may belong to somebody else, as in a container
    command = ["git", "-c", "safe.directory=*", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    found = sorted({ROOT / name for name in listed if name})
    return tuple(
        path for path in found if path.is_file() and b"\0" not in (start := path.read_bytes()[:1000]) and start
    )


def named(path: Path) -> str:
    """A file as a person names it."""
    return path.relative_to(ROOT).as_posix()


def pages() -> list[Path]:
    """The pages that explain the project: README, CONTRIBUTING, docs. Wording for families is none of them."""
    return [path for path in files() if path.suffix == ".md" and not named(path).startswith("templates/")]


def text(name: str) -> str:
    """A page of the repository."""
    return (ROOT / name).read_text()


def tables(page: str) -> list[list[Row]]:
    """The tables of a page in their order; each row by the names in its table's head."""
    found: list[list[Row]] = []
    head: list[str] = []
    for line in page.splitlines():
        if not line.startswith("|"):
            head = []
            continue
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if not head:
            head = cells
            found.append([])
        elif set(line) - set("|-: "):
            found[-1].append(dict(zip(head, cells, strict=True)))
    return [rows for rows in found if rows]


def tables_of(page: str, first: str) -> list[list[Row]]:
    """The tables whose first column is called so."""
    return [rows for rows in tables(page) if next(iter(rows[0])) == first]


def spans(piece: str) -> list[str]:
    """The code spans of a piece of a page."""
    return re.findall(r"`([^`\n]+)`", piece)


def blocks(page: str, language: str) -> list[str]:
    """The code blocks of a page in one language."""
    return re.findall(rf"^```{language}\n(.*?)^```", page, re.DOTALL | re.MULTILINE)


def commands(page: str) -> Iterator[str]:
    """Every `broadcaster ...` that a page tells people to type, in a block or in a sentence."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    lines += [line for line in page.splitlines() if line.startswith("    ")]
    for line in (*lines, *spans(page)):
        if match := re.search(r"(?:^|[ /])broadcaster ([a-z].*)", line):
            yield match[1]
