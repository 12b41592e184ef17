"""What the sandbox keeps: texts, mails, and what families answer. Times are seconds since 1970 (UTC)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

SMS = "sms"
EMAIL = "email"


@dataclass(slots=True)
class Text:
    """One text, with the statuses of Twilio's message resource. `callback` is its StatusCallback."""

    sid: str
    to: str
    sender: str
    body: str
    callback: str
    segments: int
    created_at: float
    status: str = "queued"
    code: int | None = None
    sent_at: float | None = None
    updated_at: float = 0
    #: place in the order of acceptance, from 0
    number: int = -1


@dataclass(frozen=True, slots=True)
class Wording:
    """What the recipients of one mail request share. `id` is the request's X-Message-Id."""

    id: str
    sender: str
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Mail:
    """One mail to one address: the request's wording, and what is this recipient's own.

    `status` is the newest event's word, `blocked` for a bounce of that type. `args` are the custom_args.
    """

    id: str
    to: str
    wording: Wording
    created_at: float
    own_subject: str = ""
    substitutions: Mapping[str, str] = field(default_factory=dict)
    own_headers: Mapping[str, str] = field(default_factory=dict)
    args: Mapping[str, str] = field(default_factory=dict)
    status: str = "accepted"
    reason: str = ""
    updated_at: float = 0
    number: int = -1

    @property
    def subject(self) -> str:
        """As the recipient sees it."""
        return self._own(self.own_subject or self.wording.subject)

    @property
    def text(self) -> str:
        """As the recipient sees it."""
        return self._own(self.wording.text)

    @property
    def html(self) -> str:
        """As the recipient sees it: values are put in as they are, the sender escapes them."""
        return self._own(self.wording.html)

    @property
    def headers(self) -> dict[str, str]:
        """The request's own headers and this recipient's."""
        return {**self.wording.headers, **self.own_headers}

    def _own(self, wording: str) -> str:
        for token, value in self.substitutions.items():
            wording = wording.replace(token, value)
        return wording


@dataclass(frozen=True, slots=True)
class Answer:
    """A text from a family. `sender` is the family's number, `to` the district's."""

    sid: str
    sender: str
    to: str
    body: str
    at: float
    keyword: str = ""
