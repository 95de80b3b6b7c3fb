"""Every item of the report: an index to filter in, and packed blocks of the long texts."""

from __future__ import annotations

import base64
import gzip
import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from opencompass_math500.grading import MAX_RESPONSE, OUTCOMES, rulebook
from opencompass_math500.report.mathematics import formula, prose
from opencompass_math500.report.reading import tokens_of
from opencompass_math500.response import Response

__all__ = ['LONGEST', 'LONGEST_IN_INDEX', 'Bundle', 'packed', 'shortened']

LONGEST: Final = MAX_RESPONSE
"""Characters of a prompt, response or reasoning that are kept: what the judge reads of one."""

LONGEST_IN_INDEX: Final = 20_000
"""Characters of a problem, gold, answer or reason, which all stand in memory at once."""

_BLOCK: Final = 1 << 20  # characters, before packing
_NONE: Final = -1
_COLUMNS: Final = (
    'key', 'run', 'problem', 'sample', 'verdict', 'answer', 'answerMath', 'reason', 'rule',
    'extraction', 'cut', 'finish', 'tokens', 'chars', 'graded', 'other', 'long', 'reasoning',
    'block', 'row', 'place',
)  # fmt: skip


def shortened(text: str, longest: int = LONGEST) -> str:
    """Return a text, or its head and tail with a line between them that says what is missing."""
    if len(text) <= longest:
        return text
    half = longest // 2
    left_out = len(text) - 2 * half
    remark = f'[… {left_out:,} characters are left out here; math500 export --all holds them …]'
    return f'{text[:half]}\n\n{remark}\n\n{text[-half:]}'


def packed(content: Any) -> str:
    """Pack JSON in gzip in base64: nothing of a model can end the element that it stands in."""
    # A lone surrogate becomes its escape, in JSON the same character.
    text = json.dumps(content, ensure_ascii=False, separators=(',', ':'))
    data = gzip.compress(text.encode('utf-8', 'backslashreplace'), mtime=0)
    return base64.b64encode(data).decode('ascii')


class _Names:
    """Distinct values in the order of their first use; items refer to them by number."""

    def __init__(self, values: Sequence[str | None] = ()) -> None:
        self.values: list[str | None] = list(values)
        self._numbers = {value: number for number, value in enumerate(self.values)}

    def number(self, value: str | None) -> int:
        """The value's; a new one where it has none yet."""
        found = self._numbers.setdefault(value, len(self.values))
        if found == len(self.values):
            self.values.append(value)
        return found

    def or_none(self, value: str) -> int:
        """-1 for ''."""
        return self.number(value) if value else _NONE


class Bundle:
    """Collects responses; in memory stands what is filtered in, the long texts lie on disk.

    The same responses, added in the same order, make the same bundle.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile('w+', encoding='ascii')  # noqa: SIM115 - closed by close
        self._block: list[tuple[str, str, str]] = []
        self._size = self._blocks = 0
        self._characters = 0
        self._problems: dict[tuple[str, ...], int] = {}
        self._problem_rows: list[dict[str, Any]] = []
        self._rules, self._extractions, self._finishes = _Names(), _Names(), _Names()
        self._math: dict[str, int] = {}
        self._fragments: list[str] = []
        self._rows: list[tuple[tuple[int, int, int, int], dict[str, Any]]] = []
        self._keys: dict[str, int] = {}
        self.cut = 0

    @property
    def problems(self) -> int:
        """How many problems there are; one of several runs counts once."""
        return len(self._problems)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, run: int, response: Response) -> None:
        """Take in one response of a run, given by its number."""
        texts = (response.prompt_text, response.response, response.reasoning)
        is_long = any(len(text) > LONGEST for text in texts)
        self.cut += is_long
        tokens = tokens_of(response)
        fields = {
            'key': response.key,
            'run': run,
            'problem': self._problem(response),
            'sample': response.sample,
            'verdict': OUTCOMES.index(response.outcome),
            'answer': shortened(response.answer, LONGEST_IN_INDEX),
            'answerMath': self._formula(response.answer),
            'reason': shortened(response.reason, LONGEST_IN_INDEX),
            'rule': self._rules.or_none(response.rule),
            'extraction': self._extractions.or_none(response.extraction),
            'cut': int(response.was_cut),
            'finish': self._finishes.or_none(response.finish_reason or ''),
            'tokens': _NONE if tokens is None else tokens,
            'chars': len(response.response),
            'graded': int(response.graded == 'now'),
            'other': _NONE if response.other_verdict is None else int(response.other_verdict),
            'long': int(is_long),
            'reasoning': int(bool(response.reasoning)),
            'block': self._blocks,
            'row': len(self._block),
            'place': response.place,
        }
        self._rows.append(((run, response.position, response.sample, len(self._rows)), fields))
        self._keep(tuple(map(shortened, texts)))

    def index(self, runs: Sequence[Mapping[str, str]]) -> str:
        """Return the packed index. Items stand by run, position and sample.

        Args:
            runs: ``name``, ``model``, ``dataset`` and ``folder`` of each run.
        """
        self._flush()
        self._rows.sort(key=lambda row: row[0])
        self._keys = {}
        items = {name: [fields[name] for _, fields in self._rows] for name in _COLUMNS}
        items['key'] = [self._own_key(key) for key in items['key']]
        return packed(
            {
                'runs': list(runs),
                'verdicts': OUTCOMES,
                'rules': _with_sentences(self._rules),
                'extractions': _with_sentences(self._extractions),
                'finishes': self._finishes.values,
                'math': self._fragments,
                'problems': self._problem_rows,
                'items': items,
                'texts': {'chars': self._characters},
            }
        )

    def blocks(self) -> Iterator[str]:
        """Return the packed blocks: arrays of prompt, response and reasoning."""
        self._flush()
        self._file.seek(0)
        for line in self._file:
            yield line.rstrip('\n')

    def _own_key(self, key: str) -> str:
        """The key as an anchor; of several equal ones each gets its own."""
        self._keys[key] = self._keys.get(key, 0) + 1
        return key if self._keys[key] == 1 else f'{key}-{self._keys[key]}'

    def _problem(self, response: Response) -> int:
        # Runs may have given one problem another gold: these are two.
        name = (
            (response.unique_id, response.gold.strip())
            if response.unique_id
            else (response.dataset, str(response.position), response.problem)
        )
        number = self._problems.setdefault(name, len(self._problems))
        if number == len(self._problem_rows):
            text = shortened(response.problem, LONGEST_IN_INDEX)
            self._problem_rows.append(
                {
                    'id': response.unique_id,
                    'position': response.position,
                    'dataset': response.dataset,
                    'subject': response.subject,
                    'level': response.level,
                    'text': text,
                    'html': prose(text) if text else '',
                    'gold': shortened(response.gold, LONGEST_IN_INDEX),
                    'goldMath': self._formula(response.gold),
                }
            )
        self._complete(self._problem_rows[number], response)
        return number

    def _complete(self, row: dict[str, Any], response: Response) -> None:
        """What a first run did not say of a problem, a later one may."""
        if not row['text'] and response.problem:
            row['text'] = shortened(response.problem, LONGEST_IN_INDEX)
            row['html'] = prose(row['text'])
        row['subject'] = row['subject'] or response.subject
        row['level'] = row['level'] or response.level

    def _formula(self, tex: str) -> int:
        """The number of its typeset fragment; -1 for ''."""
        if not tex:
            return _NONE
        text = shortened(tex, LONGEST_IN_INDEX)
        number = self._math.setdefault(text, len(self._fragments))
        if number == len(self._fragments):
            self._fragments.append(formula(text))
        return number

    def _keep(self, texts: tuple[str, ...]) -> None:
        prompt, response, reasoning = texts
        self._block.append((prompt, response, reasoning))
        self._size += sum(map(len, texts))
        self._characters += sum(map(len, texts))
        if self._size >= _BLOCK:
            self._flush()

    def _flush(self) -> None:
        if self._block:
            self._file.write(packed(self._block) + '\n')
            self._block = []
            self._size = 0
            self._blocks += 1

    def close(self) -> None:
        """Give the file up; for :func:`contextlib.closing`."""
        self._file.close()


def _with_sentences(names: _Names) -> list[dict[str, str]]:
    """Rules with what each of them says, '' for one of another version."""
    book = rulebook()
    return [
        {'name': name, 'text': book[name].english if name in book else ''}
        for name in names.values
        if name is not None
    ]
