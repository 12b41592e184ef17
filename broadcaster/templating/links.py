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
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


def shortener_in(text: str) -> str:
    """The first link shortener that the text names, or ""."""
    return next((host.lower() for host in _HOST.findall(text) if host.lower() in SHORTENERS), "")


def link_in(text: str) -> str:
    """The first web link in the text, or ""."""
    found = _LINK.search(text)
    return found[0] if found else ""
