"""Pages to print: whole in themselves, with their style inside, so they have a policy of their own."""

from django.http import HttpResponse

from broadcaster.reports import printed
from broadcaster.reports.paper_parts import Page

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"


def printed_page(page: Page) -> HttpResponse:
    """The page as the browser shows and prints it. It holds counts alone."""
    return printed_document(printed.html(page))


def printed_document(html: str) -> HttpResponse:
    """A whole document of ours that is made to be printed."""
    return HttpResponse(html, headers={"Content-Security-Policy": _POLICY})
