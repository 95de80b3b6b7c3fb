"""MATH-500 from the Hugging Face hub, its mirrors and its cache, or from ModelScope."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from opencompass_math500.dataset.data_file import read_problems, refuse_duplicate_ids
from opencompass_math500.dataset.problem import Problem, parse_problem
from opencompass_math500.errors import SourceUnavailable

__all__ = [
    'HUB_REPO',
    'MODELSCOPE_REPO',
    'PINNED',
    'PROBE_SECONDS',
    'from_hub',
    'from_modelscope',
    'hub_cache_folders',
]

HUB_REPO = 'HuggingFaceH4/MATH-500'
MODELSCOPE_REPO = 'AI-ModelScope/MATH-500'
"""ModelScope's copy. Source: the dataset id of evalscope's math_500 benchmark."""

PINNED = '6e4ed1a2a79af7d8630a6b768ec859cb5af4d3be'
"""The commit of the hub's repository that is loaded unless another is asked for."""

PROBE_SECONDS = 10
"""How long the hub may take to answer the first question."""

_FILE = 'test.jsonl'
# Later versions want datasets 4, and with it a pyarrow that OpenCompass's NumPy rules out.
_MODELSCOPE = 'modelscope[datasets]==1.34.0'
_REMEDY = (
    'check the network, set HF_ENDPOINT to a mirror, use source modelscope, '
    'or download test.jsonl and set MATH500_DATA to its path'
)


def from_hub(revision: str) -> tuple[str, list[Problem]]:
    """Load from the hub: where the problems came from (repository@commit), and the problems.

    Goes through ``datasets``, so HF_ENDPOINT, HF_HUB_OFFLINE, HF_HOME and the local cache
    work as everywhere. Asks for the split ``test`` and takes nothing else.

    A hub that does not answer is given :data:`PROBE_SECONDS`, and then the local cache is
    read; one that breaks down after its first answer, the library's own retries (1.5 minutes
    at most for each of a few requests).

    Raises:
        SourceUnavailable: no hub, no cached copy, or not this revision.
        MalformedData: a row is not in shape.
    """
    if Path(HUB_REPO).is_dir():
        # load_dataset prefers a folder of that name in the current one, without a word.
        raise SourceUnavailable(
            f'the folder {HUB_REPO} here would be loaded instead of the hub',
            f"use its file as the source ('{HUB_REPO}/{_FILE}'), or start from another folder",
        )
    try:
        import datasets
        from huggingface_hub import constants
    except ImportError as error:
        raise SourceUnavailable(
            f'cannot import datasets ({_brief(error)})', 'pip install datasets'
        ) from error
    _refuse_late_settings(constants.ENDPOINT, datasets.config.HF_ENDPOINT)
    offline = bool(constants.HF_HUB_OFFLINE or datasets.config.HF_HUB_OFFLINE)
    if not offline and (trouble := _probe(revision)) is not None:
        return _from_cached_file(revision, trouble)
    return _through_datasets(revision, offline=offline)


def _through_datasets(revision: str, *, offline: bool) -> tuple[str, list[Problem]]:
    import datasets

    try:
        rows = datasets.load_dataset(HUB_REPO, split='test', revision=revision)
    except Exception as error:
        if offline:
            raise SourceUnavailable(
                f'{HUB_REPO}@{revision[:8]} is not in the local cache and HF_HUB_OFFLINE is set',
                'load it once with a network and HF_HUB_OFFLINE unset, '
                'or download test.jsonl and set MATH500_DATA to its path',
            ) from error
        raise _unavailable(revision, error) from error
    if str(rows.split) != 'test':
        raise SourceUnavailable(f'{HUB_REPO} gave the split {rows.split}, not test', _REMEDY)
    commit = _commit(rows.info.download_checksums)
    if commit and re.fullmatch('[0-9a-f]{40}', revision) and commit != revision:
        # Offline, the library takes the latest copy it has, whatever revision was asked for.
        raise SourceUnavailable(
            f'the local cache holds {HUB_REPO} at {commit}, not at {revision}',
            'unset HF_HUB_OFFLINE, or leave the revision out',
        )
    location = f'{HUB_REPO}@{commit or revision}'
    return location, _problems(rows, location)


def _probe(revision: str) -> Exception | None:
    """What keeps the hub from knowing this revision, or None.

    One question with one clock. Left to itself, the library asks a dead mirror six times
    (24 s), a mute one six times ten seconds (85 s), and each of OpenCompass's processes anew.
    """
    from huggingface_hub import HfApi

    try:
        HfApi().dataset_info(HUB_REPO, revision=revision, timeout=PROBE_SECONDS)
    except Exception as error:  # noqa: BLE001  it is returned, and reported by the caller
        return error
    return None


def _from_cached_file(revision: str, trouble: Exception) -> tuple[str, list[Problem]]:
    """The file of exactly this revision in the hub's cache, when the hub is out of reach."""
    from huggingface_hub import hf_hub_download

    try:
        path = hf_hub_download(
            HUB_REPO, _FILE, repo_type='dataset', revision=revision, local_files_only=True
        )
    except Exception:  # noqa: BLE001  the reason to report is the hub's, not the cache's
        raise _unavailable(revision, trouble) from trouble
    return f'{HUB_REPO}@{Path(path).parent.name} (local cache)', read_problems(Path(path))


def _unavailable(revision: str, error: Exception) -> SourceUnavailable:
    from huggingface_hub import constants
    from huggingface_hub.errors import RevisionNotFoundError

    remedy = _REMEDY
    if isinstance(error, RevisionNotFoundError):
        remedy = 'leave the revision out, or name a commit that this hub has'
    elif isinstance(error, OSError) and error.filename:
        # A file's error and not a connection's: the cache is the trouble.
        remedy = f'set HF_HOME to a folder that can be written to (it is {constants.HF_HOME})'
    return SourceUnavailable(
        f'cannot load {HUB_REPO}@{revision[:8]} from {constants.ENDPOINT} ({_brief(error)})',
        remedy,
    )


def _refuse_late_settings(*endpoints_in_use: str) -> None:
    """Refuses an HF_ENDPOINT that the libraries, which read it at import, do not know of."""
    wanted = os.environ.get('HF_ENDPOINT', '').rstrip('/')
    for used in endpoints_in_use:
        if wanted and used.rstrip('/') != wanted:
            raise SourceUnavailable(
                f'HF_ENDPOINT is {wanted}, but was set after {used} had been read',
                'set it before Python starts',
            )


def _commit(download_checksums: dict[str, Any] | None) -> str:
    """The commit in ``hf://datasets/<repo>@<commit>/test.jsonl``, or an empty string."""
    for url in download_checksums or {}:
        if found := re.search('@([0-9a-f]{40})/', url):
            return found.group(1)
    return ''


def hub_cache_folders() -> tuple[str, str]:
    """Return the local cache's folders of the hub's copy: processed and as downloaded."""
    import datasets
    from huggingface_hub import constants

    owner, name = HUB_REPO.split('/')
    processed = Path(datasets.config.HF_DATASETS_CACHE) / f'{owner}___{name.lower()}'
    return str(processed), str(Path(constants.HF_HUB_CACHE) / f'datasets--{owner}--{name}')


def from_modelscope() -> tuple[str, list[Problem]]:
    """Load through the package ``modelscope``: where they came from, and the problems.

    Honours its settings (MODELSCOPE_CACHE, MODELSCOPE_DOMAIN) and its cache; asks for the
    split ``test`` of the default branch, since ModelScope's copy has commits of its own.

    Raises:
        SourceUnavailable: the package is not installed, or ModelScope cannot be reached.
        MalformedData: a row is not in shape.
    """
    try:
        from modelscope.msdatasets import MsDataset
    except ImportError as error:
        raise SourceUnavailable(
            f'source modelscope needs the package modelscope ({_brief(error)})',
            f"pip install '{_MODELSCOPE}', or use source hub or a file",
        ) from error
    try:
        rows = list(MsDataset.load(MODELSCOPE_REPO, split='test'))
    except Exception as error:
        raise SourceUnavailable(
            f'cannot load {MODELSCOPE_REPO} from ModelScope ({_brief(error)})',
            'check the network, use source hub, '
            'or download test.jsonl and set MATH500_DATA to its path',
        ) from error
    location = f'{MODELSCOPE_REPO} (ModelScope)'
    return location, _problems(rows, location)


def _problems(rows: Iterable[object], location: str) -> list[Problem]:
    problems = [parse_problem(row, f'{location}: row {n}') for n, row in enumerate(rows, 1)]
    refuse_duplicate_ids(problems, location)
    return problems


def _brief(error: Exception) -> str:
    """An error of another library in one short line."""
    line = ' '.join(str(error).split())
    return f'{type(error).__name__}: {line if len(line) <= 160 else line[:157] + "..."}'
