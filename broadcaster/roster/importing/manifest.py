"""OneRoster's manifest.csv: which files there are, and whether each is all of it or the changes alone.

A folder without a manifest is taken for whole files: many exports leave it out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from broadcaster.roster.importing import standard
from broadcaster.roster.importing.errors import ImportRefused
from broadcaster.roster.importing.files import File
from broadcaster.roster.importing.reading import Reading
from broadcaster.roster.importing.standard import Standard

NAME = "manifest.csv"
STANDARD = Standard(NAME, ("propertyName", "value"))


class Mode(StrEnum):
    """What a file holds (OneRoster 1.1 CSV binding, section 3)."""

    BULK = "bulk"
    DELTA = "delta"
    ABSENT = "absent"


@dataclass(frozen=True)
class Manifest:
    """What the manifest says of each file, by the file's name in lower case."""

    modes: Mapping[str, Mode] = field(default_factory=dict)

    def file(self, files: Mapping[str, File], name: str) -> File | None:
        """The file of that name, unless the manifest says that it does not count.

        Raises ImportRefused if the manifest promises a file that is not there.
        """
        mode = self.modes.get(name.lower())
        if mode in (Mode.BULK, Mode.DELTA) and name.lower() not in files:
            raise ImportRefused(f"{files[NAME].where}: says {mode} for {name}, and there is no such file")
        return None if mode is Mode.ABSENT else files.get(name.lower())

    def is_delta(self, name: str) -> bool:
        """Whether the file has the changes alone."""
        return self.modes.get(name.lower()) is Mode.DELTA


def read(files: Mapping[str, File], reading: Reading) -> Manifest:
    """Read the manifest among the files. Raises ImportRefused if it says of a file what is no mode."""
    if NAME not in files:
        return Manifest()
    modes = dict[str, Mode]()
    for record in standard.sheet(files[NAME], STANDARD, reading).records(reading):
        name, value = record.text("propertyName", 100), record.text("value", 100).lower()
        if not name.lower().startswith("file."):
            continue
        if value not in set(Mode):
            raise ImportRefused(f"{files[NAME].where}: says {value!r} for {name}; right are bulk, delta and absent")
        modes[name.lower().removeprefix("file.") + ".csv"] = Mode(value)
    return Manifest(modes)
