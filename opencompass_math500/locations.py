"""Where the shipped files lie, in a wheel install as in a checkout."""

from __future__ import annotations

from pathlib import Path

from opencompass_math500.errors import ConfigError

__all__ = ['config_dir', 'lm_eval_tasks_dir']

# A folder that only ours has: site-packages may hold a 'configs' of anybody's.
_LANDMARK = Path('datasets', 'math500')


def config_dir() -> Path:
    """Return the folder of our OpenCompass configs, to pass on as ``--config-dir``.

    It holds ``datasets/math500/``, ``models/`` and the ``eval_math500*.py``.
    A wheel carries it inside the package; in a checkout (and so in an editable
    install) it lies beside the package, at the top of the repository.

    Returns:
        An absolute path of an existing folder.

    Raises:
        ConfigError: neither place has it: the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    candidates = (package / 'configs', package.parent / 'configs')
    for candidate in candidates:
        if (candidate / _LANDMARK).is_dir():
            return candidate
    raise ConfigError(
        f'no configs at {candidates[0]} nor at {candidates[1]}',
        'the installation is incomplete; reinstall with '
        'pip install --force-reinstall --no-deps opencompass-math500',
    )


def lm_eval_tasks_dir() -> Path:
    """Return the folder of our lm-evaluation-harness tasks, to pass on as ``--include_path``.

    Returns:
        An absolute path of an existing folder. lm-eval itself need not be installed.

    Raises:
        ConfigError: it is not there: the installation is incomplete.
    """
    folder = Path(__file__).resolve().parent / 'harness' / 'tasks'
    if not (folder / 'math500.yaml').is_file():
        raise ConfigError(
            f'no tasks at {folder}',
            'the installation is incomplete; reinstall with '
            'pip install --force-reinstall --no-deps opencompass-math500',
        )
    return folder
