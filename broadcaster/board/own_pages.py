"""The pages behind links of one's own: choices, one-click unsubscribe, "I have read it". A GET changes nothing, since
mail programs and scanners open every link; and no page says whose it is.
"""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from broadcaster import clock
from broadcaster.board import frame, notices
from broadcaster.broadcasts.models import Broadcast
from broadcaster.console.guard import open_to_all
from broadcaster.delivery.epoch import References
from broadcaster.delivery.models import ANSWERED_WITHIN, Delivery
from broadcaster.delivery.send import links
from broadcaster.kinds import Channel, Purpose
from broadcaster.replies import choosing, reading
from broadcaster.replies.answering import LINK_HOLDS
from broadcaster.replies.choosing import Chooser
from broadcaster.replies.unsubscribing import delivery_of, unsubscribe
from broadcaster.roster.models import Contact, ContactPoint
from broadcaster.templating.phrases import page_languages
from broadcaster.text.languages import chain, resolve

#: seconds after its message that the link under a mail leads on to all choices: it may be passed on for years
_LEADS_ON = 30 * 86_400.0
_FIRST = ["GET", "HEAD", "POST"]


@open_to_all
@csrf_exempt  # the link itself is what allows it; there is no cookie that another site could use
@require_http_methods(_FIRST)
def choices(request: HttpRequest, token: str) -> HttpResponse:
    """Language, addresses and purposes; and "this is not for me"."""
    opened = links.opened_choices(token)
    whose = choosing.chooser(*opened) if opened else None
    if whose is None:
        return over(request)
    language = _read_by(whose.contact, request)
    if whose.retired:
        return frame.page("wrong_done", language)
    if request.method != "POST":
        return _choices(whose, language)
    if "not-mine" in request.POST:
        choosing.retire(whose)
        return frame.page("wrong_done", language)
    asked = request.POST.get("language", "")
    chosen = asked if asked in page_languages() else ""
    choosing.choose(whose, chosen, _wanted(request))
    whose.contact.refresh_from_db()
    return _choices(whose, chosen or language, saved=True)


@open_to_all
@csrf_exempt  # mail programs post without a page (RFC 8058)
@require_http_methods(_FIRST)
def unsubscribing(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST stops general messages to this address and nothing else."""
    delivery = delivery_of(token)
    if delivery is None:
        return over(request, status=404)
    language = _language_of(delivery, request)
    done = request.method == "POST"
    if done:
        unsubscribe(delivery)
    return frame.page("unsubscribe", language, done=done, choices=_all_choices(delivery))


@open_to_all
@csrf_exempt  # as above
@require_http_methods(_FIRST)
def read(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks, POST keeps that they have read it."""
    reference = links.opened_to_acknowledge(token)
    delivery_id = References().resolve(reference)
    delivery = None if delivery_id is None else Delivery.objects.filter(pk=delivery_id).first()
    broadcast = Broadcast.objects.filter(pk=delivery.broadcast_id).first() if delivery else None
    if delivery is None or broadcast is None or clock.now() - (broadcast.approved_at or 0.0) > ANSWERED_WITHIN:
        return over(request)
    language = _language_of(delivery, request)
    by_tag = {words.language: words for words in notices.words_of(broadcast.pk)}
    state = "already" if reading.acknowledged(delivery) else "asked"
    if state == "asked" and request.method == "POST":
        state = "done"
        if not broadcast.drill:
            reading.acknowledge(delivery, "link", clock.now())
    return frame.page("read", language, state=state, words=by_tag.get(resolve(delivery.language, by_tag)))


def over(request: HttpRequest, status: int = 410) -> HttpResponse:
    """A link that does not hold (any more): says so, whom to call, and nothing else."""
    return frame.page("over", frame.wanted(request), status=status)


def _choices(whose: Chooser, language: str, *, saved: bool = False) -> HttpResponse:
    ways = whose.ways
    usable = [way for way in ways if not way.suppressed]
    return frame.page(
        "choices",
        language,
        whose=whose,
        ways=ways,
        shown=choosing.masked(Channel(whose.point.channel), whose.point.address),
        until=frame.moment(whose.until, language),
        purposes=[purpose.value for purpose in Purpose],
        saved=saved,
        no_emergency=not any(Purpose.EMERGENCY in way.purposes for way in usable),
    )


def _wanted(request: HttpRequest) -> set[tuple[int, Purpose]]:
    """The ticked boxes: `17-general`."""
    known = {purpose.value: purpose for purpose in Purpose}
    found = set()
    for given in request.POST.getlist("way"):
        point, _, purpose = given.partition("-")
        if point.isascii() and point.isdecimal() and len(point) < 19 and purpose in known:
            found.add((int(point), known[purpose]))
    return found


def _read_by(contact: Contact | None, request: HttpRequest) -> str:
    """The contact's language where the pages have it, else the browser's."""
    if contact is not None and contact.language and set(chain(contact.language)[:-1]) & page_languages().keys():
        return contact.language
    return frame.wanted(request)


def _language_of(delivery: Delivery, request: HttpRequest) -> str:
    return _read_by(Contact.objects.filter(pk=delivery.contact_id).first(), request)


def _all_choices(delivery: Delivery) -> str:
    """On to all choices, while the message is young; "" after that."""
    broadcast = Broadcast.objects.filter(pk=delivery.broadcast_id, drill=False).first()
    if broadcast is None or clock.now() - (broadcast.approved_at or 0.0) > _LEADS_ON:
        return ""
    address = {"channel": delivery.channel, "address": delivery.address}
    point = ContactPoint.objects.filter(contact_id=delivery.contact_id, contact__left_at=None, **address).first()
    return links.choices(delivery.contact_id, point.pk, clock.now() + LINK_HOLDS) if point else ""
