"""Links in wording. Link shorteners hide where they lead: phone companies filter them and criminals like them."""

import re

# Public shorteners that US carriers' messaging rules (CTIA Messaging Principles and Best Practices, 5.3.3) warn of.
SHORTENERS = frozenset(
    [
        "adf.ly",
        "bit.do",
        "bit.ly",
        "bl.ink",
        "buff.ly",
        "cutt.ly",
        "goo.gl",
        "is.gd",
        "j.mp",
        "lnkd.in",
        "ow.ly",
        "rb.gy",
        "rebrand.ly",
        "s.id",
        "shorturl.at",
        "soo.gd",
        "t.co",
        "t.ly",
        "t2m.io",
        "tiny.cc",
        "tiny.one",
        "tinyurl.com",
        "v.gd",
    ]
)
_HOST = re.compile(r"(?<![\w.@-])(?:https?://)?(?:www\.)?((?:[a-z0-9-]+\.)+[a-z]{2,})(?![\w-])", re.IGNORECASE)
# Phones make links of bare names too, but not of every word with a dot in it: of those that end like these.
_ENDINGS = "com|org|net|edu|gov|us|info|io|co|me|app|biz|tv|ly|link|school|schools|k12"
_LINK = re.compile(
    rf"(?:https?://|www\.)\S+|(?<![\w.@-])(?:[a-z0-9-]+\.)+(?:{_ENDINGS})(?![\w-])(?!\.\w)(?:/\S*)?", re.IGNORECASE
)


def shortener_in(text: str) -> str:
    """The first link shortener that the text names, or ""."""
    return next((host.lower() for host in _HOST.findall(text) if host.lower() in SHORTENERS), "")


def link_in(text: str) -> str:
    """The first web link in the text, or "": what phones make one of."""
    found = _LINK.search(text)
    return found[0].rstrip(".,;:!?)") if found else ""
