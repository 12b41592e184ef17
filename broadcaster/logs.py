"""Logs: a constant event name and ids, on stderr; JSON lines unless a terminal reads along.

Nothing personal belongs here: no name, number, address or body (law 9). The vendors' SDKs print phone numbers at INFO
(Twilio's HTTP client logs each request's body), so everybody else's loggers start at WARNING.
"""

import logging
import sys
import warnings
from typing import TYPE_CHECKING, TextIO

# Where structlog finds rich it imports the whole of it, for tracebacks in colour that we don't draw: 5 MB and 0.1 s of
# every process. So it does not find it.
sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # None is how Python marks what can't be imported
import structlog  # noqa: E402 - see above

if sys.modules["rich"] is None:
    del sys.modules["rich"]

if TYPE_CHECKING:
    from structlog.typing import Processor

    from broadcaster.settings import Settings

#: these say personal things below WARNING, and stay there whatever BROADCASTER_LOG_LEVEL says
NEVER_BELOW_WARNING = ("twilio", "sendgrid", "python_http_client", "urllib3", "aiohttp", "fakeredis", "django.db")


def start(settings: "Settings", *, quiet: bool = False) -> None:
    """Route all logging to stderr.

    `quiet` is for commands that answer and go: an error of theirs is one line on stderr, with no log line beside it,
    unless BROADCASTER_LOG_LEVEL asks for more.
    """
    asked = "broadcaster_log_level" in settings.model_fields_set
    level = logging.getLevelNamesMapping()["CRITICAL" if quiet and not asked else settings.broadcaster_log_level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
    )
    handler = _Stderr(sys.stderr)
    last = _last(terminal=sys.stderr.isatty())
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=last))
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(max(level, logging.WARNING) if level > logging.DEBUG else level)
    logging.getLogger("broadcaster").setLevel(level)
    for name in NEVER_BELOW_WARNING:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    logging.captureWarnings(capture=True)
    if quiet:
        warnings.simplefilter("ignore")


class _Stderr(logging.StreamHandler[TextIO]):
    """Where a line can't be written, as on a full disk, nothing is said of that: it would go the same way."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - logging's name
        """Keep still about the disk; a line that can't be made is a bug, and shows."""
        if not isinstance(sys.exception(), OSError):
            super().handleError(record)


def _last(*, terminal: bool) -> "list[Processor]":
    strip = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    if terminal:
        return [strip, structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
    return [strip, structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
