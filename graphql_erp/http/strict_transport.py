"""Browsers that came by https once do not come without it again."""

from starlette.types import ASGIApp, Message, Receive, Scope, Send


class StrictTransport:
    """An ASGI application that asks browsers to insist on https."""

    __slots__ = ("_app", "_header")

    def __init__(self, app: ASGIApp, seconds: int) -> None:
        """Ask for `seconds` from the last answer of `app` on."""
        self._app = app
        self._header = (b"strict-transport-security", b"max-age=%d" % seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], self._header]
            await send(message)

        await self._app(scope, receive, marked)
