"""A plot of measured against published, with intervals."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from opencompass_math500.atomic import replacing
from opencompass_math500.comparison.outcome import Outcome, RunComparison, published_estimate
from opencompass_math500.errors import ConfigError, SelectionError

__all__ = ['plot_comparisons', 'plot_format']

# Told apart by shape as well as colour (Okabe and Ito's, which the colour-blind can tell).
_STYLES: Final[dict[Outcome, tuple[str, str]]] = {
    'reproduced': ('#009E73', 'o'),
    'differs': ('#D55E00', 's'),
    'not comparable': ('#999999', 'x'),
}
_MEASURED: Final = '#0072B2'


def plot_format(path: Path) -> str:
    """Return ``png`` or ``svg``, from the name of the file.

    Raises:
        ConfigError: it ends otherwise, or its folder does not exist.
    """
    kind = path.suffix.lower().lstrip('.')
    if kind not in ('png', 'svg'):
        raise ConfigError(f'--plot {path} is neither .png nor .svg', 'name the file .png or .svg')
    if not path.absolute().parent.is_dir():
        raise ConfigError(f'--plot {path}: no such folder', 'make it first')
    return kind


def plot_comparisons(comparisons: Sequence[RunComparison], path: Path) -> None:
    """Draw every run with its interval, and below it the published scores with theirs.

    A score that is not comparable is a grey cross: it is shown, and not compared.

    Raises:
        ConfigError: the file cannot be written, or is neither .png nor .svg.
        SelectionError: nothing is published of any of the models.
    """
    kind = plot_format(path)
    if not any(one.against for one in comparisons):
        raise SelectionError(
            'nothing to plot: no score is published of these models', 'name one with --model'
        )
    from matplotlib import rc_context
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    rows = sum(1 + len(one.against) for one in comparisons)
    figure = Figure(figsize=(9, 1.4 + 0.36 * rows), layout='constrained')
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    _draw(axes, comparisons)
    try:
        # Without a date and with fixed ids, the same scores give the same file.
        metadata = {'Date': None} if kind == 'svg' else {}
        with rc_context({'svg.hashsalt': 'math500'}), replacing(path) as stream:
            figure.savefig(stream, format=kind, dpi=150, metadata=metadata)
    except OSError as error:
        raise ConfigError(f'cannot write {path} ({error.strerror})', 'name another file') from error


def _draw(axes: Any, comparisons: Sequence[RunComparison]) -> None:
    labels: list[str] = []
    seen: dict[str, Any] = {}
    for one in comparisons:
        score = one.run.score
        ends = (score.low, score.high)
        seen['measured'] = _point(axes, len(labels), score.accuracy, ends, _MEASURED, 'D')
        axes.axvspan(*ends, color=_MEASURED, alpha=0.08, linewidth=0)
        labels.append(f'{one.run.model}: {one.fingerprint.benchmark or "?"}')
        for against in one.against:
            row = against.row
            if row.score is None:
                continue
            known = row.benchmark != 'unclear'
            interval = published_estimate(row).interval() if known else (row.score, row.score)
            style = _STYLES[against.outcome]
            seen[against.outcome] = _point(axes, len(labels), row.score, interval, *style)
            labels.append(f'{row.reported_by}: {row.benchmark}')
    axes.set_yticks(range(len(labels)), [_escaped(label) for label in labels])
    axes.invert_yaxis()
    axes.set_xlabel('accuracy, %, with 95 % intervals')
    axes.grid(axis='x', alpha=0.3)
    axes.legend(
        seen.values(), seen.keys(), loc='lower center', bbox_to_anchor=(0.5, 1), ncols=4,
        frameon=False,
    )  # fmt: skip


def _point(
    axes: Any, place: int, percent: float, ends: tuple[float, float], color: str, marker: str
) -> Any:
    around = [[max(percent - ends[0], 0)], [max(ends[1] - percent, 0)]]
    return axes.errorbar(
        [percent], [place], xerr=around, fmt=marker, color=color, capsize=3, markersize=6
    )


def _escaped(label: str) -> str:
    """A label as it is: a dollar sign would start a formula."""
    return label.replace('$', r'\$')
