"""Responses as Markdown: a section for each, which no text of a model can leave."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import IO, Final

from opencompass_math500.exports.cell import printable
from opencompass_math500.exports.choice import Choice
from opencompass_math500.exports.summary import RunSummary
from opencompass_math500.response import Response

__all__ = ['fenced', 'in_code', 'summary_lines', 'write_markdown']

_TICKS: Final = re.compile('`+')
# Every line end that some reader of Markdown or of text knows.
_LINE_ENDS: Final = re.compile('[\n\r\x0b\x0c\x85\u2028\u2029]+')


def write_markdown(
    responses: Iterable[Response], runs: Sequence[RunSummary], choice: Choice, stream: IO[bytes]
) -> None:
    """Write the summary, then a section for each response, below an anchor that stays its own."""
    for line in summary_lines(runs, choice):
        stream.write(f'{line}\n'.encode())
    for response in responses:
        stream.write('\n'.join(_section(response)).encode('utf-8'))


def summary_lines(runs: Sequence[RunSummary], choice: Choice) -> Iterable[str]:
    """Return scores and counts, line by line."""
    yield '# Responses'
    yield ''
    yield f'Exported: {in_code(str(choice))}'
    for run in runs:
        yield ''
        yield f'## {in_code(run.model)} on {in_code(run.dataset)}'
        yield ''
        yield f'- score: {run.score}'
        yield f'- exported: {run.exported} of {run.responses} responses'
        if run.graded_now:
            yield f'- graded for the export, not in the run: {run.graded_now}'
        yield f'- settings: {in_code(run.settings) if run.settings else "not recorded"}'
        yield ''
        yield '| | correct | all |'
        yield '|---|---|---|'
        for level, (right, count) in run.levels.items():
            yield f'| level {level or "unknown"} | {right} | {count} |'
        for subject, (right, count) in run.subjects.items():
            # The only place where a pipe would count.
            name = in_code(subject).replace('|', '\\|') if subject else 'subject unknown'
            yield f'| {name} | {right} | {count} |'
        yield ''
        yield '| verdict | responses |'
        yield '|---|---|'
        for verdict, count in run.verdicts.items():
            yield f'| {verdict} | {count} |'
    yield ''


def _section(response: Response) -> Iterable[str]:
    title = in_code(response.unique_id or f'{response.dataset}, problem {response.position}')
    # Counted from 1, as in the report; the columns of the other formats count from 0.
    sample = f', sample {response.sample + 1}' if response.sample else ''
    yield f'<a id="{response.key}"></a>'
    yield ''
    yield f'## {response.outcome}: {title}{sample}'
    yield ''
    facts = {
        'model': response.model,
        'dataset': response.dataset,
        'subject': response.subject,
        'level': str(response.level or ''),
        'answer': response.answer,
        'gold': response.gold,
        'reason': response.reason,
        'rule': response.rule,
        'extraction': response.extraction,
        'finish reason': response.finish_reason or '',
        'tokens': '' if response.tokens is None else str(response.tokens),
        'place': response.place,
    }
    for name, value in facts.items():
        if value:
            yield f'- {name}: {in_code(value)}'
    if response.was_cut:
        yield '- cut by the token cap or a filter'
    if response.graded == 'now':
        yield '- graded for the export, not in the run'
    if response.other_verdict is not None:
        yield f"- the run's own evaluator: {'right' if response.other_verdict else 'wrong'}"
    texts = {
        'Problem': response.problem,
        'Prompt': response.prompt_text,
        'Reasoning': response.reasoning,
        'Response': response.response,
    }
    for name, text in texts.items():
        if text:
            yield from ('', f'### {name}', '', *fenced(text))
    yield '\n'


def in_code(text: str) -> str:
    """Return the text as code within a line: one line, and not to be left by any backtick."""
    line = printable(_LINE_ENDS.sub(' ', text))
    ticks = '`' * (_longest(line) + 1)
    # A space at either end is dropped by the reader, so that backticks may stand there.
    space = ' ' if line[:1] in ('`', ' ', '') or line[-1:] in ('`', ' ') else ''
    return f'{ticks}{space}{line}{space}{ticks}'


def fenced(text: str) -> list[str]:
    """Return the text as a block of code, between fences longer than any run of backticks in it."""
    fence = '`' * max(3, _longest(text) + 1)
    return [f'{fence}text', printable(text), fence]


def _longest(text: str) -> int:
    return max((len(run) for run in _TICKS.findall(text)), default=0)
