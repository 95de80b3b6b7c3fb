"""A small OpenAI-compatible endpoint on 127.0.0.1 that answers as it is told.

It speaks ``POST /v1/chat/completions`` (plain JSON, ``finish_reason``, ``usage``),
keeps every request, can hold requests back as a slow model would, and refuse them.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from types import TracebackType
from typing import Any

from loopback import Loopback

__all__ = ['LoopbackAPI']


@dataclass
class LoopbackAPI(Loopback):
    """The server; a context manager that starts and stops it.

    Args:
        reply: the text for the last message of a request.
        finish_reason: what every reply says of its end.
        patience: how many requests it answers before it holds all others back, until
            :meth:`resume` is called; None for all.
        refuse: the status and error for the last message of a request; None to answer it.
        model: what it calls itself; by default the name it was asked by.
        reasoning: ``reasoning_content`` of every reply.
    """

    reply: Callable[[str], str]
    finish_reason: str = 'stop'
    patience: int | None = None
    refuse: Callable[[str], tuple[int, dict[str, Any]] | None] = lambda prompt: None
    model: str = ''
    reasoning: str = ''
    requests: list[dict[str, Any]] = field(default_factory=list)

    def __enter__(self) -> LoopbackAPI:
        self._going = threading.Event()
        if self.patience is None:
            self._going.set()
        return super().__enter__()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._going.set()
        super().__exit__(kind, error, trace)

    @property
    def url(self) -> str:
        """What to give to a client as its base URL."""
        return f'{self.origin}/v1'

    @property
    def prompts(self) -> list[str]:
        """The last message of every request so far."""
        return [request['messages'][-1]['content'] for request in self.requests]

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return _handler(self)

    def resume(self) -> None:
        """Answer everything from now on."""
        self._going.set()

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Status and completion for one request; waits while requests are held back."""
        with self.lock:
            self.requests.append(request)
            number = len(self.requests)
        if self.patience is not None and number > self.patience:
            self._going.wait()
        prompt = request['messages'][-1]['content']
        if (refused := self.refuse(prompt)) is not None:
            status, error = refused
            return status, {'error': error}
        message = {'role': 'assistant', 'content': self.reply(prompt)}
        if self.reasoning:
            message['reasoning_content'] = self.reasoning
        return 200, {
            'id': f'reply-{number}',
            'object': 'chat.completion',
            'created': 0,
            'model': self.model or request['model'],
            'choices': [
                {
                    'index': 0,
                    'message': message,
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
            self._send(*api.answer(json.loads(body)))

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
