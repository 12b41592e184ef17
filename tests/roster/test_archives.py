"""Zips: read as streams, and refused where they could do harm."""

from io import BytesIO
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZipFile

import pytest

from broadcaster.roster.importing import ImportRefused, files
from broadcaster.roster.models import RosterImport
from tests.roster.rosters import FAMILIES, counts, pair, run, write, zipped

pytestmark = pytest.mark.django_db

TABLE = f"{','.join(FAMILIES)}\n{','.join(pair())}\n"


def archive(path: Path, *members: tuple[str, str], packing: int = ZIP_DEFLATED) -> Path:
    """A zip of names and contents."""
    with ZipFile(path, "w", packing) as made:
        for name, content in members:
            made.writestr(name, content)
    return path


def refusal(path: Path) -> str:
    """What an import of the path is refused with, without the path; nothing is changed by it."""
    with pytest.raises(ImportRefused) as refused:
        run(path)
    said = str(refused.value)
    assert "\n" not in said
    assert said.startswith(str(path))
    assert not RosterImport.objects.exists()
    return said.removeprefix(str(path))


def test_what_else_is_in_a_zip_is_left_alone(tmp_path: Path) -> None:
    members = [("a/families.csv", TABLE), ("__MACOSX/a/._families.csv", "\0"), ("a/.hidden.csv", "x"), ("read.me", "x")]
    assert counts(run(archive(tmp_path / "roster.zip", *members))) == (1, 0, 0, 0)


def test_nothing_is_unpacked_beside_the_zip(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    write(tmp_path / "in" / "families.csv", [pair()])
    path = zipped(tmp_path / "roster.zip", tmp_path / "in")
    before = sorted(tmp_path.rglob("*"))
    run(path)
    assert sorted(tmp_path.rglob("*")) == before


def test_a_zip_by_another_name_is_told_by_its_first_bytes(tmp_path: Path) -> None:
    assert counts(run(archive(tmp_path / "roster.dat", ("families.csv", TABLE)))) == (1, 0, 0, 0)


@pytest.mark.parametrize(
    ("name", "say"),
    [
        ("../families.csv", "leads out of the zip"),
        ("a/../../families.csv", "leads out of the zip"),
        ("/etc/families.csv", "leads out of the zip"),
        ("..\\families.csv", "leads out of the zip"),
        ("C:\\families.csv", "leads out of the zip"),
        ("a/b/families.csv", "lies in a folder in a folder"),
        ("more.zip", "is packed again"),
        ("families.csv.gz", "is packed again"),
    ],
)
def test_a_member_that_is_not_right_is_named(tmp_path: Path, name: str, say: str) -> None:
    said = refusal(archive(tmp_path / "roster.zip", ("families.csv", TABLE), (name, TABLE)))
    assert said.startswith(f": {name!r} {say}")


def test_a_zip_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    said = refusal(archive(tmp_path / "roster.zip", ("families.csv", TABLE + " " * 20_000_000)))
    size = len(TABLE) + 20_000_000
    assert said == f": 'families.csv' would be more than 200 times larger unpacked ({size:,} bytes): no roster is"


def test_many_members_that_are_too_much_together_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("broadcaster.roster.importing.archives.MOST_BYTES", 250)
    path = archive(tmp_path / "roster.zip", ("a.csv", TABLE), ("b.csv", TABLE))
    assert refusal(path).endswith("bytes unpacked; a zip of a roster may have 250")
    monkeypatch.setattr("broadcaster.roster.importing.archives.MOST_MEMBERS", 1)
    assert refusal(path) == ": holds 2 files; a zip of a roster may hold 1"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "roster.zip", ("families.csv", TABLE))
    raw = bytearray(path.read_bytes())
    raw[raw.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(raw)
    assert refusal(path) == ": 'families.csv' is encrypted; make the zip without a password"


def test_an_unusual_packing_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "roster.zip", ("families.csv", TABLE), packing=ZIP_BZIP2)
    assert "is packed in an unusual way" in refusal(path)


@pytest.mark.parametrize("keep", [0.2, 0.6, 0.95])
def test_a_zip_that_is_cut_off_is_refused(tmp_path: Path, keep: float) -> None:
    path = archive(tmp_path / "roster.zip", ("families.csv", TABLE))
    raw = path.read_bytes()
    path.write_bytes(raw[: int(len(raw) * keep)])
    assert refusal(path) == ": the zip is damaged or cut off; make it again"


def test_a_member_that_is_damaged_inside_is_refused(tmp_path: Path) -> None:
    rows = [",".join(pair(f"S{n}", f"C{n}")) for n in range(2000)]
    path = archive(tmp_path / "roster.zip", ("families.csv", "\n".join([",".join(FAMILIES), *rows])))
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 0xFF
    path.write_bytes(raw)
    assert refusal(path) == "/families.csv: is damaged or cut off inside the zip; make the zip again"


def test_a_member_that_declares_less_than_it_holds_is_refused(tmp_path: Path) -> None:
    rows = [",".join(pair(f"S{n}", f"C{n}")) for n in range(500)]
    content = "\n".join([",".join(FAMILIES), *rows])
    path = archive(tmp_path / "roster.zip", ("families.csv", content))
    raw = path.read_bytes()
    size = len(content).to_bytes(4, "little")
    path.write_bytes(raw.replace(size, (1000).to_bytes(4, "little")))
    assert refusal(path).startswith("/families.csv: is damaged")


def test_a_name_twice_and_no_roster_at_all_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "roster.zip", ("a/families.csv", TABLE), ("b/families.csv", TABLE))
    assert refusal(path) == ": holds two files called families.csv"
    assert refusal(archive(tmp_path / "roster.zip", ("read.me", "x"))) == (
        ": the zip holds no .csv file (nor .tsv or .xml)"
    )


def test_an_excel_workbook_is_named(tmp_path: Path) -> None:
    path = archive(tmp_path / "roster.xlsx", ("[Content_Types].xml", "<a/>"), ("xl/workbook.xml", "<a/>"))
    assert refusal(path) == ": is an Excel workbook; save its sheet as CSV first"


def test_a_zip_in_a_folder_is_no_table(tmp_path: Path) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as made:
        made.writestr("x.csv", TABLE)
    (tmp_path / "families.csv").write_bytes(packed.getvalue())
    assert refusal(tmp_path) == "/families.csv: is not a CSV file but a zip or an Excel workbook; save it as CSV first"


def test_a_file_above_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "families.csv"
    with path.open("wb") as sparse:
        sparse.write(TABLE.encode())
        sparse.truncate(files.LARGEST + 1)
    assert refusal(path) == ": has 2,000,000,001 bytes; a file of a roster may have 2,000,000,000"
