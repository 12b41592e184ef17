"""A forecast in words, and as a piece of a JSON document."""

from typing import Any

from broadcaster.delivery.forecasting.forecast import Forecast
from broadcaster.kinds import Channel
from broadcaster.reports.phrases import counted, duration
from broadcaster.settings import SETTINGS

#: less than this is told as a moment: no rate is known so well
_MOMENT = 5.0


def lines(forecast: Forecast) -> list[str]:
    """How many messages, how long, and what they cost: a sentence each."""
    texts, mails = forecast.messages(Channel.SMS), forecast.messages(Channel.EMAIL)
    if not texts and not mails:
        return ["Nobody of them has an address that could be written to: no message would go out."]
    kinds = []
    if texts:
        segments = counted(forecast.segments, "segment", "segments")
        kinds.append(f"{counted(texts, 'text message', 'text messages')} ({segments})")
    if mails:
        kinds.append(counted(mails, "email", "emails"))
    return [f"That is {' and '.join(kinds)}.", _time(forecast), _cost(forecast)]


def facts(forecast: Forecast) -> dict[str, Any]:
    """The forecast for `--json`. The cost is null where no price is known."""
    prices = SETTINGS.district.prices
    return {
        "families": forecast.families,
        "messages": {channel.value: forecast.messages(channel) for channel in Channel},
        "segments": forecast.segments,
        "cost": round(forecast.cost, 4) if prices.known else None,
        "currency": prices.currency,
        "seconds": round(forecast.seconds, 6),
        "seconds_most_families": None if forecast.most_seconds is None else round(forecast.most_seconds, 6),
    }


def _time(forecast: Forecast) -> str:
    if forecast.seconds < _MOMENT:
        return "All are on their way within a few seconds."
    everybody = f"all are on their way after {duration(forecast.seconds)}"
    if forecast.most_seconds is None or forecast.most_seconds > 0.99 * forecast.seconds:
        return f"At today's rates {everybody}."
    most = "a few seconds" if forecast.most_seconds < _MOMENT else duration(forecast.most_seconds)
    return f"At today's rates nine families in ten have been written to after {most}, and {everybody}."


def _cost(forecast: Forecast) -> str:
    prices = SETTINGS.district.prices
    if not prices.known:
        return f"What it costs is not known: {SETTINGS.config_path.name} has no [prices]."
    return f"It costs about {forecast.cost:,.2f} {prices.currency}."
