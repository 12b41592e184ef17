"""A mail in a frame: a whole document of its own, which may have styles and loads nothing."""

from django.http import HttpResponse

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def framed(html: str) -> HttpResponse:
    """The document, for the frames of our own pages alone. Links in it lead nowhere."""
    return HttpResponse(html, headers={"Content-Security-Policy": _POLICY})
