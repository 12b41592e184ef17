"""Roster imports: files in, a plan, and the roster made so, all or nothing.

files, archives -> formats      which files there are, and which format they are in
table -> sheets, xml_records    rows and records, where they stand, what can't be read
plain_csv, oneroster, clever,
sds, edfi -> facts -> wanted    what the files ask for
present -> plan -> guard        what stands, page by page; the difference, and whether it is safe
households -> staging           who is written together, and their rows when their turn comes
applying                        the writing
"""

from broadcaster.roster.importing.errors import ImportRefused, Rejected, Warned
from broadcaster.roster.importing.steps import ImportResult, RosterCounts, run

__all__ = ["ImportRefused", "ImportResult", "Rejected", "RosterCounts", "Warned", "run"]
