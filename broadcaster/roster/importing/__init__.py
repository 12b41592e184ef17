"""Roster imports: files in, a plan, and the roster made so, all or nothing.

files -> table -> plain_csv -> facts -> wanted   what the files ask for
present                                          what stands
plan -> guard -> applying                        the difference, whether it is safe, and its writing
"""

from broadcaster.roster.importing.errors import ImportRefused, Rejected
from broadcaster.roster.importing.steps import ImportResult, RosterCounts, run

__all__ = ["ImportRefused", "ImportResult", "Rejected", "RosterCounts", "run"]
