"""What a row says of whether a contact may be written to about a student, and lives with them."""

from broadcaster.roster.importing.sheets import Record


def may_contact(record: Record) -> bool:
    """Empty means yes. What can't be read means no: it may be a court's word, and the rejection shows it."""
    allowed = record.flag("may_contact", unreadable=False) is not False
    forbidden = record.flag("do_not_contact", unreadable=True) is True
    return allowed and not forbidden


def lives_with(record: Record) -> bool | None:
    """None where the row does not say, or not so that it can be read."""
    return record.flag("lives_with", unreadable=None)
