"""CallerIdentity: the accounts of a tenant, asked on behalf of one caller."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from graphql_erp.behaviour.identity import CodeEnrolment, Tokens
from graphql_erp.errors import Forbidden, Unauthenticated
from graphql_erp.identity.accounts import Accounts
from graphql_erp.identity.callers import Caller
from graphql_erp.security.request_facts import NO_REQUEST, RequestFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class CallerIdentity:
    """Implements `behaviour.identity.Identity`."""

    accounts: Accounts
    caller: Caller
    facts: RequestFacts = NO_REQUEST

    @property
    def groups(self) -> frozenset[str]:
        """Names of the caller's groups, those implied included."""
        return self.caller.actor.groups

    @property
    def companies(self) -> tuple[int, ...]:
        """Ids of the companies the caller may see."""
        return self.caller.actor.companies

    async def login(self, login: str, password: str, code: str | None = None) -> Tokens:
        """Start a session."""
        return await self.accounts.login(login, password, code, self.facts)

    async def refresh(self, token: str) -> Tokens:
        """Return new tokens of the same session."""
        return await self.accounts.refresh(token)

    async def logout(self) -> None:
        """End the caller's session."""
        await self.accounts.end(self.caller)

    async def logout_everywhere(self) -> None:
        """End all sessions of the caller."""
        await self.accounts.end_all([self._person()])

    async def end_sessions(self, users: Sequence[int]) -> None:
        """End all sessions of users."""
        await self.accounts.end_all(users)

    async def change_password(self, current: str, new: str) -> Tokens:
        """Set the caller's password."""
        return await self.accounts.change_password(self._person(), current, new, self.facts)

    async def request_reset(self, login: str) -> None:
        """Send the user a token that sets their password."""
        await self.accounts.request_reset(login, self.facts)

    async def reset_password(self, token: str, password: str) -> None:
        """Set a forgotten password."""
        await self.accounts.reset_password(token, password)

    async def enrol_code(self, password: str) -> CodeEnrolment:
        """Prepare a second factor for the caller."""
        return await self.accounts.enrol_code(self._person(), password, self.facts)

    async def confirm_code(self, code: str) -> None:
        """Let the second factor count."""
        await self.accounts.confirm_code(self._person(), code, self.facts)

    async def disable_code(self, password: str) -> None:
        """Ask the caller for no code any more."""
        await self.accounts.disable_code(self._person(), password, self.facts)

    async def make_key(self, key: int) -> str:
        """Return the secret of a new API key."""
        self._person()
        return await self.accounts.make_key(key)

    def _person(self) -> int:
        """Return the user, who is there in person.

        Raises:
            Unauthenticated: It is nobody.
            Forbidden: It is a program with an API key.
        """
        user = self.caller.actor.user
        if user is None:
            raise Unauthenticated("This needs a user.", hint="Sign in first.")
        if self.caller.kind == "key":
            raise Forbidden("An API key may not change how its user signs in.")
        return user
