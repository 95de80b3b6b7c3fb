"""The report that began it, replayed: 75.16 against "the official 90.6".

75.16 is Qwen2.5-72B-Instruct on MATH with OpenCompass's config 393424: 0-shot, a cap of
1,024 tokens, a grader of strings. The report called it 4-shot, and MATH-500.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from compared_runs import BOXED, QWEN, all_of_math, save_run
from doc_pages import ROOT, Page
from work_dirs import save_json

from opencompass_math500.comparison import compare_run
from opencompass_math500.comparison.in_short import compare_in_short
from opencompass_math500.runs.graded import comparable_runs

pytestmark = pytest.mark.slow

MATH = 'custom-file-0a1b2c3d_0shot-cot'


def test_the_report_replayed(tmp_path: Path) -> None:
    found = save_run(tmp_path, all_of_math(), 3758, cut=414, dataset=MATH)
    assert found.fingerprint.benchmark == 'MATH-5000'
    assert found.run.score.accuracy == 75.16
    lines = {
        (a.row.score, a.row.benchmark, a.row.reported_by): a.line.split('; shots')[0]
        for a in found.against
    }
    assert lines[83.6, 'MATH-500', 'Qwen'] == (
        'not comparable: benchmark MATH-5000 against MATH-500; temperature greedy against 0.7; '
        'token cap 1024 against 32768 (414 of 5000 responses hit 1024)'
    )
    assert lines[80.0, 'MATH-500', 'DeepSeek'] == (
        'not comparable: benchmark MATH-5000 against MATH-500; '
        'token cap 1024 against 8192 (414 of 5000 responses hit 1024)'
    )
    assert lines[83.1, 'MATH-5000', 'Qwen'] == (
        'not comparable: token cap 1024 against ?: 414 wrong responses were cut, '
        'which may explain a lower score'
    )
    assert {a.difference for a in found.against} == {None}
    # 90.6 is no figure of this model: it is named as what it is, and compared with nothing.
    assert 90.6 not in {a.row.score for a in found.against}
    (quoted,) = found.identity.found.quoted
    assert (quoted.quoted_score, quoted.model, quoted.benchmark) == (
        90.6, 'QwQ-32B-Preview', 'MATH-500',
    )  # fmt: skip


def test_the_report_insists(tmp_path: Path) -> None:
    """Whoever names the other model gets two reasons, and no difference."""
    save_run(tmp_path, all_of_math(), 3758, cut=414, dataset=MATH)
    (run,) = comparable_runs(tmp_path)
    found = compare_run(run, 'QwQ-32B-Preview')
    scores = {against.row.score: against for against in found.against}
    assert 90.6 in scores
    for against in found.against:
        assert against.outcome == 'not comparable'
        assert against.difference is None
        assert against.reasons[0] == f'model {QWEN} against QwQ-32B-Preview'
    reasons = scores[90.6].reasons
    assert 'benchmark MATH-5000 against MATH-500' in reasons


DUMPED = f"""
models = [dict(abbr='qwen2.5-72b-instruct-hf', path='{QWEN}',
               type='opencompass.models.HuggingFacewithChatTemplate', max_out_len=4096)]
datasets = [dict(
    abbr='math', type='opencompass.datasets.MATHDataset', path='opencompass/math',
    infer_cfg=dict(
        prompt_template=dict(template=dict(round=[dict(role='HUMAN', prompt={BOXED!r})])),
        retriever=dict(type='opencompass.openicl.icl_retriever.ZeroRetriever'),
        inferencer=dict(type='x.GenInferencer', max_out_len=1024)),
    eval_cfg=dict(evaluator=dict(type='opencompass.datasets.MATHEvaluator', version='v2')))]
"""


def save_as_the_host(work_dir: Path, problems: int, right: int, numbered: bool = False) -> None:
    """MATH as OpenCompass 0.5.4 grades it and leaves it: no ids, no endings, no record."""
    rows = [
        {'pred': ['7'], 'answer': ['7'], 'correct': [n < right], 'example_abbr': f'math_{n}'}
        for n in range(problems)
    ]
    details: Any = rows
    if numbered:
        details = {
            'type': 'GEN',
            **{
                str(n): {'predictions': '7', 'references': '7', 'correct': n < right}
                for n in range(problems)
            },
        }
    content = {'accuracy': 100 * right / problems, 'details': details}
    save_json(work_dir / 'results' / 'qwen2.5-72b-instruct-hf' / 'math.json', content)
    save_json(work_dir / 'configs' / '20250226_120000_1.py', DUMPED)


@pytest.mark.parametrize('numbered', [False, True], ids=['details', '--dump-eval-details'])
def test_the_very_work_directory_of_the_report(tmp_path: Path, numbered: bool) -> None:
    """Only the score of the same config compares; it was never a 4-shot score."""
    save_as_the_host(tmp_path, 5000, 3758, numbered)
    (run,) = comparable_runs(tmp_path)
    found = compare_run(run)
    mine = found.fingerprint
    assert (mine.benchmark, mine.shots, mine.max_tokens) == ('MATH-5000', 0, 1024)
    by_score = {(a.row.score, a.row.benchmark): a for a in found.against}
    same = by_score[75.16, 'MATH-5000']
    assert same.line == 'reproduced; system prompt and temperature unknown'
    assert same.difference is not None and same.difference.points == pytest.approx(0)
    official = by_score[83.1, 'MATH-5000']
    assert official.reasons == (
        'token cap 1024 against ?: how responses ended is not recorded, '
        'which may explain a lower score',
    )
    assert {'shots', 'prompt', 'token cap', 'grader'} <= set(official.unknown)
    assert {a.outcome for (_, name), a in by_score.items() if name == 'MATH-500'} == {
        'not comparable'
    }


def test_fewer_problems_of_the_host_are_no_known_benchmark(tmp_path: Path) -> None:
    save_as_the_host(tmp_path, 40, 30)
    (run,) = comparable_runs(tmp_path)
    found = compare_run(run)
    assert found.fingerprint.benchmark is None
    assert {a.outcome for a in found.against} == {'not comparable'}
    assert 'benchmark unknown (? against MATH-500)' in found.against[0].line


@pytest.mark.parametrize('language', ['en', 'zh_cn'])
def test_the_documentation_shows_what_is_printed(
    language: str, tmp_path: Path, capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv('COLUMNS', '80')
    save_run(tmp_path, all_of_math(), 3758, 414, 'qwen2.5-72b-instruct-hf', 'math')
    compare_in_short(comparable_runs(tmp_path))
    page = Page(ROOT / 'docs' / language / 'scores.md')
    shown = page.marked('worked-case').strip().removeprefix('```text\n').removesuffix('```')
    assert capsys.readouterr().out == shown + '\n'
