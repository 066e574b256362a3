"""Accounts: what one does with the accounts of one tenant."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from graphql_erp.auth.passwords import AT_ONCE, LONGEST, Passwords
from graphql_erp.auth.sealing import Sealer
from graphql_erp.auth.secrets import API_KEY, REFRESH, RESET, new_secret, read_secret
from graphql_erp.auth.tokens import AccessTokens, Clock
from graphql_erp.auth.totp import matching_step, new_totp_secret, totp_uri
from graphql_erp.behaviour.identity import CodeEnrolment, Tokens
from graphql_erp.config import Settings
from graphql_erp.errors import RateLimited, UserError, UserErrorCode, UserProblem
from graphql_erp.identity.attempts import Attempt, Attempts
from graphql_erp.identity.callers import KEY, SESSION, Caller, Callers
from graphql_erp.identity.credentials import Credential, Credentials
from graphql_erp.identity.sessions import COOKIE, TOKEN, Session, Sessions
from graphql_erp.security.request_facts import RequestFacts
from graphql_erp.tenants.pool import TenantPool

_LONGEST_NAME = 320


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRequest:
    """A token that sets the password of somebody who asked for it."""

    user: int
    login: str
    token: str


Deliver = Callable[[ResetRequest], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workshop:
    """What the accounts of all tenants of a process share."""

    settings: Settings
    passwords: Passwords
    sealer: Sealer
    deliver: Deliver | None = None
    """Told of each reset token; nobody is while there is no e-mail."""


def workshop(settings: Settings, deliver: Deliver | None = None) -> Workshop:
    """Return what the accounts of a process share."""
    return Workshop(
        settings=settings,
        passwords=Passwords(
            kib=settings.password_kib,
            passes=settings.password_passes,
            # A mutation that signs in holds a connection while it waits: half of them at most.
            waiting=max(1, settings.pool_max // 2 - AT_ONCE),
        ),
        sealer=Sealer(settings.data_dir),
        deliver=deliver,
    )


class Accounts:
    """The accounts of one tenant; everything is committed at once."""

    def __init__(
        self,
        pool: TenantPool,
        tenant: str,
        shared: Workshop,
        *,
        clock: Clock,
        callers: Callers,
        tokens: AccessTokens,
    ) -> None:
        settings = shared.settings
        self.tenant = tenant
        self.clock = clock
        self.callers = callers
        self.tokens = tokens
        self._shared = shared
        self._aside = pool.aside
        self._credentials = Credentials(pool.aside)
        self._sessions = Sessions(aside=pool.aside, life=timedelta(days=settings.session_days))
        self._attempts = Attempts(
            window=timedelta(seconds=settings.login_window_seconds),
            per_account=settings.login_max_account,
            per_address=settings.login_max_address,
        )

    @property
    def session_seconds(self) -> int:
        """Life of a session."""
        return int(self._sessions.life.total_seconds())

    # ---- sessions ---------------------------------------------------------------------------

    async def login(
        self, login: str, password: str, code: str | None, facts: RequestFacts
    ) -> Tokens:
        """Start a session of tokens.

        Raises:
            UserError: The sign-in is wrong, or there were too many.
        """
        return self._tokens(await self._start(TOKEN, login, password, code, facts))

    async def login_browser(
        self, login: str, password: str, code: str | None, facts: RequestFacts
    ) -> Session:
        """Start a session of a cookie.

        Raises:
            UserError: The sign-in is wrong, or there were too many.
        """
        return await self._start(COOKIE, login, password, code, facts)

    async def trusted_browser(self, name: str, facts: RequestFacts) -> Session | None:
        """Start a session of a cookie for a user somebody we trust has identified.

        Args:
            name: E-mail address or login name.
            facts: Of the request.
        """
        found = await self._credentials.named(name)
        if found is None or not found.is_active:
            return None
        return await self._sessions.start(
            COOKIE, user=found.user, epoch=found.epoch, facts=facts, now=self.clock()
        )

    async def refresh(self, token: str) -> Tokens:
        """Return new tokens of the same session; the token given is used up.

        Raises:
            UserError: It is used up, which ends the session, or none of ours.
        """
        secret = read_secret(REFRESH, token)
        refreshed = await self._sessions.refresh(secret, self.clock()) if secret else None
        if refreshed is None:
            raise _wrong("The refresh token is not valid: sign in again.", "token")
        return self._tokens(refreshed)

    async def end(self, caller: Caller) -> None:
        """End the session of a caller.

        Raises:
            UserError: They have none.
        """
        if not caller.name.startswith(SESSION):
            raise UserError("There is no session to end.")
        await self._sessions.end(caller.name[1:], self.clock())
        self.callers.forget(caller.name)

    async def end_all(self, users: Sequence[int]) -> None:
        """End all sessions of users."""
        await self._credentials.end_sessions(users, self.clock())
        self.callers.forget()

    def key_token(self, caller: Caller) -> str:
        """Return an access token for the caller who showed an API key."""
        if caller.actor.user is None or not caller.name.startswith(KEY):
            raise ValueError("Only API keys are changed into tokens.")
        return self.tokens.give(
            user=caller.actor.user, session=caller.name, epoch=caller.epoch, now=self.clock()
        )

    # ---- passwords --------------------------------------------------------------------------

    async def set_password(self, user: int, password: str) -> int:
        """Set a password and return the new epoch; all sessions of the user end.

        Raises:
            UserError: It is too short.
        """
        self._require_good(password)
        kept = await self._hash(password)
        epoch = await self._credentials.set_password(user, kept, self.clock())
        self.callers.forget()
        return epoch

    async def change_password(
        self, user: int, current: str, new: str, facts: RequestFacts
    ) -> Tokens:
        """Set the password of somebody who knows the current one, and start a new session.

        Raises:
            UserError: The current one is wrong, or the new one is too short.
        """
        self._require_good(new)
        await self._proved(user, current, facts, "current")
        epoch = await self.set_password(user, new)
        started = await self._sessions.start(
            TOKEN, user=user, epoch=epoch, facts=facts, now=self.clock()
        )
        return self._tokens(_started(started))

    async def request_reset(self, name: str, facts: RequestFacts) -> ResetRequest | None:
        """Make a token that sets a forgotten password and hand it to who delivers it.

        Raises:
            UserError: There were too many.
        """
        now = self.clock()
        await self._attempts.count(self._aside, f"reset {name[:_LONGEST_NAME]}", facts.ip, now)
        found = await self._credentials.named(name[:_LONGEST_NAME])
        made = await self.new_reset(found) if found else None
        if made and self._shared.deliver:
            await self._shared.deliver(made)
        return made

    async def new_reset(self, credential: Credential) -> ResetRequest | None:
        """Return a token that sets the password of a user; None of one who is suspended."""
        secret, now = new_secret(RESET), self.clock()
        expires = now + timedelta(minutes=self._shared.settings.reset_minutes)
        kept = (secret.id, secret.digest)
        if not await self._credentials.new_reset(kept, credential.user, expires, now):
            return None
        return ResetRequest(user=credential.user, login=credential.login, token=str(secret))

    async def reset_password(self, token: str, password: str) -> int:
        """Set a forgotten password and return whose; all sessions of the user end.

        Raises:
            UserError: The token is none, used or expired, or the password too short.
        """
        self._require_good(password)
        secret = read_secret(RESET, token)
        kept = (secret.id, secret.digest) if secret else None
        user = await self._credentials.use_reset(kept, self.clock()) if kept else None
        if user is None:
            raise _wrong("The token is not valid: ask for another one.", "token")
        await self.set_password(user, password)
        return user

    # ---- second factor ----------------------------------------------------------------------

    async def enrol_code(self, user: int, password: str, facts: RequestFacts) -> CodeEnrolment:
        """Prepare a second factor; it counts once a code is confirmed.

        Raises:
            UserError: The password is wrong, or there is a second factor.
        """
        found = await self._proved(user, password, facts, "password")
        if found.totp is not None:
            raise UserError("There is a second factor already: disable it first.")
        secret = new_totp_secret()
        sealed = self._shared.sealer.seal(secret)
        await self._credentials.set_pending(user, sealed, self.clock())
        uri = totp_uri(secret, account=found.login, issuer=self.tenant)
        return CodeEnrolment(secret=secret, uri=uri)

    async def confirm_code(self, user: int, code: str, facts: RequestFacts) -> None:
        """Ask for a code at each sign-in from now on.

        Raises:
            UserError: The code is wrong.
        """
        found = await self._required(user)
        now = self.clock()
        attempt = await self._attempts.count(self._aside, found.login, facts.ip, now)
        pending = found.totp_pending
        step = self._step(pending, code, found) if pending else None
        if pending is None or step is None:
            raise _wrong("The code is wrong.", "code")
        if not await self._credentials.confirm(user, pending, step, now):
            raise _wrong("The code is wrong.", "code")
        await self._attempts.succeeded(self._aside, attempt)

    async def disable_code(self, user: int, password: str, facts: RequestFacts) -> None:
        """Ask for no code any more.

        Raises:
            UserError: The password is wrong.
        """
        await self._proved(user, password, facts, "password")
        await self._credentials.disable(user, self.clock())

    # ---- API keys ---------------------------------------------------------------------------

    async def make_key(self, record: int) -> str:
        """Return the secret of a new API key.

        Args:
            record: Id of its record; without that the key opens nothing.
        """
        secret = new_secret(API_KEY)
        await self._credentials.add_key((secret.id, secret.digest), record)
        return str(secret)

    # ---- users by name, for commands --------------------------------------------------------

    async def find(self, name: str) -> Credential | None:
        """Return the credentials of a user by login name or e-mail address."""
        return await self._credentials.named(name)

    async def set_active(self, user: int, *, active: bool) -> None:
        """Suspend a user and end their sessions, or let them in again."""
        await self._credentials.set_active(user, active, self.clock())
        self.callers.forget()

    # ---- parts ------------------------------------------------------------------------------

    async def _start(
        self, kind: str, login: str, password: str, code: str | None, facts: RequestFacts
    ) -> Session:
        now, name = self.clock(), login[:_LONGEST_NAME]
        if self._shared.passwords.is_busy:
            # Nobody is to blame: not counted as a failure.
            raise _busy()
        attempt = await self._attempts.count(self._aside, name, facts.ip, now)
        # An account that is unknown goes the same way as one that is known.
        found = await self._credentials.named(name)
        is_right = await self._verify(found.password if found else None, password)
        if found is None or not is_right or not found.is_active:
            raise _wrong("The login or the password is wrong.", "password")
        if found.totp is not None:
            await self._require_code(found, found.totp, code)
        started = await self._sessions.start(
            kind, user=found.user, epoch=found.epoch, facts=facts, now=now
        )
        await self._attempts.succeeded(self._aside, attempt)
        await self._renew_hash(found, password)
        return _started(started)

    async def _require_code(self, found: Credential, sealed: bytes, code: str | None) -> None:
        if not code:
            message = "Enter the code of your authenticator app."
            raise UserError("", UserProblem("REQUIRED", message, ("code",)))
        step = self._step(sealed, code, found)
        if step is None or not await self._credentials.use_step(found.user, step):
            raise _wrong("The code is wrong.", "code")

    def _step(self, sealed: bytes, code: str, found: Credential) -> int | None:
        secret = self._shared.sealer.unseal(sealed)
        if secret is None:
            return None
        return matching_step(secret, code, self.clock(), after=found.totp_step)

    async def _proved(
        self, user: int, password: str, facts: RequestFacts, argument: str
    ) -> Credential:
        """Return the credentials of a user who knows the password.

        Raises:
            UserError: It is wrong.
        """
        found = await self._required(user)
        attempt: Attempt = await self._attempts.count(
            self._aside, found.login, facts.ip, self.clock()
        )
        if not await self._verify(found.password, password):
            raise _wrong("The password is wrong.", argument)
        await self._attempts.succeeded(self._aside, attempt)
        return found

    async def _required(self, user: int) -> Credential:
        found = await self._credentials.of(user)
        if found is None:
            raise UserError("", UserProblem("NOT_FOUND", "There is no such user."))
        return found

    async def _renew_hash(self, found: Credential, password: str) -> None:
        if found.password and self._shared.passwords.is_outdated(found.password):
            kept = await self._hash(password)
            await self._credentials.rehash(found.user, found.password, kept)

    async def _verify(self, kept: str | None, password: str) -> bool:
        try:
            return await self._shared.passwords.verify(kept, password)
        except RateLimited as error:
            raise _busy() from error

    async def _hash(self, password: str) -> str:
        try:
            return await self._shared.passwords.hash(password)
        except RateLimited as error:
            raise _busy() from error

    def _require_good(self, password: str) -> None:
        least = self._shared.settings.password_min
        if len(password) < least:
            raise _wrong(f"A password has {least} characters at least.", "password")
        if len(password) > LONGEST:
            raise _wrong(f"A password has {LONGEST} characters at most.", "password")

    def _tokens(self, session: Session) -> Tokens:
        access = self.tokens.give(
            user=session.user,
            session=f"{SESSION}{session.secret.id}",
            epoch=session.epoch,
            now=self.clock(),
        )
        return Tokens(
            access_token=access,
            refresh_token=str(session.secret),
            expires_in=self.tokens.seconds,
        )


def _started(session: Session | None) -> Session:
    if session is None:
        raise _wrong("The login or the password is wrong.", "password")
    return session


def _busy() -> UserError:
    message = "Too many sign-ins at this moment. Try again in a second."
    return UserError("", UserProblem("RATE_LIMITED", message, details={"retryAfter": 1}))


def _wrong(message: str, argument: str) -> UserError:
    code: UserErrorCode = "INVALID"
    return UserError("", UserProblem(code, message, (argument,)))
