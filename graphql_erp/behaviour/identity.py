"""What behaviour may ask about accounts: signing in and out, passwords, codes and keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What a client shows with its requests."""

    access_token: str = field(repr=False)
    """For the header Authorization, after "Bearer "."""
    refresh_token: str = field(repr=False)
    """Gives the next pair of tokens, once."""
    expires_in: int
    """Seconds for which the access token is good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeEnrolment:
    """What an authenticator app needs to show codes."""

    secret: str = field(repr=False)
    """To be typed."""
    uri: str = field(repr=False)
    """To be shown as a QR code."""


class Identity(Protocol):
    """The accounts of a tenant, asked on behalf of one caller: `self.env.identity`.

    What is asked of it is committed at once; it does not wait for the transaction, and is not
    undone with it.
    """

    @property
    def groups(self) -> frozenset[str]:
        """Names of the caller's groups, those implied included."""

    @property
    def companies(self) -> tuple[int, ...]:
        """Ids of the companies the caller may see."""

    async def login(self, login: str, password: str, code: str | None = None) -> Tokens:
        """Start a session.

        Raises:
            UserError: The sign-in is wrong, or there were too many.
        """

    async def refresh(self, token: str) -> Tokens:
        """Return new tokens of the same session; the token given is used up.

        Raises:
            UserError: It is used up, which ends the session, or none of ours.
        """

    async def logout(self) -> None:
        """End the caller's session."""

    async def logout_everywhere(self) -> None:
        """End all sessions of the caller."""

    async def end_sessions(self, users: Sequence[int]) -> None:
        """End all sessions of users."""

    async def change_password(self, current: str, new: str) -> Tokens:
        """Set the caller's password; all their sessions end and a new one begins.

        Raises:
            UserError: The current one is wrong, or the new one is too short.
        """

    async def request_reset(self, login: str) -> None:
        """Send the user a token that sets their password; say nothing when there is none."""

    async def reset_password(self, token: str, password: str) -> None:
        """Set a forgotten password; all sessions of the user end.

        Raises:
            UserError: The token is none, used or expired, or the password too short.
        """

    async def enrol_code(self, password: str) -> CodeEnrolment:
        """Prepare a second factor for the caller; it counts once a code is confirmed.

        Raises:
            UserError: The password is wrong.
        """

    async def confirm_code(self, code: str) -> None:
        """Ask the caller for a code at each sign-in from now on.

        Raises:
            UserError: The code is wrong.
        """

    async def disable_code(self, password: str) -> None:
        """Ask the caller for no code any more.

        Raises:
            UserError: The password is wrong.
        """

    async def make_key(self, key: int) -> str:
        """Return the secret of a new API key, which nobody sees again.

        Args:
            key: Id of its record.
        """


class NoIdentity:
    """A place without accounts, such as an installation."""

    groups: frozenset[str] = frozenset()
    companies: tuple[int, ...] = ()

    async def end_sessions(self, users: Sequence[int]) -> None:
        """Do nothing: nobody is signed in."""

    def __getattr__(self, name: str) -> Any:
        raise RuntimeError(f"There are no accounts here to ask for `{name}`.")
