"""The library of wording: the folders of `templates/`, read from disk each time so that an edit counts at once."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster.kinds import BadInput
from broadcaster.templating.faults import BadTemplate, Fault, Finding, Severity
from broadcaster.templating.judging import judge
from broadcaster.templating.nearest import nearest
from broadcaster.templating.reading import read_template
from broadcaster.templating.template import Template

_Read = tuple[str, Template | None, list[Finding]]

FOLDER = Path(__file__).resolve().parents[2] / "templates"


class UnknownTemplate(BadInput):
    """No template has that name or title. The message names it and the nearest ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A template folder as it is: `template` is None where it can't be used at all. `faults` has warnings too."""

    name: str
    template: Template | None
    faults: tuple[Fault, ...]

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that keep it from being used."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.ERROR)


def entries(folder: Path = FOLDER) -> list[Entry]:
    """Every template folder, good or bad, in the order in which people see them; those without an order come last."""
    return [_judged(name, template, findings) for name, template, findings in _read(folder)]


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all templates, good or bad, in the order in which people see them."""
    return [name for name, _, _ in _read(folder)]


def load_all(folder: Path = FOLDER) -> list[Template]:
    """Every template that can be used, in the order in which people see them. A bad one never hides the others."""
    return [entry.template for entry in entries(folder) if entry.template is not None and not entry.errors]


def load(name: str, folder: Path = FOLDER) -> Template:
    """The template of that name (its folder's) or of exactly that title. Raises UnknownTemplate, BadTemplate."""
    found = _read(folder)
    for own_name, template, findings in found:
        if name == own_name or (template is not None and name == template.title):
            return _usable(_judged(own_name, template, findings))
    raise UnknownTemplate(f"there is no template {name!r}: {nearest(name, [own_name for own_name, _, _ in found])}")


def _read(folder: Path) -> list[_Read]:
    paths = [path for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    found = [(path.name, *read_template(path)) for path in paths]
    return sorted(found, key=_place)


def _place(read: _Read) -> tuple[bool, int, str]:
    name, template, _ = read
    return template is None, template.order if template else 0, name


def _judged(name: str, template: Template | None, findings: list[Finding]) -> Entry:
    if template is not None:
        judge(template, findings)
    faults = [fault for finding in findings for fault in finding.faults]
    return Entry(name, template, tuple(sorted(faults, key=lambda fault: (fault.file.name, fault.line))))


def _usable(entry: Entry) -> Template:
    if entry.errors or entry.template is None:
        raise BadTemplate(entry.errors)
    return entry.template
