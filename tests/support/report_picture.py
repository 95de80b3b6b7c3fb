"""The picture of the report in README and docs.

To make it anew: ``python tests/support/report_picture.py [WORK_DIR]``.

Of a real run: by default the newest one of ``make demo``, whose problems are the embedded ones.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from browser import launched, watched  # noqa: E402
from page_filters import Shelf  # noqa: E402
from page_runs import made_report  # noqa: E402

from opencompass_math500.dataset import load_problems  # noqa: E402

DEMOS = ROOT / 'outputs' / 'math500_demo'
PICTURE = ROOT / 'docs' / 'report.png'
SHOWN = 'sample/prealgebra/4.json'
"""A problem with mathematics in it, short enough for two opened responses to fit."""


def take_picture(page: Path, key: str, picture: Path) -> None:
    """The list at the problem of this response, the responses to it opened."""
    with closing(launched()) as browsers:
        context = next(browsers).new_context(
            viewport={'width': 1160, 'height': 960}, device_scale_factor=1.25
        )
        visit = watched(context, page)
        visit.page.goto(f'{page.as_uri()}#subject=Prealgebra&level=4&item={key}')
        visit.wait('searchable')
        visit.run(
            """() => {
              for (const row of document.querySelectorAll('.response')) row.open = true;
            }"""
        )
        visit.page.wait_for_timeout(500)
        visit.run(
            """() => {
              document.activeElement.blur();
              document.getElementById('responses').scrollIntoView();
            }"""
        )
        visit.page.wait_for_timeout(200)
        if visit.wrongs:
            raise SystemExit('\n'.join(visit.wrongs))
        visit.page.screenshot(path=picture)


def main(argv: Sequence[str] | None = None) -> int:
    """Make the report, and the picture of it."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    newest = max(DEMOS.glob('*'), default=DEMOS)
    parser.add_argument('work_dir', type=Path, nargs='?', default=newest)
    parser.add_argument('--output', type=Path, default=PICTURE)
    arguments = parser.parse_args(argv)
    key = key_in(arguments.work_dir)
    with TemporaryDirectory() as folder:
        page = made_report(Path(folder) / 'report.html', arguments.work_dir)
        take_picture(page, key, arguments.output)
    print(f'{arguments.output}: {arguments.output.stat().st_size / 1000:.0f} kB')
    return 0


def key_in(work_dir: Path) -> str:
    """The response to show; raises SystemExit where there is none, or one not to be shown."""
    records = [record for _, record in Shelf.of(work_dir).records]
    ours = {problem.unique_id: problem.problem for problem in load_problems('sample')}
    if any(ours.get(record.unique_id) != record.problem for record in records):
        raise SystemExit(f'{work_dir} is of other problems than the embedded ones')
    shown = [record.key for record in records if record.unique_id == SHOWN]
    if not shown:
        raise SystemExit(f'{work_dir} has no response to {SHOWN}: run make demo')
    return shown[0]


if __name__ == '__main__':
    sys.exit(main())
