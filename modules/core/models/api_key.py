"""ApiKey: made with a secret that is shown once, revoked for good."""

from dataclasses import dataclass, field
from datetime import date
from typing import Self

from erp_modules.core import Group

from graphql_erp import Environment, Model, UserError, mutation


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeKey:
    """A new API key."""

    key: "ApiKey"
    """The key."""
    secret: str = field(repr=False)
    """What the program shows; nobody sees it again."""


class ApiKey(Model):
    """Only its user makes a key."""

    @mutation(secret=True)
    @classmethod
    async def make(
        cls,
        env: Environment,
        name: str,
        groups: list[Group] | None = None,
        expires_on: date | None = None,
        read_only: bool = False,  # noqa: FBT001, FBT002 - clients give it by name
    ) -> MadeKey:
        """Make a key that acts for oneself.

        Args:
            name: What it is for.
            groups: Groups whose permissions it is limited to; without them, it has all of its user.
            expires_on: Last day on which it is good; without it, until it is revoked.
            read_only: Whether it may not write.
        """
        if env.user is None:
            raise UserError("Sign in first: a key acts for a user.")
        if expires_on is not None and expires_on < env.today:
            raise UserError("This day is over.").at("expiresOn")
        # The one way to make a key: nobody is granted to create one otherwise.
        key = await env.elevated()[cls].create(
            name=name,
            user=env.user,
            prefix="erpk",
            groups=groups,
            limited=bool(groups),
            expires_on=expires_on,
            read_only=read_only,
        )
        secret = await env.identity.make_key(key.id)
        await key.update(prefix=secret.rpartition("_")[0])
        return MadeKey(key=key, secret=secret)

    @mutation
    async def revoke(self) -> Self:
        """Let the key open nothing any more."""
        await self.env.elevated().update_records([self], {"revoked": True})
        return self
