"""Phone numbers as people write them, to E.164 (ITU-T E.164), through Google's phonenumbers."""

import re
from functools import cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumber, PhoneNumberType, ValidationResult

_NORTH_AMERICA = 1
# Ten digits as the North American Numbering Plan shapes them. Whether they are in use is not asked: 555-01xx never is.
_NANP_DIGITS = re.compile(r"[2-9]\d{2}[2-9]\d{6}")
_NANP_PLAIN = re.compile(r"(?:\+?1[ .-]?)?\(?([2-9]\d{2})\)?[ .-]?([2-9]\d{2})[ .-]?(\d{4})")
_NOTE = re.compile(
    r"(?i)\b(?:tel|phone|ph|cell|mobile|mob|home|work|mom|mum|dad|parent)\b[.:]?|\((?:c|m|h|w)\)|^[cmhwp][.:]\s*"
)
_SPREADSHEET_DECIMALS = re.compile(r"(?<=\d{7})\.0+$")
_TWO_NUMBERS = re.compile(r"\d{4}\s*(?:[/,;&]|\bor\b)\s*\(?\+?\d{3}")

# Area codes that no mobile has (NANPA): toll-free, premium rate. All others may be mobile or landline: nobody can tell.
_NANP_NEVER_MOBILE = {
    **dict.fromkeys(("800", "833", "844", "855", "866", "877", "888"), "a toll-free number"),
    "900": "a premium-rate number",
}
_NEVER_MOBILE = {
    PhoneNumberType.FIXED_LINE: "a landline",
    PhoneNumberType.TOLL_FREE: "a toll-free number",
    PhoneNumberType.PREMIUM_RATE: "a premium-rate number",
    PhoneNumberType.SHARED_COST: "a shared-cost number",
    PhoneNumberType.UAN: "a company's number",
}

_WHY = {
    ValidationResult.TOO_SHORT: "is too short for a phone number",
    ValidationResult.TOO_LONG: "is too long for a phone number",
    ValidationResult.INVALID_LENGTH: "has the wrong number of digits",
    ValidationResult.IS_POSSIBLE_LOCAL_ONLY: "has no area code",
    ValidationResult.INVALID_COUNTRY_CODE: "begins with a country code that does not exist",
}


class BadPhone(ValueError):  # noqa: N818 - named for what was given, as the reports word it
    """What was given can't be texted. The message is the reason alone ("is too short"); the caller names the value."""


def normalise(raw: str, region: str) -> str:
    """The number as E.164 (`+16125550100`). `region` is the country (ISO 3166) of numbers without a prefix.

    Takes the usual ways to write a number, a note such as `cell` beside it, and fictional 555-01xx numbers; numbers
    of another country must be real ones there. Raises BadPhone.
    """
    text = _SPREADSHEET_DECIMALS.sub("", raw.strip())
    own_code = _code_of(region)
    if own_code == _NORTH_AMERICA and (plain := _NANP_PLAIN.fullmatch(text)):  # nearly all of a roster, 20 times faster
        return f"+1{''.join(plain.groups())}"
    text = _NOTE.sub(" ", text).strip(" \t\r\n.,;:-")
    if not any(char.isdigit() for char in text):
        raise BadPhone("is no phone number")
    if _TWO_NUMBERS.search(text):
        raise BadPhone("holds more than one phone number")
    try:
        number = phonenumbers.parse(text, region)
    except NumberParseException as error:
        raise BadPhone(_unreadable(error)) from None
    _refuse_unusable(number, own_code)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


@cache  # asking phonenumbers takes longer than all the rest of a plain number
def _code_of(region: str) -> int:
    return phonenumbers.country_code_for_region(region)


def _unreadable(error: NumberParseException) -> str:
    if error.error_type == NumberParseException.INVALID_COUNTRY_CODE:
        return _WHY[ValidationResult.INVALID_COUNTRY_CODE]
    if error.error_type in (NumberParseException.TOO_SHORT_NSN, NumberParseException.TOO_SHORT_AFTER_IDD):
        return _WHY[ValidationResult.TOO_SHORT]
    if error.error_type == NumberParseException.TOO_LONG:
        return _WHY[ValidationResult.TOO_LONG]
    return "is no phone number"


def _refuse_unusable(number: PhoneNumber, own_code: int) -> None:
    if number.extension:
        raise BadPhone("has an extension, which a text can't reach")
    why = phonenumbers.is_possible_number_with_reason(number)
    if why != ValidationResult.IS_POSSIBLE:
        raise BadPhone(_WHY.get(why, "is no phone number"))
    if number.country_code == _NORTH_AMERICA:
        if not _NANP_DIGITS.fullmatch(phonenumbers.national_significant_number(number)):
            raise BadPhone("is no phone number: no area code or exchange begins with 0 or 1")
    elif number.country_code != own_code and not phonenumbers.is_valid_number(number):
        raise BadPhone("is no phone number in the country its prefix names")


def never_mobile(number: str) -> str:
    """What an E.164 number is ("a landline") if its digits alone say that no mobile has it, else nothing."""
    if number.startswith("+1"):
        return _NANP_NEVER_MOBILE.get(number[2:5], "")
    return _NEVER_MOBILE.get(phonenumbers.number_type(phonenumbers.parse(number)), "")


def for_people(number: str, region: str) -> str:
    """An E.164 number as people of `region` write it: `(612) 555-0100`, with the prefix of another country."""
    parsed = phonenumbers.parse(number)
    home = parsed.country_code == phonenumbers.country_code_for_region(region)
    style = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
