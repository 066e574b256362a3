"""The other end of the client: answers in the order given, and what was asked."""

import json
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler


@dataclass
class Peer:
    url: str = ""
    answers: deque[tuple[int, bytes]] = field(default_factory=deque)
    asked: list[dict[str, object]] = field(default_factory=list)

    def will_answer(self, *data: object) -> None:
        self.answers.extend((200, json.dumps({"data": item}).encode()) for item in data)

    def will_refuse(self, code: str, message: str) -> None:
        error = {"message": message, "extensions": {"code": code}}
        self.answers.append((200, json.dumps({"errors": [error]}).encode()))

    @property
    def variables(self) -> list[object]:
        return [item["variables"] for item in self.asked]


def handler_of(peer: Peer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            peer.asked.append(json.loads(body))
            status, text = peer.answers.popleft()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing: pytest shows what matters."""

    return Handler
