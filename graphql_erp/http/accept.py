"""Which media type a client wants, and whether its own is one we read."""

import re
from dataclasses import dataclass
from functools import lru_cache

from graphql_erp.errors import NotAcceptable, UnsupportedMediaType

GRAPHQL = b"application/graphql-response+json; charset=utf-8"
JSON = b"application/json; charset=utf-8"

_CACHED_HEADER_BYTES = 256
_QUALITY = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")


@dataclass(frozen=True, slots=True)
class MediaRange:
    """One item of an Accept header."""

    kind: str
    subtype: str
    quality: float

    @property
    def precision(self) -> int:
        """2 for a full name, 1 for `application/*`, 0 for `*/*`."""
        return (self.kind != "*") + (self.subtype != "*")

    def covers(self, kind: str, subtype: str) -> bool:
        """Tell whether a media type falls into the range."""
        return self.kind in {"*", kind} and self.subtype in {"*", subtype}


def answer_type(accept: bytes) -> bytes:
    """Return the media type of the answer for an Accept header, empty when there is none.

    The higher quality wins, then the type that is named more precisely, then
    `application/graphql-response+json`. A client that names neither gets `application/json`, as
    the rule for clients older than the GraphQL media type asks.

    Raises:
        NotAcceptable: The header excludes both.
    """
    chosen = _cached_type(accept) if len(accept) <= _CACHED_HEADER_BYTES else _type(accept)
    if chosen is None:
        raise NotAcceptable(
            "None of the accepted media types can be answered.",
            hint="Accept application/graphql-response+json or application/json.",
        )
    return chosen


def prefers_page(accept: bytes) -> bool:
    """Tell whether the header of a browser asks for a page rather than for data."""
    ranges = _ranges(accept)
    page, graphql, json = (
        _preference(ranges, kind, subtype)[0]
        for kind, subtype in (
            ("text", "html"),
            ("application", "graphql-response+json"),
            ("application", "json"),
        )
    )
    return page > max(graphql, json)


def require_json(content_type: bytes, content_encoding: bytes = b"") -> None:
    """Check the headers that describe a request body.

    Raises:
        UnsupportedMediaType: It is not JSON in UTF-8, or it is compressed.
    """
    if content_encoding not in {b"", b"identity"}:
        raise UnsupportedMediaType(
            "Compressed request bodies are not read.", hint="Leave Content-Encoding out."
        )
    if content_type == b"application/json":
        return
    short = len(content_type) <= _CACHED_HEADER_BYTES
    if not (_cached_is_json(content_type) if short else _is_json(content_type)):
        raise UnsupportedMediaType(
            "The content type of the request body is not one this server reads.",
            hint="Send Content-Type: application/json, encoded in UTF-8.",
        )


def _type(accept: bytes) -> bytes | None:
    if not accept.strip():
        return JSON
    ranges = _ranges(accept)
    graphql = _preference(ranges, "application", "graphql-response+json")
    json = _preference(ranges, "application", "json")
    if max(graphql, json)[0] <= 0:
        return None
    if graphql == json:
        return GRAPHQL if _is_named(graphql) else JSON
    return GRAPHQL if graphql > json else JSON


_cached_type = lru_cache(maxsize=256)(_type)


def _is_named(preference: tuple[float, int]) -> bool:
    return preference[1] == MediaRange("a", "b", 1).precision


def _preference(ranges: list[MediaRange], kind: str, subtype: str) -> tuple[float, int]:
    covering = [one for one in ranges if one.covers(kind, subtype)]
    if not covering:
        return 0.0, 0
    best = max(covering, key=lambda one: (one.precision, one.quality))
    return best.quality, best.precision


def _ranges(accept: bytes) -> list[MediaRange]:
    found = (_range(item) for item in accept.decode("latin-1").lower().split(","))
    return [one for one in found if one is not None]


def _range(item: str) -> MediaRange | None:
    name, *parameters = (part.strip() for part in item.split(";"))
    kind, slash, subtype = name.partition("/")
    if not (kind and slash and subtype) or (kind == "*" and subtype != "*"):
        return None
    quality = 1.0
    for parameter in parameters:
        key, _, value = (part.strip() for part in parameter.partition("="))
        if key == "q":
            if not _QUALITY.fullmatch(value):
                return None
            quality = float(value)
        elif key == "charset" and value.strip('"') not in {"utf-8", "utf8"}:
            return None
    return MediaRange(kind, subtype, quality)


def _is_json(content_type: bytes) -> bool:
    name, *parameters = content_type.decode("latin-1").lower().split(";")
    if name.strip() != "application/json":
        return False
    for parameter in parameters:
        key, _, value = (part.strip() for part in parameter.partition("="))
        if key == "charset" and value.strip('"') not in {"utf-8", "utf8"}:
            return False
    return True


_cached_is_json = lru_cache(maxsize=64)(_is_json)
