"""The report in a real browser: how large, how soon it is there, how fast it filters.

Usage: python tests/benchmarks/report_page.py [--repetitions 5] [--shape NAME]* [--keep DIR]
README.md beside this file says what is measured. Exits with 1 beyond a limit.
"""

from __future__ import annotations

import argparse
import os
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / 'tests' / 'support'), str(ROOT / 'tests')]

from browser import Visit, launched, watched  # noqa: E402
from page_runs import made_report  # noqa: E402
from report_runs import mixed, save_graded  # noqa: E402

SHARED = ROOT.parent / 'shared'
TOUCH: Final = {
    'verdict': "document.querySelector('#filter-verdict input').click()",
    'level': "set('filter-level', '5')",
    'subject': "set('filter-subject', document.getElementById('filter-subject').options[1].value)",
    'sort': "set('sort', '-length')",
    'search, rare': "find('perpendicular bisector')",
    'search, common': "find('the')",
    'search, nothing': "find('no such words anywhere')",
}
RESET: Final = "document.getElementById('reset').click()"

# From the event to the frame that shows what came of it: script, layout and paint.
_TIMED: Final = """async code => {
  const changed = (e, type) =>
    e.dispatchEvent(new Event(type, { bubbles: true, cancelable: true }));
  const set = (id, value) => {
    const e = document.getElementById(id); e.value = value; changed(e, 'input');
  };
  const find = (text) => {
    document.getElementById('search').value = text;
    changed(document.getElementById('toolbar'), 'submit');
  };
  const frame = () => new Promise((resume) => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = resume; port2.postMessage(0);
  }));
  await frame();
  const start = performance.now();
  CODE;
  await frame();
  return performance.now() - start;
}"""

_STATES: Final = """
window.reached = {};
new MutationObserver(() => {
  const { state } = document.documentElement.dataset;
  if (state && !(state in window.reached)) {
    window.reached[state] = performance.now();
    requestAnimationFrame(() => setTimeout(() => {
      window.reached[`${state} shown`] = performance.now();
    }));
  }
}).observe(document, { attributes: true, subtree: true, attributeFilter: ['data-state'] });
"""

_PLAIN: Final = """<script type="module">
const bytes = Uint8Array.from(atob(document.getElementById('index').textContent),
  (character) => character.charCodeAt(0));
const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
window.index = await new Response(stream).json();
document.documentElement.dataset.state = 'ready';
</script>"""


@dataclass(frozen=True, slots=True)
class Shape:
    """Runs times samples over the 500 problems, and what it may cost at most."""

    runs: int
    samples: int
    ready_ms: float
    megabytes: float = 40.0
    filter_ms: float = 200.0


SHAPES: Final[Mapping[str, Shape]] = {
    '500': Shape(1, 1, 1000, megabytes=2),
    '20-runs': Shape(20, 1, 3000),
    '20-samples': Shape(1, 20, 3000),
}


def save_shape(work_dir: Path, shape: Shape, shared: Path) -> int:
    """Runs of real responses, of each problem those that there are, in turn; how many."""
    for run in range(shape.runs):
        rows = [row for sample in range(shape.samples) for row in mixed(shared, run + sample)]
        save_graded(work_dir, rows, f'model-{run + 1:02}')
    return shape.runs * shape.samples * 500


def plain(page: Path) -> Path:
    """The same bytes with a script that unpacks the index, and does nothing with it."""
    text = page.read_text(encoding='utf-8')
    text = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', '', text)
    text, count = re.subn(r'<script type="module">.*?</script>', lambda _: _PLAIN, text, flags=re.S)
    assert count == 1, 'the page has one script'
    made = page.with_suffix('.plain.html')
    made.write_text(text, encoding='utf-8')
    return made


@contextmanager
def opened(browser: Any, page: Path) -> Iterator[tuple[Visit, dict[str, float]]]:
    """A page that is ready, and the milliseconds since the navigation at which it was."""
    context = browser.new_context(viewport={'width': 1280, 'height': 900})
    context.add_init_script(_STATES)
    visit = watched(context, page, refusing=False)
    visit.page.goto(page.as_uri())
    visit.wait('ready', 'searchable')
    visit.page.wait_for_timeout(100)
    try:
        yield visit, visit.run('() => window.reached')
    finally:
        context.close()


def filter_times(visit: Visit) -> dict[str, float]:
    """Milliseconds of each change of the filter, texts of responses searched too."""
    visit.page.set_default_timeout(120_000)
    visit.wait('searchable')
    taken = {}
    for name, code in TOUCH.items():
        taken[name] = visit.run(_TIMED.replace('CODE', code))
        taken[f'reset after {name}'] = visit.run(_TIMED.replace('CODE', RESET))
    return taken


def measure(name: str, page: Path, browser: Any, repetitions: int) -> list[str]:
    """Print the figures of a page; what is beyond its limits."""
    shape, other = SHAPES[name], plain(page)
    megabytes = page.stat().st_size / 1e6
    ready: list[float] = []
    bare: list[float] = []
    filters: dict[str, list[float]] = {}
    for _ in range(repetitions):
        with opened(browser, other) as (_, reached):
            bare.append(reached['ready shown'])
        with opened(browser, page) as (visit, reached):
            ready.append(reached['ready shown'])
            for touch, taken in filter_times(visit).items():
                filters.setdefault(touch, []).append(taken)
    print(f'{name}: {megabytes:.1f} MB (limit {shape.megabytes:.0f})')
    ratio = statistics.median(own / least for own, least in zip(ready, bare, strict=True))
    print(f'  ready   {spread(ready)} (limit {shape.ready_ms:.0f})')
    print(f'  plain   {spread(bare)}; ratio {ratio:.2f}')
    for touch, taken in filters.items():
        print(f'  filter  {spread(taken)} (limit {shape.filter_ms:.0f}) {touch}')
    over = []
    if megabytes > shape.megabytes:
        over.append(f'{name}: {megabytes:.1f} MB')
    if statistics.median(ready) > shape.ready_ms:
        over.append(f'{name}: ready after {statistics.median(ready):.0f} ms')
    over += [
        f'{name}: filter by {touch} in {statistics.median(taken):.0f} ms'
        for touch, taken in filters.items()
        if statistics.median(taken) > shape.filter_ms
    ]
    return over


def spread(milliseconds: Sequence[float]) -> str:
    """Median, least and most."""
    middle = statistics.median(milliseconds)
    return f'{middle:6.0f} ms [{min(milliseconds):.0f}, {max(milliseconds):.0f}]'


def main(argv: Sequence[str] | None = None) -> int:
    """Make the runs and their reports, open each several times, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or '').splitlines()[0])
    parser.add_argument('--repetitions', type=int, default=5)
    parser.add_argument('--shape', action='append', choices=SHAPES)
    parser.add_argument('--shared', type=Path, default=SHARED)
    parser.add_argument('--keep', type=Path, help='make the files here, and take those that are')
    arguments = parser.parse_args(argv)
    if not (arguments.shared / 'responses' / 'responses.jsonl').is_file():
        raise SystemExit(f'no real responses in {arguments.shared}: name their folder by --shared')
    over: list[str] = []
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.keep or Path(scratch)
        pages = {name: page_of(name, folder, arguments.shared)
                 for name in arguments.shape or SHAPES}  # fmt: skip
        print(f'load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores')
        browsers = launched()
        browser = next(browsers)
        for name, page in pages.items():
            over += measure(name, page, browser, arguments.repetitions)
        browsers.close()
        print(f'load {os.getloadavg()[0]:.1f} afterwards')
    for line in over:
        print(f'over the limit: {line}', file=sys.stderr)
    return 1 if over else 0


def page_of(name: str, folder: Path, shared: Path) -> Path:
    """The report of a shape, made unless it is there."""
    page = folder / f'{name}.html'
    if not page.is_file():
        count = save_shape(folder / name, SHAPES[name], shared)
        start = time.perf_counter()
        made_report(page, folder / name)
        taken = time.perf_counter() - start
        print(f'{name}: a report of {count:,} real responses, written in {taken:.0f} s')
    return page


if __name__ == '__main__':
    sys.exit(main())
