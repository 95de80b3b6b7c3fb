"""Eight replies, each to a sample problem of its own, and a server on 127.0.0.1 that plays them.

Every harness that can ask an OpenAI-compatible endpoint is given the same ones, so that what it
counts them as can be set beside what the others do: ``canned_table.py``.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
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
        error: the code that a failure states beside its message.
        tokens: how many the endpoint says that it generated; None for one a word.
    """

    name: str
    problem: str
    content: str
    finish_reason: str = 'stop'
    reasoning: str = ''
    status: int = 200
    error: str = ''
    tokens: int | None = None

    def text(self, gold: str) -> str:
        """Return the content of the reply to a problem with this gold."""
        return self._filled(self.content, gold)

    def thought(self, gold: str) -> str:
        """Return its reasoning, likewise."""
        return self._filled(self.reasoning, gold)

    def _filled(self, text: str, gold: str) -> str:
        return text.replace('{gold}', gold).replace('{wrong}', str(int(gold) + 1))


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

_REFUSED: Final = {
    '': 'the request was refused',
    'context_length_exceeded': (
        "This model's maximum context length is 5000 tokens. However, your messages resulted in "
        '5432 tokens. Please reduce the length of the messages.'
    ),
}


def canned_problems(replies: Sequence[Canned] = CANNED) -> list[Problem]:
    """Return the sample problems that replies are played to, in their order, each once."""
    sample = {problem.unique_id: problem for problem in load_problems('sample')}
    return [sample[name] for name in dict.fromkeys(one.problem for one in replies)]


def write_problems(path: Path, replies: Sequence[Canned] = CANNED) -> Path:
    """Write these problems as JSON Lines, with the fields that MATH-500 has on the hub."""
    names = ('problem', 'solution', 'answer', 'subject', 'level', 'unique_id')
    rows = ({name: getattr(one, name) for name in names} for one in canned_problems(replies))
    path.write_text(''.join(json.dumps(row) + '\n' for row in rows), encoding='utf-8')
    return path


@dataclass
class CannedAPI(LoopbackAPI):
    """The server: it answers each request with the reply for the problem in its last message.

    Several replies to one problem are played in turn. A client that wants several samples
    (``n``) gets the same reply as often. The canned failure is one that no client should try
    again: a bad request.

    Args:
        replies: what it plays.
    """

    reply: Any = None
    replies: Sequence[Canned] = CANNED

    def __post_init__(self) -> None:
        sample = {problem.unique_id: problem for problem in load_problems('sample')}
        self._played: Counter[str] = Counter()
        self._of = {sample[one.problem].problem: sample[one.problem] for one in self.replies}

    def answer(self, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Return status and completion for one request."""
        asked = ' '.join(_texts(request['messages'][-1]['content']))
        # Worked examples may come first: the problem that is asked is the last one.
        found = max((text for text in self._of if text in asked), key=asked.rindex, default=None)
        if found is None:
            return 404, {'error': {'message': f'no canned reply to {asked[:80]!r}'}}
        problem = self._of[found]
        several = [one for one in self.replies if one.problem == problem.unique_id]
        with self.lock:
            self.requests.append(request)
            number = len(self.requests)
            canned = several[self._played[problem.unique_id] % len(several)]
            self._played[problem.unique_id] += 1
        if canned.status != 200:
            kind = {'type': 'invalid_request_error', 'code': canned.error or None}
            return canned.status, {'error': {'message': _REFUSED[canned.error], **kind}}
        return 200, self._completion(canned, problem, request, f'reply-{number}')

    def _completion(
        self, canned: Canned, problem: Problem, request: dict[str, Any], name: str
    ) -> dict[str, Any]:
        text, count = canned.text(problem.answer), request.get('n') or 1
        message: dict[str, Any] = {'role': 'assistant', 'content': text}
        if canned.reasoning:
            message['reasoning_content'] = canned.thought(problem.answer)
        words = len(f'{canned.reasoning} {text}'.split())
        asked = sum(
            len(part.split()) for one in request['messages'] for part in _texts(one['content'])
        )
        tokens = count * (words if canned.tokens is None else canned.tokens)
        return {
            'id': name,
            'object': 'chat.completion',
            'created': 0,
            'model': self.model or request['model'],
            'choices': [
                {'index': index, 'message': message, 'finish_reason': canned.finish_reason}
                for index in range(count)
            ],
            'usage': {
                'prompt_tokens': asked,
                'completion_tokens': tokens,
                'total_tokens': asked + tokens,
            },
        }


def _texts(content: Any) -> Iterator[str]:
    """The texts of a message, which is one or has parts."""
    if isinstance(content, str):
        yield content
    for part in content if isinstance(content, list) else ():
        yield str(part.get('text', ''))
