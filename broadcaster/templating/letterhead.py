"""The district as its messages name it."""

from broadcaster.district import School
from broadcaster.settings import SETTINGS
from broadcaster.templating.render import Letterhead
from broadcaster.text import phones


def own(school: School | None = None) -> Letterhead:
    """The letterhead of this installation's district, with a school's own phone. Raises BadPhone for one that is
    none.
    """
    district = SETTINGS.district.district
    # no public address: until there is a public board, nobody could check a message there
    return Letterhead(
        district.name,
        _written((school.phone if school else "") or district.phone),
        district.colour,
        public_url="",
        region=district.region,
        language_lines={tag: _written(phone) for tag, phone in SETTINGS.district.language_lines.items()},
    )


def _written(phone: str) -> str:
    """A number as people write it here."""
    region = SETTINGS.district.district.region
    return phones.for_people(phones.normalise(phone, region), region)
