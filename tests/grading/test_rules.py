"""Every rule has its sentence and its cases, and the pages show them as they are."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from typing import Any, cast

import pytest
import rule_tables
from answer_cases import ANSWERS, ending_verdict, verdict_on
from rule_tables import PAGES, cases_by_rule, decided_by, rewritten

from opencompass_math500.grading import DEFAULT_POLICY, RULE_OF, judging
from opencompass_math500.grading.equality import equivalence
from opencompass_math500.grading.rules import RULES_FILE, rulebook

GRADING = Path(judging.__file__).parent
_NAME = re.compile(r'[a-z]+\.[a-z_]+')


def rules_in_the_code() -> set[str]:
    """Every text in the grader's sources that has the shape of a rule's name."""
    return {
        node.value
        for path in GRADING.rglob('[a-z]*.py')
        for node in ast.walk(ast.parse(path.read_text('utf-8')))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _NAME.fullmatch(node.value)
        and not node.value.endswith(('.tsv', '.py'))
    }


def test_every_rule_has_a_sentence() -> None:
    assert rules_in_the_code() == set(rulebook()), f'add the rule to data/{RULES_FILE}'
    for rule in rulebook().values():
        assert rule.english and rule.chinese, rule.name
        assert not rule.english.endswith('.') and not rule.chinese.endswith('。'), rule.name
        assert re.search(r'[\u4e00-\u9fff]', rule.chinese), rule.name


def test_every_rule_decides_a_case() -> None:
    assert set(rulebook()) - set(cases_by_rule()) == set(), 'add a case to tests/cases'
    assert set(cases_by_rule()) - set(rulebook()) == set()


_UNDER_THE_CLOCK = {'fallback-clock', 'fallback-no-worker', 'huge-undecidable'}
_SLOW = ('\\int', '\\sum', '\\lim', '\\prod')


@pytest.mark.parametrize('rule', equivalence._RULES, ids=lambda rule: str(rule.__name__))
def test_without_the_rule_a_case_fails(rule: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    rest = tuple(other for other in equivalence._RULES if other is not rule)
    monkeypatch.setattr(equivalence, '_RULES', rest)
    failed = (
        case['id']
        for case in ANSWERS
        if case['id'] not in _UNDER_THE_CLOCK and not any(s in case['answer'] for s in _SLOW)
        and verdict_on(case).outcome != case['outcome']
    )  # fmt: skip
    assert next(failed, None) is not None


def test_every_setting_has_the_case_that_decided_it() -> None:
    for setting, rule in RULE_OF.items():
        case = decided_by(setting)
        default = getattr(DEFAULT_POLICY, setting)
        outcome = {'accept': 'correct', 'reject': 'incorrect'}[default]
        judged = ending_verdict if 'response' in case else verdict_on
        verdict = judged(case)
        assert verdict.outcome == outcome
        assert rule == (verdict.extraction if rule.startswith('extract.') else verdict.rule)
        other = {setting: 'reject' if default == 'accept' else 'accept'}
        opposite = [
            case for case, _ in cases_by_rule()[rule] if case.get('policy') == other
        ]  # fmt: skip
        assert opposite, f'no case under {other}'
        assert all(judged(one).outcome != outcome for one in opposite)


@pytest.mark.parametrize('language', PAGES)
def test_the_pages_show_the_tables_as_they_are(language: str) -> None:
    chosen = cast('rule_tables.Language', language)
    page = PAGES[chosen].read_text('utf-8')
    assert page == rewritten(page, chosen), 'run make docs'
    for name in (*RULE_OF, *rulebook()):
        assert f'| `{name}` |' in page
