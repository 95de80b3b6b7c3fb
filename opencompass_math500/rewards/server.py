"""Rewards over HTTP, for trainers that ask a remote reward model."""

from __future__ import annotations

import json
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Final

from opencompass_math500.errors import MalformedData, Math500Error
from opencompass_math500.rewards.openrlhf import rewards_of

__all__ = ['RewardServer']

MAX_BODY_BYTES: Final = 1 << 28
"""256 MB: eight thousand rollouts of 32 KB. A longer request is refused unread."""


class RewardServer:
    """Answers requests for rewards on one address until it is closed.

    ``POST`` to any path with ``{"query": [...], "prompts": [...], "labels": [...]}`` gives
    ``{"rewards": [...], "scores": [...], "extra_logs": {"undecided": [...]}}``; a request that
    cannot be judged gives status 400 and ``{"error": ...}``.

    Source: OpenRLHF, ``openrlhf/utils/remote_rm_utils.py``: what is sent, and ``rewards`` read.

    Args:
        host: the address to listen on; on other than a loopback address anybody who reaches it
            may ask.
        port: 0 for any free one.
    """

    def __init__(self, host: str = '127.0.0.1', port: int = 5000) -> None:
        self._server = ThreadingHTTPServer((host, port), _Handler)
        self._server.daemon_threads = True

    @property
    def url(self) -> str:
        """Where to ask: what ``--remote_rm_url`` takes."""
        host, port = self._server.server_address[:2]
        return f'http://{host!s}:{port}/get_reward'

    def serve(self) -> None:
        """Serve until :meth:`close`, or an interrupt."""
        self._server.serve_forever()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> RewardServer:
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'

    def do_POST(self) -> None:
        try:
            reply, status = _reply(self._body()), HTTPStatus.OK
        except Math500Error as error:
            reply, status = {'error': str(error)}, HTTPStatus.BAD_REQUEST
        body = json.dumps(reply).encode()
        self.send_response(status)
        self.send_header('Content-Type', 'application/json')
        self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> Any:
        length = self.headers.get('Content-Length', '')
        if not length.isdecimal() or int(length) > MAX_BODY_BYTES:
            self.close_connection = True
            raise MalformedData(
                f'a request of {length or "unknown"} bytes', f'send at most {MAX_BODY_BYTES}'
            )
        try:
            return json.loads(self.rfile.read(int(length)))
        except (ValueError, RecursionError) as error:
            raise MalformedData('the request is no JSON', 'send {"query": [...], ...}') from error

    def log_message(self, *_: Any) -> None:
        """Keep silent: a trainer asks thousands of times."""


def _reply(asked: Any) -> dict[str, Any]:
    texts = {name: _list(asked, name) for name in ('query', 'prompts')}
    for name, column in texts.items():
        if not all(isinstance(one, str) for one in column):
            raise MalformedData(f'"{name}" holds more than texts', 'send one text an item')
    return rewards_of(texts['query'], texts['prompts'], _list(asked, 'labels'))


def _list(asked: Any, name: str) -> list[Any]:
    found = asked.get(name) if isinstance(asked, dict) else None
    if not isinstance(found, list):
        raise MalformedData(f'the request has no list "{name}"', 'send one text an item')
    return found
