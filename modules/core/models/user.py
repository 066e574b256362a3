"""User: signing in and out, as mutations whose mistakes are data."""

from dataclasses import dataclass
from typing import Self

from erp_modules.core import Company

from graphql_erp import CodeEnrolment, Environment, Model, Tokens, mutation, query


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who sends a request, and what they may do."""

    user: "User"
    """The user."""
    groups: list[str]
    """Names of the groups they are in, those that these imply among them."""
    companies: list[Company]
    """The companies they may see."""
    permissions: list[str]
    """What they may do, as Model.operation and Model.method."""


class User(Model):
    """Suspending a user ends their sessions."""

    @query(name="me")
    @classmethod
    async def me(cls, env: Environment) -> Me | None:
        """Tell who sends the request; null when it is nobody."""
        if env.user is None:
            return None
        everything = env.elevated()
        companies = await everything[Company].all()
        seen = set(env.identity.companies)
        return Me(
            user=await everything[cls].get(env.user),
            groups=sorted(env.identity.groups),
            companies=[company for company in companies if company.id in seen],
            permissions=env.permissions,
        )

    @mutation(name="userLogin", secret=True)
    @classmethod
    async def log_in(
        cls, env: Environment, login: str, password: str, code: str | None = None
    ) -> Tokens:
        """Sign in and get tokens.

        Args:
            login: Login name or e-mail address.
            password: The password.
            code: Of the authenticator app, for users with a second factor.
        """
        return await env.identity.login(login, password, code)

    @mutation(secret=True)
    @classmethod
    async def refresh(cls, env: Environment, token: str) -> Tokens:
        """Get new tokens; a refresh token is good once, and using it twice ends the session.

        Args:
            token: The refresh token.
        """
        return await env.identity.refresh(token)

    @mutation(name="userLogout")
    @classmethod
    async def log_out(cls, env: Environment) -> None:
        """End this session."""
        await env.identity.logout()

    @mutation(name="userLogoutEverywhere")
    @classmethod
    async def log_out_everywhere(cls, env: Environment) -> None:
        """End all sessions of this user, on every device."""
        await env.identity.logout_everywhere()

    @mutation(secret=True)
    @classmethod
    async def change_password(cls, env: Environment, current: str, new: str) -> Tokens:
        """Change the password; all sessions end, and a new one begins.

        Args:
            current: The password of today.
            new: The password from now on.
        """
        return await env.identity.change_password(current, new)

    @mutation(secret=True)
    @classmethod
    async def request_reset(cls, env: Environment, login: str) -> None:
        """Ask for a token that sets a forgotten password; the answer is the same for everybody.

        Args:
            login: Login name or e-mail address.
        """
        await env.identity.request_reset(login)

    @mutation(secret=True)
    @classmethod
    async def reset_password(cls, env: Environment, token: str, password: str) -> None:
        """Set a forgotten password; all sessions end.

        Args:
            token: The token, good once.
            password: The password from now on.
        """
        await env.identity.reset_password(token, password)

    @mutation(secret=True)
    @classmethod
    async def enrol_code(cls, env: Environment, password: str) -> CodeEnrolment:
        """Prepare a second factor; it counts once a code is confirmed.

        Args:
            password: The password.
        """
        return await env.identity.enrol_code(password)

    @mutation(secret=True)
    @classmethod
    async def confirm_code(cls, env: Environment, code: str) -> None:
        """Ask for a code at each sign-in from now on.

        Args:
            code: What the authenticator app shows.
        """
        await env.identity.confirm_code(code)

    @mutation(secret=True)
    @classmethod
    async def disable_code(cls, env: Environment, password: str) -> None:
        """Ask for no code any more.

        Args:
            password: The password.
        """
        await env.identity.disable_code(password)

    @classmethod
    async def after_update(cls, records: list[Self]) -> None:
        """End the sessions of users who were suspended."""
        ended = [user.id for user in records if "active" in user.changed and not user.active]
        if ended:
            await records[0].env.identity.end_sessions(ended)
