"""Email addresses as people write them, to the form that is stored and compared (RFC 5321, through email-validator)."""

import re

#: nearly all addresses are as plain as this; asking email-validator about each was a third of an import's time
_PLAIN = re.compile(r"(?=.{6,100}$)(?=[^@]{1,64}@)[a-z0-9_]+([.+-][a-z0-9_]+)*@([a-z0-9]{1,63}\.)+(com|org|net|edu)")
# Domains that nobody's family has, and the one that was likely meant. Short: a wrong guess is worse than none.
_MISSPELT = {
    **dict.fromkeys(
        ("gmial.com", "gamil.com", "gmai.com", "gmal.com", "gmil.com", "gnail.com", "gmail.con", "gmaill.com"),
        "gmail.com",
    ),
    **dict.fromkeys(("yahooo.com", "yaho.com", "yhoo.com", "yahoo.con"), "yahoo.com"),
    **dict.fromkeys(
        ("hotmial.com", "hotmai.com", "hotmal.com", "hotamil.com", "hotmail.con", "homail.com"), "hotmail.com"
    ),
    **dict.fromkeys(("outlok.com", "outloook.com", "outlook.con"), "outlook.com"),
    **dict.fromkeys(("iclod.com", "icloud.con", "icoud.com"), "icloud.com"),
    **dict.fromkeys(("comcast.con", "comcast.ent", "comcst.net"), "comcast.net"),
}
_BRACKETED = re.compile(r"[^<>]*<\s*([^<>]+?)\s*>")


class BadEmail(ValueError):  # noqa: N818 - named for what was given, as the reports word it
    """What was given can't be mailed. The message is the reason alone ("has no @"); the caller names the value."""


def normalise(raw: str) -> str:
    """The address in lower case: two spellings of one mailbox are one address, and get one message.

    RFC 5321 lets a mailbox tell capitals apart; no service in use does, and vendors refuse both in one request.
    Takes `Name <address>`, `mailto:` and stray spaces, commas or semicolons around the address. The domain is not
    looked up, and reserved ones (example.org, .test) pass. Raises BadEmail.
    """
    text = raw.strip(" \t\r\n,;").removeprefix("mailto:")
    if bracketed := _BRACKETED.fullmatch(text):
        text = bracketed[1]
    lower = text.lower()
    if _PLAIN.fullmatch(lower):
        return lower
    if "@" not in text:
        raise BadEmail("is no email address: it has no @")
    if text.count("@") > 1 and re.search(r"[\s,;/]", text):
        raise BadEmail("holds more than one email address")
    return _by_the_standard(text)


def _by_the_standard(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email  # 30 ms, which plain addresses do without

    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError as error:
        raise BadEmail(f"is no email address: {_as_clause(str(error))}") from None
    if found.ascii_email is None:
        raise BadEmail("has letters before the @ that mail services do not take")
    return found.ascii_email.lower()


def likely_domain(address: str) -> str:
    """The domain that was likely meant ("gmail.com") if that of a normalised address is a well-known typo of it."""
    return _MISSPELT.get(address.rpartition("@")[2], "")


def _as_clause(sentence: str) -> str:
    words = sentence.rstrip(".").replace("The email address ", "it ", 1)
    return words[:1].lower() + words[1:]
