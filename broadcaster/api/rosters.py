"""Pushing a roster, and asking who an audience is."""

import tempfile
from dataclasses import asdict
from http import HTTPStatus
from pathlib import Path
from typing import Annotated, Any

from ninja import File, Query, Router, Status, UploadedFile

from broadcaster import audiences
from broadcaster.api.once import once
from broadcaster.api.shapes import Counts, Imported, Problem
from broadcaster.api.tokens import Scope
from broadcaster.api.v1 import Asked, actor, needs
from broadcaster.roster import importing
from broadcaster.roster.importing.steps import roster_counts
from broadcaster.settings import SETTINGS

router = Router()

_FAILURES = dict.fromkeys((401, 403, 409, 422, 429), Problem)


@router.post("/roster", response={200: Imported, **_FAILURES}, tags=["roster"])
@needs(Scope.ROSTER)
def push_roster(
    request: Asked,
    file: Annotated[UploadedFile, File(description="A CSV, an XML file, or a zip of them.")],
    format: Annotated[str, Query(max_length=20)] = "auto",  # noqa: A002 - as on the command line
    dry_run: bool = False,
    force: bool = False,
) -> Status[Any]:
    """Make the roster what the file says, as `broadcaster import` does: who is in no file of its kind has left."""
    content = file.read()
    return once(
        request,
        request.auth,
        HTTPStatus.OK,
        lambda: _take(_plain(file.name), content, format, actor(request), dry_run=dry_run, force=force),
        content,
    )


def _take(name: str, content: bytes, format: str, by: str, *, dry_run: bool, force: bool) -> dict[str, Any]:  # noqa: A002 - as above
    with tempfile.TemporaryDirectory(prefix="roster-", dir=SETTINGS.broadcaster_home) as folder:
        path = Path(folder) / name
        path.write_bytes(content)
        try:
            result = importing.run(
                path,
                region=SETTINGS.district.district.region,
                removal_share=SETTINGS.district.policies.removal_share,
                actor=by,
                format=format,
                columns=SETTINGS.district.roster,
                dry_run=dry_run,
                force=force,
            )
        except importing.ImportRefused as refused:  # where we keep files is nobody's business
            raise importing.ImportRefused(str(refused).replace(f"{folder}/", "")) from None
    return asdict(result)


def _plain(name: str | None) -> str:
    """The file's own name, without ways to other folders or letters that no file system takes."""
    kept = "".join(letter for letter in Path(name or "").name if letter.isalnum() or letter in "._- ")
    return kept.strip(". ")[-100:] or "roster.csv"


@router.get("/roster", response={200: dict[str, int], **_FAILURES}, tags=["roster"])
@needs(Scope.ROSTER)
def roster(request: Asked) -> dict[str, int]:  # noqa: ARG001 - ninja's signature
    """How large the roster is."""
    return asdict(roster_counts())


@router.get("/audiences", response={200: Counts, **_FAILURES}, tags=["audiences"])
@needs(Scope.AUDIENCES)
def audience(request: Asked, expression: Annotated[str, Query(max_length=5000)]) -> dict[str, Any]:  # noqa: ARG001 - ninja's signature
    """Who an expression means, in counts: `district`, `school:"South High" and grade:9-12`, `language:so`, `staff`."""
    found = asdict(audiences.count(expression))
    return {**found, "languages": found.pop("by_language")}
