"""Files that an audience names, taken in where the command runs; what of them could not be used is said on stderr."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from broadcaster.audiences.taking import WithFiles, take_files
from broadcaster.cli import output
from broadcaster.cli.broadcasts import operating_system_user
from broadcaster.reports.phrases import counted

_SHOWN = 10  # rejections


def taken(expression: str) -> WithFiles:
    """The expression with its files taken in. Raises BadInput."""
    found = take_files(expression, by=operating_system_user(), folder=Path())
    for one in found.taken:
        if one.rejected:
            output.note(f"{one.name}: {counted(len(one.rejected), 'row', 'rows')} could not be used:")
        for row in one.rejected[:_SHOWN]:
            output.note(f"  {row.file}:{row.line}: {f'{row.column}: ' if row.column else ''}{row.reason}")
        if len(one.rejected) > _SHOWN:
            output.note(f"  and {len(one.rejected) - _SHOWN} more; all of them: broadcaster audience --json")
    return found


def facts(found: WithFiles) -> list[dict[str, Any]]:
    """For `--json`."""
    return [asdict(one) for one in found.taken]
