"""Nothing that a model, a file or a name says becomes markup; and the page asks nobody."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args, get_type_hints
from xml.etree import ElementTree

import pytest
from hostile_run import hostile_run
from hypothesis import given
from hypothesis import strategies as st
from report_pages import ReportPage, page_of
from work_dirs import RECORD, detail, prediction, save_json, save_predictions, save_results

from opencompass_math500.comparison.like_for_like import Relation, Setting
from opencompass_math500.report.graders_sheet import GraderPairSheet
from opencompass_math500.report.page import SCRIPTS, STYLES, page, visible
from opencompass_math500.report.sheet import AgainstSheet, PublishedSheet, SettingPair, Sheet
from opencompass_math500.statistics.difference import Difference

PROBE = 'probing'
HOSTILE = {
    'script': f'<script>{PROBE}()</script>',
    'end': f'</script></style></title></textarea><{PROBE} a=b>',
    'comment': f'<!--<{PROBE}>--><!-- <script>',
    'attribute': f'"\'><{PROBE} onload="{PROBE}()" x=\'',
    'broken': f'<{PROBE}<a href=//{PROBE}.example/ <img src=x onerror={PROBE}()',
    'cdata': f']]><![CDATA[<{PROBE}>]]>',
    'entity': f'&lt;{PROBE}&gt; &amp; &#60;{PROBE}',
    'template': f'{{{{ {PROBE} }}}} {{% raw %}} {{# #}}',
    'markdown': f'[a](javascript:{PROBE}()) <javascript:{PROBE}()>',
    'tex': f'$\\href{{javascript:{PROBE}()}}{{x}}\\text{{<{PROBE}>}}$',
    'box': f'So \\boxed{{</script><{PROBE}>}}.',
    'unseen': f'\x00\ud800\u202e\u2066\x1b[31m\ufeff<{PROBE}>',
    'long': f'<{PROBE}>' + '"<>&\'' * 300,
}

BLANK = {'head', 'body', 'html'}


def assert_harmless(page: ReportPage) -> None:
    """No element, attribute or comment is of anyone but the template."""
    assert f'<{PROBE}' not in page.markup and page.comments == []
    for element in page.elements:
        assert PROBE not in element.name
        for name, value in element.attributes.items():
            assert not name.startswith('on') and name != 'style' and PROBE not in name
            if name in ('src', 'action', 'data', 'srcset', 'poster', 'background', 'formaction'):
                raise AssertionError(f'{element.name} has {name}={value!r}')
            if name in ('href', 'xlink:href'):
                assert_address(element.name, value or '')
    assert_scripts(page)
    for fragment in fragments(page):
        tree = ElementTree.fromstring(
            f'<span xmlns="http://www.w3.org/1999/xhtml">{fragment}</span>'
        )
        for node in tree.iter():
            assert PROBE not in node.tag and not {*node.attrib} & {'href', 'style', 'src'}
            assert not [name for name in node.attrib if name.startswith('on')]
            assert node.tag.rsplit('}')[-1] not in ('script', 'style', 'iframe', 'a', 'img')


def assert_address(element: str, address: str) -> None:
    if element == 'link':
        assert address == 'data:,'  # no icon is asked for
    else:
        assert element == 'a' and address.startswith(('#', 'https://'))


def assert_scripts(page: ReportPage) -> None:
    """One script that runs; everything else of that name is base64."""
    scripts = [one for one in page.elements if one.name == 'script']
    running = [one for one in scripts if one.attributes.get('type') != 'application/octet-stream']
    assert len(running) == 1 and PROBE not in ''.join(running[0].content)
    for one in scripts:
        if one not in running:
            assert re.fullmatch('[A-Za-z0-9+/=]+', ''.join(one.content))


def fragments(page: ReportPage) -> list[str]:
    index = page.index
    return [*index['math'], *(problem['html'] for problem in index['problems'])]


# The page ---------------------------------------------------------------------------------


@pytest.fixture
def plain(tmp_path: Path) -> ReportPage:
    save_predictions(tmp_path / 'run', [prediction(n) for n in range(3)])
    save_results(tmp_path / 'run', [detail(n) for n in range(3)])
    return page_of(tmp_path / 'run')[0]


def test_the_policy_names_the_script_and_the_style_that_are_there(plain: ReportPage) -> None:
    (policy,) = [
        one.attributes['content']
        for one in plain.elements
        if one.attributes.get('http-equiv') == 'Content-Security-Policy'
    ]

    def digest(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    (style,) = re.findall(r'<style>(.*?)</style>', plain.source, re.DOTALL)
    (script,) = re.findall(r'<script type="module">(.*?)</script>', plain.source, re.DOTALL)
    assert (style, script) == (plain.inner('style')[0], plain.inner('script', type='module')[0])
    assert policy == '; '.join(
        [
            "default-src 'none'",
            f"script-src 'sha256-{digest(script)}'",
            f"style-src 'sha256-{digest(style)}'",
            'img-src data:',
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def test_the_policy_stands_before_everything_that_it_governs(plain: ReportPage) -> None:
    names = [one.name for one in plain.elements if one.name not in BLANK]
    assert names[:2] == ['meta', 'meta']  # what the text is in, then what it may do
    assert plain.elements[[one.name for one in plain.elements].index('meta')].attributes == {
        'charset': 'utf-8'
    }


def test_nothing_is_asked_of_anyone(plain: ReportPage) -> None:
    assert_harmless(plain)
    (style,), (script,) = plain.inner('style'), plain.inner('script', type='module')
    assert not re.search(r'@import|url\(|image-set\(|@font-face', style)
    assert not re.search(
        r'\bfetch\(|XMLHttpRequest|WebSocket|EventSource|sendBeacon|importScripts'
        r'|\bimport\b *[({"\']|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\('
        r'|new Function',
        script,
    )


def test_the_script_is_every_module_once(plain: ReportPage) -> None:
    (script,) = plain.inner('script', type='module')
    folder = Path(page.__code__.co_filename).parent / 'page'
    assert sorted(SCRIPTS) == sorted(path.name for path in folder.glob('*.js'))
    assert sorted(STYLES) == sorted(path.name for path in folder.glob('*.css'))
    assert not re.search(r'^(import|export)\b', script, re.MULTILINE)
    names = re.findall(r'^(?:async )?(?:function|class|const|let) +(\w+)', script, re.MULTILINE)
    assert len(names) == len(set(names)) > 20, 'modules that are one may not share a name'
    seen: set[str] = set()
    for name in SCRIPTS:
        needed = re.findall(r"from '\./(.+?)';", (folder / name).read_text(encoding='utf-8'))
        assert set(needed) <= seen, f'{name} stands before what it imports'
        seen.add(name)


# What models, files and names say ---------------------------------------------------------


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_hostile_texts_stay_texts(text: str, tmp_path: Path) -> None:
    fields = {'prediction': text, 'problem': text, 'origin_prompt': text, 'gold': text}
    save_predictions(tmp_path / 'run', [prediction(0, **fields)])
    changes = {'pred': text, 'answer': text, 'reason': text, 'rule': text, 'extraction': text}
    record = {**RECORD, 'inference': {**RECORD['inference'], 'data': text, 'max_out_len': text}}
    record['inference']['model'] = {'type': 'X', 'path': text, 'generation_kwargs': {text: text}}
    save_results(
        tmp_path / 'run',
        [detail(0, 'incorrect', subject=text, finish_reason=text, served_model=text, **changes)],
        record=record,
    )
    assert_harmless(page_of(tmp_path / 'run')[0])


def test_hostile_runs_stay_harmless(tmp_path: Path) -> None:
    assert_harmless(page_of(hostile_run(tmp_path / 'run'))[0])


NAMES = [
    f'<{PROBE} onload={PROBE}()>',
    f'"onmouseover="{PROBE}()',
    f"'><{PROBE}>",
    f'{{{{ {PROBE} }}}}',
    f'a\u202eb{PROBE}',
    '=1+1',
]


@pytest.mark.parametrize('name', NAMES)
def test_hostile_names_of_models_and_datasets(name: str, tmp_path: Path) -> None:
    for model, dataset in ((name, 'd'), ('m', name)):
        save_predictions(tmp_path / name, [prediction(0)], model=model, name=dataset)
        save_results(tmp_path / name, [detail(0)], model, dataset)
    found, _ = page_of(tmp_path / name)
    assert_harmless(found)
    shown = visible(' '.join(f'{name} on d'.split()))
    assert shown in found.text


def test_hostile_graders(tmp_path: Path) -> None:
    save_predictions(tmp_path, [prediction(0)])
    save_results(tmp_path, [detail(0)])
    path = next((tmp_path / 'math500').rglob('*.json'))
    for text in HOSTILE.values():
        save_json(path.with_suffix('.graders.json'), {'grader': text})
        assert_harmless(page_of(tmp_path)[0])
        save_json(path.with_suffix('.graders.json'), text.replace('\ud800', ''))
        assert_harmless(page_of(tmp_path)[0])


# Every text of a sheet, whoever it is from ------------------------------------------------


def everything(work_dir: Path) -> Sheet:
    """A sheet with something in every place."""
    for model in ('a', 'b'):
        save_predictions(
            work_dir, [prediction(n, finish_reason='length') for n in (0, 1) * 2], model=model
        )
        details = [detail(n, 'correct', 'failed_request', was_cut=True) for n in (0, 1)]
        save_results(work_dir, details, model)
    sheet = page_of(work_dir)[1].sheet
    gap = Difference(1.0, -1.0, 2.0, 0.5)
    settings = tuple(Setting('a', 'b', 'c', one, 'd') for one in get_args(Relation))
    against = AgainstSheet(
        'm', 'MATH-500', 'r', 1.0, 's', 'https://x.example/', 'reproduced', 'l', ('r',), gap, 2.0,
        settings,
    )  # fmt: skip
    graders = dataclasses.replace(
        sheet.runs[0].graders, remark='r', pairs=(GraderPairSheet('f', 's', 1, 2, 3),), versions='v'
    )
    run = dataclasses.replace(
        sheet.runs[0],
        no_score='n',
        warnings=('w',),
        published=PublishedSheet('n', (against,), ('r',)),
        graders=graders,
    )
    pair = dataclasses.replace(
        sheet.pairs[0],
        first=run,
        reasons=('r',),
        difference=gap,
        settings=(SettingPair('n', '?', 's'),),
    )
    return dataclasses.replace(
        sheet, runs=(run, sheet.runs[1]), pairs=(pair,), notes=('n',), cut_texts=1
    )


def poisoned(value: Any, poison: Callable[[str], str], names: Any = str) -> Any:
    """A value with every text in it that is not one of a closed list replaced."""
    if isinstance(value, str):
        closed = getattr(names, '__origin__', None) is not None and value in get_args(names)
        return value if closed else poison(value)
    if isinstance(value, tuple):
        return tuple(poisoned(one, poison) for one in value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        hints = get_type_hints(type(value))
        fields = {
            field.name: poisoned(getattr(value, field.name), poison, hints[field.name])
            for field in dataclasses.fields(value)
        }
        return type(value)(**fields)
    return value


@pytest.mark.parametrize('text', HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_a_sheet_is_markup(text: str, tmp_path: Path) -> None:
    def poison(old: str) -> str:
        # An address that is not https: is none by the time that it is in a sheet.
        return f'https://{text}' if old.startswith('https:') else text

    sheet = poisoned(everything(tmp_path), poison)
    source = b''.join(page(sheet, 'QQ==', ['QQ==', 'QQ=='])).decode('utf-8')
    found = ReportPage(source)
    assert f'<{PROBE}' not in found.markup and found.comments == []
    assert_scripts(found)
    for element in found.elements:
        assert not [name for name in element.attributes if name.startswith('on') or PROBE in name]
        if 'href' in element.attributes:
            assert_address(element.name, element.attributes['href'] or '')
    # It is all there, to be read.
    assert ' '.join(visible(text).split())[:200] in found.text


@given(st.text(st.characters(exclude_categories=[]), max_size=40))
def test_what_cannot_be_seen_is_shown(text: str) -> None:
    shown = visible(text)
    shown.encode('utf-8')
    assert not re.search(
        '[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]', shown
    )
    assert visible(shown) == shown
    if text.isascii() and text.isprintable():
        assert shown == text
