"""Eight replies, each to a sample problem of its own, and a server on 127.0.0.1 that plays them.

Every harness that can ask an OpenAI-compatible endpoint is given the same ones, so that what it
counts them as can be set beside what the others do: ``canned_table.py``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from loopback_api import LoopbackAPI

from opencompass_math500 import load_problems
from opencompass_math500.dataset import Problem

__all__ = ['CANNED', 'Canned', 'CannedAPI', 'canned_problems', 'write_problems']


@dataclass(frozen=True, slots=True)
class Canned:
    """One reply of an endpoint.

    Attributes:
        name: what it is an example of.
        problem: the ``unique_id`` of the sample problem that it is played to; a whole number is
            the gold of each.
        content: the text, ``{gold}`` and ``{wrong}`` standing for the gold and for one more.
        finish_reason: how it ended.
        reasoning: what stands in ``reasoning_content``.
        status: of HTTP; all but 200 fail.
    """

    name: str
    problem: str
    content: str
    finish_reason: str = 'stop'
    reasoning: str = ''
    status: int = 200

    def text(self, gold: str) -> str:
        """Return the content of the reply to a problem with this gold."""
        return self.content.replace('{gold}', gold).replace('{wrong}', str(int(gold) + 1))


CANNED: Final = (
    Canned('right, boxed', 'sample/algebra/1.json', r'So the value is $\boxed{{gold}}$.'),
    Canned('right, in words', 'sample/algebra/2.json', 'The final answer is {gold}.'),
    Canned(
        'wrong', 'sample/counting_and_probability/1.json', r'So the value is $\boxed{{wrong}}$.'
    ),
    Canned('empty', 'sample/counting_and_probability/3.json', ''),
    Canned(
        'thought only',
        'sample/geometry/1.json',
        '<think>\nIt must be $\\boxed{{gold}}$.\n</think>\n\n',
    ),
    Canned(
        'truncated',
        'sample/intermediate_algebra/1.json',
        'First we get {gold}, and to be sure we now',
        'length',
    ),
    Canned('filtered', 'sample/number_theory/4.json', '', 'content_filter'),
    Canned('failed', 'sample/prealgebra/1.json', '', status=400),
)
"""The replies, in the order of their problems in the sample."""


def canned_problems() -> list[Problem]:
    """Return the sample problems that the replies are played to, in the order of the replies."""
    sample = {problem.unique_id: problem for problem in load_problems('sample')}
    return [sample[one.problem] for one in CANNED]


def write_problems(path: Path) -> Path:
    """Write these problems as JSON Lines, with the fields that MATH-500 has on the hub."""
    names = ('problem', 'solution', 'answer', 'subject', 'level', 'unique_id')
    rows = ({name: getattr(one, name) for name in names} for one in canned_problems())
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
    return path


@dataclass
class CannedAPI(LoopbackAPI):
    """The server: it answers each request with the reply for the problem in its last message.

    A client that wants several samples (``n``) gets the same reply as often. The failure is one
    that no client should try again: a bad request.
    """

    reply: Any = None

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and completion for one request."""
        with self.lock:
            self.requests.append(request)
            number = len(self.requests)
        asked = ' '.join(_texts(request['messages'][-1]['content']))
        found = [pair for pair in self._replies() if pair[1].problem in asked]
        if not found:
            return 404, {'error': {'message': f'no canned reply to {asked[:80]!r}'}}
        # Worked examples may come first: the problem that is asked is the last one.
        canned, problem = max(found, key=lambda pair: asked.rindex(pair[1].problem))
        if canned.status != 200:
            return canned.status, {
                'error': {'message': 'the request was refused', 'type': 'invalid_request_error'}
            }
        text = canned.text(problem.answer)
        message: dict[str, Any] = {'role': 'assistant', 'content': text}
        if canned.reasoning:
            message['reasoning_content'] = canned.reasoning
        count, tokens = request.get('n') or 1, len(f'{canned.reasoning} {text}'.split())
        return 200, {
            'id': f'reply-{number}',
            'object': 'chat.completion',
            'created': 0,
            'model': self.model or request['model'],
            'choices': [
                {'index': index, 'message': message, 'finish_reason': canned.finish_reason}
                for index in range(count)
            ],
            'usage': {
                'prompt_tokens': len(asked.split()),
                'completion_tokens': count * tokens,
                'total_tokens': len(asked.split()) + count * tokens,
            },
        }

    def _replies(self) -> list[tuple[Canned, Problem]]:
        return list(zip(CANNED, canned_problems(), strict=True))


def _texts(content: Any) -> Iterator[str]:
    """The texts of a message, which is one or has parts."""
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        yield str(part.get('text', ''))
