"""An OpenAI-compatible endpoint on 127.0.0.1 that fails on schedule.

What it can answer stands in ``cases/endpoint_faults.jsonl``, by name: status, headers,
body (or the events of a stream) and how the connection fares. A schedule says what an
item (the last message of a request) gets for its first, second, ... request. It counts
requests by item, keeps their times of arrival and the peak number in flight.
"""

from __future__ import annotations

import email.utils
import json
import random
import select
import socket
import struct
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from loopback import Loopback

CASES = Path(__file__).parents[1] / 'cases' / 'endpoint_faults.jsonl'
ANSWERS: dict[str, dict[str, Any]] = {
    row['name']: row for row in map(json.loads, CASES.read_text(encoding='utf-8').splitlines())
}

Schedule = Callable[[str, int], str]
"""The name of an answer for an item's nth request, counted from 0."""


def always(name: str) -> Schedule:
    """The same to every request."""
    return lambda item, nth: name


def at_first(*names: str, then: str = 'ok') -> Schedule:
    """These to the first requests of every item, one after the other."""
    return lambda item, nth: names[nth] if nth < len(names) else then


def by_item(names: dict[str, str], then: str = 'ok') -> Schedule:
    """One answer for some items."""
    return lambda item, nth: names.get(item, then)


def random_faults(seed: int, names: Sequence[str], share: float, then: str = 'ok') -> Schedule:
    """Every request fails in one of these ways with this probability."""

    def pick(item: str, nth: int) -> str:
        chance = random.Random(f'{seed} {item} {nth}')
        return chance.choice(names) if chance.random() < share else then

    return pick


def right_text(item: str) -> str:
    """What an item is answered where nothing goes wrong."""
    return f'the answer to {item} is \\boxed{{{sum(item.encode())}}}'


@dataclass
class FaultyAPI(Loopback):
    """The server; a context manager that starts and stops it.

    Args:
        schedule: what goes wrong.
        refused: parameters that it refuses as OpenAI's reasoning models do.
        slow: seconds before every answer.
        mended: everything goes well from now on; may be set while it runs.
    """

    schedule: Schedule = field(default_factory=lambda: always('ok'))
    refused: frozenset[str] = frozenset()
    slow: float = 0.0
    mended: bool = False
    requests: list[dict[str, Any]] = field(default_factory=list)
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    in_flight: int = 0
    peak: int = 0

    @property
    def url(self) -> str:
        """What to give to a client as its base URL."""
        return f'{self.origin}/v1'

    @property
    def total(self) -> int:
        """Requests so far."""
        return len(self.arrivals)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return type('Handler', (_Handler,), {'api': self})

    def arrive(self, request: dict[str, Any]) -> dict[str, Any]:
        """Note a request; the answer that it is to get."""
        item = request['messages'][-1]['content']
        with self.lock:
            nth = self.counts[item]
            self.counts[item] += 1
            self.requests.append(request)
            self.arrivals.append((item, time.monotonic()))
            self.in_flight += 1
            self.peak = max(self.peak, self.in_flight)
        for name in self.refused & request.keys():
            return _refusal(name)
        name = 'ok' if self.mended else self.schedule(item, nth)
        return ANSWERS['stream-ok' if name == 'ok' and request.get('stream') else name]

    def leave(self) -> None:
        """A request is over."""
        with self.lock:
            self.in_flight -= 1


class _Handler(BaseHTTPRequestHandler):
    protocol_version = 'HTTP/1.1'
    disable_nagle_algorithm = True
    api: FaultyAPI

    def do_POST(self) -> None:
        request = json.loads(self.rfile.read(int(self.headers['Content-Length'])))
        answer = self.api.arrive(request)
        try:
            if self.api.slow:
                self.api.released.wait(self.api.slow)
            self._give(answer, request)
        except OSError:
            self.close_connection = True  # the client went away, as some tests want it to
        finally:
            self.api.leave()

    def log_message(self, format: str, *args: object) -> None:
        pass

    def _give(self, answer: dict[str, Any], request: dict[str, Any]) -> None:
        how = answer.get('how', 'whole')
        body = self._filled(_body(answer), request)
        if how in ('reset', 'close', 'hang'):
            if how == 'hang':
                self._wait_for_client()
            self._end(reset=how == 'reset')
            return
        self.send_response(answer.get('status', 200))
        kind = 'text/event-stream' if 'events' in answer else 'application/json'
        headers = {'Content-Type': kind, **answer.get('headers', {})}
        for name, value in headers.items():
            self.send_header(name, self._filled(value.encode(), request).decode())
        if how == 'drip':
            self._drip()
            return
        if 'events' in answer:
            self.send_header('Connection', 'close')  # it ends where the connection ends
        else:
            self.send_header('Content-Length', str(len(body)))
        self.end_headers()
        self.wfile.write(body if how == 'whole' else body[: len(body) // 2])
        if how != 'whole' or 'events' in answer:
            self._end(reset=how == 'reset-midway')

    def _filled(self, text: bytes, request: dict[str, Any]) -> bytes:
        key = self.headers.get('Authorization', '').removeprefix('Bearer ')
        right = json.dumps(right_text(request['messages'][-1]['content']))[1:-1]
        text = text.replace(b'{key}', key.encode()).replace(b'{text}', right.encode())
        return text.replace(
            b'{date+2}', email.utils.formatdate(time.time() + 2, usegmt=True).encode()
        )

    def _drip(self) -> None:
        """One blank after the other, for ever: no time without data runs out."""
        self.send_header('Content-Length', '1000000')
        self.end_headers()
        while not self.api.released.wait(0.05):
            self.wfile.write(b' ')

    def _wait_for_client(self) -> None:
        """Until the client closes the connection, or the server stops."""
        while not self.api.released.is_set():
            readable, _, _ = select.select([self.connection], [], [], 0.05)
            if readable and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def _end(self, *, reset: bool) -> None:
        self.close_connection = True
        if reset:
            now = struct.pack('ii', 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, now)
            self.connection.close()


def _body(answer: dict[str, Any]) -> bytes:
    if 'events' in answer:
        events = [e if isinstance(e, str) else json.dumps(e) for e in answer['events']]
        return ''.join(f'data: {event}\n\n' for event in events).encode()
    if 'raw' in answer:
        return bytes(answer['raw'].encode())
    return json.dumps(answer.get('body'), ensure_ascii=False).encode()


def _refusal(parameter: str) -> dict[str, Any]:
    """As OpenAI's reasoning models refuse a parameter (o1-mini, gpt-5)."""
    hint = " Use 'max_completion_tokens' instead." if parameter == 'max_tokens' else ''
    error = {
        'message': f"Unsupported parameter: '{parameter}' is not supported.{hint}",
        'type': 'invalid_request_error',
        'param': parameter,
        'code': 'unsupported_parameter',
    }
    return {'status': 400, 'body': {'error': error}}
