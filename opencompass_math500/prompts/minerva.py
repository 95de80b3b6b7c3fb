"""Minerva's four worked examples, read from the installed OpenCompass."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from opencompass_math500.errors import ConfigError

__all__ = ['FewShotExample', 'minerva_examples']

_PACKAGED = 'configs/datasets/math/math_4shot_example_from_google_research.py'
_EXAMPLE = re.compile(r'Problem:\n(?P<problem>.*?)\n\nSolution:\n(?P<solution>.*)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class FewShotExample:
    """One worked example: a problem and a solution that ends in its answer."""

    problem: str
    solution: str


@lru_cache(maxsize=1)
def minerva_examples() -> tuple[FewShotExample, ...]:
    """Return the four examples of Minerva's MATH prompt, in their published order.

    Read as text from the config that OpenCompass packages (its one string
    literal, through :func:`ast.literal_eval`), without importing OpenCompass.

    Source: Lewkowycz et al. 2022, "Solving Quantitative Reasoning Problems with
    Language Models", appendix D.2; opencompass 0.5.4,
    ``opencompass/configs/datasets/math/math_4shot_example_from_google_research.py``.

    Raises:
        ConfigError: OpenCompass is not installed, or its file has changed shape.
    """
    spec = find_spec('opencompass')
    if spec is None or not spec.submodule_search_locations:
        raise ConfigError(
            "the 4-shot examples come from OpenCompass's own files, and opencompass is not "
            'installed',
            'pip install "opencompass>=0.5.4,<0.6"',
        )
    path = Path(spec.submodule_search_locations[0], _PACKAGED)
    examples = tuple(_split(_prompt_literal(path)))
    if len(examples) != 4:
        raise ConfigError(
            f'{path} holds {len(examples)} examples where four were expected',
            'install the OpenCompass version that constraints.txt pins',
        )
    return examples


def _prompt_literal(path: Path) -> str:
    """The string that the file assigns to ``prompt``."""
    try:
        tree = ast.parse(path.read_text(encoding='utf-8'))
    except OSError as error:
        raise ConfigError(
            f'cannot read the 4-shot examples from {path} ({error.strerror})',
            'reinstall opencompass',
        ) from error
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Constant)
            and isinstance(node.value, str)
            and 'Problem:' in node.value
        ):
            return str(ast.literal_eval(node)).strip()
    raise ConfigError(
        f'no few-shot prompt literal in {path}',
        'install the OpenCompass version that constraints.txt pins',
    )


def _split(prompt: str) -> list[FewShotExample]:
    """The examples of a ``Problem: … Solution: …`` prompt, blank-line separated."""
    examples = []
    for block in re.split(r'\n\n(?=Problem:\n)', prompt):
        found = _EXAMPLE.fullmatch(block)
        if found:
            examples.append(FewShotExample(found['problem'], found['solution']))
    return examples
