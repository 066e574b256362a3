"""The log: one place that says how lines look and where they go."""

from __future__ import annotations

import logging
import re
import sys
from typing import Any

import orjson
import structlog
from structlog.typing import EventDict, ExcInfo, Processor

from graphql_erp.config import Settings
from graphql_erp.http.request_facts import served_tenant

_QUOTED = re.compile(r"'.*'|\".*\"|\(.*\)", re.DOTALL)
"""From the first to the last of each: what is quoted may hold quotes itself."""
_LEVELS = logging.getLevelNamesMapping()


def configure_logs(settings: Settings) -> None:
    """Send every log line to standard error: for people on a terminal, as JSON elsewhere.

    Tracebacks never show local variables, for those hold what clients sent. Nor do the texts of
    errors show values outside of development: those of the database quote them.
    """
    level = _LEVELS[settings.log_level.upper()]
    is_terminal, shows_values = sys.stderr.isatty(), settings.development
    structlog.configure(
        processors=[*_shared(), *_renderers(is_terminal, shows_values)],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    _take_over_standard_logging(level, _renderers(is_terminal, shows_values))


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


def _renderers(is_terminal: bool, shows_values: bool) -> list[Processor]:
    if is_terminal:
        plain = structlog.dev.plain_traceback
        return [structlog.dev.ConsoleRenderer(exception_formatter=plain)]
    transform = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
    return [
        structlog.processors.ExceptionRenderer(transform if shows_values else _Hiding(transform)),
        structlog.processors.JSONRenderer(serializer=_dumps),
    ]


class _Hiding:
    """Shows exceptions without the values that their texts quote."""

    def __init__(self, transform: structlog.tracebacks.ExceptionDictTransformer) -> None:
        self._transform = transform

    def __call__(self, exc_info: ExcInfo) -> list[dict[str, Any]]:
        """Return the exception and those behind it."""
        shown = self._transform(exc_info)
        for item in shown:
            item["exc_value"] = without_values(item["exc_value"])
            item["exc_notes"] = [without_values(note) for note in item["exc_notes"]]
        return shown


def without_values(text: str) -> str:
    """Return the text of an error with what stands in quotes and brackets left out."""
    return _QUOTED.sub("...", text)


def _dumps(event: EventDict, **options: Any) -> str:
    return orjson.dumps(event, default=options.get("default", str)).decode()


def _take_over_standard_logging(level: int, renderers: list[Processor]) -> None:
    """Let the lines of libraries look like ours; the server's own chatter is left out."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_shared(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                *renderers,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=max(level, logging.WARNING), force=True)
