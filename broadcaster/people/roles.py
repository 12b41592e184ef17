"""Roles and what each may do: the one table that every screen asks. What is not in it is denied."""

from enum import Enum, StrEnum


class Role(StrEnum):
    """What somebody is to the district."""

    COMMUNICATIONS = "communications"
    OFFICE = "office"
    ADMINISTRATOR = "administrator"
    VIEWER = "viewer"

    @property
    def label(self) -> str:
        """Its name on the screens."""
        return _LABELS[self]

    @classmethod
    def of_a_school(cls) -> tuple["Role", ...]:
        """Those who see their own school only."""
        return (cls.OFFICE, cls.VIEWER)

    @classmethod
    def of_the_district(cls) -> tuple["Role", ...]:
        """Those who see all schools."""
        return (cls.COMMUNICATIONS, cls.ADMINISTRATOR)


_LABELS = {
    Role.COMMUNICATIONS: "District communications",
    Role.OFFICE: "School office",
    Role.ADMINISTRATOR: "Administrator",
    Role.VIEWER: "Viewer",
}


class Act(Enum):
    """What can be done. Those in `_SENDING` put messages on the way, so they take a second factor."""

    SEE_REPORTS = "see reports"
    REHEARSE = "write a broadcast and send it as a drill"
    SEND = "send a broadcast to families"
    APPROVE = "approve a broadcast"
    CONTROL = "pause, resume and cancel a broadcast"
    STOP_ALL = "throw the kill switch"
    EDIT_TEMPLATES = "change the library"
    SEE_FAMILIES = "look families up"
    EDIT_FAMILIES = "change what is known of a family"
    MANAGE_PEOPLE = "manage people"
    SEE_SETTINGS = "see settings"
    SEE_AUDIT = "see the audit log"


MAY: dict[Role, frozenset[Act]] = {
    Role.COMMUNICATIONS: frozenset(
        {
            Act.SEE_REPORTS,
            Act.REHEARSE,
            Act.SEND,
            Act.APPROVE,
            Act.CONTROL,
            Act.STOP_ALL,
            Act.EDIT_TEMPLATES,
            Act.SEE_FAMILIES,
            Act.EDIT_FAMILIES,
            Act.SEE_SETTINGS,
            Act.SEE_AUDIT,
        }
    ),
    Role.OFFICE: frozenset({Act.SEE_REPORTS, Act.REHEARSE, Act.SEND, Act.CONTROL, Act.SEE_FAMILIES, Act.EDIT_FAMILIES}),
    Role.ADMINISTRATOR: frozenset(
        {
            Act.SEE_REPORTS,
            Act.REHEARSE,
            Act.STOP_ALL,
            Act.SEE_FAMILIES,
            Act.EDIT_FAMILIES,
            Act.MANAGE_PEOPLE,
            Act.SEE_SETTINGS,
            Act.SEE_AUDIT,
        }
    ),
    Role.VIEWER: frozenset({Act.SEE_REPORTS}),
}

_SENDING = frozenset({Act.SEND, Act.APPROVE, Act.STOP_ALL, Act.MANAGE_PEOPLE})


def may(role: str, act: Act) -> bool:
    """Whether the role may do it, in its own school at least."""
    return act in MAY.get(Role(role), frozenset())


def needs_second_factor(role: str) -> bool:
    """Whether somebody of this role signs in with a second factor: whoever may send, or may make others who may."""
    return bool(MAY.get(Role(role), frozenset()) & _SENDING)
