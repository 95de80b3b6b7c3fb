"""Where the weights of a model come from, as far as a look at the disk tells."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

__all__ = ['model_identity']

_COMMIT = re.compile(r'[0-9a-f]{40}')


def model_identity(model: Mapping[str, Any]) -> dict[str, str]:
    """Return ``revision`` and ``config_hash`` of a model config, each where it is known.

    The revision is the commit (40 digits) that the hub's cache holds for the branch or tag
    that the config asks for; nothing is asked over the network, so that before the first
    download there is none. The hash is 12 digits of the SHA-256 of ``config.json``, which
    tells apart checkpoints of one name only if their configs differ; hashing weights of
    many gigabytes at every run would be no look.

    Source: huggingface_hub, documentation, "Understand caching" (refs, snapshots).
    """
    path = str(model.get('path') or '')
    asked = str((model.get('model_kwargs') or {}).get('revision') or 'main')
    if not path or '\0' in path:
        return {}
    folder = Path(path).expanduser()
    if folder.is_dir():
        commit = folder.name if folder.parent.name == 'snapshots' else ''
    else:
        repository = _hub_cache() / f'models--{path.replace("/", "--")}'
        commit = asked if _COMMIT.fullmatch(asked) else _text(repository / 'refs' / asked)
        folder = repository / 'snapshots' / commit if commit else repository
    config = _bytes(folder / 'config.json')
    found = {
        'revision': commit if _COMMIT.fullmatch(commit) else '',
        'config_hash': hashlib.sha256(config).hexdigest()[:12] if config else '',
    }
    return {name: value for name, value in found.items() if value}


def _hub_cache() -> Path:
    if given := os.environ.get('HF_HUB_CACHE'):
        return Path(given)
    return Path(os.environ.get('HF_HOME') or '~/.cache/huggingface').expanduser() / 'hub'


def _text(path: Path) -> str:
    return _bytes(path).decode('utf-8', 'replace').strip()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b''
