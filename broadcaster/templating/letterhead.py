"""The district as its messages name it."""

from broadcaster.settings import SETTINGS
from broadcaster.templating.render import Letterhead
from broadcaster.text import phones


def own() -> Letterhead:
    """The letterhead of this installation's district. Raises BadPhone for a district phone that is none."""
    district = SETTINGS.district.district
    phone = phones.for_people(phones.normalise(district.phone, district.region), district.region)
    # no public address: until there is a public board, nobody could check a message there
    return Letterhead(district.name, phone, district.colour, public_url="", region=district.region)
