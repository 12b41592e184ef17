"""The lines that stand under every mail, per language: `templates/standing.toml`."""

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from broadcaster.templating.faults import BadTemplate, Finding
from broadcaster.templating.lines import complaints, unreadable
from broadcaster.text.languages import DEFAULT, chain

FILE = Path(__file__).resolve().parents[2] / "templates" / "standing.toml"


class StandingLines(BaseModel):
    """Who writes, whom to call, where to check a message, how to stop. `{district}` and `{phone}` are put in."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    who: Annotated[str, Field(pattern=r"^[^{}]*\{district\}[^{}]*$")]
    call: Annotated[str, Field(pattern=r"^[^{}]*\{phone\}[^{}]*$")]
    check: Annotated[str, Field(min_length=1)]
    stop: Annotated[str, Field(min_length=1)]


_ALL = TypeAdapter(dict[str, StandingLines])


def lines_for(language: str, file: Path = FILE) -> StandingLines:
    """The lines in the best language for a reader of `language`. Raises BadTemplate where the file can't be used."""
    finding = Finding(file)
    lines = _read(finding)
    if finding.faults:
        raise BadTemplate(tuple(finding.faults))
    return next(lines[tag] for tag in chain(language) if tag in lines)


def look_at(file: Path = FILE) -> Finding:
    """What is wrong with the file."""
    finding = Finding(file)
    _read(finding)
    return finding


def _read(finding: Finding) -> dict[str, StandingLines]:
    try:
        toml = finding.file.read_text(encoding="utf-8")
        lines = _ALL.validate_python(tomllib.loads(toml))
    except (OSError, UnicodeDecodeError) as error:
        finding.error(1, f"can't be read: {error}", "this file holds the lines under every mail, as UTF-8 text")
    except tomllib.TOMLDecodeError as error:
        line, complaint = unreadable(toml, error)
        finding.error(line, f"this is not TOML: {complaint}", 'put text in double quotes: key = "text"')
    except ValidationError as error:
        for line, wrong, right in complaints(toml, error):
            finding.error(line, wrong, right)
    else:
        if DEFAULT in lines:
            return lines
        finding.error(1, "there are no English lines", f"add a table [{DEFAULT}]")
    return {}
