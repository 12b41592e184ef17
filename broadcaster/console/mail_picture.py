"""A mail as a family sees it, as the inside of a frame: it has its own styles, and nothing in it runs or loads."""

from django.http import HttpResponse

_POLICY = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data: https:; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'self'; sandbox"
)


def mail_picture(html: str) -> HttpResponse:
    """The whole document, shut in."""
    return HttpResponse(html, headers={"Content-Security-Policy": _POLICY})
