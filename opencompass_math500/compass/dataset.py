"""The dataset class that OpenCompass builds from a config."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from datasets import Dataset, DatasetDict
from opencompass.datasets.base import BaseDataset
from opencompass.registry import LOAD_DATASET

from opencompass_math500.dataset import PINNED, ProblemSet, load_problems
from opencompass_math500.errors import ConfigError
from opencompass_math500.prompts import minerva_examples

__all__ = ['MATH500Dataset']


@LOAD_DATASET.register_module()
class MATH500Dataset(BaseDataset):
    """MATH-500, or a set of the same shape, for OpenCompass.

    The test split holds the problems; the train split holds Minerva's four worked
    examples, so that a few-shot retriever can never show a test item. (OpenCompass
    turns a plain dataset into both splits at once.)

    Args (in the config, beside OpenCompass's own ``abbr``, ``reader_cfg``, ``k``, ``n``):
        source: ``hub``, ``modelscope``, ``sample`` or the path of a file; see
            :func:`opencompass_math500.load_problems`.
        subjects, levels, ids: keep only these.
        revision: the hub revision.
        custom: allow a file which is not MATH-500, under a name that says so.

    Raises:
        ConfigError: the abbr does not begin with the set's slug. OpenCompass caches
            sizes and reuses predictions by abbr alone, so an abbr must say which
            source, subset and checksum it stands for.
        DataError, SelectionError: as ``load_problems``.
    """

    def __init__(self, *, abbr: str = '', **kwargs: Any) -> None:
        self._abbr = abbr
        super().__init__(abbr=abbr, **kwargs)

    def load(
        self,
        source: str = 'hub',
        subjects: Sequence[str] | None = None,
        levels: Sequence[int] | None = None,
        ids: Sequence[str] | None = None,
        revision: str = PINNED,
        custom: bool = False,
    ) -> DatasetDict:
        """Load the problems as ``test`` and the worked examples as ``train``."""
        problem_set = load_problems(
            source,
            subjects=_plain(subjects),
            levels=_plain(levels),
            ids=_plain(ids),
            revision=revision,
            custom=custom,
        )
        _require_slug(self._abbr, problem_set)
        # OpenCompass fills {column} after {column} in this order into one growing text. With
        # the problem last, its own \text{solution} is left alone; first, it would be
        # replaced by the gold one.
        columns = ('solution', 'answer', 'subject', 'level', 'unique_id', 'problem')
        test = {name: [getattr(p, name) for p in problem_set] for name in columns}
        examples = minerva_examples()
        train = {
            'problem': [e.problem for e in examples],
            'solution': [e.solution for e in examples],
            'answer': [''] * len(examples),
            'subject': [''] * len(examples),
            'level': [0] * len(examples),
            'unique_id': [f'minerva/{number}' for number in range(1, len(examples) + 1)],
        }
        return DatasetDict(train=Dataset.from_dict(train), test=Dataset.from_dict(test))


def _plain(values: Any) -> Any:
    """A plain list of what mmengine hands over as ConfigDict lists; one name stays one."""
    return values if values is None or isinstance(values, str | int) else list(values)


def _require_slug(abbr: str, problem_set: ProblemSet) -> None:
    if not abbr.startswith(problem_set.slug):
        raise ConfigError(
            f'the dataset abbr {abbr!r} does not say which data it stands for '
            f'({problem_set.name} from {problem_set.location})',
            f'begin it with {problem_set.slug!r} in the config',
        )
