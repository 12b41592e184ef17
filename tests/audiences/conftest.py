"""A small district that the audience tests ask about."""

from pathlib import Path

import pytest

from tests.roster.rosters import STAFF, pair, run, staff_row, write


@pytest.fixture
def district(db: None, tmp_path: Path) -> None:
    """Two schools, five children, four guardians, two staff.

    S1 (Roosevelt High, 9): A (en) and B (so, may not be contacted about S1)
    S2 (Roosevelt High, 10): A and B, who may be
    S3 (South High, 9): C (es-MX), no address
    S4 (South High, K): nobody on file
    S5 (no school, no grade): D (language unknown), who shares B's phone
    """
    rows = [
        pair("S1", "A", school="Roosevelt High", grade="9", phone="612-555-0101"),
        pair("S1", "B", school="Roosevelt High", grade="9", language="so", phone="612-555-0102", may_contact="no"),
        pair("S2", "A", school="Roosevelt High", grade="10", phone="612-555-0101"),
        pair("S2", "B", school="Roosevelt High", grade="10", language="so", phone="612-555-0102"),
        pair("S3", "C", school="South High", grade="9", language="es_MX", email=""),
        pair("S4", "", school="South High", grade="K"),
        pair("S5", "D", school="", grade="", language="", email="", phone="612-555-0102"),
    ]
    write(tmp_path / "families.csv", rows)
    write(tmp_path / "staff.csv", [staff_row("T1", school="South High"), staff_row("T2", school="")], STAFF)
    run(tmp_path)
