"""Seeds and dictionary of the fuzzer, made from the cases and from the package's own tables."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from fuzz.targets import SEPARATOR

from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.parsing.commands import COLOURS, COMMANDS, STYLES, TEXTS
from opencompass_math500.grading.parsing.words import DATA_FILES, rows

CASES: Final = Path(__file__).resolve().parents[1] / 'cases'
_TAKE_ARGUMENTS: Final = ('frac', 'dfrac', 'binom', 'sqrt', 'boxed', 'text', 'mathrm', 'fbox')
_MARKS: Final = (
    '\\boxed{', '$$', '\\[', '\\]', '\\(', '\\)', '\\left(', '\\right)', '\\begin{pmatrix}',
    '\\end{pmatrix}', '\\begin{cases}', '<think>', '</think>', '<answer>', '</answer>', '#### ',
    '```', '{"answer": "', '**', '\\\\', '_{10}', '^{', '\\overline{', '...', '!', '1e400',
    '^\\circ',
    'The answer is ', '\n\n', '\\pm', '\x0crac', SEPARATOR,
)  # fmt: skip


def read_cases(name: str) -> list[dict[str, str]]:
    """The rows of one file of cases."""
    lines = (CASES / f'{name}.jsonl').read_text(encoding='utf-8').splitlines()
    return [json.loads(line) for line in lines]


def seeds(target: str) -> Iterator[str]:
    """Inputs that a target understands, one for each case."""
    if target == 'extract':
        for row in read_cases('responses'):
            yield row['response']
        return
    if target == 'grade':
        for row in read_cases('responses'):
            yield f'{row["answer"] or "5"}{SEPARATOR}{row["response"]}'
        return
    for row in read_cases('answers'):
        if target == 'judge':
            yield f'{row["gold"]}{SEPARATOR}{row["answer"]}'
        else:
            yield row['gold']
            yield row['answer']


def words() -> list[str]:
    """Every command and every word of the data files, and the marks of responses."""
    found = dict.fromkeys(_MARKS)
    for name in sorted({*COMMANDS, *STYLES, *TEXTS, *COLOURS, *_TAKE_ARGUMENTS}):
        found[f'\\{name}' + ('{' if name in _TAKE_ARGUMENTS else '')] = None
    for file in DATA_FILES:
        for first, *_ in rows(file):
            found.update(dict.fromkeys(first.split('|')))
    for phrases in lexicon().by_kind.values():
        found.update(dict.fromkeys(sorted(phrases)))
    return [word for word in found if word and len(word.encode()) <= 64]


def write_corpus(target: str, folder: Path) -> int:
    """Write the seeds as files ``seed-N``; return their number."""
    folder.mkdir(parents=True, exist_ok=True)
    count = 0
    for count, text in enumerate(seeds(target), 1):
        (folder / f'seed-{count}').write_bytes(text.encode('utf-8', 'surrogatepass'))
    return count


def write_dictionary(file: Path) -> None:
    """Write the words in libFuzzer's format: one quoted token a line, other bytes as ``\\xNN``."""
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = []
    for word in words():
        quoted = ''.join(
            chr(byte) if 32 <= byte < 127 and byte not in b'"\\' else f'\\x{byte:02X}'
            for byte in word.encode()
        )
        lines.append(f'"{quoted}"\n')
    file.write_text(''.join(lines), encoding='ascii')
