"""The settings of a run on one line: without them its score means nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

from opencompass_math500.runs.decoding import decodings_sent
from opencompass_math500.runs.fingerprint import fingerprint_of
from opencompass_math500.runs.run import Run
from opencompass_math500.runs.settings import OURS, Settings

__all__ = ['known_settings', 'settings_line']


def settings_line(run: Run) -> str:
    """Return the fingerprint of a run on one line, for people."""
    settings, mine = run.settings, fingerprint_of(run)
    versions = ', '.join(f'{name} {version}' for name, version in mine.versions.items())
    facts = [
        f'data {_known(settings.data)}',
        f'prompt {"unknown" if mine.prompt is None else repr(mine.prompt)}',
        *([f'system prompt {mine.system!r}'] if mine.system else []),
        f'shots {_known(mine.shots)}',
        *_served_model(run),
        f'sampling {_sampling(run)}',
        f'token cap {_known(mine.max_tokens)}',
        f'grader {_known(mine.grader).removeprefix(f"{OURS} ")}',
        *_policy(settings),
        *([f'LLM judge {mine.llm_judge}'] if mine.llm_judge else []),
        f'batch {_known(mine.batch_size)}',
        *([versions] if versions else []),
    ]
    if settings.older_predictions:
        facts.append('predictions made before their settings were recorded')
    return '; '.join(facts)


def known_settings(run: Run) -> str:
    """Return the settings on one line; '' where none are recorded."""
    return settings_line(run) if run.settings.recorded else ''


def _known(value: Any) -> str:
    return 'unknown' if value is None else str(value)


def _policy(settings: Settings) -> list[str]:
    """The settings of the grading policy that are not the default, where there are any."""
    shown = ', '.join(f'{name}={value}' for name, value in sorted((settings.policy or {}).items()))
    return [f'policy {shown}'] if shown else []


def _sampling(run: Run) -> str:
    """The sampling as it was sent, or as it was set; and what the endpoint refused."""
    settings = run.settings
    if settings.engine is None:
        return 'unknown'
    shown = Counter(
        {str(one): count for one, count in decodings_sent(settings.decoding, run.items).items()}
    )
    if not shown:
        return str(settings.decoding)
    sent = [
        item.sampling
        for item in run.items
        if item.sampling is not None and item.outcome != 'failed_request'
    ]
    refused = [
        f'{name}={value}'
        for name, value in sorted(settings.asked.items())
        if any(name not in one for one in sent)
    ]
    remark = f'; {", ".join(refused)} refused by the endpoint' if refused else ''
    return f'{_counted(shown)}{remark}'


def _served_model(run: Run) -> list[str]:
    """The model as the endpoint states it; with counts where it states several."""
    names = Counter(item.served_model for item in run.items if item.served_model)
    return [f'model as served {_counted(names)}'] if names else []


def _counted(names: Counter[str]) -> str:
    if len(names) == 1:
        return next(iter(names))
    total = names.total()
    return ', '.join(f'{name} in {count} of {total}' for name, count in names.most_common())
