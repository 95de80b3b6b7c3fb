"""A server on 127.0.0.1 for the length of a ``with`` block."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import TypeVar

Server = TypeVar('Server', bound='Loopback')


class _Threads(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128  # the 5 of the library let the sixth of many clients wait 1 s


class Loopback:
    """Starts and stops a threaded HTTP server; a subclass says how it answers."""

    port = 0  # any free one

    def handler(self) -> type[BaseHTTPRequestHandler]:
        """A request handler class bound to this server, as http.server wants it."""
        raise NotImplementedError

    def __enter__(self: Server) -> Server:
        self.lock = threading.Lock()
        self.released = threading.Event()
        self._server = _Threads(('127.0.0.1', self.port), self.handler())
        threading.Thread(target=self._server.serve_forever, args=[0.02], daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def origin(self) -> str:
        """Scheme, host and port."""
        return f'http://127.0.0.1:{self._server.server_address[1]}'

    def wait_until_stopped(self) -> None:
        """Blocks a mute request, or the main thread, until the server stops."""
        self.released.wait()
