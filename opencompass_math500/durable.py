"""Files that are seen whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

__all__ = ['replace_text', 'replacing']


def replace_text(path: Path, text: str) -> None:
    """Write through a neighbour and a rename: a crash leaves the old file or the new.

    Makes the folder where it is missing. A lone surrogate in ``text`` is written as its
    escape (in JSON the same character): it must not cost the run.
    """
    with replacing(path) as stream:
        stream.write(text.encode('utf-8', 'backslashreplace'))


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """The same for what is written little by little; after an error the old file stands."""
    path.parent.mkdir(parents=True, exist_ok=True)
    neighbour = path.with_name(f'.{path.name}.{os.getpid()}')
    try:
        with neighbour.open('wb') as stream:
            yield stream
        neighbour.replace(path)
    except BaseException:
        neighbour.unlink(missing_ok=True)
        raise
