"""Everything a run found, kept as a file, so that its page can be written again without measuring again."""

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.measure import Case, Result
from bench.medians import Table
from bench.paced import Paced


@dataclass
class Findings:
    """The single measurements of a run. `parts` are results by the part of the run they belong to."""

    command: str
    when: str
    machine: str
    rounds: int
    slow_rounds: int
    seconds: float = 0.0
    parts: dict[str, list[Result]] = field(default_factory=dict)
    paced: list[Paced] = field(default_factory=list)

    def add(self, part: str, found: Result | Paced) -> None:
        """Take in one more measurement."""
        if isinstance(found, Paced):
            self.paced.append(found)
        else:
            self.parts.setdefault(part, []).append(found)

    @property
    def everything(self) -> list[Result]:
        """The results of all parts."""
        return [*(one for part in self.parts.values() for one in part), *(one.result for one in self.paced)]

    @property
    def faultless(self) -> bool:
        """Whether no message was lost and none came twice."""
        return not any(one.duplicates or one.lost for one in self.everything)

    @property
    def ways(self) -> Table:
        """Everybody beside everybody."""
        return Table(self.parts.get("ways", ()))

    @property
    def size(self) -> Table:
        """This product with few and with many deliveries."""
        return Table(self.parts.get("size", ()))

    def keep(self, path: Path) -> None:
        """Write it all down."""
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(dataclasses.asdict(self), indent=1))


def kept(path: Path) -> Findings:
    """What `keep` wrote."""
    told = json.loads(path.read_text())
    told["parts"] = {name: [_result(one) for one in part] for name, part in told["parts"].items()}
    told["paced"] = [Paced(**one | {"result": _result(one["result"])}) for one in told["paced"]]
    return Findings(**told)


def _result(told: dict[str, Any]) -> Result:
    case = told["case"]
    return Result(**told | {"case": Case(**case | {"channels": tuple(case["channels"])})})
