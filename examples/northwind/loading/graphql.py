"""Client: documents to a GraphQL server over HTTP, with nothing but the standard library."""

from __future__ import annotations

import json
from collections.abc import Mapping
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from typing import Any
from urllib.parse import urlsplit

_CONNECTIONS = {"http": HTTPConnection, "https": HTTPSConnection}
_SHOWN_CHARACTERS = 200


class Failure(Exception):
    """Why loading cannot go on; the message says what to do."""


class Refused(Failure):
    """The server refused a document."""

    def __init__(self, errors: list[dict[str, Any]]) -> None:
        self.codes = {error.get("extensions", {}).get("code") for error in errors}
        messages = "\n".join(f"  {error['message']}" for error in errors)
        super().__init__(f"The server refused the request:\n{messages}")


class Client:
    """A GraphQL server at an address; one connection, kept open."""

    def __init__(self, url: str, *, token: str = "", timeout: float = 60) -> None:
        parts = urlsplit(url)
        connection = _CONNECTIONS.get(parts.scheme)
        if connection is None or not parts.hostname:
            raise Failure(
                f"{url} is no address of a server, such as http://127.0.0.1:8000/graphql."
            )
        self.url = url
        self._token = token
        self._path = parts.path or "/"
        self._connection = connection(parts.hostname, parts.port, timeout=timeout)

    def execute(self, document: str, variables: Mapping[str, object] | None = None) -> Any:
        """Return the data of a document's answer.

        Raises:
            Refused: The answer has errors.
            Failure: There is no answer, or it is not GraphQL's.
        """
        status, text = self._post(json.dumps({"query": document, "variables": variables or {}}))
        try:
            answer = json.loads(text)
        except ValueError:
            answer = None
        if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
            shown = text[:_SHOWN_CHARACTERS]
            raise Failure(f"{self.url} is no GraphQL server: it answered {status}: {shown}")
        if answer.get("errors"):
            raise Refused(answer["errors"])
        return answer["data"]

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _post(self, body: str) -> tuple[int, str]:
        headers = {
            "Accept": "application/graphql-response+json, application/json",
            "Content-Type": "application/json",
        }
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        try:
            self._connection.request("POST", self._path, body.encode(), headers)
            response = self._connection.getresponse()
            return response.status, response.read().decode(errors="replace")
        except (OSError, HTTPException) as error:
            raise Failure(
                f"No server answers at {self.url} ({error or type(error).__name__}).\n"
                "Start one with `erp serve`, or say with --url where it is."
            ) from error
