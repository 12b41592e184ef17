"""The district as its TOML file describes it (`config/district.toml`): who it is, its senders, its policies."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator

from broadcaster.kinds import Channel

#: what a channel's messages can go out from, and how to say so. A name in letters can't take STOP for an answer
_ADDRESSES = {
    Channel.SMS: (
        r"\+[1-9]\d{6,14}|\d{3,8}",
        "should be a number such as +16125550199, or a short code: the channel is sms",
    ),
    Channel.EMAIL: (
        r"[^@\s<>]+@[^@\s<>]+",
        "should be a mail address such as notices@example.org: the channel is email",
    ),
}


class Sender(BaseModel):
    """A number or address that messages go out from. `rate` is segments/s for texts, messages/s for mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    channel: Channel
    address: str
    rate: float = Field(gt=0, allow_inf_nan=False)

    @field_validator("address")
    @classmethod
    def _of_the_channel(cls, value: str, info: ValidationInfo) -> str:
        shape, say = _ADDRESSES.get(info.data.get("channel", ""), ("", ""))
        if not re.fullmatch(shape or ".*", value):
            raise ValueError(say)
        return value


class Policies(BaseModel):
    """What the district lets happen by itself. Seconds where it says seconds."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    four_eyes: bool = True
    quiet_hours: Literal[False] | tuple[str, str] = False
    unreviewed_translations: bool = False
    lease_seconds: float = Field(default=30, gt=0)
    ask_after_seconds: float = Field(default=120, gt=0)
    absent_after_seconds: float = Field(default=30, gt=0)
    mail_silence_seconds: float = Field(default=0, ge=0)
    pause_share: float = Field(default=0.5, ge=0, le=1)
    holidays: tuple[date, ...] = ()
    removal_share: float = Field(default=0.2, gt=0, le=1)
    keep_leavers_days: float = Field(default=120, ge=0)
    keep_messages_days: float = Field(default=1095, ge=0)

    @field_validator("quiet_hours")
    @classmethod
    def _wall_clock(cls, value: Literal[False] | tuple[str, str]) -> Literal[False] | tuple[str, str]:
        for hour in value or ():
            if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", hour) or len(set(value or ())) < 2:
                raise ValueError('should be false or two different times such as ["21:00", "07:00"]')
        return value


class DistrictInfo(BaseModel):
    """Who we are. `region` is the country that phone numbers without a prefix belong to. `short_name` is what messages
    begin with, where families know it better than the name.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str = "Minneapolis Public Schools"
    short_name: str = ""
    time_zone: str = "America/Chicago"
    region: Annotated[str, Field(pattern="^[A-Z]{2}$")] = "US"
    phone: str = "+16125550100"
    colour: Annotated[str, Field(pattern="^#[0-9a-fA-F]{6}$")] = "#0b5c8a"

    @field_validator("time_zone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        if value not in available_timezones():
            raise ValueError("is no IANA time zone such as America/Chicago")
        return value


class School(BaseModel):
    """A school whose mail is its own: `name` as in the roster. A roster may bring others.

    Where all of a broadcast's audience is at it, mail is from `from_name` (its name, unless given), is answered to
    `reply_to`, and messages name its `phone`; what is empty is the district's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    level: str = ""
    from_name: str = ""
    reply_to: Annotated[str, Field(pattern=r"^([^@\s<>]+@[^@\s<>]+)?$")] = ""
    phone: str = ""

    @property
    def mail_from(self) -> str:
        """Whom its mail is from."""
        return self.from_name or self.name


def _shipped_senders() -> tuple[Sender, ...]:
    return (
        Sender(channel=Channel.SMS, address="+16125550199", rate=100),
        Sender(channel=Channel.EMAIL, address="notices@mps.example.org", rate=500),
    )


class Copy(BaseModel):
    """Somebody who gets a copy of what goes to families of several schools: a superintendent, a help desk."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    name: str
    address: Annotated[str, Field(pattern=r"^(\+[1-9]\d{6,14}|[^@\s<>]+@[^@\s<>]+)$")]
    language: str = "en"


class Prices(BaseModel):
    """What the vendors charge, in the district's money: for one segment of a text, and for one mail."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    currency: str = "USD"
    segment: float = Field(default=0.0, ge=0)
    mail: float = Field(default=0.0, ge=0)

    @property
    def known(self) -> bool:
        """Whether the district has said what anything costs."""
        return bool(self.segment or self.mail)

    def of(self, segments: int, mails: int) -> float:
        """What so many segments and mails cost."""
        return self.segment * segments + self.mail * mails


RosterColumn = Literal[
    "student_id", "student_name", "student_first", "student_middle", "student_last", "school", "grade",
    "student_birth_date", "student_email", "student_phone",
    "contact_id", "contact_name", "contact_first", "contact_middle", "contact_last", "relationship", "language",
    "email", "phone", "phone_type", "may_contact", "do_not_contact", "lives_with",
]  # fmt: skip
GuardianColumn = Literal[
    "id", "name", "first", "middle", "last", "relationship", "language",
    "email", "phone", "phone_type", "may_contact", "do_not_contact", "lives_with", "as",
]  # fmt: skip
Header = Annotated[str, Field(min_length=1)] | tuple[Annotated[str, Field(min_length=1)], ...]


class Roster(BaseModel):
    """The columns of the student system's own export, where our reading of the headers does not get them right.

    `columns` has the header (or headers) of a meaning. `guardians` has one group of them for each guardian of a row;
    their `as` is no header but what the guardian is to the child, where no column says it. `ignore` has headers that
    mean something else than they seem to.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    columns: Mapping[RosterColumn, Header] = {}
    guardians: tuple[Annotated[Mapping[GuardianColumn, Header], Field(min_length=1)], ...] = ()
    ignore: tuple[str, ...] = ()


class Backups(BaseModel):
    """Backups that are made by themselves: into `folder`, none where it is empty; each also goes into those of `copies`
    that are there, such as a disk that is plugged in on Mondays. `keep` of them stay in each.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    folder: str = ""
    copies: tuple[str, ...] = ()
    every_hours: float = Field(default=24, ge=0.1)
    keep: int = Field(default=14, ge=1)

    @field_validator("folder", "copies")
    @classmethod
    def _whole_paths(cls, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
        for path in (value,) if isinstance(value, str) else value:
            if path and not path.startswith("/"):
                raise ValueError(f"{path!r} should begin with /, such as /srv/backups")
        return value


class Alerts(BaseModel):
    """Who hears of a broadcast that is stuck: mail addresses, and phones that get a text."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    email: tuple[Annotated[str, Field(pattern=r"^[^@\s<>]+@[^@\s<>]+$")], ...] = ()
    phones: tuple[Annotated[str, Field(pattern=r"^\+[1-9]\d{7,14}$")], ...] = ()
    after_seconds: float = Field(default=180, gt=0)


class District(BaseModel):
    """The TOML file. All keys are optional.

    `language_lines`: whom families call for help in their language, by its BCP 47 tag; else it is `district.phone`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    district: DistrictInfo = DistrictInfo()
    schools: tuple[School, ...] = ()
    senders: tuple[Sender, ...] = Field(default_factory=_shipped_senders)
    policies: Policies = Policies()
    copies: tuple[Copy, ...] = ()
    prices: Prices = Prices()
    roster: Roster = Roster()
    backups: Backups = Backups()
    alerts: Alerts = Alerts()
    language_lines: Mapping[str, str] = {}

    @field_validator("senders")
    @classmethod
    def _each_once(cls, value: tuple[Sender, ...]) -> tuple[Sender, ...]:
        seen = set()
        for sender in value:
            if (key := (sender.channel, sender.address.lower())) in seen:
                raise ValueError(f"{sender.address!r} is there twice: one sender has one rate")
            seen.add(key)
        return value

    @field_validator("language_lines")
    @classmethod
    def _languages_and_phones(cls, value: Mapping[str, str], info: ValidationInfo) -> Mapping[str, str]:
        if value:
            # few districts have any, and to know languages and phones takes a third of a second
            from broadcaster.text.languages import recognise
            from broadcaster.text.phones import BadPhone, normalise

            region = info.data.get("district", DistrictInfo()).region
            for tag, phone in value.items():
                if recognise(tag) != tag:
                    raise ValueError(f"{tag!r} should be a BCP 47 language tag such as es or so")
                try:
                    normalise(phone, region)
                except BadPhone as error:
                    raise ValueError(f"the number {phone!r} of {tag} {error}") from None
        return value

    def school_called(self, name: str | None) -> School | None:
        """What the file says of a school, its name in capitals or not."""
        wanted = (name or "").casefold()
        return next((school for school in self.schools if school.name.casefold() == wanted), None)

    def senders_on(self, channel: Channel) -> tuple[Sender, ...]:
        """The senders of one channel, in the file's order."""
        return tuple(sender for sender in self.senders if sender.channel is channel)
