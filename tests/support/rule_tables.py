"""The tables of rules and settings in docs/*/grading.md, generated from the cases.

Run it (``make docs``) after a change of rules, sentences or cases; a test compares.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from answer_cases import ANSWERS, ENDINGS, RESPONSES, ending_verdict, verdict_on

from opencompass_math500.grading import DEFAULT_POLICY, RULE_OF, Verdict
from opencompass_math500.grading.rules import Rule, rulebook

__all__ = ['PAGES', 'cases_by_rule', 'decided_by', 'rewritten']

Language = Literal['en', 'zh_cn']
Case = dict[str, Any]

_DOCS: Final = Path(__file__).resolve().parents[2] / 'docs'
PAGES: Final[dict[Language, Path]] = {
    'en': _DOCS / 'en' / 'grading.md',
    'zh_cn': _DOCS / 'zh_cn' / 'grading.md',
}
_HEADS: Final[dict[tuple[str, Language], str]] = {
    ('policy', 'en'): 'setting|default|gold|answer|why the default|rule',
    ('policy', 'zh_cn'): '设置|默认|标准答案|答案|默认的理由|规则',
    ('rules', 'en'): 'rule|what it decides|gold|answer|outcome|cases',
    ('rules', 'zh_cn'): '规则|判定的内容|标准答案|答案|结果|用例数',
    ('extraction', 'en'): 'rule|what it finds|response|answer|cases',
    ('extraction', 'zh_cn'): '规则|找到的内容|回答|答案|用例数',
}
_ASKED: Final[dict[Language, str]] = {'en': 'asked: ', 'zh_cn': '题目：'}
_LONGEST: Final = 60
# A bar would end the cell, a backtick the code; the others cannot be seen.
_UNSHOWN: Final = re.compile(r'[|`\x00-\x1f\u200b\u2028]|^\s*$')


@cache
def cases_by_rule() -> dict[str, list[tuple[Case, Verdict | None]]]:
    """The cases that each rule decides, with the verdict; extraction has none."""
    found: dict[str, list[tuple[Case, Verdict | None]]] = {}
    judged = [(case, verdict_on(case)) for case in ANSWERS]
    for case, verdict in judged + [(case, ending_verdict(case)) for case in ENDINGS]:
        found.setdefault(verdict.rule, []).append((case, verdict))
    for case in RESPONSES:
        found.setdefault(case['rule'], []).append((case, None))
    return found


def decided_by(setting: str) -> Case:
    """The case that decided the default of a setting."""
    (case,) = [case for case in (*ANSWERS, *RESPONSES) if case.get('decides') == setting]
    return case


def rewritten(page: str, language: Language) -> str:
    """The text of a page with its three tables made anew."""
    for name, rows in (
        ('policy', _policy_rows),
        ('rules', _rule_rows),
        ('extraction', _extraction_rows),
    ):
        page = _with_block(page, name, _table(_HEADS[name, language], rows(language)))
    return page


def _with_block(page: str, name: str, table: str) -> str:
    start, end = f'<!-- {name}-table -->\n', f'<!-- /{name}-table -->'
    before, found, rest = page.partition(start)
    _, closed, after = rest.partition(end)
    assert found and closed, f'no pair of markers {name}-table'
    return f'{before}{start}{table}{end}{after}'


def _table(head: str, rows: Iterator[list[str]]) -> str:
    columns = head.split('|')
    lines = [columns, ['---'] * len(columns), *rows]
    return ''.join(f'|{"|".join(line)}|\n' if line[0] == '---' else _row(line) for line in lines)


def _row(cells: list[str]) -> str:
    return f'| {" | ".join(cells)} |\n'


def _code(text: str) -> str:
    shown = text if len(text) <= 2 * _LONGEST else f'{text[:_LONGEST]}…'
    return f'`{shown}`'


def _says(language: Language) -> Callable[[Rule], str]:
    return lambda rule: rule.english if language == 'en' else rule.chinese


def _policy_rows(language: Language) -> Iterator[list[str]]:
    for setting, rule in RULE_OF.items():
        case = decided_by(setting)
        default = getattr(DEFAULT_POLICY, setting)
        yield [
            _code(setting),
            _code(default),
            _code(case['gold']),
            _shown(case['response']) if 'response' in case else _answer(case, language),
            case['why'] if language == 'en' else case['why_zh'],
            _code(rule),
        ]


def _cases_of(rule: Rule) -> list[tuple[Case, Verdict | None]]:
    if rule.name not in cases_by_rule():
        raise SystemExit(f'the rule {rule.name} decides no case: add one to tests/cases')
    return cases_by_rule()[rule.name]


def _answer(case: Case, language: Language) -> str:
    problem = f' ({_ASKED[language]}{_code(case["problem"])})' if 'problem' in case else ''
    return _code(case['answer']) + problem


def _rule_rows(language: Language) -> Iterator[list[str]]:
    for rule in rulebook().values():
        if rule.finds_answers:
            continue
        cases = _cases_of(rule)
        shown = [(c, v) for c, v in cases if not _UNSHOWN.search(c['gold']) and not c.get('policy')]
        case, verdict = (shown or cases)[0]
        assert verdict is not None
        text: str = case['answer'] if 'answer' in case else case['response']
        answer = '' if _UNSHOWN.search(text) else _answer({**case, 'answer': text}, language)
        yield [
            _code(rule.name),
            _says(language)(rule),
            _code(case['gold']),
            answer,
            _code(verdict.outcome),
            str(len(cases)),
        ]


def _extraction_rows(language: Language) -> Iterator[list[str]]:
    for rule in rulebook().values():
        if not rule.finds_answers:
            continue
        cases = [case for case, _ in _cases_of(rule)]
        response = min((case['response'] for case in cases), key=_awkwardness)
        (case, *_) = [case for case in cases if case['response'] == response]
        yield [
            _code(rule.name),
            _says(language)(rule),
            _shown(response),
            _code(case['answer'] or case['outcome']),
            str(len(cases)),
        ]


def _awkwardness(response: str) -> tuple[bool, bool, bool]:
    """Responses that a cell can show come first; then short ones; of those the first."""
    unshown = bool(_UNSHOWN.search(response.replace('\n', ' ')))
    return unshown, len(response) > _LONGEST, '\n' in response


def _shown(response: str) -> str:
    flat = ' ⏎ '.join(line for line in response.split('\n') if line.strip())
    if not flat or _UNSHOWN.search(flat):
        return ''
    return _code(flat if len(flat) <= 2 * _LONGEST else f'…{flat[1 - 2 * _LONGEST :]}')


if __name__ == '__main__':
    for _language, _path in PAGES.items():
        _path.write_text(rewritten(_path.read_text('utf-8'), _language), encoding='utf-8')
