"""A run whose texts attack what they are written into."""

from __future__ import annotations

from pathlib import Path

from work_dirs import detail, prediction, save_predictions, save_results

__all__ = ['HOSTILE', 'hostile_run']

HOSTILE = {
    'formula': '=HYPERLINK("http://x","y")',
    'plus': '+1+1',
    'at': '@SUM(1)',
    'minus': '-2+3',
    'tab': '\t=1',
    'space': ' =1',
    'quoted': "'=1",
    'full-width': '＝1',
    'fence': '```\n# heading\n<script>alert(1)</script>\n````\n~~~\n',
    'ticks': '``` ` `` `' + '`' * 50,
    'table': '| a | b |\n|---|---|',
    'comma': 'a,"b"\r\nc\rd',
    'html': '</a><b>',
    'rich': '<r><t>&</t></r>',
    'escape': '_x0041_',
    'null': 'a\x00b\x1b[31m\x7f',
    'surrogate': 'a\ud800b',
    'nonchar': '\ufffe\uffff',
    'emoji': '🙂 数学',
    'lines': 'a\u2028b\x85c',
}


def hostile_run(work_dir: Path) -> Path:
    texts = [*HOSTILE.values(), '数' * 20_000 + '🙂' * 20_000, 'x' * 1_000_000]
    save_predictions(
        work_dir,
        [prediction(n, prediction=t, problem=t, origin_prompt=t) for n, t in enumerate(texts)],
    )
    details = [
        detail(n, 'incorrect', pred=t[:50], reason=t[:90], subject=t[:9])
        for n, t in enumerate(texts)
    ]
    save_results(work_dir, details)
    return work_dir
