"""The project's own Python files, parsed once, and what they import."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

__all__ = ['MODULES', 'OUR_FILES', 'PACKAGE', 'ROOT', 'dotted', 'imported', 'parsed', 'relative']

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = 'opencompass_math500'
MODULES = sorted((ROOT / PACKAGE).rglob('*.py'))
OUR_FILES = sorted(
    path for folder in (PACKAGE, 'configs', 'tests') for path in (ROOT / folder).rglob('*.py')
)


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def dotted(path: Path) -> tuple[str, ...]:
    """``<package>/grading/judging.py`` as ``(package, 'grading', 'judging')``."""
    parts = path.relative_to(ROOT).with_suffix('').parts
    return parts[:-1] if parts[-1] == '__init__' else parts


@cache  # several rules look at each file
def parsed(source: str) -> ast.Module:
    return ast.parse(source)


def imported(source: str, path: Path) -> Iterator[tuple[int, tuple[str, ...]]]:
    """Every import of a module, those inside functions included: line and dotted name."""
    package = dotted(path) if path.name == '__init__.py' else dotted(path)[:-1]
    for node in ast.walk(parsed(source)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, tuple(alias.name.split('.'))
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = (*base, *(node.module.split('.') if node.module else ()))
            for alias in node.names:
                yield node.lineno, (*module, alias.name)
