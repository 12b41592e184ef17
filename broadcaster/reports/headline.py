"""A report's sentences: how it went, as one would say it."""

from broadcaster.broadcasts.status import BroadcastStatus
from broadcaster.delivery.status import DeliveryStatus
from broadcaster.reports.phrases import counted, duration, moment, money, number
from broadcaster.reports.report import Report, Share

_B, _D = BroadcastStatus, DeliveryStatus

_NOT_OUT = {
    _B.DRAFT.value: "This is a draft: nothing has gone out.",
    _B.IN_REVIEW.value: "This waits for a second person to approve it: nothing has gone out.",
}


def headline(report: Report, *, pointer: str = ": see who") -> str:
    """The first sentences: what became of it as a whole. `pointer` leads to those who were not reached."""
    if report.status in _NOT_OUT:
        return _NOT_OUT[report.status]
    if report.started_at is None and report.status == _B.APPROVED:
        if report.due_at and report.due_at > report.as_of:
            return f"Approved. It goes out at {moment(report.due_at, report.as_of)}."
        return "Approved. It goes out as soon as a worker takes it up."
    if not report.planned:
        return f"{_before(report)}{_reached_so_far(report)} {_unplanned(report)}"
    if not report.families.total and not report.people.total:
        return f"{_before(report)}The audience is empty: there is nobody to write to."
    return f"{_before(report)}{_reached(report, pointer)}"


def _before(report: Report) -> str:
    """What stopped it, if something did, on a line of its own."""
    if report.status == _B.PAUSED:
        return f"Paused: {_ended(report.status_reason or 'no reason was given')}\n"
    if report.status == _B.CANCELLED:
        return f"Cancelled: {_ended(report.status_reason or 'no reason was given')}\n"
    return ""


def _ended(sentence: str) -> str:
    return sentence if sentence.endswith((".", "!", "?")) else f"{sentence}."


def _unplanned(report: Report) -> str:
    if report.status == _B.CANCELLED:
        return "It was cancelled before all of it was planned."
    if report.status == _B.PAUSED:
        return "Not all of it is planned yet: the numbers here will grow."
    return "It is still being planned: all numbers here will grow."


def _reached_so_far(report: Report) -> str:
    """While it is being planned nobody knows of how many."""
    parts = [counted(report.families.reached, "family", "families")] if report.families.total else []
    parts += [counted(report.people.reached, "staff member", "staff members")] if report.people.total else []
    return f"{' and '.join(parts) or 'Nobody'} reached{'' if report.complete else ' so far'}."


def _reached(report: Report, pointer: str) -> str:
    families = Share(report.families.total, report.families.reached)
    said = [(share, noun) for share, noun in ((families, "families"), (report.people, "staff members")) if share.total]
    parts = [f"{number(share.reached)} of {number(share.total)} {noun}" for share, noun in said]
    missing = sum(share.total - share.reached for share, _ in said)
    if not missing:
        return f"{' and '.join(parts)} reached. Nobody is missing."
    if report.complete:
        return f"{' and '.join(parts)} reached. {number(missing)} not{pointer}."
    return f"{' and '.join(parts)} reached so far. {number(missing)} not yet{pointer}."


def timeline(report: Report) -> str:
    """By when families were reached; empty where no share of them has a time yet."""
    families = report.families
    parts = [
        f"{share} after {duration(seconds)}"
        for share, seconds in (("half", families.t50), ("90 %", families.t90), ("99 %", families.t99))
        if seconds is not None
    ]
    if not parts:
        return ""
    note = "" if families.reachable == families.total else f", of the {number(families.reachable)} that we can write to"
    return f"Families reached: {', '.join(parts)}{note}."


def students(report: Report) -> str:
    """How many children have somebody at home who knows; empty where no student is meant."""
    found = report.students
    if not found.total:
        return ""
    return f"{number(found.reached)} of {number(found.total)} students have a family that was reached."


def cost(report: Report) -> str:
    """What went out, and what it costs; empty while nothing has left."""
    if not (report.segments or report.mails):
        return ""
    sent = f"{counted(report.segments, 'text segment', 'text segments')} and {counted(report.mails, 'email', 'emails')}"
    return f"{sent}, about {money(report.cost, report.currency)}" if report.cost is not None else sent


def _in_doubt(report: Report, unknown: int) -> list[str]:
    """Of how many nobody knows whether they were sent, and who settles it."""
    said = []
    if report.status == _B.CANCELLED:
        return [f"{counted(unknown, 'message', 'messages')} may or may not have been sent."] if unknown else []
    if (asked := unknown - report.waiting) > 0:
        messages = counted(asked, "message", "messages")
        said.append(f"Of {messages} nobody knows yet whether they were sent: the providers are being asked.")
    if report.waiting:
        were_sent = counted(report.waiting, "message was sent", "messages were sent")
        said.append(f"Nobody can tell whether {were_sent}. A person has to: broadcaster doubts {report.id}")
    return said


def acknowledged(report: Report) -> str:
    """How many families said that they have read it; "" where nobody was asked."""
    said = report.acknowledged
    return f"{number(said.reached)} of {number(said.total)} families said that they have read it." if said else ""


def open_ends(report: Report) -> list[str]:
    """What is not over yet, a sentence each."""
    count = report.totals.get
    said = []
    if waiting := count(_D.QUEUED, 0) + count(_D.SENDING, 0):
        said.append(f"{counted(waiting, 'message has', 'messages have')} yet to go out.")
    said += _in_doubt(report, count(_D.UNKNOWN, 0))
    if sent := count(_D.SENT, 0):
        said.append(
            f"{counted(sent, 'message was', 'messages were')} sent, not confirmed."
            if report.complete
            else f"{counted(sent, 'message waits', 'messages wait')} for a receipt."
        )
    return said
