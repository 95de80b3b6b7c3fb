"""Scores as tables for a terminal, with the settings without which they mean nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table
from rich.text import Text

from opencompass_math500.errors import MalformedData
from opencompass_math500.grading.verdict import NOT_THE_MODELS_MISTAKE
from opencompass_math500.results import Item, read_items
from opencompass_math500.score import Score, score_items
from opencompass_math500.settings import graded_here, read_record, record_path

__all__ = ['Run', 'print_tables', 'runs_of']

# OpenCompass's models that are greedy unless told otherwise. Its plain VLLM samples at
# vLLM's own temperature of 1, its API clients at theirs or the server's.
_GREEDY = (
    'HuggingFace', 'MATH500Embedded', 'VLLMwithChatTemplate', 'TurboMindModelwithChatTemplate',
)  # fmt: skip
_LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'


@dataclass(frozen=True, slots=True)
class Run:
    """One model on one dataset: its items, and the record of their settings."""

    model: str
    dataset: str
    items: Sequence[Item]
    record: Mapping[str, Any]


def runs_of(work_dir: Path) -> list[Run]:
    """Every graded run in a work directory, in order of model and dataset.

    Raises:
        MalformedData: there are no results, or a damaged file.
    """
    runs = [
        Run(model, dataset, read_items(work_dir, model, dataset), record)
        for path in sorted((work_dir / 'results').glob('*/*.json'))
        for model, dataset in [(path.parent.name, path.stem)]
        for record in [read_record(record_path(work_dir, model, dataset))]
        if _is_ours(path, record)
    ]
    if not runs:
        raise MalformedData(
            f'no results under {work_dir}',
            'give the folder of one run, which holds predictions/ and results/',
        )
    return runs


def _is_ours(path: Path, record: Mapping[str, Any]) -> bool:
    """Whether a file under results/ is of MATH500Evaluator, as far as the record tells.

    Other benchmarks of the same config are OpenCompass's to show; and beside its
    results CascadeEvaluator leaves the replies of its LLM judge.
    """
    evaluator = record.get('grading', {}).get('evaluator')
    other = bool(evaluator) and not graded_here(evaluator)
    return not other and not re.search(r'_llm_judge_replica\d+$', path.stem)


def print_tables(runs: Sequence[Run], console: Console | None = None) -> None:
    """Print the scores, their breakdown by level and subject, and their settings.

    A run whose settings are not on record is listed as such, without a score: a
    number without its settings compares with nothing.
    """
    console = console or Console()
    shown = [run for run in runs if run.record]
    marks = {id(run): _mark(number) for number, run in enumerate(shown)}
    for run in shown:
        console.print(Text(f'{marks[id(run)]}  {run.model} on {run.dataset}'), soft_wrap=True)
    if shown:
        console.print(_score_table(shown, marks))
        console.print(_breakdown('level', shown, marks, lambda item: str(item.level)))
        console.print(_breakdown('subject', shown, marks, lambda item: item.subject))
    for run in shown:
        console.print(_settings_line(marks[id(run)], run), soft_wrap=True)
    for run in runs:
        if not run.record:
            console.print(
                Text(
                    f'{run.model} on {run.dataset}: graded, but its settings were not recorded; '
                    'run it through MATH500Partitioner to show its score'
                ),
                soft_wrap=True,
            )


def _mark(number: int) -> str:
    return _LETTERS[number] if number < len(_LETTERS) else str(number + 1)


def _score_table(runs: Sequence[Run], marks: Mapping[int, str]) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column('')
    for name in ('items', 'accuracy %', '95 % interval', 'no answer', 'truncated', 'failed'):
        table.add_column(name, justify='right', no_wrap=True)
    for run in runs:
        score = score_items(run.items)
        table.add_row(
            marks[id(run)],
            f'{score.problems}' + (f' × {score.samples}' if score.samples > 1 else ''),
            f'{score.accuracy:.2f}',
            f'{score.low:.1f} – {score.high:.1f}',
            str(score.outcomes.get('no_answer', 0) + score.outcomes.get('empty_response', 0)),
            _truncated(score),
            str(_failed(score)),
        )
    return table


def _truncated(score: Score) -> str:
    """Cut before an answer, and in brackets all that were cut or may have been."""
    if score.unknown_ending == score.responses:
        return 'unknown'
    return f'{score.outcomes.get("truncated", 0)} ({score.cut} cut)'


def _failed(score: Score) -> int:
    """Items that say nothing about the model: no usable reply, or not gradable."""
    return sum(score.outcomes.get(kind, 0) for kind in NOT_THE_MODELS_MISTAKE)


def _breakdown(
    title: str, runs: Sequence[Run], marks: Mapping[int, str], key: Callable[[Item], str]
) -> Table:
    table = Table(box=box.SIMPLE_HEAD)
    table.add_column(title, min_width=22)
    for run in runs:
        table.add_column(marks[id(run)], justify='right')
    for group in sorted({key(item) for run in runs for item in run.items}):
        cells = []
        for run in runs:
            mine = [item for item in run.items if key(item) == group]
            right = sum(item.is_correct for item in mine)
            cells.append(f'{100 * right / len(mine):.1f} ({right}/{len(mine)})' if mine else '')
        table.add_row(Text(group), *cells)  # a custom set may name a subject '[red]'
    return table


def _settings_line(mark: str, run: Run) -> Text:
    """The settings of a run on one line."""
    inference, grading = run.record.get('inference', {}), run.record.get('grading', {})
    context = run.record.get('context', {})
    versions = ', '.join(f'{k} {v}' for k, v in context.get('versions', {}).items())
    facts = [
        f'data {inference.get("data")}',
        f'prompt {_prompt(inference)}',
        f'shots {len((inference.get("retriever") or {}).get("fix_id_list", []))}',
        f'sampling {_sampling(inference)}',
        f'token cap {inference.get("max_out_len")}',
        f'grader {grading.get("grader")}',
        *_judge(grading),
        f'batch {context.get("batch_size")}',
        versions,
    ]
    if context.get('unrecorded'):
        facts.append('predictions made before their settings were recorded')
    return Text(f'{mark}: ' + '; '.join(facts))


def _prompt(inference: Mapping[str, Any]) -> str:
    """The text of the prompt template, escaped onto one line."""
    template = (inference.get('prompt') or {}).get('template')
    if isinstance(template, Mapping):
        parts = [turn.get('prompt', '') for turn in template.get('round', [])]
        text = '\n'.join(parts)
    else:
        text = str(template)
    return repr(text)


def _judge(grading: Mapping[str, Any]) -> list[str]:
    """The LLM judge behind the rules, where there is one."""
    judged = (grading.get('evaluator') or {}).get('llm_evaluator') or {}
    return [f'LLM judge {judged.get("judge_cfg", {}).get("path")}'] if judged else []


def _sampling(inference: Mapping[str, Any]) -> str:
    """Greedy, or what the config sets."""
    model = inference.get('model', {})
    sampling = dict(model.get('generation_kwargs') or model.get('gen_config') or {})
    if not sampling and 'temperature' not in model:
        kind = str(model.get('type', '')).rsplit('.', 1)[-1]
        return 'greedy' if kind.startswith(_GREEDY) else "not set (the engine's default)"
    if 'temperature' in model:
        sampling['temperature'] = model['temperature']
    return ', '.join(f'{key}={value}' for key, value in sorted(sampling.items()))
