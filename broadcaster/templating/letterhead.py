"""The district as its messages name it."""

from broadcaster.district import School
from broadcaster.settings import SETTINGS
from broadcaster.templating.layout import Letterhead, Update
from broadcaster.text import phones

#: where the notice board is, on the public address
BOARD_PATH = "/board"


def own(school: School | None = None, code: str = "", update: Update | None = None) -> Letterhead:
    """The letterhead of this installation's district, with a school's own phone, around the message of that code.
    Raises BadPhone for a phone that is none.
    """
    district = SETTINGS.district.district
    return Letterhead(
        district.name,
        _written((school.phone if school else "") or district.phone),
        district.colour,
        public_url=SETTINGS.public_url + BOARD_PATH,
        short_name=district.short_name,
        region=district.region,
        language_lines={tag: _written(phone) for tag, phone in SETTINGS.district.language_lines.items()},
        code=code,
        update=update,
    )


def _written(phone: str) -> str:
    """A number as people write it here."""
    region = SETTINGS.district.district.region
    return phones.for_people(phones.normalise(phone, region), region)
