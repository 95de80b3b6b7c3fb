"""A small OpenAI-compatible endpoint on 127.0.0.1 that answers as it is told.

It speaks ``POST /v1/chat/completions`` (plain JSON, ``finish_reason``, ``usage``),
keeps every request, and can hold requests back as a slow model would.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any

__all__ = ['LoopbackAPI']


@dataclass
class LoopbackAPI:
    """The server; a context manager that starts and stops it.

    Args:
        reply: the text for the last message of a request.
        finish_reason: what every reply says of its end.
        patience: how many requests it answers before it holds all others back, until
            :meth:`resume` is called; None for all.
    """

    reply: Callable[[str], str]
    finish_reason: str = 'stop'
    patience: int | None = None
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> LoopbackAPI:
        self._lock = threading.Lock()
        self._going = threading.Event()
        if self.patience is None:
            self._going.set()
        self._server = ThreadingHTTPServer(('127.0.0.1', 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._going.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        """What to give to a client as its base URL."""
        return f'http://127.0.0.1:{self._server.server_address[1]}/v1'

    @property
    def prompts(self) -> list[str]:
        """The last message of every request so far."""
        return [request['messages'][-1]['content'] for request in self.requests]

    def resume(self) -> None:
        """Answer everything from now on."""
        self._going.set()

    def answer(self, request: dict[str, Any]) -> dict[str, Any]:
        """The completion for one request; waits while requests are held back."""
        with self._lock:
            self.requests.append(request)
            number = len(self.requests)
        if self.patience is not None and number > self.patience:
            self._going.wait()
        text = self.reply(request['messages'][-1]['content'])
        return {
            'id': f'reply-{number}',
            'object': 'chat.completion',
            'created': 0,
            'model': request['model'],
            'choices': [
                {
                    'index': 0,
                    'message': {'role': 'assistant', 'content': text},
                    'finish_reason': self.finish_reason,
                }
            ],
            'usage': {'prompt_tokens': 1, 'completion_tokens': 1, 'total_tokens': 2},
        }


def _handler(api: LoopbackAPI) -> type[BaseHTTPRequestHandler]:
    """A request handler class bound to this endpoint, as http.server wants it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get('Content-Length') or 0))
            if not self.path.endswith('/chat/completions'):
                self._send(404, {'error': {'message': f'no such path: {self.path}'}})
                return
            self._send(200, api.answer(json.loads(body)))

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _send(self, status: int, answer: dict[str, Any]) -> None:
            body = json.dumps(answer).encode()
            try:
                self.send_response(status)
                self.send_header('Content-Type', 'application/json')
                self.send_header('Content-Length', str(len(body)))
                self.end_headers()
                self.wfile.write(body)
            except ConnectionError:
                # The client was killed while it waited: what some tests are about.
                self.close_connection = True

    return Handler
