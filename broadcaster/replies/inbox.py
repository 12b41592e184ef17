"""What waits for a person: wishes to stop first, then wrong numbers, stops at the carrier, and all else."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from broadcaster import clock
from broadcaster.broadcasts import audit
from broadcaster.broadcasts.models import Broadcast
from broadcaster.delivery.models import Delivery
from broadcaster.delivery.plan import single
from broadcaster.kinds import BadInput, Channel
from broadcaster.replies.models import WAITING, Answer, Reply, ReplyKind
from broadcaster.roster import consent
from broadcaster.roster.models import Contact, Guardianship, School, Suppression

#: seconds in which a wish to stop has to be seen to: the day
WITHIN = 86_400.0


@dataclass(frozen=True, slots=True)
class Sent:
    """An answer and what became of it, as the ledger has it."""

    answer: Answer
    status: str


@dataclass(frozen=True, slots=True)
class Letter:
    """A reply as the office sees it. `late`: a wish to stop that has waited longer than a day. `reachable_by_mail`: of
    a phone that no text reaches any more, whether its people have a working mail address.
    """

    reply: Reply
    contacts: tuple[Contact, ...]
    names: tuple[str, ...]
    children: tuple[str, ...]
    school: str
    broadcast: str
    answers: tuple[Sent, ...]
    late: bool
    reachable_by_mail: bool

    @property
    def may_be_answered(self) -> bool:
        """Whether a text can go back: it came by text, from somebody on file who did not stop."""
        texted = self.reply.kind in (ReplyKind.WISH, ReplyKind.OTHER) and self.reply.sender.startswith("+")
        return texted and bool(self.names)


def waiting(school: School | None = None) -> QuerySet[Reply]:
    """What nobody has seen to, the most pressing first; of one school, or of the whole district."""
    order = Case(
        *(When(kind=kind, then=Value(place)) for place, kind in enumerate(WAITING)), output_field=IntegerField()
    )
    pressing = Q(kind__in=[ReplyKind.WISH, ReplyKind.WRONG, ReplyKind.OTHER]) | Q(kind=ReplyKind.STOP, at_carrier=True)
    found = Reply.objects.filter(pressing, done_at=None, simulated=False)
    if school is not None:
        found = found.filter(school_id=school.pk)
    return found.order_by(order, "at")


def done(school: School | None = None) -> QuerySet[Reply]:
    """What was seen to, the newest first."""
    found = Reply.objects.exclude(done_at=None)
    return (found.filter(school_id=school.pk) if school is not None else found).order_by("-done_at")


def letters(replies: Sequence[Reply]) -> list[Letter]:
    """Them with whose they are and what was answered."""
    schools = dict(School.objects.values_list("pk", "name"))
    titles = dict(
        Broadcast.objects.filter(pk__in=[reply.broadcast_id for reply in replies if reply.broadcast_id]).values_list(
            "pk", "title"
        )
    )
    return [_letter(reply, schools, titles) for reply in replies]


def answer(reply: Reply, text: str, by: str) -> Answer:
    """Text back, and count it as seen to. Raises BadInput where that can't be."""
    (letter,) = letters([reply])
    if not letter.may_be_answered:
        raise BadInput(f"reply {reply.pk} can't be answered by text: call them instead")
    contact = Contact.objects.get(pk=(reply.contact_ids or [])[0])
    with transaction.atomic():
        sent = single.text(contact, reply.sender, text, school_id=reply.school_id, by=by, sender=reply.to)
        made = Answer.objects.create(reply=reply, text=text.strip(), by=by, at=clock.now(), broadcast_id=sent.pk)
        see_to(reply, by, "answered")
    return made


def stop(reply: Reply, by: str) -> None:
    """A person read a wish to stop out of it: no more texts to that phone, of any purpose."""
    with transaction.atomic():
        consent.opt_out_everything(Channel.SMS, reply.sender, f"reply {reply.pk}", clock.now())
        see_to(reply, by, "stopped texts")


def see_to(reply: Reply, by: str, note: str) -> None:
    """Nothing more is to be done about it. Once; who was first stays."""
    mine = Reply.objects.filter(pk=reply.pk, done_at=None)
    if mine.update(done_at=clock.now(), done_by=by, note=note[:300]):
        audit.write(by, "saw to a reply", reply.broadcast_id, {"reply": reply.pk, "how": note[:300]})
    reply.refresh_from_db()


def _letter(reply: Reply, schools: dict[int, str], titles: dict[int, str]) -> Letter:
    ids = reply.contact_ids or []
    contacts = list(Contact.objects.filter(pk__in=ids).order_by("pk"))
    ties = Guardianship.objects.filter(contact_id__in=ids, student__left_at=None).order_by("student__name")
    children = dict.fromkeys(
        f"{name} ({grade})" if grade else name for name, grade in ties.values_list("student__name", "student__grade")
    )
    return Letter(
        reply=reply,
        contacts=tuple(contacts),
        names=tuple(contact.name or f"contact {contact.pk}" for contact in contacts),
        children=tuple(children),
        school=schools.get(reply.school_id or 0, ""),
        broadcast=titles.get(reply.broadcast_id or 0, ""),
        answers=tuple(_sent(each) for each in reply.answers.order_by("pk")),
        late=reply.kind == ReplyKind.WISH and reply.done_at is None and clock.now() - reply.at > WITHIN,
        reachable_by_mail=_has_mail(ids),
    )


def _sent(answer: Answer) -> Sent:
    status = Delivery.objects.filter(broadcast_id=answer.broadcast_id).values_list("status", flat=True).first()
    return Sent(answer, status or "")


def _has_mail(contact_ids: list[int]) -> bool:
    dead = Suppression.objects.filter(channel=Channel.EMAIL, lifted_at=None).values("address")
    mails = Contact.objects.filter(pk__in=contact_ids, points__channel=Channel.EMAIL)
    return mails.exclude(points__address__in=dead).exists()
