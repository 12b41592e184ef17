"""docs/roster.md says what an import reads: every column, every format, a mapping that is accepted."""

import tomllib
from typing import get_args

import pytest

from broadcaster.district import District, GuardianColumn, RosterColumn
from broadcaster.roster.importing import archives, clever, files, formats, manifest, oneroster, reading, sds
from broadcaster.roster.importing.standard import Standard

from .pages import blocks, spans, tables_of, text

PAGE = text("docs/roster.md")
STANDARDS = {
    "OneRoster 1.1 and 1.2": (
        manifest.STANDARD,
        oneroster.USERS,
        oneroster.ORGS,
        oneroster.ROLES,
        oneroster.ENROLLMENTS,
        oneroster.DEMOGRAPHICS,
    ),
    "Clever": (clever.STUDENTS, clever.SCHOOLS, clever.TEACHERS, clever.STAFF),
    "School Data Sync v2.1": (sds.USERS, sds.ORGS, sds.ROLES, sds.RELATIONSHIPS),
}


def section(title: str) -> str:
    """What the page says under a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def test_every_column_of_a_plain_csv_is_explained() -> None:
    (rows,) = tables_of(section("Plain CSV"), "column")
    told = {span for row in rows for cell in row.values() for span in spans(cell)}
    assert set(get_args(RosterColumn)) <= told
    assert {f"contact_{key}" for key in ("id", "name", "first", "middle", "last")} <= told


def test_what_a_guardian_of_several_may_have_is_what_a_column_may_mean() -> None:
    of_a_person = {"id", "name", "first", "middle", "last"}
    meanings = {f"contact_{key}" if key in of_a_person else key for key in get_args(GuardianColumn)} - {"as"}
    assert meanings <= set(get_args(RosterColumn))


@pytest.mark.parametrize(
    ("title", "standard"),
    [(title, standard) for title, all_of_it in STANDARDS.items() for standard in all_of_it],
    ids=lambda value: value.file if isinstance(value, Standard) else "",
)
def test_every_column_that_is_read_of_a_standard_is_named(title: str, standard: Standard) -> None:
    (rows,) = tables_of(section(title), "file")
    (row,) = [row for row in rows if spans(row["file"])[0] == standard.file]
    told = set(spans(row["what is read"]))
    assert {*standard.needs, *standard.may_have} <= told


def test_every_format_is_named() -> None:
    assert set(formats.NAMES) <= set(spans(section("How it comes from each system")))


def test_the_mappings_of_the_page_are_accepted() -> None:
    pieces = blocks(PAGE, "toml")
    assert len(pieces) == 2
    for piece in pieces:
        District.model_validate(tomllib.loads(piece))


def test_the_limits_of_the_page_are_those_of_the_code() -> None:
    refused = section("What is refused")
    assert files.LARGEST == archives.MOST_BYTES == 2_000_000_000
    assert f"more than\n  2 GB or {archives.MOST_TIMES} times its size" in refused
    assert f"more than {reading.MOST_PEOPLE:,} people, more than {reading.MOST_COMPLAINTS:,} faults" in refused
