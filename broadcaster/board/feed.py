"""The notices as an Atom feed (RFC 4287), for readers, partners and other sites."""

from datetime import UTC, datetime
from urllib.parse import urljoin

from django.utils.feedgenerator import Atom1Feed

from broadcaster.board import notices
from broadcaster.board.frame import Places, say
from broadcaster.settings import SETTINGS
from broadcaster.text.languages import DEFAULT

_ENTRIES = 50


def atom(places: Places, base: str = "") -> str:
    """The newest notices in English, with the other languages behind their links. `base`: where the pages stand."""
    at = (base or SETTINGS.public_url).rstrip("/") + "/"
    speaking = say(DEFAULT)
    feed = Atom1Feed(
        title=speaking["board_title"],
        link=urljoin(at, places.board(DEFAULT)),
        description=speaking["board_intro"],
        language=DEFAULT,
        feed_url=urljoin(at, places.feed()),
        author_name=SETTINGS.district.district.name,
        feed_guid=f"{SETTINGS.public_url}/board",
    )
    for notice in notices.newest(_ENTRIES):
        words = notice.words_for(DEFAULT)
        own = speaking["own_value"]
        when = datetime.fromtimestamp(notice.at, UTC)
        feed.add_item(
            title=words.shown(words.subject, own),
            link=urljoin(at, places.notice(DEFAULT, notice.code)),
            description=words.shown(words.mail or words.text, own),
            unique_id=f"{SETTINGS.public_url}/board/{notice.code}/{notice.broadcast_id}",
            pubdate=when,
            updateddate=when,
        )
    return str(feed.writeString("utf-8"))
