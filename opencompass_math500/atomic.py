"""Files that are seen whole or not at all."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import IO

__all__ = ['opened', 'replace_text', 'replacing']


def replace_text(path: Path, text: str) -> None:
    """Write through a neighbour and a rename: a crash leaves the old file or the new.

    Makes the folder where it is missing. A lone surrogate in ``text`` is written as its
    escape (in JSON the same character): it must not cost the run.
    """
    with replacing(path) as stream:
        stream.write(text.encode('utf-8', 'backslashreplace'))


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """Open a file that is written little by little; after an error the old one stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f'.{path.name}.{os.getpid()}')
    try:
        with neighbour.open('wb') as stream:
            yield stream
        neighbour.replace(path)
    except BaseException:
        neighbour.unlink(missing_ok=True)
        raise


def opened(output: Path | None) -> AbstractContextManager[IO[bytes]]:
    """Open where a command writes: stdout for None, else a file that appears when it is whole."""
    if output is None:
        return nullcontext(sys.stdout.buffer)
    if output.exists() and not output.is_file():  # a pipe or a device: nothing to replace
        return output.open('wb')
    return replacing(output.resolve())
