"""Lists that somebody looks at before they are kept: what was read of a file, without the file. A later upload of the
same person takes the place of an earlier one, and what nobody says yes to is forgotten with unused lists, after a day.
"""

from dataclasses import asdict
from typing import Any

from broadcaster import clock
from broadcaster.audiences import lists
from broadcaster.audiences.list_file import ListFile, Values
from broadcaster.audiences.models import PeopleList, Upload

#: of what could not be used; of more the number of rows alone is kept
_SHOWN = 200


def lay_by(found: ListFile, *, by: str) -> Upload:
    """Lay what was read aside, until its person says yes."""
    upload = Upload(
        by=by,
        at=clock.now(),
        name=found.name,
        digest=lists.digest_of(found),
        fields=list(found.fields),
        rows=found.rows,
        students=len(found.students),
        contacts=len(found.contacts),
        left_out=len({one.line for one in found.rejected}),
        rejected=[asdict(one) for one in found.rejected[:_SHOWN]],
        content={"students": list(found.students.items()), "contacts": list(found.contacts.items())},
    )
    Upload.objects.filter(by=by).delete()
    upload.save()
    return upload


def of(by: str, pk: int) -> Upload | None:
    """What somebody laid aside, without all that is in it."""
    return Upload.objects.filter(by=by, pk=pk).defer("content").first()


def keep(upload: Upload) -> PeopleList | None:
    """Make it a list, as its file would be from the command line; once: None where that was done meanwhile."""
    found = ListFile(
        name=upload.name,
        fields=tuple(upload.fields),
        students=_values(upload.content["students"]),
        contacts=_values(upload.content["contacts"]),
    )
    if not found.people or not Upload.objects.filter(pk=upload.pk).delete()[0]:
        return None
    return lists.keep(found, by=upload.by)


def _values(pairs: list[Any]) -> Values:
    return {int(pk): dict(values) for pk, values in pairs}
