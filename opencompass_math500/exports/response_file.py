"""Responses set aside on disk, to be gone through in order as often as is needed."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Iterator

from opencompass_math500.response import Response

__all__ = ['ResponseFile']


class ResponseFile:
    """A temporary file of responses; in memory stands only where each lies.

    Several formats are written from one reading of a run, and long responses by the
    thousand do not fit into memory.
    """

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._places: list[tuple[str, str, int, int, int]] = []

    def add(self, response: Response) -> None:
        """Set one aside."""
        order = (response.model, response.dataset, response.position, response.sample)
        self._places.append((*order, self._file.tell()))
        pickle.dump(response, self._file, pickle.HIGHEST_PROTOCOL)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[Response]:
        """By model, dataset, position and sample. To be added to no more from then on."""
        for *_, offset in sorted(self._places):
            self._file.seek(offset)
            response = pickle.load(self._file)  # what this process wrote, in a file without name
            assert isinstance(response, Response)
            yield response

    def close(self) -> None:
        """Give the file up; for :func:`contextlib.closing`."""
        self._file.close()
