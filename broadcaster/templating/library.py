"""The library of wording: the folders of `templates/`, and the templates saved in the ledger, which take their place.

All files are read each time, so that an edit counts at once; what was made of the same words before is kept, since it
takes a second to judge them all. The ledger is known here by what `apps.py` hands in when Django is ready; before that,
and for a folder that is named, the folders are all there is.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from broadcaster.kinds import BadInput
from broadcaster.templating import standing
from broadcaster.templating.faults import BadTemplate, Fault, Finding, errors_of
from broadcaster.templating.files import Files, in_folder
from broadcaster.templating.nearest import nearest
from broadcaster.templating.reading import read_template
from broadcaster.templating.template import Template

FOLDER = Path(__file__).resolve().parents[2] / "templates"

_SHELVES: list[Callable[[], Iterable[Files]]] = []


class UnknownTemplate(BadInput):
    """No template has that name or title. The message names it and the nearest ones."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A template as it is: `template` is None where it can't be used at all. `faults` has warnings too."""

    files: Files
    template: Template | None
    faults: tuple[Fault, ...]

    @property
    def name(self) -> str:
        """What it is called, usable or not."""
        return self.files.name

    @property
    def version(self) -> int:
        """The version that is saved in the ledger; 0: it is shipped, and stands in a folder."""
        return self.files.version

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that keep it from being used."""
        return errors_of(self.faults)

    def usable(self) -> Template:
        """The template. Raises BadTemplate where there are errors."""
        if self.errors or self.template is None:
            raise BadTemplate(self.errors)
        return self.template


@dataclass(slots=True)
class _Read:
    """A template as read, its words not yet judged; `entry` once they are."""

    files: Files
    template: Template | None
    findings: list[Finding]
    entry: Entry | None = None


#: what was read last, by where it stands
_KEPT: dict[Path, _Read] = {}


def add_shelf(saved: Callable[[], Iterable[Files]]) -> None:
    """From now on the library also has what `saved` gives; each takes the place of a folder of its name."""
    _SHELVES.append(saved)


def entries(folder: Path | None = None) -> list[Entry]:
    """Every template, good or bad, in the order in which people see them; those without an order come last."""
    return [_judged(read) for read in _all(folder)]


def names(folder: Path | None = None) -> list[str]:
    """The names of all templates, good or bad, in the order in which people see them."""
    return [read.files.name for read in _all(folder)]


def load_all(folder: Path | None = None) -> list[Template]:
    """Every template that can be used, in the order in which people see them. A bad one never hides the others."""
    return [entry.template for entry in entries(folder) if entry.template is not None and not entry.errors]


def load(name: str, folder: Path | None = None) -> Template:
    """The template of that name (its folder's) or of exactly that title. Raises UnknownTemplate, BadTemplate."""
    return find(name, folder).usable()


def find(name: str, folder: Path | None = None) -> Entry:
    """The template of that name or of exactly that title, good or bad. Raises UnknownTemplate."""
    found = _all(folder)
    of_that_name = [read for read in found if read.files.name == name]
    of_that_title = [read for read in found if read.template is not None and read.template.title == name]
    for read in of_that_name + of_that_title:
        return _judged(read)
    raise UnknownTemplate(f"there is no template {name!r}: {nearest(name, [read.files.name for read in found])}")


def judged(files: Files) -> Entry:
    """What the library would make of these files."""
    return _judged(_Read(files, *read_template(files)))


def all_files(folder: Path | None = None) -> dict[str, Files]:
    """Each template's files, by its name."""
    shipped = [in_folder(path) for path in sorted((folder or FOLDER).iterdir()) if _is_template(path)]
    saved = [files for shelf in _SHELVES for files in shelf()] if folder is None else []
    return {files.name: files for files in (*shipped, *saved)}


def _is_template(path: Path) -> bool:
    return path.is_dir() and not path.name.startswith(".")


def _all(folder: Path | None) -> list[_Read]:
    return sorted((_read(files) for files in all_files(folder).values()), key=_place)


def _read(files: Files) -> _Read:
    """The template in these files: the one of the last time, if they are still the same."""
    kept = _KEPT.get(files.place)
    if kept is None or kept.files != files:
        kept = _KEPT[files.place] = _Read(files, *read_template(files))
    return kept


def _place(read: _Read) -> tuple[bool, int, str]:
    return read.template is None, read.template.order if read.template else 0, read.files.name


def _judged(read: _Read) -> Entry:
    if read.entry is not None:
        return read.entry
    from broadcaster.templating.judging import judge  # with all that renders, which most commands do without

    findings = [Finding(finding.file, [*finding.faults]) for finding in read.findings]  # of two threads each its own
    if read.template is not None:
        judge(read.template, findings)
    faults = [fault for finding in findings for fault in finding.faults]
    in_order = tuple(sorted(faults, key=lambda fault: (fault.file.name, fault.line)))
    entry = Entry(read.files, read.template, in_order)
    if not standing.look_at().errors:  # without the lines under it no mail is whole, and was judged as one
        read.entry = entry
    return entry
