"""What models, endpoints and files say stays text, whatever it says."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from browser import Visit, Visiting
from hostile_texts import HOSTILE, LONG_LINE, LONGEST, hostile_name
from page_filters import Filter, Shelf, count_in
from page_runs import Shown, made_report
from work_dirs import RECORD, detail, replied, save_json, save_predictions, save_results

pytestmark = pytest.mark.slow

NAMES = ('image', 'attribute', 'script', 'template', 'directions', 'mathml action')
ELEMENTS = {
    'script', 'img', 'iframe', 'frame', 'object', 'embed', 'video', 'audio', 'source', 'base',
    'link', 'style', 'meta', 'textarea', 'animate', 'set', 'use', 'foreignObject', 'image',
    'maction', 'semantics-not', 'annotation-xml', 'form', 'input', 'b', 'i', 'area', 'portal',
}  # fmt: skip


def save_hostile(work_dir: Path, model: str, dataset: str, long: bool = False) -> Path:
    """A run that says each hostile text in every place where a run can say something."""
    texts = [*HOSTILE.values(), *([LONG_LINE, LONGEST] if long else [])]
    rows, details = [], []
    for number, text in enumerate(texts):
        short = text[:3000]
        rows.append({
            **replied(number, finish_reason=text[:60], reasoning=text, error=short, model=short),
            'origin_prompt': [
                {'role': short[:40], 'prompt': 'asked'}, {'role': 'HUMAN', 'prompt': text}
            ],
            'prediction': text,
            'problem': short,
            'gold': short,
            'unique_id': f'{number} {short[:200]}',
        })  # fmt: skip
        details.append(
            detail(number, 'incorrect', pred=short, answer=short, reason=short, subject=text[:60],
                   unique_id=f'{number} {short[:200]}', finish_reason=text[:60], rule=text[:60],
                   extraction=text[:60], served_model=short)
        )  # fmt: skip
    save_predictions(work_dir, rows, dataset, model)
    record = copy.deepcopy(RECORD)
    inference = record['inference']
    inference['model'] = {'type': HOSTILE['image'], 'path': HOSTILE['script'], 'x': HOSTILE['svg']}
    inference['prompt']['template']['round'][0]['prompt'] = HOSTILE['script'] + '{problem}'
    inference['data'] = HOSTILE['attribute']
    record['context']['versions'] = {HOSTILE['image']: HOSTILE['link']}
    save_results(work_dir, details, model, dataset, record)
    return work_dir


@pytest.fixture(scope='module')
def shown(tmp_path_factory: pytest.TempPathFactory) -> Shown:
    """Runs of hostile names, files and words, and one whose texts are very long."""
    folder = tmp_path_factory.mktemp('hostile')
    work_dir = folder / hostile_name(HOSTILE['image'])
    for name in NAMES:
        save_hostile(work_dir, hostile_name(HOSTILE[name]), hostile_name(HOSTILE['svg']))
    save_hostile(work_dir, 'long', 'texts', long=True)
    damaged = hostile_name(HOSTILE['link'])
    save_json(work_dir / 'predictions' / damaged / f'{damaged}.json', '{"0": {"prediction": ')
    return made_report(folder / 'report.html', work_dir), Shelf.of(work_dir)


def texts_in(visit: Visit) -> dict[str, dict[str, str]]:
    """By key of a response, the texts of its passages; all of them are opened for that."""
    visit.unroll()
    said = visit.run(
        """async () => {
          const settled = async (test) => {
            for (let i = 0; i < 400 && !test(); i += 1) {
              await new Promise((resume) => setTimeout(resume, 50));
            }
          };
          const rows = [...document.querySelectorAll('.response')];
          for (const row of rows) row.open = true;
          await settled(() => rows.every((row) => row.querySelector('a.link')));
          const passages = [...document.querySelectorAll('.response details')];
          for (const one of passages) one.open = true;
          await settled(() => passages.every((one) =>
            one.querySelector('pre:not(:empty, [aria-busy]), p') !== null));
          const kinds = ['prompt', 'response-text', 'reasoning'];
          return JSON.stringify(Object.fromEntries(rows.map((row) => [row.id.slice(5),
            Object.fromEntries(kinds.map((kind) =>
              [kind, row.querySelector(`details.${kind} pre`)?.textContent ?? '']))])));
        }"""
    )
    found: dict[str, dict[str, str]] = json.loads(said)
    return found


def is_of(shown: str, said: str) -> bool:
    """Whether a text is shown whole; a very long one by its two ends, which says so."""
    if len(said) <= 200_000:
        return shown == said
    return (
        len(shown) < 201_000
        and shown[:90_000] == said[:90_000]
        and shown[-90_000:] == said[-90_000:]
        and f'{len(said) - 200_000:,} characters are left out' in shown
        and 'math500 export' in shown
    )


def foreign(visit: Visit) -> dict[str, Any]:
    """What is in the document and was not put there by the page."""
    found: dict[str, Any] = visit.run(
        """names => {
          const all = [...document.querySelectorAll('*')];
          const own = (e) => e.closest('head, #toolbar, dialog') !== null
            || (e.localName === 'script' && e.parentElement === document.body
                && (e.type === 'module' || e.type === 'application/octet-stream'));
          const links = all.flatMap((e) => ['href', 'src', 'action', 'ping', 'srcdoc', 'xlink:href']
            .filter((name) => e.hasAttribute(name)).map((name) => e.getAttribute(name)));
          return {
            elements: all.filter((e) => names.includes(e.localName) && !own(e))
              .map((e) => e.outerHTML.slice(0, 200)),
            // The page itself has one: the height of its toolbar, on the root.
            handlers: all.slice(1).flatMap((e) => [...e.attributes].map((a) => a.name)
              .filter((name) => name.startsWith('on') || name === 'style' || name === 'srcdoc')),
            links: links.filter((href) => !/^(#|https:\\/\\/|data:,$)/.test(href)),
            leaks: links.filter((href) => href[0] !== '#' && href.includes('leak.invalid')),
            modules: document.querySelectorAll('script[type="module"]').length,
            heads: document.querySelectorAll('head > *').length,
            doubles: all.map((e) => e.id).filter((id, at, ids) =>
              id !== '' && ids.indexOf(id) !== at),
            pwned: String(window.pwned),
          };
        }""",
        sorted(ELEMENTS),
    )
    return found


def test_nothing_of_it_becomes_anything_else(shown: tuple[Path, Shelf], visiting: Visiting) -> None:
    """All opened and searched: no element, handler, link, request, dialog or word of script."""
    page, shelf = shown
    visit = visiting(page, state='searchable')
    clean = {
        'elements': [],
        'handlers': [],
        'links': [],
        'leaks': [],
        'modules': 1,
        'heads': 7,
        'doubles': [],
        'pwned': 'undefined',
    }
    assert foreign(visit) == clean
    assert texts_in(visit).keys() == {record.key for _, record in shelf.records}
    visit.page.wait_for_timeout(500)  # whatever was loaded or animated had its time
    assert foreign(visit) == clean
    assert visit.wrongs == []


def test_all_of_it_is_shown_as_it_is(shown: tuple[Path, Shelf], visiting: Visiting) -> None:
    page, shelf = shown
    visit = visiting(page, state='searchable')
    said = texts_in(visit)
    off = [
        (record.key, kind)
        for _, record in shelf.records
        for kind, text in (('prompt', record.prompt_text), ('response-text', record.response),
                           ('reasoning', record.reasoning))
        if not is_of(said[record.key][kind], text)
    ]  # fmt: skip
    assert off == []
    names = visit.find('.card h3').all_text_contents()
    assert {as_shown(name) for name in names} == {as_shown(r.unique_id) for _, r in shelf.records}


def as_shown(text: str) -> str:
    """Without what a driver cannot carry, or a page may make visible in its own way."""
    return ''.join(c for c in text if c.isprintable() and not '\ud800' <= c <= '\udfff')


def test_the_static_part_shows_it_as_text(shown: tuple[Path, Shelf], visiting: Visiting) -> None:
    """Without JavaScript: names of models and data, settings, versions, notes."""
    page, _ = shown
    visit = visiting(page, state='', java_script_enabled=False)
    text = visit.find('body').inner_text()
    for name in ('image', 'attribute', 'template', 'mathml action'):
        assert hostile_name(HOSTILE[name]) in text, name
    assert '49' not in text.split('\n')[0]
    assert '\u202e' not in text
    assert 'root:' not in text


@pytest.mark.parametrize(
    'name', ['script', 'prototype', 'tex, endless', 'combining', 'broken tags']
)
def test_it_can_be_filtered_and_searched(
    name: str, shown: tuple[Path, Shelf], visiting: Visiting
) -> None:
    """By the address, as a link would: in the subject and in the search."""
    page, shelf = shown
    text = HOSTILE[name]
    for chosen in (Filter(q=text[:40]), Filter(subject=text[:60]),
                   Filter(ending=f'finish:{text[:60]}')):  # fmt: skip
        expected = shelf.count(chosen)
        assert 0 < expected.problems < len(HOSTILE)
        visit = visiting(page, chosen.fragment, state='searchable')
        assert count_in(visit.find('#count').inner_text()) == expected
    assert visit.run('() => String(window.pwned)') == 'undefined'


@pytest.fixture(scope='module')
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One run: a page that opens at once."""
    folder = tmp_path_factory.mktemp('small')
    return made_report(folder / 'report.html', save_hostile(folder / 'a', 'm', 'd'))


HASHES = [
    '#item-<img src=x onerror=window.pwned=1>',
    '#item-%3Cimg%20src=x%20onerror=window.pwned=1%3E',
    '#item-%E0%A4%A',
    '#item-"]',
    '#q=<script>window.pwned=1</script>&subject="><img src=x onerror=window.pwned=1>',
    '#run=__proto__&verdict=__proto__&sort=constructor&level=[object Object]&item=__proto__',
    '#%',
    '#q=%',
    '#=&=&=',
    '#javascript:window.pwned=1',
]


@pytest.mark.parametrize('fragment', HASHES)
def test_an_address_is_hostile_too(fragment: str, small: Path, visiting: Visiting) -> None:
    """Opened by it, and led to it."""
    for first in (fragment, ''):
        visit = visiting(small, first)
        visit.run('hash => { location.hash = hash; }', fragment)
        visit.page.wait_for_timeout(100)
        assert visit.run('() => String(window.pwned)') == 'undefined'
        count_in(visit.find('#count').inner_text())
