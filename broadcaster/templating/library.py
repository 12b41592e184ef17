"""The library of wording: the folders of `templates/`, read from disk each time so that an edit counts at once."""

from dataclasses import dataclass
from pathlib import Path

from broadcaster.kinds import BadInput
from broadcaster.templating.faults import BadTemplate, Fault, Severity
from broadcaster.templating.judging import judge
from broadcaster.templating.nearest import nearest
from broadcaster.templating.reading import read_template
from broadcaster.templating.template import Template

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
    found = [_entry(path) for path in sorted(folder.iterdir()) if path.is_dir() and not path.name.startswith(".")]
    return sorted(
        found, key=lambda entry: (entry.template is None, entry.template.order if entry.template else 0, entry.name)
    )


def names(folder: Path = FOLDER) -> list[str]:
    """The names of all templates, good or bad, in the order in which people see them."""
    return [entry.name for entry in entries(folder)]


def load_all(folder: Path = FOLDER) -> list[Template]:
    """Every template that can be used, in the order in which people see them. A bad one never hides the others."""
    return [entry.template for entry in entries(folder) if entry.template is not None and not entry.errors]


def load(name: str, folder: Path = FOLDER) -> Template:
    """The template of that name (its folder's) or of exactly that title. Raises UnknownTemplate, BadTemplate."""
    if name and "/" not in name and name not in (".", "..") and (folder / name).is_dir():
        return _usable(_entry(folder / name))
    found = entries(folder)
    if titled := next((entry for entry in found if entry.template and entry.template.title == name), None):
        return _usable(titled)
    raise UnknownTemplate(f"there is no template {name!r}: {nearest(name, [entry.name for entry in found])}")


def _entry(path: Path) -> Entry:
    template, findings = read_template(path)
    if template is not None:
        judge(template, findings)
    faults = sorted(
        (fault for finding in findings for fault in finding.faults), key=lambda fault: (fault.file.name, fault.line)
    )
    return Entry(path.name, template, tuple(faults))


def _usable(entry: Entry) -> Template:
    if entry.errors or entry.template is None:
        raise BadTemplate(entry.errors)
    return entry.template
