"""Old texts from families lose their words and the number they came from; when it came and what it was stays."""

from broadcaster.delivery import sql


def erase(before: float) -> int:
    """Erase those that came before an instant. How many."""
    return sql.execute(
        "UPDATE replies_reply SET sender = '', body = '', provider_id = 'erased-' || id, contact_ids = NULL "
        "WHERE at < %s AND provider_id NOT LIKE 'erased-%%'",
        [before],
    )
