"""The hub for tests, by itself."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

from loopback_hub import COMMIT, REPO, LoopbackHub

ROOT = Path(__file__).resolve().parents[2]
OTHER_COMMIT = '0' * 40


def get(url: str) -> tuple[int, bytes]:
    """Status and body; no proxy, whatever the environment says."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=5) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def test_the_server_knows_one_revision() -> None:
    with LoopbackHub(b'{}\n') as server:
        file = f'{server.url}/datasets/{REPO}/resolve'
        assert get(f'{file}/{COMMIT}/test.jsonl') == (200, b'{}\n')
        assert get(f'{file}/main/test.jsonl') == (200, b'{}\n')
        assert get(f'{file}/{OTHER_COMMIT}/test.jsonl')[0] == 404
        assert get(f'{file}/{COMMIT}/train.jsonl')[0] == 404
        assert server.count('jsonl') == 4
        server.failure = 'server_error'
        assert get(f'{file}/{COMMIT}/test.jsonl')[0] == 500


def test_the_server_as_a_program(tmp_path: Path) -> None:
    path = tmp_path / 'some.jsonl'
    path.write_bytes(b'{}\n')
    command = [
        sys.executable,
        str(ROOT / 'tests' / 'support' / 'loopback_hub.py'),
        '--file',
        str(path),
    ]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            assert server.stdout is not None
            url = server.stdout.readline().strip()
            assert get(f'{url}/datasets/{REPO}/resolve/main/test.jsonl') == (200, b'{}\n')
        finally:
            server.terminate()
