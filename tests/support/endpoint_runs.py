"""Questions for an endpoint under test, what became of them, and the pace they keep."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from opencompass_math500.endpoint.client import Endpoint
from opencompass_math500.endpoint.pace import Pace
from opencompass_math500.endpoint.reply import Question, Reply
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import EndpointError

KEY = 'sk-secret-0123456789abcdef'


def question(index: int) -> Question:
    """Item ``q<index>`` for the server."""
    return Question(index, [{'role': 'user', 'content': f'q{index}'}], max_tokens=64)


def settings(url: str, folder: Path, **changes: Any) -> EndpointSettings:
    """Settings with short waits."""
    quick: dict[str, Any] = {
        'model': 'm',
        'base_url': url,
        'concurrency': 4,
        'timeout': 5.0,
        'attempts': 3,
        'patience': 20.0,
        'first_wait': 0.01,
        'folder': folder,
    }
    return EndpointSettings(**{**quick, **changes})


def pace(folder: Path, **changes: Any) -> Pace:
    """A pace as another task of the same run would have it."""
    return Pace('endpoint model key', **{'concurrency': 4, 'folder': folder, **changes})


def state_of(folder: Path) -> Path:
    """The file behind it."""
    (path,) = folder.glob('*/pace.json')
    return path


@dataclass
class Run:
    """Every reply by its index, in the order of recording; and the error that ended it."""

    recorded: list[tuple[int, Reply]] = field(default_factory=list)
    stopped: EndpointError | None = None

    @property
    def replies(self) -> dict[int, Reply]:
        """The replies, each of which must have been recorded once."""
        assert len(dict(self.recorded)) == len(self.recorded), 'one was recorded twice'
        return dict(self.recorded)

    @property
    def attempts(self) -> int:
        """Requests that were sent for what is on record."""
        return sum(reply.attempts for _, reply in self.recorded)


def ask(given: EndpointSettings, indices: Iterable[int], endpoint: Endpoint | None = None) -> Run:
    """Ask, and keep what comes."""
    run = Run()
    endpoint = endpoint or Endpoint(given, KEY)
    try:
        endpoint.ask_all(map(question, indices), lambda q, r: run.recorded.append((q.index, r)))
    except EndpointError as error:
        run.stopped = error
    return run
