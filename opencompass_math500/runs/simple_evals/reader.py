"""Read what simple-evals leaves of its evaluation of MATH."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from opencompass_math500.errors import DataError, MalformedData
from opencompass_math500.prompts import TEMPLATES
from opencompass_math500.response import Response, Turn
from opencompass_math500.runs.known import known_problem, subject_of
from opencompass_math500.runs.left_out import LeftOut
from opencompass_math500.runs.prediction import gold_answer
from opencompass_math500.runs.question import Question
from opencompass_math500.runs.settings import Settings
from opencompass_math500.runs.simple_evals.blocks import MARK, blocks_in
from opencompass_math500.runs.simple_evals.example import Example, parse_example
from opencompass_math500.runs.source import Note, Source, StoredRun

__all__ = ['SimpleEvals']

_HEAD: Final = 1 << 16
_ALL: Final = '_allresults.json'
# Source: simple_evals.py: math_<model>, since July 2025 with the time, and in a trial _DEBUG.
_NAMED: Final = re.compile(
    r'(?P<eval>math[a-z0-9-]*)_(?P<model>.+?)(?:_\d{8}_\d{6})?(?:_DEBUG)?'
    r'(?:_allresults\.json|\.html)'
)
_SCORES: Final = re.compile(r'math[a-z0-9-]*_.+\.json')
_ASKED: Final = TEMPLATES['simple-evals-math'].question


class SimpleEvals(Source):
    """A reader of ``math_*.html`` and ``math_*_allresults.json``."""

    name = 'simple-evals'
    leaves = 'math_*_allresults.json'

    def handles(self, place: Path) -> bool:
        """Tell whether a path is a report of MATH, or a folder with some."""
        return bool(_reports(place))

    def runs(self, place: Path, note: Note) -> list[StoredRun]:
        """Return each report as a run; of the two forms of one the JSON.

        Raises:
            MalformedData: none holds a response.
        """
        found: list[StoredRun] = []
        faults: list[DataError] = []
        for path in _reports(place):
            try:
                found.append(_stored(place, path))
            except DataError as error:
                faults.append(error)
        if faults and not found:
            raise faults[0]
        for fault in faults:
            note(f'{fault.what}; the file is left out')
        return found

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses, in the order of the file."""
        path: Path = run.files
        name = run.name_of(path)
        problems: dict[str, list[int]] = {}
        left_out = LeftOut(note, 'responses', 'the response is left out')
        note(f'{name}: how the responses ended, their tokens and the sampling are in no such file')
        for number, example in enumerate(_examples(path, name, note), 1):
            if isinstance(example, MalformedData):
                left_out.add(example)
                continue
            one = _response(run, example, f'{name}: response {number}')
            place = problems.setdefault(one.problem or one.prompt_text, [len(problems), -1])
            place[1] += 1
            yield replace(one, position=place[0], sample=place[1])
        left_out.close(name)

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is named as those of simple-evals are, and lies among them."""
        within = (root.parent if root.is_file() else root).resolve()
        return path.resolve().parent == within and bool(
            _NAMED.fullmatch(path.name) or _SCORES.fullmatch(path.name)
        )

    def refuse(self, place: Path) -> None:
        """Say what to give instead of the scores alone.

        Raises:
            MalformedData: the place is a file of them.
        """
        named = place.is_file() and _SCORES.fullmatch(place.name)
        if named and '"score"' in _head(place) and '"htmls"' not in _head(place):
            raise MalformedData(
                f'{place} holds scores of simple-evals, but no responses',
                f'give {place.stem}.html or {place.stem}{_ALL} beside it',
            )


def _reports(place: Path) -> list[Path]:
    """The files to read: one, or those in a folder."""
    if place.is_file():
        return [place] if _is_report(place) else []
    found: dict[str, Path] = {}
    for path in sorted(place.glob('math*')):
        if _is_report(path):  # _allresults.json comes last of the two
            stem = path.name.removesuffix(_ALL).removesuffix('.html')
            if stem not in found or path.name.endswith(_ALL):
                found[stem] = path
    return list(found.values())


def _is_report(path: Path) -> bool:
    if not _NAMED.fullmatch(path.name) or not path.is_file():
        return False
    marks = ('"htmls"', '"convos"') if path.suffix == '.json' else (MARK, '<h1>Examples</h1>')
    return any(mark in _head(path) for mark in marks)


def _head(path: Path) -> str:
    try:
        with path.open('rb') as stream:
            return stream.read(_HEAD).decode('utf-8', 'replace')
    except OSError:
        return ''


def _examples(path: Path, name: str, note: Note) -> Iterator[Example | MalformedData]:
    try:
        for number, block in enumerate(blocks_in(path, name), 1):
            if isinstance(block, MalformedData):
                yield block
                continue
            try:
                yield parse_example(block, f'{name}: response {number}')
            except MalformedData as error:
                yield error
    except (OSError, DataError) as error:
        note(f'{error}; what stands before is read')


def _stored(root: Path, path: Path) -> StoredRun:
    found = _NAMED.fullmatch(path.name)
    model, evaluation = (found['model'], found['eval']) if found else (path.stem, 'math')
    block = next(blocks_in(path, str(path)), None)
    if block is None:
        raise MalformedData(f'{path} holds no responses', 'give another report')
    first = next(_examples(path, path.name, lambda text: None), None)
    settings = Settings(
        recorded=True,
        made_by=SimpleEvals.name,
        question=_question(first.prompt) if isinstance(first, Example) else Question(),
    )
    return StoredRun(root, model, f'simple-evals-{evaluation}', settings, files=path)


def _question(prompt: tuple[Turn, ...]) -> Question:
    """How it asked, where it is in its own words."""
    *before, last = prompt or (Turn('', ''),)
    systems = [turn.text for turn in before if turn.role in ('system', 'developer')]
    if len(systems) != len(before) or not _problem(last.text):
        return Question()
    return Question(text=_ASKED, system='\n'.join(systems), shots=0, as_chat=True)


def _problem(text: str) -> str:
    """The problem in a prompt in the words of simple-evals; '' where it is another."""
    before, _, after = _ASKED.partition('{problem}')
    inside = text.strip()
    if not inside.startswith(before) or not inside.endswith(after.rstrip()):
        return ''
    return inside[len(before) : len(inside) - len(after.rstrip())].strip()


def _response(run: StoredRun, example: Example, place: str) -> Response:
    problem = _problem(example.prompt[-1].text) if example.prompt else ''
    unique_id, known = known_problem('', problem)
    return Response(
        model=run.model,
        dataset=run.dataset,
        unique_id=unique_id,
        problem=problem,
        subject=subject_of(unique_id) if known else '',
        level=known.level if known else 0,
        prompt=example.prompt,
        response=example.response,
        gold=gold_answer(example.gold),
        other_verdict=example.right,
        other_answer=example.answer,
        place=place,
    )
