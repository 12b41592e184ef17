"""What a text is answered by itself: a call for help, and a word that a message was read. All else waits for a person.

The vendor's opt-out handling answers STOP and START itself, so we say nothing to them.
"""

from broadcaster.delivery.send import links
from broadcaster.kinds import Channel
from broadcaster.replies.models import ReplyKind
from broadcaster.replies.recording import Taken
from broadcaster.roster.models import ContactPoint
from broadcaster.settings import Settings
from broadcaster.templating import phrases
from broadcaster.text import phones

#: seconds that a link to somebody's choices holds
LINK_HOLDS = 7 * 86_400.0


def answer(taken: Taken, settings: Settings) -> str:
    """The words to send back, "" for none. In the language of the keyword, else in the family's."""
    if not taken.answered:
        return ""
    if taken.reply.kind == ReplyKind.READ:
        return phrases.said("answered_text", taken.language)
    if taken.reply.kind == ReplyKind.HELP:
        return _help(taken, settings)
    return ""


def _help(taken: Taken, settings: Settings) -> str:
    """Who we are, whom to call, how to stop, as carriers ask for it; to a phone that we know, its own choices too."""
    district = settings.district.district
    own_line = settings.district.language_lines
    number = next((own_line[tag] for tag in (taken.language,) if tag in own_line), district.phone)
    number = phones.for_people(phones.normalise(number, district.region), district.region)
    said = phrases.said("help", taken.language).format(district=district.name, phone=number)
    link = choices_link(taken)
    return f"{said} {phrases.said('help_choices', taken.language).format(link=link)}" if link else said


def choices_link(taken: Taken) -> str:
    """The page of whoever texted, "" for a phone that is nobody's we know."""
    phone = ContactPoint.objects.filter(channel=Channel.SMS, address=taken.reply.sender, contact__left_at=None)
    point = phone.order_by("contact_id").first()
    return links.choices(point.contact_id, point.pk, taken.reply.at + LINK_HOLDS) if point else ""
