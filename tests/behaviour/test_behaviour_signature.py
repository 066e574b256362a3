"""Signatures of methods: what annotations and docstrings mean to clients."""

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Self

import pytest

from graphql_erp.behaviour.actions import Close, Notification
from graphql_erp.behaviour.annotations import (
    ALLOWED,
    ActionType,
    AnnotationReader,
    DataType,
    EnumType,
    ListType,
    Member,
    RecordType,
    ScalarType,
    Typed,
)
from graphql_erp.behaviour.decorators import mutation, query
from graphql_erp.behaviour.exposed import exposed_methods
from graphql_erp.behaviour.model import Model
from graphql_erp.behaviour.protocols import Environment
from graphql_erp.behaviour.signature import MethodPlace, Signature, read_signature
from graphql_erp.behaviour.upload import Upload


class Stage(Model):
    pass


class Pace(enum.StrEnum):
    SLOW = "slow"
    FAST = "fast"


class Echo(enum.Enum):
    one = 1
    ONE = 2


@dataclass(frozen=True)
class Terms:
    discount: Decimal
    """Part of the price."""
    stages: list[Stage] = field(default_factory=list)
    pace: Pace = Pace.SLOW


@dataclass(frozen=True)
class Offer:
    terms: Terms
    note: str | None = None


@dataclass
class Open:
    note: str


@dataclass(frozen=True)
class Node:
    inner: "Node | None"


@dataclass(frozen=True)
class Odd:
    extra: dict[str, int]


READER = AnnotationReader("Lead", {name: type(name, (Model,), {}) for name in ("Lead", "Stage")})


def read(method: Any) -> Signature | list[str]:
    """Return the signature of a method, or its misfits as sentences."""
    name = getattr(method, "__name__", "")
    (exposed,) = exposed_methods(type("Lead", (Model,), {name: method})).values()
    found = read_signature(exposed, READER)
    return found if isinstance(found, Signature) else [item.told("It") for item in found]


def typed(annotation: object) -> Typed | list[str]:
    """Return what an annotation of an argument means, or why it means nothing."""

    def method(self: Model, given: object) -> None:
        """Do it."""

    method.__annotations__["given"] = annotation
    found = read(mutation(method))
    return found if isinstance(found, list) else found.arguments[0].type


def scalar(name: str, *, nullable: bool = False) -> ScalarType:
    return ScalarType(nullable, name)


TERMS = DataType(
    nullable=False,
    cls=Terms,
    members=(
        Member(name="discount", type=scalar("Decimal"), description="Part of the price."),
        Member(
            name="stages",
            type=ListType(nullable=False, item=RecordType(nullable=False, model="Stage")),
            default=[],
        ),
        Member(name="pace", type=EnumType(nullable=False, cls=Pace), default=Pace.SLOW),
    ),
)


@pytest.mark.parametrize(
    ("annotation", "expected"),
    [
        (str, scalar("String")),
        (int, scalar("Int")),
        (float, scalar("Float")),
        (bool, scalar("Boolean")),
        (Decimal, scalar("Decimal")),
        (date, scalar("Date")),
        (datetime, scalar("DateTime")),
        (time, scalar("Time")),
        (bytes, scalar("Binary")),
        ("str", scalar("String")),
        (str | None, scalar("String", nullable=True)),
        ("Stage | None", RecordType(nullable=True, model="Stage")),
        (Stage, RecordType(nullable=False, model="Stage")),
        ("Lead", RecordType(nullable=False, model="Lead")),
        (Self, RecordType(nullable=False, model="Lead")),
        (list[int], ListType(nullable=False, item=scalar("Int"))),
        (
            list[Stage] | None,
            ListType(nullable=True, item=RecordType(nullable=False, model="Stage")),
        ),
        (list[str | None], ListType(nullable=False, item=scalar("String", nullable=True))),
        (Pace, EnumType(nullable=False, cls=Pace)),
        (Terms, TERMS),
        (
            Offer,
            DataType(
                nullable=False,
                cls=Offer,
                members=(
                    Member(name="terms", type=TERMS),
                    Member(name="note", type=scalar("String", nullable=True), default=None),
                ),
            ),
        ),
    ],
    ids=str,
)
def test_annotation_means_a_type(annotation: object, expected: Typed) -> None:
    assert typed(annotation) == expected


def test_upload_is_a_dataclass_like_others() -> None:
    kind = typed(Upload)

    assert isinstance(kind, DataType)
    assert [(item.graphql_name, item.type) for item in kind.members] == [
        ("name", scalar("String")),
        ("contentType", scalar("String")),
        ("data", scalar("Binary")),
    ]


@pytest.mark.parametrize(
    ("annotation", "message"),
    [
        (dict[str, int], "is dict[str, int]"),
        (Any, "is Any"),
        (object, "is object"),
        (str | int, "is str | int"),
        (list, "is list"),
        (tuple[int, ...], "is tuple[int, ...]"),
        (complex, "is complex"),
        ("Stgae", 'names unknown "Stgae"'),
        (
            "not (python",
            "cannot be read: Forward reference must be an expression -- got 'not (python'",
        ),
        (type("Other", (Model,), {}), "is Other, which is no model"),
        (Model, "is Model, which is no model"),
        (Echo, "is the enum Echo, whose members have one name in upper case"),
        (Open, "is the dataclass Open, which is not frozen"),
        (Node, "has Node.inner, which is the dataclass Node, which contains itself"),
        (Odd, "has Odd.extra, which is dict[str, int]"),
        (Close, "is an action; methods give actions, they take none"),
    ],
    ids=str,
)
def test_annotation_that_means_nothing_to_a_client(annotation: object, message: str) -> None:
    assert typed(annotation) == [f'argument "given" of It {message}.']


def test_hint_says_what_is_allowed() -> None:
    def method(self: Model, given: complex) -> None:
        """Do it."""

    (exposed,) = exposed_methods(type("Lead", (Model,), {"method": mutation(method)})).values()
    misfits = read_signature(exposed, READER)

    assert isinstance(misfits, list)
    assert [item.hint for item in misfits] == [ALLOWED]


def test_plain_method_is_called_on_a_record() -> None:
    @mutation
    async def mark(self: Model, *, note: str = "x", count: int | None = None) -> Self:
        """Mark it.

        More words.

        Args:
            note: What is said,
                and why.
            count (int): How often.

        Raises:
            UserError: When it is marked.
        """

    assert read(mark) == Signature(
        place=MethodPlace.RECORD,
        arguments=(
            Member(
                name="note",
                type=scalar("String"),
                default="x",
                description="What is said, and why.",
            ),
            Member(
                name="count",
                type=scalar("Int", nullable=True),
                default=None,
                description="How often.",
            ),
        ),
        result=RecordType(nullable=False, model="Lead"),
        description="Mark it.",
    )


def test_class_method_with_records_is_called_on_several() -> None:
    @mutation
    @classmethod
    def merge(cls: type, records: list[Self]) -> None:
        """Merge them."""

    found = read(merge)

    assert isinstance(found, Signature)
    assert (found.place, found.arguments, found.result) == (MethodPlace.RECORDS, (), None)


def test_class_method_with_env_is_called_on_the_model() -> None:
    @classmethod  # type: ignore[misc]
    @query
    def count(cls: type, env: Environment, day: date) -> int:
        """Count them."""

    found = read(count)

    assert isinstance(found, Signature)
    assert found.place is MethodPlace.MODEL
    assert found.arguments == (Member(name="day", type=scalar("Date")),)


def test_actions_are_a_result() -> None:
    @mutation
    def step(self: Model) -> Close | Notification | None:
        """Step."""

    found = read(step)

    assert isinstance(found, Signature)
    assert found.result == ActionType(nullable=True)


def untold(self: Model) -> None: ...


def loose(self: Model, note, *rest: int, **more: int):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN201
    """Be loose."""


def taken(self: Model, id: int, version: int, node_id: int) -> None:  # noqa: A002
    """Take names."""


def unclear(self: Model, count: int = "one", note: str = None) -> None:  # type: ignore[assignment]  # noqa: RUF013
    """Give wrong defaults."""


def nested(self: Model) -> list[Close]:
    """Give a list of actions."""


def silent(self: Model) -> None:
    """Give nothing."""


def _hidden(self: Model) -> None:
    """Have a name of Python."""


def noErrors(self: Model) -> None:  # noqa: N802
    """Have a name of GraphQL."""


@dataclass(frozen=True)
class Outcome:
    errors: int


def outcome(self: Model) -> Outcome:
    """Give errors of its own."""


@pytest.mark.parametrize(
    ("method", "sentences"),
    [
        (mutation(untold), ["It has no docstring."]),
        (
            mutation(loose),
            [
                'argument "note" of It has no type.',
                'argument "rest" of It cannot be given by name.',
                'argument "more" of It cannot be given by name.',
                "the result of It has no type.",
            ],
        ),
        (
            mutation(taken),
            [
                'argument "id" of It has a name that is taken.',
                'argument "version" of It has a name that is taken.',
                'argument "node_id" of It has a name that is taken.',
            ],
        ),
        (
            mutation(unclear),
            [
                "argument \"count\" of It has the default 'one', not of its type.",
                'argument "note" of It has the default None, not of its type.',
            ],
        ),
        (mutation(nested), ["the result of It holds an action where none can be."]),
        (query(silent), ["the result of It is None."]),
        (mutation(_hidden), ["It has a name that is no GraphQL name."]),
        (mutation(noErrors), ["It has a name that is no GraphQL name."]),
        (mutation(outcome), ['the result of It has a field "errors", as every payload.']),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_method_no_client_could_call(method: Callable[..., Any], sentences: list[str]) -> None:
    assert read(method) == sentences


def test_class_method_on_nothing_is_refused() -> None:
    @mutation
    @classmethod
    def count(cls: type, day: date) -> int:
        """Count them."""

    assert read(count) == ["It says neither `records` nor `env` as its first argument."]


def test_records_that_are_no_list_of_records_are_refused() -> None:
    @mutation
    @classmethod
    def count(cls: type, records: list[int]) -> int:
        """Count them."""

    assert read(count) == ['argument "records" of It is not list[Self].']


def test_paths_of_a_method_on_the_model_are_refused() -> None:
    @mutation(load=["stage"])
    @classmethod
    def count(cls: type, env: Environment) -> int:
        """Count them."""

    assert read(count) == ["It has paths to load, but no record."]


def test_static_method_is_refused() -> None:
    class Lead(Model):
        @staticmethod
        @mutation
        def count() -> int:
            """Count them."""

    (exposed,) = exposed_methods(Lead).values()
    found = read_signature(exposed, READER)

    assert isinstance(found, list)
    assert [item.message for item in found] == ["is a static method"]


# ---- which methods are exposed ----------------------------------------------------------------


class Base(Model):
    @mutation(load=["stage"], groups=["seller"])
    def win(self, note: str) -> None:
        """Win."""

    def plain(self) -> None:
        """Not marked."""


def marks(cls: type) -> Mapping[str, tuple[tuple[str, ...], tuple[str, ...], str]]:
    return {
        name: (item.mark.load, item.mark.groups, item.function.__doc__ or "")
        for name, item in exposed_methods(cls).items()
    }


def test_methods_without_a_mark_are_not_exposed() -> None:
    assert marks(Base) == {"win": (("stage",), ("seller",), "Win.")}


def test_extension_without_a_mark_keeps_the_mark_it_extends() -> None:
    class Extension(Base):
        def win(self, *arguments: Any, **named: Any) -> None:
            """More."""

    assert marks(Extension) == {"win": (("stage",), ("seller",), "Win.")}


def test_mark_of_an_extension_takes_its_place_and_paths_add_up() -> None:
    class Extension(Base):
        @mutation(load=["owner", "stage"])
        def win(self, note: str, more: int = 1) -> None:
            """Win twice."""

    assert marks(Extension) == {"win": (("owner", "stage"), (), "Win twice.")}


@pytest.mark.parametrize("option", ["load", "groups"])
def test_options_of_a_mark_are_lists(option: str) -> None:
    with pytest.raises(TypeError, match=f"{option}= takes a list"):
        mutation(**{option: "stage"})  # type: ignore[call-overload]


def test_idempotent_is_required_or_left_out() -> None:
    with pytest.raises(TypeError, match='idempotent= is "required" or left out'):
        mutation(idempotent="sometimes")  # type: ignore[call-overload]
