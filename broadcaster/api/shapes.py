"""What goes in and comes out. Reports and lists are the documents of `broadcaster report --json` and `list --json`."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import ConfigDict, Field

from broadcaster.kinds import Channel

#: no template has so many fields, and no value is so long
Values = Annotated[
    dict[Annotated[str, Field(max_length=100)], Annotated[str, Field(max_length=5000)]], Field(max_length=100)
]


class Problem(Schema):
    """A failure (RFC 9457)."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[dict[str, str]] = Field(default_factory=list)


class Order(Schema):
    """A draft: wording from a template, to an audience. `due_at` without an offset is in the district's time zone."""

    model_config = ConfigDict(extra="forbid")
    template: Annotated[str, Field(max_length=100)]
    audience: Annotated[str, Field(max_length=5000)]
    values: Values = Field(default_factory=dict)
    channels: list[Channel] = Field(default_factory=list)
    due_at: datetime | None = None
    drill: bool = False


class Submission(Schema):
    """`reason` releases it without a second person, and is kept in the audit log."""

    model_config = ConfigDict(extra="forbid")
    reason: Annotated[str, Field(max_length=500)] = ""


class Broadcast(Schema):
    """A broadcast as it stands."""

    id: int
    title: str
    status: str
    status_reason: str
    purpose: str
    audience: str
    channels: list[str]
    drill: bool
    created_by: str
    approved_by: str
    due_at: str | None
    counts: dict[str, Any]


class Counts(Schema):
    """Who an audience means."""

    students: int
    families: int
    contacts: int
    email: int
    sms: int
    unreachable: int
    languages: dict[str, int]


class Imported(Schema):
    """What an import did, as `broadcaster import --json` says it."""

    created: int
    updated: int
    removed: int
    unchanged: int
    rejected: list[dict[str, Any]]
    warnings: list[dict[str, Any]]
    roster: dict[str, int]
