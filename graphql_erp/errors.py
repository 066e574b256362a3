"""The whole error tree.

ErpError
  DeclarationError        the module author's YAML or Python; the server refuses to start
  SettingsError           the operator's environment; the server refuses to start
  RequestError            the client's request; safe to show; carries a code and a path
    BadRequest 400  ParseFailed 400  ValidationFailed 400  BadUserInput 400  BadCursor 400
    PageTooLarge 400  CostExceeded 400  Unauthenticated 401  Forbidden 403  ForbiddenField 403
    AtomicAborted 200  RateLimited 429  Timeout 504  TenantUnavailable 503  DocumentNotFound 404
  UserError               errors as data; a list of problems with paths
  FieldNotLoaded          module code read a path it did not declare
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Literal, Self

PathItem = str | int


class ErpError(Exception):
    """Base of every error raised by this package.

    Attributes:
        code: Stable name sent to clients; also the name of the docs page.
        status: HTTP status when the whole request fails with this error.
        hint: What the reader can do about it, in one sentence.
    """

    code: ClassVar[str] = "INTERNAL"
    status: ClassVar[int] = 500

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


# ---- the module author ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake in a declaration: where it is, what it is and what to do."""

    path: str
    line: int
    column: int
    check: str
    """Stable id of the check that found it, such as `unknown_model`."""
    message: str
    hint: str = ""

    def __str__(self) -> str:
        lines = [f"{self.path}:{self.line}:{self.column}: {self.message}"]
        if self.hint:
            lines.append(f"  {self.hint}")
        lines.append(f"  See docs/reference/errors.md#{self.check}")
        return "\n".join(lines)


class DeclarationError(ErpError):
    """All mistakes found in the declarations of one set of modules."""

    code = "DECLARATION"

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(str(problem) for problem in self.problems))


class SettingsError(ErpError):
    """A setting or the machine is not usable; says which and what to do."""

    code = "SETTINGS"


# ---- errors as data -------------------------------------------------------------------------

UserErrorCode = Literal[
    "REQUIRED",
    "INVALID",
    "UNIQUE",
    "NOT_FOUND",
    "FORBIDDEN",
    "CONFLICT",
    "RESTRICTED",
    "BUSINESS_RULE",
    "IDEMPOTENCY_MISMATCH",
    "RATE_LIMITED",
]


@dataclass(frozen=True, slots=True)
class UserProblem:
    """One thing a user can correct, as it appears in a payload's `errors`."""

    code: UserErrorCode
    message: str
    path: tuple[str, ...] = ()
    index: int | None = None
    details: dict[str, object] = field(default_factory=dict)
    record: object | None = field(default=None, repr=False, compare=False)
    """Record of a batch it speaks of, until the record's index and place in the input are known."""

    def under(self, path: Sequence[str]) -> Self:
        """Return the same problem with a path put in front of its own."""
        return replace(self, path=(*path, *self.path)) if path else self


class UserError(ErpError):
    """Something the user caused and can correct; answered in the payload, never as a failure.

    Example:
        raise UserError("Lead {lead} is already won.", lead=self.name)
    """

    code = "BUSINESS_RULE"
    status = 200

    def __init__(self, message: str = "", *problems: UserProblem, **values: object) -> None:
        text = message.format(**values) if values else message
        self.problems = problems or (UserProblem("BUSINESS_RULE", text, details=dict(values)),)
        super().__init__(text or "; ".join(problem.message for problem in self.problems))

    def at(self, *path: str) -> Self:
        """Return the error, saying which field of the record it speaks of.

        Example:
            raise UserError("More than there is in stock.").at("quantity")
        """
        self.problems = tuple(problem.under(path) for problem in self.problems)
        return self

    def of(self, record: object) -> Self:
        """Return the error, saying which record of a hook's batch it speaks of."""
        self.problems = tuple(replace(problem, record=record) for problem in self.problems)
        return self

    @classmethod
    def joined(cls, errors: Iterable["UserError"]) -> Self:
        """Return one error that tells all of several.

        Example:
            raise UserError.joined(UserError("Too few.").of(line) for line in short)
        """
        return cls("", *(problem for error in errors for problem in error.problems))


# ---- the client's request -------------------------------------------------------------------


class RequestError(ErpError):
    """A request that cannot be answered; its message is safe to show.

    Attributes:
        path: Response path of the field concerned, empty for the whole request.
        locations: Places in the document as (line, column), from 1.
    """

    code = "BAD_REQUEST"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: Sequence[PathItem] = (),
        locations: Sequence[tuple[int, int]] = (),
    ) -> None:
        super().__init__(message, hint=hint)
        self.path = tuple(path)
        self.locations = tuple(locations)


class BadRequest(RequestError):
    """The HTTP request is not a well-formed GraphQL request."""


class UnsupportedMediaType(BadRequest):
    """The content type of the request body is not one we read."""

    status = 415


class NotAcceptable(BadRequest):
    """None of the accepted media types is one we write."""

    status = 406


class MethodNotAllowed(BadRequest):
    """The HTTP method does not fit the operation."""

    status = 405


class BodyTooLarge(BadRequest):
    """The request body is longer than the limit."""

    status = 413


class ForeignPage(BadRequest):
    """A browser sends this for a page that is not ours, or without what our page must send."""

    code, status = "FORBIDDEN", 403


class ParseFailed(RequestError):
    """The document is not GraphQL."""

    code = "GRAPHQL_PARSE_FAILED"


class ValidationFailed(RequestError):
    """The document does not fit the schema."""

    code = "GRAPHQL_VALIDATION_FAILED"


class DocumentNotFound(RequestError):
    """No document is registered under the id, or the text sent is not a registered one."""

    code, status = "DOCUMENT_NOT_FOUND", 404


class BadUserInput(RequestError):
    """A variable or an argument has a value that cannot be used."""

    code = "BAD_USER_INPUT"


class BadCursor(RequestError):
    """A cursor is damaged or belongs to another ordering."""

    code = "BAD_CURSOR"


class PageTooLarge(RequestError):
    """More records per page were asked for than the limit allows."""

    code = "PAGE_TOO_LARGE"


class CostExceeded(RequestError):
    """The document is beyond one of the limits; the message names which."""

    code = "COST_EXCEEDED"


class Unauthenticated(RequestError):
    """The request needs a user."""

    code, status = "UNAUTHENTICATED", 401


class Forbidden(RequestError):
    """No group of the user grants this operation on this model."""

    code, status = "FORBIDDEN", 403


class ForbiddenField(RequestError):
    """A field is limited to groups the user is not in.

    Attributes:
        coordinates: Where the schema has it, such as `Contact.creditLimit`.
    """

    code, status = "FORBIDDEN_FIELD", 403

    def __init__(
        self,
        message: str,
        *,
        hint: str = "",
        path: Sequence[PathItem] = (),
        locations: Sequence[tuple[int, int]] = (),
        coordinates: str = "",
    ) -> None:
        super().__init__(message, hint=hint, path=path, locations=locations)
        self.coordinates = coordinates


class AtomicAborted(RequestError):
    """A field of an `@atomic` mutation has user errors; nothing of the operation was written.

    Attributes:
        errors: The user errors, as the payload would have shown them.
    """

    code, status = "ATOMIC_ABORTED", 200

    def __init__(self, key: str, problems: Sequence[UserProblem]) -> None:
        super().__init__(
            f"Nothing was written: {problems[0].message}",
            hint="Correct what the errors say and send the whole operation again.",
            path=(key,),
        )
        self.problems = tuple(problems)


class RateLimited(RequestError):
    """Too many requests of one kind; the message says which.

    Attributes:
        retry_after: Seconds after which trying again may help.
    """

    code, status = "RATE_LIMITED", 429

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message, hint=f"Try again in {retry_after} seconds.")
        self.retry_after = retry_after


class Timeout(RequestError):
    """The statement or the request took longer than the limit."""

    code, status = "TIMEOUT", 504


class TenantUnavailable(RequestError):
    """The tenant does not exist or is not migrated."""

    code, status = "TENANT_UNAVAILABLE", 503


class Internal(RequestError):
    """A failure of ours, masked; the log carries the same id."""

    code, status = "INTERNAL", 500


class FieldNotLoaded(ErpError):
    """Module code read a path it did not declare."""

    code = "FIELD_NOT_LOADED"
