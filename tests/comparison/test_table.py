"""The table that closes a run."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from work_dirs import DATASET, RECORD, detail, save_json, save_results

from opencompass_math500.comparison.table import print_tables
from opencompass_math500.errors import MalformedData
from opencompass_math500.runs.graded import graded_runs


def printed(work_dir: Path, width: int = 160) -> str:
    stream = io.StringIO()
    print_tables(graded_runs(work_dir, print), Console(file=stream, width=width))
    return stream.getvalue()


def cells(text: str, first: str) -> list[str]:
    """The cells of the table's line whose first cell is this; two spaces part cells."""
    table = [line for line in text.splitlines() if line.startswith(' ')]
    lines = [[cell for cell in line.strip().split('  ') if cell] for line in table]
    return next([c.strip() for c in line] for line in lines if line and line[0].strip() == first)


MIXED = [
    detail(0),
    detail(1, level=5, subject='Geometry'),
    detail(2, 'incorrect', level=5, was_cut=True, finish_reason='length'),
    detail(3, 'no_answer'),
    detail(4, 'empty_response'),
    detail(5, 'truncated', was_cut=True, finish_reason='length', subject='Geometry'),
    detail(6, 'failed_request', finish_reason=None),
    detail(7, 'content_filter'),
    detail(8, 'unparsed_gold'),
    detail(9, 'timeout'),
]


def test_the_counts_are_the_items(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED)
    text = printed(tmp_path)
    (scores,) = [line for line in text.splitlines() if '20.00' in line]
    assert scores.split() == [
        'A', '10', '20.00', '*', '5.7', '–', '51.0', '1', '1', '(2', 'cut)', '4',
    ]  # fmt: skip
    # 2 of the 8 that are neither failed nor filtered; Wilson's interval by hand.
    (second,) = [line for line in text.splitlines() if '25.00' in line]
    assert second.split() == ['8', '25.00', '*', '7.1', '–', '59.1']
    for kind in ('empty_response', 'failed_request', 'content_filter', 'unparsed_gold', 'timeout'):
        assert cells(text, kind) == [kind, '1']
    assert 'no_answer' not in text
    assert cells(text, '1') == ['1', '12.5 (1/8)']
    assert cells(text, '5') == ['5', '50.0 (1/2)']
    assert cells(text, 'Geometry') == ['Geometry', '50.0 (1/2)']
    assert cells(text, 'Algebra') == ['Algebra', '12.5 (1/8)']


def test_the_table_fits_a_plain_terminal(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED)
    save_results(tmp_path, MIXED, dataset='other')
    text = printed(tmp_path, width=80)
    tables = [line for line in text.splitlines() if '(1/2)' in line or '20.00' in line]
    assert len(tables) == 4
    assert '…' not in text
    assert all(len(line) <= 80 for line in text.splitlines() if not line.startswith(('A', 'B')))


def kinds(*outcomes: str) -> list[dict[str, Any]]:
    return [detail(number, outcome) for number, outcome in enumerate(outcomes)]


def test_a_run_without_such_endings_has_one_score_and_no_marks(tmp_path: Path) -> None:
    save_results(tmp_path, kinds('correct', 'incorrect', 'no_answer', 'truncated'))
    text = printed(tmp_path)
    for word in ('*', 'Second line', 'outcome', 'incomplete', 'empty_response'):
        assert word not in text
    assert len([line for line in text.splitlines() if '25.00' in line]) == 1


def test_failed_requests_mark_the_run_wherever_it_stands(tmp_path: Path) -> None:
    save_results(tmp_path, kinds('correct', 'failed_request', 'incorrect', 'failed_request'))
    save_results(tmp_path, kinds('correct', 'correct', 'incorrect', 'correct'), model='whole')
    text = printed(tmp_path, width=80)
    assert f'A  tiny on {DATASET}  (incomplete: 2 of 4 requests failed; run again with -r)' in text
    assert f'B  whole on {DATASET}\n' in text
    assert cells(text, 'A')[:3] == ['A', '4', '25.00 *']
    assert cells(text, '2')[:2] == ['2', '50.00 *']
    assert cells(text, 'B')[:3] == ['B', '4', '75.00']
    assert cells(text, 'level') == ['level', 'A *', 'B']
    assert cells(text, 'subject') == ['subject', 'A *', 'B']
    assert cells(text, 'failed_request') == ['failed_request', '2', '0']
    assert 'Second line: over all responses but failed_request and content_filter.' in text
    assert '* Not final: a failed request counts as wrong until it is asked again.' in text


def test_filtered_replies_have_a_second_score_but_are_final(tmp_path: Path) -> None:
    save_results(tmp_path, kinds('correct', 'content_filter', 'incorrect', 'correct'))
    text = printed(tmp_path)
    assert cells(text, 'A')[:3] == ['A', '4', '50.00']
    assert cells(text, '3')[:2] == ['3', '66.67']
    assert 'Second line' in text
    assert '*' not in text
    assert 'incomplete' not in text


def test_empty_responses_are_shown_apart_and_leave_one_score(tmp_path: Path) -> None:
    save_results(tmp_path, kinds('correct', 'empty_response', 'no_answer', 'empty_response'))
    text = printed(tmp_path)
    assert cells(text, 'A')[-3:] == ['1', '0 (0 cut)', '0']
    assert cells(text, 'empty_response') == ['empty_response', '2']
    assert 'Second line' not in text


def test_where_no_request_was_answered_there_is_no_second_number(tmp_path: Path) -> None:
    save_results(tmp_path, kinds('failed_request', 'failed_request'))
    text = printed(tmp_path)
    assert cells(text, 'A')[:3] == ['A', '2', '0.00 *']
    assert cells(text, '0')[:3] == ['0', '– *', '–']


def test_failures_do_not_hide_that_endings_are_unknown(tmp_path: Path) -> None:
    details = [detail(0, finish_reason=None), detail(1, 'failed_request', finish_reason=None)]
    save_results(tmp_path, details)
    assert 'unknown' in printed(tmp_path)


def test_several_samples_show(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(n, 'correct', 'incorrect', 'correct') for n in range(4)])
    text = printed(tmp_path)
    assert '4 × 3' in text
    assert '66.67' in text
    assert '66.7 (8/12)' in text


def test_pass_and_majority_show_for_several_samples(tmp_path: Path) -> None:
    details = [detail(n, 'correct', 'incorrect', 'correct') for n in range(4)]
    for one in details:
        one['pred'] = ['7', '8', '7.0']
    save_results(tmp_path, details)
    lines = [line.split() for line in printed(tmp_path, width=80).splitlines()]
    (head,) = [line for line in lines if line[:2] == ['k', 'pass@k']]
    at = lines.index(head)
    # Every problem has the same share, and yet four problems say no more than Wilson's of 4.
    assert lines[at + 2] == ['A', '2', '100.00', '51.0', '–', '100.0', '66.67', '24.5', '–', '92.5']
    assert lines[at + 3][:6] == ['A', '3', '100.00', '51.0', '–', '100.0']
    assert lines[at + 3][6] == '100.00'
    save_results(tmp_path, [detail(n) for n in range(4)])
    assert 'pass@k' not in printed(tmp_path)


def test_unknown_endings_are_not_called_none(tmp_path: Path) -> None:
    save_results(tmp_path, [detail(0, finish_reason=None), detail(1, finish_reason=None)])
    (scores,) = [line for line in printed(tmp_path).splitlines() if '100.00' in line]
    assert 'unknown' in scores
    assert 'cut' not in scores


def test_settings_stand_below(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED)
    (line,) = [one for one in printed(tmp_path).splitlines() if one.startswith('A: ')]
    for fact in (
        f'data {DATASET}',
        r"prompt '{problem}\nThink.'",
        'shots 0',
        'sampling greedy',
        'token cap 256',
        'grader 0123456789ab',
        'batch 16',
        'opencompass_math500 0.1.0',
    ):
        assert fact in line


@pytest.mark.parametrize(
    ('model', 'shown'),
    [
        ({'type': 'a.API',
          'generation_kwargs': {'do_sample': True, 'temperature': 0.6, 'top_p': 0.95}},
         'sampling temperature=0.6, top_p=0.95;'),
        ({'type': 'a.API', 'temperature': 0}, 'sampling greedy;'),
        ({'type': 'a.API', 'gen_config': {'top_k': 1}}, 'sampling greedy;'),
        ({'type': 'opencompass.models.HuggingFacewithChatTemplate'}, 'sampling greedy;'),
        ({'type': 'a.MATH500EmbeddedModel', 'generation_kwargs': {}}, 'sampling greedy;'),
        ({'type': 'opencompass.models.VLLMwithChatTemplate'}, 'sampling greedy;'),
        # transformers ignores a temperature without do_sample.
        ({'type': 'opencompass.models.HuggingFaceCausalLM',
          'generation_kwargs': {'temperature': 0.6}}, 'sampling greedy;'),
        ({'type': 'opencompass.models.HuggingFaceCausalLM',
          'generation_kwargs': {'do_sample': True, 'temperature': 0.6, 'min_p': 0.1}},
         'sampling temperature=0.6, min_p=0.1;'),
        ({}, 'sampling unknown;'),
        # vLLM's own default is temperature 1, an endpoint's its owner's.
        ({'type': 'opencompass.models.VLLM'}, "sampling not set (the engine's default);"),
        ({'type': 'opencompass.models.OpenAISDK'}, "sampling not set (the engine's default);"),
    ],
    ids=['sampled', 'api', 'lmdeploy', 'hf', 'embedded', 'vllm chat', 'hf ignores', 'hf other',
         'no model', 'vllm base', 'api unset'],
)  # fmt: skip
def test_the_sampling_is_said(model: dict[str, Any], shown: str, tmp_path: Path) -> None:
    record = {**RECORD, 'inference': {**RECORD['inference'], 'model': model}}
    save_results(tmp_path, MIXED, record=record)
    assert shown in printed(tmp_path)


SENT = {'temperature': 0, 'max_tokens': 256, 'stop': ['Problem:']}
ASKED = {'type': 'opencompass_math500.compass.MATH500OpenAI', 'sampling': {'temperature': 0}}


@pytest.mark.parametrize(
    ('model', 'sent', 'shown'),
    [
        (ASKED, [SENT, SENT], 'sampling greedy;'),
        (ASKED, [None, None], 'sampling greedy;'),
        ({**ASKED, 'sampling': None}, [None], 'sampling greedy;'),
        ({**ASKED, 'sampling': {}}, [None], "sampling not set (the engine's default);"),
        ({**ASKED, 'sampling': {}}, [{'max_tokens': 9}],
         "sampling not set (the engine's default);"),
        (ASKED, [{'max_completion_tokens': 256}],
         "sampling not set (the engine's default); temperature=0 refused by the endpoint;"),
        ({**ASKED, 'sampling': {'temperature': 0, 'seed': 1}}, [{'seed': 1}, {'seed': 1}],
         'sampling seed=1; temperature=0 refused by the endpoint;'),
        (ASKED, [SENT, SENT, {'max_tokens': 256}],
         "sampling greedy in 2 of 3, not set (the engine's default) in 1 of 3; "
         'temperature=0 refused by the endpoint;'),
        (ASKED, [{'temperature': 0, 'chat_template_kwargs': {'enable_thinking': False}}],
         'sampling greedy, chat_template_kwargs={"enable_thinking": false};'),
    ],
    ids=['as asked', 'unknown', 'default', 'nothing asked', 'nothing sent', 'refused',
         'one refused', 'refused midway', 'nested'],
)  # fmt: skip
def test_the_sampling_is_what_was_sent(
    model: dict[str, Any], sent: list[Any], shown: str, tmp_path: Path
) -> None:
    record = {**RECORD, 'inference': {**RECORD['inference'], 'model': model}}
    details = [detail(number, sampling=one) for number, one in enumerate(sent)]
    # What a failed request would have sent has made no reply.
    details.append(detail(99, 'failed_request', sampling={'temperature': 1}))
    save_results(tmp_path, details, record=record)
    assert shown in printed(tmp_path)


@pytest.mark.parametrize(
    ('names', 'shown'),
    [
        (['m-2', 'm-2', None], 'shots 0; model as served m-2; sampling'),
        (['m-2', 'm-1', 'm-2'], 'model as served m-2 in 2 of 3, m-1 in 1 of 3;'),
        (['[red]m', '[red]m'], 'model as served [red]m;'),
        ([None, None], 'shots 0; sampling'),
    ],
    ids=['one', 'several', 'markup', 'unknown'],
)
def test_the_model_is_the_one_that_answered(
    names: list[str | None], shown: str, tmp_path: Path
) -> None:
    save_results(tmp_path, [detail(n, served_model=name) for n, name in enumerate(names)])
    assert shown in printed(tmp_path)


def test_few_shot_examples_are_counted(tmp_path: Path) -> None:
    retriever = {'type': 'FixKRetriever', 'fix_id_list': [0, 1, 2, 3]}
    inference = {**RECORD['inference'], 'retriever': retriever, 'prompt': {'template': '</E>Q'}}
    save_results(tmp_path, MIXED, record={**RECORD, 'inference': inference})
    assert "prompt 'Q'; shots 4;" in printed(tmp_path)


def test_predictions_older_than_their_record_are_marked(tmp_path: Path) -> None:
    context = {**RECORD['context'], 'unrecorded': True}
    save_results(tmp_path, MIXED, record={**RECORD, 'context': context})
    assert 'predictions made before their settings were recorded' in printed(tmp_path)


def test_without_settings_there_is_no_score(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED, record=None)
    text = printed(tmp_path)
    assert 'its settings were not recorded' in text
    assert 'accuracy' not in text
    assert '20.0' not in text


def test_an_unrecorded_run_takes_no_letter(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED, model='a', record=None)
    save_results(tmp_path, MIXED, model='b')
    text = printed(tmp_path)
    assert f'A  b on {DATASET}' in text
    assert text.count('20.00') == 1


@pytest.mark.parametrize('name', ['[red]x', '[/red]', '[link=file:x]y[/link]', ':smile: 1'])
def test_names_are_shown_as_they_are(name: str, tmp_path: Path) -> None:
    """Square brackets are rich's markup, colons its emoji: in a name they are text."""
    details = [detail(0, subject=name)]
    save_results(tmp_path, details, model=name.replace('/', '_'))
    text = printed(tmp_path)
    assert f'A  {name.replace("/", "_")} on {DATASET}' in text
    assert cells(text, name) == [name, '100.0 (1/1)']


def test_a_damaged_record_is_named(tmp_path: Path) -> None:
    save_results(tmp_path, MIXED)
    path = save_json(tmp_path / 'math500' / 'tiny' / f'{DATASET}.json', '{')
    with pytest.raises(MalformedData, match='is damaged') as caught:
        graded_runs(tmp_path, print)
    assert str(path) in caught.value.what
