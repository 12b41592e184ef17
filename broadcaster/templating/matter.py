"""The form of a language file: front matter in TOML between two lines `+++`, and below it the mail in Markdown."""

import re
import tomllib
from typing import Any

from broadcaster.templating.faults import Finding
from broadcaster.templating.lines import line_of, unreadable
from broadcaster.text import languages

FENCE = "+++"


def tag_of(name: str, finding: Finding) -> str:
    """The language of a file of that name; "", and a fault, where it has none."""
    tag = name.removesuffix(".md")
    if tag != name and languages.recognise(tag) == tag:
        return tag
    finding.error(1, f"{tag} is no BCP 47 language tag", "name the file like es.md, so.md or es-MX.md")
    return ""


def split(text: str, finding: Finding) -> tuple[str | None, str, int]:
    """Front matter (None, and a fault, where there is none), body, and the line on which the body begins."""
    lines = text.splitlines()
    if not lines or lines[0].strip() != FENCE:
        finding.error(
            1,
            "there is no front matter",
            f"begin the file with a line {FENCE}, then subject, sms and preheader, then {FENCE}",
        )
        return None, "", 1
    end = next((number for number, line in enumerate(lines[1:], start=1) if line.strip() == FENCE), None)
    if end is None:
        finding.error(1, "the front matter has no end", f"put a line {FENCE} after it")
        return None, "", 1
    return "\n".join(lines[1:end]) + "\n", "\n".join(lines[end + 1 :]), end + 2


def parsed(toml: str, offset: int, finding: Finding) -> dict[str, Any] | None:
    """The table that the text is; None, and a fault, where it is none. `offset`: how many lines stand before it."""
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line + offset, f"this is not TOML: {complaint}", 'put text in double quotes: key = "text"')
        return None


def lines_of(front: str) -> dict[str, int]:
    """The line of the file on which the text of each front matter key begins, and what says of which English it is."""
    lines = {}
    for name in ("subject", "preheader", "sms"):
        line = line_of(front, (name,))
        opens_block = re.search(r'=\s*("""|\'\'\')\s*$', front.splitlines()[line - 1])
        lines[name] = line + 1 + bool(opens_block)
    return {**lines, "translation": line_of(front, ("translation", "of")) + 1}
