"""The end of a run: OpenCompass's summary, our table, and the exit status."""

from __future__ import annotations

from pathlib import Path

import pytest
from summarized_runs import TINY, ended, save, summarizer
from work_dirs import DATASET, MODEL, RECORD, detail, save_json, save_results

from opencompass_math500.compass import MATH500Summarizer
from opencompass_math500.errors import ConfigError, MalformedData


def test_a_whole_run_ends_well(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path, 'correct', 'incorrect', 'content_filter', 'empty_response')
    assert ended(tmp_path, TINY) == ''
    out = capsys.readouterr().out
    assert '25.00' in out and '33.33' in out
    assert 'incomplete' not in out
    copy = (tmp_path / 'summary' / 'math500_now.txt').read_text(encoding='utf-8')
    assert '33.33' in copy


def test_a_failed_request_ends_it_with_an_error_after_the_tables(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'correct', 'failed_request', 'incorrect', 'failed_request')
    assert ended(tmp_path, TINY) == (
        f'math500: 2 of 4 requests failed ({MODEL} on {DATASET}): '
        f'run again with -r {tmp_path.name}: only what failed is asked again'
    )
    out = capsys.readouterr().out
    assert '50.00 *' in out
    assert (tmp_path / 'summary' / 'math500_now.txt').exists()


def test_no_summary_shows_an_incomplete_number_bare(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'correct', 'failed_request', 'incorrect', 'failed_request')
    save(tmp_path, 'correct', 'correct', 'incorrect', 'correct', model='whole')
    ended(tmp_path, {'abbr': MODEL, 'summarizer_abbr': 'shown as'}, {'abbr': 'whole'})
    texts = {'screen': capsys.readouterr().out}
    for suffix in ('txt', 'csv', 'md'):
        texts[suffix] = (tmp_path / 'summary' / f'summary_now.{suffix}').read_text('utf-8')
    for name, text in texts.items():
        lines = [line for line in text.splitlines() if '25.00' in line]
        assert lines, name
        assert all('25.00 (incomplete)' in line or '25.00 *' in line for line in lines), name
        assert '75.00 (incomplete)' not in text
    assert texts['csv'].splitlines()[1].split(',')[-2:] == ['25.00 (incomplete)', '75.00']


@pytest.mark.parametrize(
    ('fail_on', 'said'),
    [
        (['failed_request'], ''),
        ([], ''),
        (['failed_request', 'content_filter'], '1 of 3 responses are content_filter'),
        (['truncated', 'empty_response'], '1 of 3 responses are truncated'),
    ],
    ids=['default', 'nothing', 'occurs', 'another'],
)
def test_other_outcomes_can_end_it_too(fail_on: list[str], said: str, tmp_path: Path) -> None:
    save(tmp_path, 'correct', 'content_filter', 'truncated')
    message = ended(tmp_path, TINY, fail_on=fail_on)
    assert said in message
    assert bool(message) == bool(said)


def test_missing_results_and_failed_requests_are_both_told(tmp_path: Path) -> None:
    save(tmp_path, 'correct', 'failed_request')
    lines = ended(tmp_path, TINY, {'abbr': 'lost'}).splitlines()
    assert [line.split(':')[0] for line in lines] == ['math500', 'math500']
    assert f'1 of 2 results are missing: lost on {DATASET}' in lines[0]
    assert '1 of 2 requests failed' in lines[1]


def test_an_unknown_outcome_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"fail_on=\['filtered'\] is no list of outcomes"):
        summarizer(tmp_path, TINY, fail_on=['filtered'])


def test_it_takes_the_options_of_the_default_summarizer(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0)])
    built = summarizer(tmp_path, TINY, dataset_abbrs=[DATASET])
    assert isinstance(built, MATH500Summarizer)
    assert built.dataset_abbrs == [DATASET]


def test_the_end_of_a_run_compares_with_published_scores(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    model = {'abbr': 'qwen2.5-72b-instruct-hf'}
    save(tmp_path, 'correct', 'incorrect', model=model['abbr'])
    assert ended(tmp_path, model) == ''
    out = ' '.join(capsys.readouterr().out.split())
    copy = (tmp_path / 'summary' / 'math500_now.txt').read_text(encoding='utf-8')
    for text in (out, ' '.join(copy.split())):
        assert 'published 83.6 % on MATH-500 by Qwen (QwenLM/Qwen2.5): not comparable' in text
        assert 'benchmark sample (2 problems) against MATH-500' in text


def test_of_a_model_without_published_scores_nothing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'correct')
    assert ended(tmp_path, TINY) == ''
    assert 'published' not in capsys.readouterr().out


def test_a_comparison_that_fails_does_not_fail_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(*arguments: object) -> None:
        raise MalformedData('the published scores are gone')

    monkeypatch.setattr('opencompass_math500.compass.summarizer.compare_in_short', fail)
    save(tmp_path, 'correct')
    assert ended(tmp_path, TINY) == ''
    captured = capsys.readouterr()
    assert '100.00' in captured.out
    assert captured.err.startswith('math500: no comparison with published scores (the published')


def test_a_strange_record_does_not_fail_the_run(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    save(tmp_path, 'correct')
    strange = {**RECORD, 'context': {**RECORD['context'], 'model': ['no', 'mapping']}}
    save_json(tmp_path / 'math500' / MODEL / f'{DATASET}.json', strange)
    assert ended(tmp_path, TINY) == ''
    captured = capsys.readouterr()
    assert '100.00' in captured.out and 'no comparison' not in captured.err
