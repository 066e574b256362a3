"""The target of a request line, where it is more than a path.

`GET http://other/graphql HTTP/1.1` names a host beside the one in the Host header. The parser keeps
the path of it alone, so that what it leaves out is noted here.
"""

from __future__ import annotations

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from graphql_erp.http.request_facts import TARGET


class TargetProtocol(HttpToolsProtocol):
    """HTTP/1.1 as uvicorn speaks it; tells applications of targets that are no paths."""

    def on_headers_complete(self) -> None:
        """Note the target before the application is called."""
        if not self.url.startswith(b"/"):
            noted: dict[str, object] = self.scope  # type: ignore[assignment]
            noted[TARGET] = self.url
        super().on_headers_complete()
