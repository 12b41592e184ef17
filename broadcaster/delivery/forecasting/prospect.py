"""What sending a draft would mean: to whom, what they get, what it costs and how long it takes. Nothing is written."""

from dataclasses import asdict, dataclass
from typing import Any

from broadcaster.audiences import Counts, count
from broadcaster.broadcasts import composing, threads, wordings
from broadcaster.broadcasts.drafting import Order
from broadcaster.broadcasts.models import Broadcast
from broadcaster.broadcasts.outlook import Outlook, outlook
from broadcaster.delivery.forecasting.forecast import Forecast, forecast
from broadcaster.kinds import Channel, Purpose
from broadcaster.settings import SETTINGS


@dataclass(frozen=True, slots=True)
class Prospect:
    """All of it at one roster and today's rates."""

    counts: Counts
    forecast: Forecast
    outlooks: list[Outlook]

    def kept(self) -> dict[str, Any]:
        """As plain values, for a draft to keep. The cost is None where no price is known."""
        prices = SETTINGS.district.prices
        return {
            "counts": asdict(self.counts),
            "families": self.forecast.families,
            "sms": self.forecast.messages(Channel.SMS),
            "email": self.forecast.messages(Channel.EMAIL),
            "segments": self.forecast.segments,
            "cost": self.forecast.cost if prices.known else None,
            "currency": prices.currency,
            "seconds": self.forecast.seconds,
            "most_seconds": self.forecast.most_seconds,
            "languages": [_language(one) for one in self.outlooks],
        }


def prospect(order: Order) -> Prospect:
    """Ask the roster. Values of the order may be missing, and none may be wrong. Raises AudienceError, BadInput."""
    place = threads.place(order.follows, corrects=order.corrects, drill=order.drill) if order.follows else None
    audience = place.audience(order.audience) if place else order.audience
    update = place.update if place else None
    composed = composing.compose(order.template, order.values, order.changes, audience, update)
    template = composed.template
    people = count(audience, template.purpose)
    drafted = wordings.drafted(template, composed.values, composed.school, people.by_language, update)
    decisions = wordings.decided(drafted, template.purpose, order.unreviewed)
    texts = wordings.texts(wordings.going_out(drafted, decisions))
    ahead = forecast(audience, template.purpose, order.channels or template.channels, texts)
    return Prospect(people, ahead, outlook(drafted, template.purpose, audience, order.unreviewed))


def of_broadcast(broadcast: Broadcast) -> Prospect:
    """The same of a broadcast before its approval, with the very words that it has. Raises AudienceError."""
    purpose = Purpose(broadcast.purpose)
    drafted = list(broadcast.wordings.all())
    texts = wordings.texts(wordings.going_out(drafted, wordings.decided(drafted, purpose)))
    ahead = forecast(broadcast.audience, purpose, broadcast.channel_list, texts, broadcast.pk)
    return Prospect(count(broadcast.audience, purpose), ahead, outlook(drafted, purpose, broadcast.audience))


def _language(one: Outlook) -> dict[str, Any]:
    return {
        "tag": one.language,
        "name": one.name,
        "families": one.families,
        "gets": one.decision.gets.value,
        "why": one.decision.why.value,
        "has_words": one.words is not None,
    }
