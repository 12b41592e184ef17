"""Old texts from families lose their words and the number they came from; when it came and what it was stays."""

from broadcaster.delivery import sql


def erase(before: float) -> int:
    """Erase those that came before an instant, and what was answered to them. How many."""
    sql.execute("UPDATE replies_answer SET text = '' WHERE at < %s AND text <> ''", [before])
    return sql.execute(
        "UPDATE replies_reply SET sender = '', body = '', note = '', provider_id = 'erased-' || id, contact_ids = NULL "
        "WHERE at < %s AND provider_id NOT LIKE 'erased-%%'",
        [before],
    )
