"""Templates saved in the ledger: each save is a version more, and no version is ever changed or removed.

Nothing here writes the audit log, which stands on a higher floor: whoever calls `save` or `withdraw` does, in the same
transaction.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import OuterRef, QuerySet, Subquery

from broadcaster import clock
from broadcaster.kinds import BadInput
from broadcaster.templating import library
from broadcaster.templating.faults import Fault, Faulty
from broadcaster.templating.files import Files
from broadcaster.templating.models import SavedTemplate
from broadcaster.templating.nearest import nearest

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LONGEST_NAME = 100


class BadName(BadInput):
    """No template can have that name. The message repeats it and says what is right."""


class NotSaved(Faulty):
    """A template with mistakes is not saved."""


class SavedMeanwhile(BadInput):
    """Somebody else saved or withdrew the template after the version that a change was made from."""


class NotThere(BadInput):
    """No such template is saved, or not in that version. The message says what there is."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save. `is_new` is false where the library had the same words already: then nothing is kept, and
    `version` is what it has (0: the shipped one). `warnings` are for a person to weigh.
    """

    name: str
    version: int
    is_new: bool
    warnings: tuple[Fault, ...]


def save(files: Files, by: str, *, base: int, note: str = "") -> Saved:
    """Keep the files as the next version of their template; from then on the library has them.

    `base` is the newest version that the writer has seen: 0 where none was saved. Raises BadName; NotSaved for what
    `judge` finds wrong; SavedMeanwhile where `base` is the newest no more. Nothing is kept then.
    """
    if not _NAME.fullmatch(files.name) or len(files.name) > _LONGEST_NAME:
        raise BadName(f"{files.name!r} can't be a template's name: use small letters, digits and -, such as snow-day")
    entry = library.judged(files)
    if entry.errors:
        raise NotSaved(entry.errors)
    with transaction.atomic():
        present = library.all_files().get(files.name)
        if present is not None and present.texts == files.texts:
            return Saved(files.name, present.version, is_new=False, warnings=entry.faults)
        version = _append(files.name, base, by, note, dict(files.texts))
    return Saved(files.name, version, is_new=True, warnings=entry.faults)


def withdraw(name: str, by: str, note: str = "") -> int:
    """Take the saved template out of the library: the shipped one of that name comes back, if there is one.

    All versions are kept, and the withdrawal is one more, whose number is returned. Raises NotThere, SavedMeanwhile.
    """
    with transaction.atomic():
        last = _rows(name).first()
        if last is None or last.is_withdrawal:
            raise NotThere(f"no template {name!r} is saved: {nearest(name, [each.name for each in _newest()])}")
        return _append(name, last.version, by, note, None)


def newest() -> Iterator[Files]:
    """The saved templates that the library has: each in its newest version, without those that were withdrawn."""
    return (_files_of(row) for row in _newest())


def versions(name: str) -> list[SavedTemplate]:
    """Every version that was saved under that name, the newest first."""
    return list(_rows(name))


def at_version(name: str, version: int) -> Files:
    """The files of one version; of the shipped template for 0. Raises NotThere."""
    kept = {row.version: _files_of(row) for row in _rows(name) if not row.is_withdrawal}
    shipped = library.all_files(library.FOLDER)
    if name in shipped:
        kept[0] = shipped[name]
    if version not in kept:
        there_are = ", ".join(str(number) for number in sorted(kept))
        raise NotThere(f"template {name!r} has no version {version}: there are {there_are or 'none'}")
    return kept[version]


def name_of(asked: str) -> str:
    """The name of the template of that name, one that was withdrawn too, or of that title. Raises UnknownTemplate."""
    return asked if newest_version(asked) else library.find(asked).name


def newest_version(name: str) -> int:
    """The number that the template was last saved or withdrawn under; 0 where it never was."""
    last = _rows(name).first()
    return last.version if last else 0


def _newest() -> list[SavedTemplate]:
    versions_of_it = SavedTemplate.objects.filter(name=OuterRef("name")).order_by("-version").values("version")
    rows = SavedTemplate.objects.filter(version=Subquery(versions_of_it[:1]))
    return list(rows.filter(files__isnull=False).order_by("name"))


def _rows(name: str) -> QuerySet[SavedTemplate]:
    return SavedTemplate.objects.filter(name=name).order_by("-version")


def _files_of(row: SavedTemplate) -> Files:
    return Files(row.name, Path(f"{row.name} version {row.version}"), row.files or {}, row.version)


def _append(name: str, base: int, by: str, note: str, files: dict[str, str] | None) -> int:
    """Keep the version after `base`. Of two writers at once the constraint lets one have it."""
    if newest_version(name) != base:
        raise _meanwhile(name, base)
    try:
        with transaction.atomic():
            SavedTemplate.objects.create(
                name=name, version=base + 1, files=files, saved_by=by, saved_at=clock.now(), note=note
            )
    except IntegrityError:
        raise _meanwhile(name, base) from None
    return base + 1


def _meanwhile(name: str, base: int) -> SavedMeanwhile:
    last = _rows(name).first()
    is_at = f"version {last.version}, by {last.saved_by}" if last else "version 0, nothing is saved"
    return SavedMeanwhile(f"template {name!r} is at {is_at}; yours was made from version {base}: begin from that one")
