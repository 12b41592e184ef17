"""What the vendors accepted, in memory, found by id and by address; the journal's other end."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from typing import Any

from broadcaster.sandbox.journal import Journal
from broadcaster.sandbox.messages import EMAIL, SMS, Answer, Mail, Text, Wording
from broadcaster.sandbox.tally import Tally

Message = Text | Mail

_TEXT_FIELDS = ("sid", "to", "sender", "body", "callback", "segments", "created_at")
_MAIL_FIELDS = ("id", "to", "created_at", "own_subject", "substitutions", "own_headers", "args")


class Store:
    """Keeps messages in the order of acceptance. Mail addresses are one address whatever their case."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self.tally = Tally()
        self.texts: list[Text] = []
        self.mails: list[Mail] = []
        self.answers: list[Answer] = []
        self._texts_by_sid: dict[str, Text] = {}
        self._mails_by_id: dict[str, Mail] = {}
        self._by_address: dict[tuple[str, str], list[Message]] = {}
        self._stopped: set[tuple[str, str]] = set()
        self._unsettled: dict[str, Message] = {}

    def add_text(self, text: Text) -> None:
        """Accept a text."""
        self._keep_text(text)
        self._journal.write({"kind": "text", **{name: getattr(text, name) for name in _TEXT_FIELDS}})

    def add_mails(self, wording: Wording, mails: Iterable[Mail]) -> None:
        """Accept all mails of one request."""
        self._journal.write({"kind": "wording", **asdict(wording)})
        for mail in mails:
            self._keep_mail(mail)
            own = {name: getattr(mail, name) for name in _MAIL_FIELDS}
            self._journal.write({"kind": "mail", "wording": wording.id, **own})

    def add_answer(self, answer: Answer) -> None:
        """Keep a text from a family; STOP and START change what the district's number may send to it."""
        self._keep_answer(answer)
        self._journal.write({"kind": "answer", **asdict(answer)})

    def settle(self, message: Message) -> None:
        """Nothing more happens to this message: a sandbox started again leaves it as it is."""
        name = _name(message)
        if self._unsettled.pop(name, None) is not None:
            detail = message.code if isinstance(message, Text) else message.reason
            self._journal.write({"kind": "settled", "id": name, "status": message.status, "detail": detail,
                                 "at": message.updated_at})  # fmt: skip

    def text(self, sid: str) -> Text | None:
        """The text of this sid."""
        return self._texts_by_sid.get(sid)

    def mail(self, id: str) -> Mail | None:  # noqa: A002 - the vendor's own word
        """The mail of this id."""
        return self._mails_by_id.get(id)

    def texts_to(self, number: str) -> Sequence[Text]:
        """All texts to a number, oldest first."""
        return [text for text in self.messages_to(SMS, number) if isinstance(text, Text)]

    def messages_to(self, channel: str, address: str) -> Sequence[Message]:
        """All messages to an address, oldest first."""
        return self._by_address.get((channel, address.lower()), ())

    def addresses(self) -> list[tuple[str, str]]:
        """Every (channel, address) that got something; the one that got the newest message is first."""
        newest = {key: (messages[-1].created_at, messages[-1].number) for key, messages in self._by_address.items()}
        return sorted(newest, key=newest.__getitem__, reverse=True)

    def stopped(self, sender: str, number: str) -> bool:
        """Whether this number texted STOP to this sender, and not START since."""
        return (sender, number) in self._stopped

    def restore(self) -> tuple[list[Text], list[Mail]]:
        """Read the journal. Returns the messages that were accepted and not settled. Raises JournalError."""
        wordings: dict[str, Wording] = {}
        for entry in self._journal.read():
            kind = entry.pop("kind", "")
            if kind == "wording":
                wordings[entry["id"]] = Wording(**entry)
            elif kind == "mail" and entry["wording"] in wordings:
                self._keep_mail(Mail(**{**entry, "wording": wordings[entry["wording"]]}))
            elif kind == "text":
                self._keep_text(Text(**entry))
            elif kind == "answer":
                self._keep_answer(Answer(**entry))
            elif kind == "settled":
                self._settle_again(**entry)
        waiting = list(self._unsettled.values())
        return [m for m in waiting if isinstance(m, Text)], [m for m in waiting if isinstance(m, Mail)]

    def states(self) -> dict[str, dict[str, int]]:
        """How many messages stand in which status, per channel."""
        found: dict[str, dict[str, int]] = {SMS: {}, EMAIL: {}}
        for channel, messages in ((SMS, self.texts), (EMAIL, self.mails)):
            for message in messages:
                found[channel][message.status] = found[channel].get(message.status, 0) + 1
        return found

    def _keep_text(self, text: Text) -> None:
        text.number = len(self.texts)
        text.updated_at = text.updated_at or text.created_at
        self.texts.append(text)
        self._texts_by_sid[text.sid] = text
        self._keep(SMS, text.to, text)
        self.tally.add(SMS, text.to, text.body, [("StatusCallback", text.callback)] if text.callback else [])

    def _keep_mail(self, mail: Mail) -> None:
        mail.number = len(self.mails)
        mail.updated_at = mail.updated_at or mail.created_at
        self.mails.append(mail)
        self._mails_by_id[mail.id] = mail
        self._keep(EMAIL, mail.to.lower(), mail)
        self.tally.add(EMAIL, mail.to.lower(), f"{mail.subject}\0{mail.text or mail.html}", mail.args.items())

    def _keep(self, channel: str, address: str, message: Message) -> None:
        self._by_address.setdefault((channel, address), []).append(message)
        self._unsettled[_name(message)] = message

    def _keep_answer(self, answer: Answer) -> None:
        self.answers.append(answer)
        if answer.keyword == "STOP":
            self._stopped.add((answer.to, answer.sender))
        elif answer.keyword == "START":
            self._stopped.discard((answer.to, answer.sender))

    def _settle_again(self, id: str, status: str, detail: Any, at: float) -> None:  # noqa: A002 - the journal's own word
        message = self._unsettled.pop(id, None)
        if message is None:
            return
        message.status, message.updated_at = status, at
        if isinstance(message, Text):
            message.code, message.sent_at = detail, at
        else:
            message.reason = detail


def _name(message: Message) -> str:
    return message.sid if isinstance(message, Text) else message.id
