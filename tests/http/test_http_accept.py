import pytest
from hypothesis import given
from hypothesis import strategies as st

from graphql_erp.errors import NotAcceptable, UnsupportedMediaType
from graphql_erp.http.accept import GRAPHQL, JSON, answer_type, prefers_page, require_json


@pytest.mark.parametrize(
    ("accept", "media_type"),
    [
        (b"", JSON),
        (b"  ", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/json", JSON),
        (b"application/graphql-response+json", GRAPHQL),
        (b"Application/GraphQL-Response+JSON", GRAPHQL),
        (b"application/graphql-response+json, application/json", GRAPHQL),
        (b"application/json, application/graphql-response+json", GRAPHQL),
        (b"application/graphql-response+json;q=0.9, application/json", JSON),
        (b"application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        (b"application/graphql-response+json;q=0.2, */*;q=0.1", GRAPHQL),
        (b"application/json;q=0, */*", GRAPHQL),
        (b"application/graphql-response+json;q=0, application/json;q=0.001", JSON),
        (b"text/html, application/json;q=0.5", JSON),
        (b"application/json; charset=utf-8", JSON),
        (b'application/json; charset="UTF-8"', JSON),
        (b"application/json; charset=utf-16, application/graphql-response+json", GRAPHQL),
        (b"application/json;q=2, application/graphql-response+json;q=0.1", GRAPHQL),
        (b"application/json;q=1.000", JSON),
        (b"application/graphql-response+json" + b", text/plain" * 50, GRAPHQL),
    ],
)
def test_answer_type_follows_quality_precision_and_own_preference(
    accept: bytes, media_type: bytes
) -> None:
    assert answer_type(accept) == media_type


@pytest.mark.parametrize(
    "accept",
    [
        b"text/html",
        b"application/xml, text/*",
        b"application/json;q=0",
        b"*/*;q=0",
        b"application/json; charset=latin1",
        b"json",
        b"*/json",
        b"application/json;q=high",
    ],
)
def test_answer_type_refuses_what_cannot_be_written(accept: bytes) -> None:
    with pytest.raises(NotAcceptable) as raised:
        answer_type(accept)

    assert raised.value.message == "None of the accepted media types can be answered."


@given(st.binary(max_size=400))
def test_any_accept_header_gives_a_type_or_a_refusal(accept: bytes) -> None:
    assert outcome(accept) in {GRAPHQL, JSON, 406}


def outcome(accept: bytes) -> bytes | int:
    try:
        return answer_type(accept)
    except NotAcceptable as error:
        return error.status


@pytest.mark.parametrize(
    ("accept", "is_page"),
    [
        (b"text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8", True),
        (b"text/html", True),
        (b"text/*, application/json;q=0.5", True),
        (b"text/html, application/json", False),
        (b"*/*", False),
        (b"text/html;q=0", False),
        (b"application/json", False),
    ],
)
def test_page_is_for_clients_that_prefer_html(accept: bytes, is_page: bool) -> None:  # noqa: FBT001
    assert prefers_page(accept) is is_page


@pytest.mark.parametrize(
    "content_type",
    [
        b"application/json",
        b"application/json; charset=utf-8",
        b'Application/JSON;charset="UTF8"',
        b"application/json; profile=x",
    ],
)
def test_json_in_utf8_is_read(content_type: bytes) -> None:
    assert require_json(content_type, b"identity") is None


@pytest.mark.parametrize(
    ("content_type", "encoding"),
    [
        (b"", b""),
        (b"text/plain", b""),
        (b"application/graphql", b""),
        (b"application/json; charset=utf-16", b""),
        (b"application/json; charset=iso-8859-1", b""),
        (b"application/jsonp", b""),
        (b"x" * 1000, b""),
        (b"application/json", b"gzip"),
    ],
)
def test_other_bodies_are_refused(content_type: bytes, encoding: bytes) -> None:
    with pytest.raises(UnsupportedMediaType) as raised:
        require_json(content_type, encoding)

    assert raised.value.status == 415
