"""A small real Hugging Face hub on 127.0.0.1, for one dataset repository.

It speaks what the ``datasets`` library asks of a hub at HF_ENDPOINT: the
repository's info at a revision, its file tree, path infos, and files under
``resolve`` with ETag and X-Repo-Commit. Every request is counted, and failures are
made on demand.

As a program: ``python tests/support/loopback_hub.py --file test.jsonl`` prints its URL and
serves until interrupted.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Literal
from urllib.parse import parse_qs, unquote, urlsplit

from loopback import Loopback

REPO = 'HuggingFaceH4/MATH-500'
COMMIT = '6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be'

Failure = Literal['none', 'server_error', 'mute', 'truncated']
"""``server_error``: 500 to everything. ``mute``: takes the request and never answers.
``truncated``: closes the connection in the middle of the data file."""

README = b"""---
configs:
- config_name: default
  data_files:
  - split: test
    path: test.jsonl
---
A repository for tests.
"""


@dataclass
class LoopbackHub(Loopback):
    """The server; a context manager that starts and stops it.

    Args:
        data: the bytes of the data file.
        filename: its name in the repository; the README maps it to ``split``.
        split: the split that the repository declares for it.
        commit: the only revision that exists, besides ``main``.
        failure: how to misbehave; may be changed while it runs.
        port: 0 for any free one.
    """

    data: bytes
    filename: str = 'test.jsonl'
    split: str = 'test'
    commit: str = COMMIT
    failure: Failure = 'none'
    port: int = 0
    requests: list[tuple[str, str]] = field(default_factory=list)

    def handler(self) -> type[BaseHTTPRequestHandler]:
        return _handler(self)

    @property
    def url(self) -> str:
        """What to set HF_ENDPOINT to."""
        return self.origin

    @property
    def files(self) -> dict[str, bytes]:
        """The repository's files by path."""
        readme = README.replace(b'test.jsonl', self.filename.encode())
        readme = readme.replace(b'split: test', b'split: ' + self.split.encode())
        return {'README.md': readme, self.filename: self.data}

    def record(self, method: str, path: str) -> None:
        """Counts one request."""
        with self.lock:
            self.requests.append((method, path))

    def count(self, pattern: str) -> int:
        """How many requests so far had a path that matches the pattern anywhere."""
        with self.lock:
            return sum(1 for _, path in self.requests if re.search(pattern, path))


def _etag(body: bytes) -> str:
    return hashlib.sha1(body, usedforsecurity=False).hexdigest()


def _handler(hub: LoopbackHub) -> type[BaseHTTPRequestHandler]:
    """A request handler class bound to this hub, as http.server wants it."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = 'HTTP/1.1'

        def do_GET(self) -> None:
            self._serve(head=False)

        def do_HEAD(self) -> None:
            self._serve(head=True)

        def do_POST(self) -> None:
            self._serve(head=False)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _serve(self, *, head: bool) -> None:
            length = int(self.headers.get('Content-Length') or 0)
            self._body = self.rfile.read(length)
            path = unquote(urlsplit(self.path).path)
            hub.record(self.command, path)
            if hub.failure == 'mute':
                hub.wait_until_stopped()
                self.close_connection = True
            elif hub.failure == 'server_error':
                self._send(500, b'{"error":"out of order"}', head=head)
            elif found := re.fullmatch(rf'/api/datasets/{REPO}(?:/(\w[\w-]*)/(\w+)(/.*)?)?', path):
                verb, revision, rest = found.groups()
                self._api(verb, revision, rest, head=head)
            elif found := re.fullmatch(rf'/datasets/{REPO}/resolve/(\w+)/(.+)', path):
                self._resolve(found[1], found[2], head=head)
            else:
                self._send(404, b'{}', head=head, headers={'X-Error-Code': 'RepoNotFound'})

        def _known(self, revision: str | None) -> bool:
            return revision in (None, 'main', hub.commit)

        def _no_revision(self, *, head: bool) -> None:
            self._send(404, b'{}', head=head, headers={'X-Error-Code': 'RevisionNotFound'})

        def _api(
            self, verb: str | None, revision: str | None, rest: str | None, *, head: bool
        ) -> None:
            if not self._known(revision):
                self._no_revision(head=head)
                return
            entries = [
                {'type': 'file', 'path': name, 'size': len(body), 'oid': _etag(body)}
                for name, body in hub.files.items()
            ]
            answer: object
            if verb in (None, 'revision'):
                answer = {
                    'id': REPO,
                    'sha': hub.commit,
                    'private': False,
                    'siblings': [{'rfilename': name} for name in hub.files],
                }
            elif verb == 'tree' and not (rest or '').strip('/'):
                answer = entries
            elif verb == 'paths-info':
                wanted = self._wanted_paths()
                answer = [entry for entry in entries if entry['path'] in wanted]
            else:
                self._send(404, b'{}', head=head, headers={'X-Error-Code': 'EntryNotFound'})
                return
            self._send(200, json.dumps(answer).encode(), head=head)

        def _wanted_paths(self) -> list[str]:
            text = self._body.decode()
            if text.startswith('{'):
                return list(json.loads(text)['paths'])
            return parse_qs(text).get('paths', [])

        def _resolve(self, revision: str, name: str, *, head: bool) -> None:
            if not self._known(revision):
                self._no_revision(head=head)
                return
            body = hub.files.get(name)
            if body is None:
                self._send(404, b'', head=head, headers={'X-Error-Code': 'EntryNotFound'})
                return
            headers = {'ETag': f'"{_etag(body)}"', 'X-Repo-Commit': hub.commit}
            cut = hub.failure == 'truncated' and name == hub.filename
            self._send(200, body, head=head, headers=headers, cut=cut)

        def _send(
            self,
            status: int,
            body: bytes,
            *,
            head: bool,
            headers: dict[str, str] | None = None,
            cut: bool = False,
        ) -> None:
            self.send_response(status)
            self.send_header('Content-Type', 'application/json')
            self.send_header('Content-Length', str(len(body)))
            for name, value in (headers or {}).items():
                self.send_header(name, value)
            self.end_headers()
            if head:
                return
            self.wfile.write(body[: len(body) // 2] if cut else body)
            if cut:
                self.close_connection = True

    return Handler


def main() -> None:
    """Serves one file until interrupted."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument('--file', type=Path, required=True, help='the data file to serve')
    parser.add_argument('--port', type=int, default=0, help='default: any free one')
    options = parser.parse_args()
    with LoopbackHub(options.file.read_bytes(), port=options.port) as hub:
        print(hub.url, flush=True)
        try:
            hub.wait_until_stopped()
        except KeyboardInterrupt:
            return


if __name__ == '__main__':
    main()
