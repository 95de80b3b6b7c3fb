"""What a reader of a harness' files must be able to do, and what it gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from opencompass_math500.errors import Math500Error
from opencompass_math500.response import Response
from opencompass_math500.runs.settings import Settings

__all__ = ['Note', 'Source', 'StoredRun', 'newest_run']

Note: TypeAlias = Callable[[str], object]
"""Told, in one line each, what is damaged, missing, left out or taken."""


@dataclass(frozen=True, slots=True)
class StoredRun:
    """One model on one dataset, as it lies on disk.

    Attributes:
        root: the folder of the run, or the one file that it is; places are named below it.
        model, dataset: as the run calls them.
        settings: those on record; unknown ones where none are.
        described: what configs beside it tell, where nothing is on record.
        fault: why a record could not be read.
        has_responses: whether the responses themselves are there, not their verdicts alone.
        files: what its reader needs to read it.
    """

    root: Path
    model: str
    dataset: str
    settings: Settings = field(default_factory=Settings)
    described: Settings = field(default_factory=Settings)
    fault: Math500Error | None = None
    has_responses: bool = True
    files: Any = None

    @property
    def name(self) -> str:
        """Model and dataset, for people."""
        return f'{self.model} on {self.dataset}'

    def name_of(self, path: Path) -> str:
        """Return what to call a file of the run: its path below the root, or its own name."""
        return path.name if path == self.root else path.relative_to(self.root).as_posix()

    @property
    def known_settings(self) -> Settings:
        """Those on record; else what configs beside it tell; else what little is known."""
        tells = self.described.recorded and not self.settings.recorded
        return self.described if tells else self.settings


class Source(Protocol):
    """A reader of one harness' files.

    The three methods without a body are what a reader must have; the others say what most
    harnesses have in common, and are there to be replaced.

    Attributes:
        name: of the harness.
        leaves: what the harness leaves in a folder, to say that it is not there.
        of_any_tool: whether it reads what many tools write: it is asked where no other
            reader handles a place.
    """

    name: str
    leaves: str
    of_any_tool: bool = False

    def handles(self, place: Path) -> bool:
        """Tell whether this harness has written what lies at a place, or below it."""
        ...

    def runs(self, place: Path, note: Note) -> Sequence[StoredRun]:
        """Return every run at a place that :meth:`locate` gave.

        Raises:
            MalformedData: there is none that can be read.
        """
        ...

    def responses(self, run: StoredRun, note: Note) -> Iterator[Response]:
        """Yield the responses of a run, with the verdicts of this package that it holds.

        All others are graded by whoever asks.
        """
        ...

    def locate(self, place: Path, note: Note) -> Path:
        """Return the run that a place stands for; say so where it is another path."""
        return place

    def kept_verdicts(self, run: StoredRun, *, of_others: bool) -> Sequence[Response] | None:
        """Return the graded responses that a run keeps apart from their texts.

        Args:
            run: the run.
            of_others: whether to take the word of the harness' own grader of MATH as well.

        Returns:
            The responses; none where the run has not been graded, or another benchmark's
            evaluator did it; None where the verdicts stand beside the texts alone.

        Raises:
            MalformedData: they are damaged.
        """
        return None

    def is_own_file(self, path: Path, root: Path) -> bool:
        """Tell whether a file is, or would be, one of the run's own, not to be replaced."""
        return path.resolve() == root.resolve()

    def page_folder(self, root: Path) -> Path:
        """Return where pages about a run go."""
        return root.parent if root.is_file() else root

    def refuse(self, place: Path) -> None:
        """Say what to give instead of a place that looks like this harness', but is no run.

        Raises:
            MalformedData: it does.
        """
        return


def newest_run(runs: Sequence[Path], place: Path, note: Note) -> Path:
    """Return the last of the runs below a place, and say that it is the one that is taken."""
    which = f'the newest of {len(runs)} runs' if len(runs) > 1 else 'the only run'
    note(f'{runs[-1]} is taken, {which} in {place}')
    return runs[-1]
