"""Print what each harness counts the canned replies as, from the real logs that lie here.

``python tests/logs/canned_table.py`` prints the table of ``docs/en/logs.md``, with ``--zh`` that of
``docs/zh_cn/logs.md``. The scripts ``make_*.py`` beside this one make the logs anew; a test holds
the two pages to what is printed here.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

HERE: Final = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / 'support'), str(HERE.parents[1])]

from canned import CANNED, canned_problems  # noqa: E402

from opencompass_math500 import grade  # noqa: E402
from opencompass_math500.runs import find_place, read_responses  # noqa: E402

__all__ = ['canned_table']

_Words = Mapping[str, bool | None]  # of a reply's name: was it scored as right?

_CHINESE: Final = {
    'reply': '回答', 'this package': '本项目', 'right': '对', 'wrong': '错',
    'not scored': '不计分', 'ends the run': '运行中断', 'right of scored': '对 / 计分',
    'right, boxed': '正确，在方框中', 'right, in words': '正确，用文字写出', 'empty': '空',
    'thought only': '只有思考', 'truncated': '被截断', 'filtered': '被过滤',
    'failed': '请求失败',
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Column:
    """One harness: what to call it, and its word on each reply that it kept."""

    title: str
    words: _Words
    ends_the_run: bool = False  # by one failed request


def _logged(path: Path) -> Iterator[tuple[str, bool | None]]:
    """The word of the harness whose log this is, as our reader has it, by the reply's name."""
    names = {one.problem: one.name for one in CANNED}
    for one in read_responses(path, note=lambda text: None):
        yield names[one.unique_id], one.other_verdict


def _opencompass(folder: Path) -> _Column:
    facts = json.loads((folder / 'with_failure.json').read_text(encoding='utf-8'))
    (path,) = folder.glob('results/*/*.json')
    details = json.loads(path.read_text(encoding='utf-8'))['details']
    asked = [one.name for one in CANNED if one.status == 200]
    words = {name: one['correct'][0] for name, one in zip(asked, details, strict=True)}
    title = f'OpenCompass {facts["opencompass"]}, `MATHEvaluator` v2'
    return _Column(title, words, facts['scored_of_8'] == 0)


def _lm_eval(folder: Path) -> _Column:
    facts = json.loads((folder / 'with_failure.json').read_text(encoding='utf-8'))
    (path,) = folder.glob('samples_*.jsonl')
    names = {one.problem: one.name for one in CANNED}
    ids = {problem.problem: problem.unique_id for problem in canned_problems()}
    rows = [json.loads(line) for line in path.read_text(encoding='utf-8').splitlines()]
    words = {names[ids[row['doc']['problem']]]: row['math_verify'] == 1 for row in rows}
    title = f'lm-eval {facts["lm_eval"]}, `minerva_math500` `math_verify`'
    return _Column(title, words, facts['scored_of_8'] == 0)


def _read(title: str, path: Path, package: str) -> _Column:
    """A harness whose log says what became of every reply."""
    (run,) = find_place(path).runs()
    version = run.settings.versions.get(package, '')
    return _Column(title.format(version), dict(_logged(path)))


def _columns() -> list[_Column]:
    return [
        _opencompass(HERE / 'opencompass'),
        _lm_eval(HERE / 'lm_eval'),
        # Its log names a commit, where it knows one, and no version: make_lighteval.py pins it.
        _read('lighteval 0.13.0, `math_500`', HERE / 'lighteval' / 'greedy', 'lighteval'),
        _read('evalscope {}, `math_500`', HERE / 'evalscope' / 'greedy', 'evalscope'),
        _read('inspect-ai {}, `math()`', HERE / 'inspect' / 'greedy.eval', 'inspect_ai'),
    ]


def canned_table(say: Callable[[str], str] = lambda text: text) -> str:
    """Return the table as Markdown.

    Args:
        say: puts a word into another language.
    """
    columns = _columns()
    head = [say('reply'), say('this package'), *(column.title for column in columns)]
    rows = [
        [say(one.name), f'`{_ours(one)}`', *(say(_cell(column, one.name)) for column in columns)]
        for one in CANNED
    ]
    count = ['2 / 8', *(_count(column.words.values()) for column in columns)]
    assert sum(_ours(one) == 'correct' for one in CANNED) == 2
    rows.append([say('right of scored'), *count])
    return ''.join(f'| {" | ".join(row)} |\n' for row in (head, ['---'] * len(head), *rows))


def _ours(canned: Any) -> str:
    gold = next(one.answer for one in canned_problems() if one.unique_id == canned.problem)
    finish = canned.finish_reason if canned.status == 200 else 'failed_request'
    return grade(response=canned.text(gold), gold=gold, finish_reason=finish).outcome


def _cell(column: _Column, name: str) -> str:
    if name not in column.words and column.ends_the_run:
        return 'ends the run'
    right = column.words.get(name)
    return 'not scored' if right is None else 'right' if right else 'wrong'


def _count(words: Any) -> str:
    scored = [right for right in words if right is not None]
    return f'{sum(scored)} / {len(scored)}'


def main(argv: Sequence[str] | None = None) -> int:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('--zh', action='store_true', help='in Chinese')
    options = parser.parse_args(argv)
    say = (lambda text: _CHINESE[text]) if options.zh else (lambda text: text)
    print(canned_table(say), end='')
    return 0


if __name__ == '__main__':
    raise SystemExit(main())
