"""``math500 compare``: read, compare, print, plot."""

from __future__ import annotations

from pathlib import Path

from opencompass_math500.comparison.as_json import comparisons_json
from opencompass_math500.comparison.outcome import compare_run
from opencompass_math500.comparison.plot import plot_comparisons, plot_format
from opencompass_math500.comparison.regraded import report_of
from opencompass_math500.comparison.run_pair import compare_pair, pairs_of_runs
from opencompass_math500.comparison.show import print_comparisons, print_pairs
from opencompass_math500.notes import note
from opencompass_math500.runs.graded import comparable_runs
from opencompass_math500.runs.places import Place, find_place

__all__ = ['compare_work_dirs']


def compare_work_dirs(
    work_dir: Path | Place,
    other: Path | Place | None = None,
    *,
    query: str | None = None,
    plot: Path | None = None,
    as_json: bool = False,
) -> None:
    """Compare the runs of a work directory with what is published, and with each other.

    Args:
        work_dir: as for :func:`~opencompass_math500.runs.places.find_place`.
        other: another place, whose runs are set against those of the first.
        query: the published model that all runs are of, where their names do not say.
        plot: a file for a plot, .png or .svg.
        as_json: print JSON instead of text.

    Raises:
        SourceUnavailable: no such folder or log.
        MalformedData: a folder holds no results, or a file is damaged.
        SelectionError: nothing is published under ``query``, or there is nothing to plot.
        ConfigError: the plot cannot be written.
    """
    if plot is not None:
        plot_format(plot)  # before minutes of reading, not after
    places = [find_place(path, note) for path in (work_dir, other) if path is not None]
    found = [(place, comparable_runs(place)) for place in places]
    comparisons = [
        compare_run(run, query, report_of(place.root, run)) for place, runs in found for run in runs
    ]
    runs, *rest = (several for _, several in found)
    others = rest[0] if rest else []
    pairs = [compare_pair(*pair) for pair in pairs_of_runs(runs, others)]
    if plot is not None:
        plot_comparisons(comparisons, plot)
    if as_json:
        print(comparisons_json(comparisons, pairs))
        return
    print_comparisons(comparisons)
    print_pairs(pairs)
