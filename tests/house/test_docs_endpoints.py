"""What docs/*/models.md says of endpoints is what the code does."""

from __future__ import annotations

import inspect
import re

import pytest
from doc_pages import Page, pages
from opencompass.models import OpenAI, OpenAISDK

from opencompass_math500.compass import MATH500OpenAI
from opencompass_math500.compass.replies import account, row_of
from opencompass_math500.endpoint import faults
from opencompass_math500.endpoint.reply import Prices, Reply
from opencompass_math500.endpoint.request import Dialect

PAGES = [pytest.param(page, id=str(page)) for page in pages() if page.path.name == 'models.md']
OURS = inspect.signature(MATH500OpenAI.__init__).parameters
THEIRS = [inspect.signature(model.__init__).parameters for model in (OpenAI, OpenAISDK)]


def table(page: Page, cell: str) -> list[list[str]]:
    """The rows of the one table that has this in its first column."""
    found = [t for t in page.tables if any(row[0].startswith(cell) for row in t)]
    assert len(found) == 1
    return found[0][1:]


def codes(text: str) -> list[str]:
    return re.findall(r'`([^`]+)`', text)


@pytest.mark.parametrize('page', PAGES)
def test_every_field_of_a_record_is_explained(page: Page) -> None:
    row = row_of(Reply('', None))
    reply = row.pop('reply')
    shown = [code for cells in table(page, '`unique_id`') for code in codes(cells[0])]
    assert sorted(shown) == sorted(['unique_id', *row, *(f'reply.{name}' for name in reply)])


@pytest.mark.parametrize('page', PAGES)
def test_statuses_are_sorted_as_is_said(page: Page) -> None:
    wait, stop = ([int(n) for n in re.findall(r'\d{3}', row[0])] for row in table(page, '429')[:2])
    assert sorted(wait) == sorted(faults._WAIT)
    assert sorted(stop) == sorted(faults._STOP)
    for code, kind in ((429, 'wait'), (503, 'wait'), (403, 'stop'), (400, 'item')):
        assert faults._of_body({}, '', code).kind == kind
    assert faults._of_body({'error': {'code': 'insufficient_quota'}}, '', 429).kind == 'stop'


@pytest.mark.parametrize('page', PAGES)
def test_defaults_are_those_of_the_class(page: Page) -> None:
    said = re.findall(r'`(\w+)`(?: \w+)? ?[(（](\d+)', page.text)
    shown = {name: float(number) for name, number in said if name in OURS}
    assert shown.keys() == {'attempts', 'patience', 'timeout', 'connect_timeout', 'concurrency'}
    assert shown == {name: OURS[name].default for name in shown}


@pytest.mark.parametrize('page', PAGES)
def test_arguments_of_the_clients_exist(page: Page) -> None:
    for cells in table(page, '`openai_api_base`'):
        for name in codes(cells[0]):
            # batch_size stands in the config and is no argument of the class.
            assert name == 'batch_size' or any(name in model for model in THEIRS), name
        ours = [code for code in codes(cells[1]) if re.fullmatch('[a-z_]+', code)]
        assert set(ours) <= OURS.keys()
    (tries,) = set(re.findall(r'`retry`[^|]*?[(（](\d+)', page.text))
    assert {model['retry'].default for model in THEIRS} == {int(tries)}


@pytest.mark.parametrize('page', PAGES)
def test_the_closing_line_is_as_shown(page: Page) -> None:
    sampling = {'temperature': 0}
    rows = [row_of(Reply('5', 'stop', 1_100, 100, sampling=sampling))] * 499
    rows.append(row_of(Reply('', 'failed_request', sampling=sampling, error='HTTP 500')))
    (line,) = (b.text for b in page.blocks if b.text.startswith('math500: my-model'))
    assert line.endswith(f': {account(rows, Prices(0.5, 1.5))}\n')


@pytest.mark.parametrize('model', ['o1', 'o9-mini', 'gpt-5', 'gpt-6.1-sol', 'vendor/gpt-9'])
def test_reasoning_models_get_the_cap_as_is_said(model: str) -> None:
    assert Dialect(model, {})._cap == 'max_completion_tokens'
