"""One response of simple-evals, out of its HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Final

from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Turn

__all__ = ['Example', 'parse_example']

_SAMPLED: Final = 'Sampled message'
_FIELDS: Final = ('Correct Answer', 'Extracted Answer', 'Score')
_VERDICTS: Final = {'1.0': True, '1': True, 'True': True, '0.0': False, '0': False, 'False': False}


@dataclass(frozen=True, slots=True)
class Example:
    """What one piece of HTML says.

    Attributes:
        prompt: the messages that were sent.
        response: the message that came.
        gold: the reference answer.
        answer: what was extracted, '' for nothing.
        right: whether it was taken for right; None where the score says another thing.
    """

    prompt: tuple[Turn, ...]
    response: str
    gold: str
    answer: str
    right: bool | None


def parse_example(html: str, place: str) -> Example:
    """Return what a piece of HTML says.

    Args:
        html: from :func:`~opencompass_math500.runs.simple_evals.blocks.blocks_in`.
        place: what to call it in messages.

    Raises:
        MalformedData: something is missing; says what.
    """
    parser = _Parser()
    parser.feed(html)
    parser.close()
    missing = [name for name in _FIELDS if name not in parser.found]
    if not parser.sampled:
        missing.insert(0, _SAMPLED)
    if missing:
        raise MalformedData(f'{place}: its HTML lacks {", ".join(missing)}')
    gold, answer, score = (parser.found[name] for name in _FIELDS)
    return Example(
        prompt=tuple(parser.asked),
        response=parser.sampled[-1].text,
        gold=gold,
        # As Python writes a regular expression that has found nothing.
        answer='' if answer == 'None' else answer,
        right=_VERDICTS.get(score),
    )


class _Parser(HTMLParser):
    """Messages are a ``div`` with the class of their role and a ``pre``, the rest stands in ``p``.

    Its text is bounded before it comes here.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.asked: list[Turn] = []
        self.sampled: list[Turn] = []
        self.found: dict[str, str] = {}
        self._role, self._heading, self._inside = '', '', ''
        self._text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Begin a message, a heading or a paragraph."""
        classes = (dict(attrs).get('class') or '').split()
        if tag == 'div' and classes[:1] == ['message']:
            self._role = classes[1] if len(classes) > 1 else ''
        elif tag in ('h3', 'p', 'pre') and not self._inside:
            self._inside, self._text = tag, []

    def handle_data(self, data: str) -> None:
        """Take the text of what has begun."""
        if self._inside:
            self._text.append(data)

    def handle_endtag(self, tag: str) -> None:
        """End it."""
        if tag != self._inside:
            return
        self._inside, text = '', ''.join(self._text)
        if tag == 'h3':
            self._heading = text.strip()
        elif tag == 'pre':
            turns = self.sampled if self._heading == _SAMPLED else self.asked
            turns.append(Turn(self._role, text))
        else:
            name, _, value = text.partition(':')
            self.found.setdefault(name.strip(), value.strip())
