"""Houses for whole-process tests: one for most of them, and one for each database and broker the product knows."""

import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from broadcaster.running.broker import PROGRAMS
from tests import postgres
from tests.whole import families
from tests.whole.families import Family, Town
from tests.whole.house import House

#: families of the school that whole-district tests are about, and of each school that belongs to one test
MANY, FEW = 300, 20
#: schools of the shared house that belong to one test each
SCHOOLS = ("Ash School", "Birch School", "Cedar School", "Linden School", "Maple School", "Pine School")


@dataclass(frozen=True, slots=True)
class Told:
    """A house whose roster is imported, and who is in it, by school."""

    house: House
    schools: dict[str, list[Family]]

    @property
    def everybody(self) -> list[Family]:
        """All families of the district."""
        return [family for school in self.schools.values() for family in school]

    def once(self, school: str = "", channel: str = "") -> dict[str, int]:
        """Each address of a school's families (else of all), and that it gets one message."""
        those = self.schools[school] if school else self.everybody
        found = [address for family in those for address in family.on(channel)]
        return dict.fromkeys(found, 1)


def settle_in(house: House, schools: dict[str, int]) -> Told:
    """Import a roster with so many families at each school."""
    town = Town()
    people = {school: town.families(school, size) for school, size in schools.items()}
    told = Told(house, people)
    path = families.write(house.folder / "families.csv", told.everybody)
    assert house.ask("import", str(path))["rejected"] == []
    return told


def look_through_the_logs(told: Told) -> None:
    """Nothing of the roster is in what a whole run has logged (law 9): no address, no name, no number of anybody."""
    house = told.house
    logs = sorted((house.home / "logs").iterdir())
    text = "\n".join(log.read_text(errors="replace") for log in logs) + (house.folder / "serve.log").read_text()
    assert "worker_listens" in text, "the logs were not where they are looked for"
    cells = {cell for family in told.everybody for row in family.rows for cell in row}
    addresses = {address for family in told.everybody for address in family.on("")}
    personal = addresses | {cell for cell in cells if len(cell) > 5 and any(map(str.isdigit, cell))}
    assert not [cell for cell in personal if cell in text or cell.lstrip("+") in text]


def redis_on_path() -> str:
    """PATH, where a Redis program is on it; else the test is skipped, but never in CI."""
    if not any(map(shutil.which, PROGRAMS)):
        assert not os.environ.get("CI"), "in CI no test is skipped: install redis-server"
        pytest.skip("needs redis-server or valkey-server on PATH: apt-get install redis-server")
    return os.environ["PATH"]


@contextmanager
def a_postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL; without the program the test is skipped, but never in CI."""
    if postgres.programs() is None:
        assert not os.environ.get("CI"), "in CI no test is skipped: install postgresql"
        pytest.skip("needs PostgreSQL: apt-get install postgresql")
    with TemporaryDirectory() as folder:  # not in pytest's own, which other users such as postgres can't enter
        server = postgres.start(Path(folder) / "postgres")
        try:
            yield server.url
        finally:
            server.stop()


@pytest.fixture(scope="module", params=["sqlite-fakeredis", "sqlite-redis", "postgresql-redis"])
def every_house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, new_ledger: Path
) -> Iterator[Told]:
    """A house on each database and broker, with many families."""
    database, _, broker = request.param.partition("-")
    folder = tmp_path_factory.mktemp(request.param)
    with ExitStack() as stack:
        path = redis_on_path() if broker == "redis" else "/nowhere"
        settings = {"DATABASE_URL": stack.enter_context(a_postgres())} if database == "postgresql" else {}
        house = House(folder, settings, path=path)
        stack.enter_context(house if settings else house.begin_with(new_ledger))
        told = settle_in(house, {"Oak School": MANY})
        yield told
        look_through_the_logs(told)


@pytest.fixture(scope="session")
def _town(tmp_path_factory: pytest.TempPathFactory, new_ledger: Path) -> Iterator[Told]:
    with House(tmp_path_factory.mktemp("house")).begin_with(new_ledger) as house:
        told = settle_in(house, dict.fromkeys(SCHOOLS, FEW) | {"Oak School": MANY})
        yield told
        look_through_the_logs(told)


@pytest.fixture
def town(_town: Told) -> Iterator[Told]:
    """The house that most tests share, on SQLite and the broker from Python. Each test has a school of its own."""
    yield _town
    _town.house.sandbox.faults()
