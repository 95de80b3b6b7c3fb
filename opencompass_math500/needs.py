"""What an installation lacks, and which of the two distributions it is."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

from opencompass_math500.errors import ConfigError, Math500Error
from opencompass_math500.notes import note_once

__all__ = ['lacking', 'note_both', 'pip_name']

FULL: Final = 'opencompass-math500'
LIGHT: Final = 'opencompass-math500-light'
_HERE: Final = Path(__file__).resolve().parents[1]

_OF_REPORTS: Final = frozenset({'jinja2', 'markupsafe', 'math_core', 'rich', 'xlsxwriter'})
_OF_HOST: Final = frozenset(
    {'datasets', 'filelock', 'huggingface_hub', 'mmengine', 'openai', 'opencompass', 'tenacity'}
    | {'torch', 'transformers'}
)


def lacking(error: ModuleNotFoundError) -> Math500Error | None:
    """Return what to say of a module that is not installed; None where it should be.

    The light distribution leaves out what needs OpenCompass, and by default what draws tables
    and pages.
    """
    module = (error.name or '').partition('.')[0]
    if module in _OF_REPORTS:
        return ConfigError(
            f'{module} is not installed, which tables, pages and spreadsheets need',
            f"pip install '{LIGHT}[reports]'" if pip_name() == LIGHT else f'pip install {module}',
        )
    if module in _OF_HOST:
        return ConfigError(
            f'{module} is not installed: this needs OpenCompass, which {LIGHT} leaves out',
            f'pip install {FULL}, in an environment without {LIGHT}',
        )
    return None


def pip_name() -> str | None:
    """Return which distribution is installed here; None for a checkout that is not."""
    from importlib.metadata import PackageNotFoundError, distribution  # 40 ms

    for name in (FULL, LIGHT):
        with suppress(PackageNotFoundError):
            distribution(name)
            return name
    return None


def note_both(folder: Path = _HERE) -> None:
    """Say once that both distributions are installed, where they are.

    They hold the same files: whichever came last has overwritten the other's, and uninstalling
    one leaves the other without.

    Args:
        folder: where the package lies, and beside it what pip writes about each distribution.
    """
    stems = (name.replace('-', '_') for name in (FULL, LIGHT))
    if all(any(folder.glob(f'{stem}-*.dist-info')) for stem in stems):
        note_once(
            f'{FULL} and {LIGHT} are both installed and hold the same files: '
            f'pip uninstall {FULL} {LIGHT}, then install the one that you want'
        )
