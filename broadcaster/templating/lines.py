"""On which line of a TOML text something stands: tomllib does not tell, and a fault without its line is half one."""

import re
import tomllib
from collections.abc import Sequence

from pydantic import ValidationError

_DECODE_POSITION = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


def line_of(toml: str, path: Sequence[int | str]) -> int:
    """A key's line: `("title",)`, `("translation", "by")`, `("fields", 2, "type")`. If missing, that of its table.

    Tables in tables are found by their whole name: `("lockdown", "sms", "english")` under `[lockdown.sms]`.
    """
    lines = toml.splitlines()
    start, names = _table(lines, path)
    for number in range(start, len(lines)):
        if number > start and lines[number].lstrip().startswith("["):
            break
        if names and re.match(rf"\s*{re.escape(str(names[0]))}\s*=", lines[number]):
            return number + 1
    return start + 1


def _table(lines: list[str], path: Sequence[int | str]) -> tuple[int, Sequence[int | str]]:
    """Where the key's table begins (index of a line), and what of the path is left inside it."""
    if len(path) > 1 and isinstance(path[1], int):
        heads = [number for number, line in enumerate(lines) if line.strip().startswith(f"[[{path[0]}]]")]
        if path[1] < len(heads):
            return heads[path[1]], path[2:]
    for length in range(len(path), 0, -1):
        head = f"[{'.'.join(str(name) for name in path[:length])}]"
        for number, line in enumerate(lines):
            if line.strip().startswith(head):
                return number, path[length:]
    return 0, path


def unreadable(toml: str, error: tomllib.TOMLDecodeError) -> tuple[int, str]:
    """The line and the complaint of a TOML text that can't be parsed."""
    position = _DECODE_POSITION.search(str(error))
    line = int(position[1]) if position and position[1] else max(1, len(toml.splitlines()))
    return line, _DECODE_POSITION.sub("", str(error))


def complaints(toml: str, error: ValidationError) -> list[tuple[int, str, str]]:
    """Each thing pydantic found: line, what is wrong, what would be right."""
    found = []
    for fault in error.errors(include_url=False):
        path = [part for part in fault["loc"] if isinstance(part, int | str)]
        name = ".".join(str(part) for part in path) or "the file"
        right = fault["msg"].removeprefix("Value error, ")
        if fault["type"] == "missing":
            found.append((line_of(toml, path), f"`{name}` is missing", "add it"))
        elif fault["type"] == "extra_forbidden":
            found.append((line_of(toml, path), f"`{name}` is no known key", "remove it or mend its spelling"))
        else:
            found.append((line_of(toml, path), f"`{name}` is {_shown(fault['input'])}", right[:1].lower() + right[1:]))
    return found


def _shown(value: object) -> str:
    """A value as it was given; of a whole table only which one it is."""
    if isinstance(value, dict):
        return f"the table of {value['name']!r}" if "name" in value else f"a table with {', '.join(map(str, value))}"
    return repr(value)
