"""Everything that decides a score, in one flat view to compare; None is always "unknown"."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, Final, Literal

from opencompass_math500.dataset import load_problems
from opencompass_math500.dataset.index import math500_index
from opencompass_math500.dataset.problem_set import short_hash
from opencompass_math500.response import Response
from opencompass_math500.runs.decoding import decoding_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import Settings

__all__ = ['BenchmarkOfRun', 'Fingerprint', 'fingerprint_of']

BenchmarkOfRun = Literal['MATH-500', 'MATH-500 subset', 'MATH-5000', 'sample', 'another set']

_SLUG: Final = re.compile(
    r'(?P<kind>math500|sample|custom)(?:-(?:hub|modelscope|file))?'
    r'(?:-(?P<subset>[a-z0-9_-]+?))?-(?P<checksum>[0-9a-f]{8})(?:_|$)'
)
_FULL_MATH: Final = 5000
_TEST_ID: Final = re.compile(r'test/[a-z_]+/\d+\.json')


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """The settings behind one run. ``None`` is always "unknown", '' and () "none".

    Attributes:
        benchmark: what the problems are, told by their ids and golds.
        problems, samples: how many problems, how many responses to each.
        checksum: the first eight digits of the data's checksum.
        subset: what was selected of the data, as in the dataset's abbr.
        model: hub id, path or API name of the config.
        served: the models that the endpoint states.
        revision: the hub's commit, 40 digits.
        config_hash: 12 digits of the SHA-256 of the model folder's ``config.json``.
        prompt: the text of the question.
        prompt_name: the named template that it is.
        system: the system prompt.
        shots: worked examples before the question.
        template, examples: the whole templates of prompt and examples, as JSON.
        temperature, top_p, top_k: the sampling; temperature 0 is greedy.
        seed: the one that was set.
        thinking: the switch of a model that can think or not.
        other_sampling: every other parameter of the sampling, as ``name=value``.
        max_tokens: the cap of a response, in tokens.
        engine: the model class.
        engine_settings: its other settings, as JSON; those of the inferencer among them.
        grader: what extracted and compared answers, with its version.
        postprocessors: what changes responses or golds before grading, as JSON.
        policy: settings of the grading policy that are not the default, as JSON.
        llm_judge: the model asked about rejected answers.
        batch_size: responses generated at a time.
        versions: of the packages that made the responses.
    """

    benchmark: BenchmarkOfRun | None
    problems: int
    samples: int
    checksum: str | None = None
    subset: str | None = None
    model: str | None = None
    served: tuple[str, ...] = ()
    revision: str | None = None
    config_hash: str | None = None
    prompt: str | None = None
    prompt_name: str | None = None
    system: str | None = None
    shots: int | None = None
    template: str | None = None
    examples: str | None = None
    temperature: float | None = None
    top_p: float | None = None
    top_k: int | None = None
    seed: int | None = None
    thinking: bool | None = None
    other_sampling: str | None = None
    max_tokens: int | None = None
    engine: str | None = None
    engine_settings: str | None = None
    grader: str | None = None
    postprocessors: str | None = None
    policy: str | None = None
    llm_judge: str | None = None
    batch_size: int | None = None
    versions: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def against(self, other: Fingerprint) -> list[tuple[str, Any, Any]]:
        """Yield each setting that is not the same: its name, the value here, the value there.

        One that is unknown on one side only is among them.
        """
        pairs = [(f.name, getattr(self, f.name), getattr(other, f.name)) for f in fields(self)]
        found = [(name, a, b) for name, a, b in pairs if a != b and name != 'versions']
        names = sorted({*self.versions, *other.versions})
        versions = [(n, self.versions.get(n), other.versions.get(n)) for n in names]
        return found + [(f'version of {n}', a, b) for n, a, b in versions if a != b]


def fingerprint_of(run: Run) -> Fingerprint:
    """Return the fingerprint of a run, from its settings and its items."""
    settings, problems = run.settings, len({item.unique_id for item in run.items})
    slug, question = _SLUG.match(run.dataset), settings.question
    decoding = decoding_of(settings.decoding, run.items)
    return Fingerprint(
        benchmark=_benchmark(run.items, slug['kind'] if slug else '', settings),
        problems=problems,
        # Where problems have different numbers of responses there is no score to compare.
        samples=len(run.items) // problems if problems else 0,
        checksum=slug['checksum'] if slug else None,
        subset=(slug['subset'] or '') if slug else None,
        model=settings.model,
        served=tuple(sorted({item.served_model for item in run.items if item.served_model})),
        revision=settings.revision,
        config_hash=settings.config_hash,
        prompt=question.text,
        prompt_name=question.name,
        system=question.system,
        shots=question.shots,
        template=question.template,
        examples=question.examples,
        temperature=decoding.temperature,
        top_p=decoding.top_p,
        top_k=decoding.top_k,
        seed=decoding.seed,
        thinking=decoding.thinking,
        other_sampling=decoding.other if settings.engine else None,
        max_tokens=settings.max_tokens,
        engine=settings.engine,
        engine_settings=settings.engine_settings,
        grader=settings.grader,
        postprocessors=settings.postprocessors,
        policy=None if settings.policy is None else _json(dict(settings.policy)),
        llm_judge=settings.llm_judge,
        batch_size=settings.batch_size,
        versions=settings.versions,
    )


def _benchmark(items: Sequence[Response], kind: str, settings: Settings) -> BenchmarkOfRun | None:
    """What the problems are. A name makes no MATH-500: ids and golds do, or the host's class."""
    golds = {item.unique_id: item.gold for item in items}
    index = math500_index()
    ours = [key for key in golds if key in index]
    if ours and len(ours) == len(golds):
        if any(short_hash(golds[key]) != index[key].answer_hash for key in ours):
            return 'another set'
        return 'MATH-500' if len(ours) == len(index) else 'MATH-500 subset'
    if len(golds) == _FULL_MATH and len(ours) == len(index):
        return 'MATH-5000' if all(map(_TEST_ID.fullmatch, golds)) else 'another set'
    if all(key.isdecimal() for key in golds):  # the number of a row: it has no id
        return _of_the_host(len(golds), settings)
    return 'sample' if kind == 'sample' or _is_of_the_sample(golds) else 'another set'


def _is_of_the_sample(golds: Mapping[str, str]) -> bool:
    """Whether all are problems of ours: other harnesses name the data otherwise."""
    sample = {problem.unique_id: problem.answer for problem in load_problems('sample')}
    return bool(golds) and golds.items() <= sample.items()


def _of_the_host(problems: int, settings: Settings) -> BenchmarkOfRun | None:
    """OpenCompass's own MATH, whose rows have no ids: told by class, file and count.

    Source: opencompass 0.5.4, ``configs/datasets/math/math_0shot_gen_393424.py`` and
    ``math_prm800k_500_gen_393424.py``.
    """
    if settings.data_class != 'MATHDataset':
        return None
    is_500 = 'prm800k_500' in settings.data_file
    if is_500:
        return 'MATH-500' if problems == len(math500_index()) else 'MATH-500 subset'
    return 'MATH-5000' if problems == _FULL_MATH else None


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
