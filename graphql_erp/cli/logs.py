"""The log: one place that says how lines look and where they go."""

from __future__ import annotations

import logging
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, Processor

from graphql_erp.config import Settings
from graphql_erp.http.request_facts import served_tenant

_LEVELS = logging.getLevelNamesMapping()


def configure_logs(settings: Settings) -> None:
    """Send every log line to standard error: for people on a terminal, as JSON elsewhere.

    Tracebacks never show local variables, for those hold what clients sent.
    """
    level = _LEVELS[settings.log_level.upper()]
    is_terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[*_shared(), *_renderers(is_terminal=is_terminal)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_over_standard_logging(level, is_terminal=is_terminal)


def _shared() -> list[Processor]:
    return [
        _with_tenant,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper("iso", utc=True),
    ]


def _with_tenant(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Name the tenant whose request is being answered, where the line does not."""
    tenant = served_tenant.get()
    if tenant:
        event.setdefault("tenant", tenant)
    return event


def _renderers(*, is_terminal: bool) -> list[Processor]:
    if is_terminal:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    transform = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(transform),
        structlog.processors.JSONRenderer(serializer=_dumps),
    ]


def _dumps(event: EventDict, **options: Any) -> str:
    return orjson.dumps(event, default=options.get("default", str)).decode()


def _take_over_standard_logging(level: int, *, is_terminal: bool) -> None:
    """Let the lines of libraries look like ours; the server's own chatter is left out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *_renderers(is_terminal=is_terminal),
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
