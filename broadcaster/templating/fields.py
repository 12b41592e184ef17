"""A broadcast's field values: what staff typed, read by type. Values are data: markup in them stays text."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from urllib.parse import urlsplit

from broadcaster.kinds import BadInput
from broadcaster.templating.links import shortener_in
from broadcaster.templating.nearest import nearest
from broadcaster.templating.template import OF_THE_DISTRICT, PER_FAMILY, Field, FieldType, Template
from broadcaster.text import emails, phones

#: An optional field that was not given is None, "" or (): false in a condition, nothing where it stands.
FieldValue = str | int | Decimal | bool | date | time | datetime | tuple[str, ...] | None

_YES = frozenset({"yes", "y", "true", "1", "on"})
_NO = frozenset({"no", "n", "false", "0", "off"})
_MOST_DIGITS = 15  # a longer one is no number of buses, pupils or days
_THOUSANDS = re.compile(r"-?\d{1,3}(,\d{3})+(\.\d+)?")
# Would be taken for the place of a family's own value when the message is filled in.
_TOKEN = re.compile(r"\[\[(?=\w+]])")
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")  # can make a text read as another


class MissingField(BadInput):
    """A required field has no value. The message names the first such field."""


class UnknownField(BadInput):
    """A value was given for a field that the template does not have. The message names it and the nearest ones."""


class BadValue(BadInput):
    """A value is not of its field's type. The message repeats it and says what is right."""


def read_values(template: Template, given: Mapping[str, str], region: str = "US") -> dict[str, FieldValue]:
    """A typed value for every field of the template, from what was given and the defaults.

    `region` is the country of phone numbers without a prefix. Raises UnknownField, BadValue, MissingField.
    """
    values = read_draft(template, given, region)
    if lacking := missing(template, given):
        field = template.field(lacking[0])
        raise MissingField(f"{template.name} needs a value for {lacking[0]}" + (f" ({field.label})" if field else ""))
    return values


def read_draft(template: Template, given: Mapping[str, str], region: str = "US") -> dict[str, FieldValue]:
    """As `read_values`, but a missing required field shows as its label in brackets: for drafts and previews."""
    for name in given:
        _refuse_unknown(template, name)
    return {field.name: _value(field, given, region) for field in template.fields}


def missing(template: Template, given: Mapping[str, str]) -> list[str]:
    """The required fields without a value or a default. A draft may miss them; it can't be approved."""
    return [field.name for field in template.fields if field.required and not _raw(field, given)]


def clean(raw: str) -> str:
    """A value without control characters and without what would be taken for a family's own value."""
    text = (
        raw.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n").replace("\t", " ")
    )
    kept = "".join(
        char
        for char in text
        if char == "\n" or (unicodedata.category(char) not in ("Cc", "Co", "Cs") and char not in _REORDERING)
    )
    return _TOKEN.sub("[ [", kept).strip()


def _raw(field: Field, given: Mapping[str, str]) -> str:
    value = clean(given[field.name]) if field.name in given else (field.default or "")
    return (field.default or "") if field.required and not value else value


def _refuse_unknown(template: Template, name: str) -> None:
    if name in PER_FAMILY:
        raise UnknownField(f"{name} is each family's own value and can't be set")
    if name in OF_THE_DISTRICT:
        raise UnknownField(f"{name} comes from the district's settings and can't be set")
    if template.field(name) is None:
        raise UnknownField(
            f"{template.name} has no field {name!r}: {nearest(name, [field.name for field in template.fields])}"
        )


def _value(field: Field, given: Mapping[str, str], region: str) -> FieldValue:
    raw = _raw(field, given)
    if not raw:
        if field.required:
            return (f"[{field.label}]",) if field.type is FieldType.LIST else f"[{field.label}]"
        return _EMPTY.get(field.type)
    if field.type is FieldType.CHOICE:
        return _choice(field, raw)
    if field.type is FieldType.PHONE:
        return _phone(field, raw, region)
    return _READ[field.type](field, raw)


def _bad(field: Field, raw: str, right: str) -> BadValue:
    return BadValue(f"{field.name} {raw!r}: {right}")


def _choice(field: Field, raw: str) -> str:
    found = next((choice for choice in field.choices if choice.casefold() == raw.casefold()), None)
    if found is None:
        raise _bad(field, raw, f"should be one of {', '.join(field.choices)}")
    return found


def _phone(field: Field, raw: str, region: str) -> str:
    try:
        return phones.for_people(phones.normalise(raw, region), region)
    except phones.BadPhone as error:
        raise _bad(field, raw, str(error)) from None


def _email(field: Field, raw: str) -> str:
    try:
        return emails.normalise(raw)
    except emails.BadEmail as error:
        raise _bad(field, raw, str(error)) from None


def _number(field: Field, raw: str) -> int | Decimal:
    plain = raw.replace(",", "") if _THOUSANDS.fullmatch(raw) else raw
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _bad(field, raw, "should be a number such as 12 or 1.5") from None
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise _bad(field, raw, "should be a number such as 12 or 1.5")
    return int(number) if number == number.to_integral_value() else number


def _date(field: Field, raw: str) -> date:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}", raw):
        try:
            return date.fromisoformat(raw)
        except ValueError:
            pass
    raise _bad(field, raw, "should be a date written YYYY-MM-DD, such as 2026-11-24")


def _time(field: Field, raw: str) -> time:
    if parts := re.fullmatch(r"(\d{1,2}):(\d{2})", raw):
        try:
            return time(int(parts[1]), int(parts[2]))
        except ValueError:
            pass
    raise _bad(field, raw, "should be a time written HH:MM, such as 15:30")


def _datetime(field: Field, raw: str) -> datetime:
    if re.fullmatch(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2})?", raw):
        try:
            return datetime.fromisoformat(raw)
        except ValueError:
            pass
    raise _bad(field, raw, "should be a date and time written YYYY-MM-DD HH:MM, such as 2026-11-24 15:30")


def _boolean(field: Field, raw: str) -> bool:
    word = raw.casefold()
    if word not in _YES | _NO:
        raise _bad(field, raw, "should be yes or no")
    return word in _YES


def _list(_field: Field, raw: str) -> tuple[str, ...]:
    return tuple(item for part in re.split(r"[,\n]", raw) if (item := part.strip()))


def _url(field: Field, raw: str) -> str:
    try:
        parts = urlsplit(raw)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s<>\"]", raw):
        raise _bad(field, raw, "should be a web address such as https://www.example.org/page")
    if shortener := shortener_in(raw):
        raise _bad(field, raw, f"should be the full address: phone companies block links by {shortener}")
    return raw


def _text(_field: Field, raw: str) -> str:
    return raw


_EMPTY: Mapping[FieldType, FieldValue] = {
    FieldType.TEXT: "",
    FieldType.CHOICE: "",
    FieldType.URL: "",
    FieldType.EMAIL: "",
    FieldType.PHONE: "",
    FieldType.LIST: (),
    FieldType.BOOLEAN: False,
}
_READ: Mapping[FieldType, Callable[[Field, str], FieldValue]] = {
    FieldType.TEXT: _text,
    FieldType.NUMBER: _number,
    FieldType.DATE: _date,
    FieldType.TIME: _time,
    FieldType.DATETIME: _datetime,
    FieldType.BOOLEAN: _boolean,
    FieldType.LIST: _list,
    FieldType.URL: _url,
    FieldType.EMAIL: _email,
}
