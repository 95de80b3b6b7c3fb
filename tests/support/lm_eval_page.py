"""The page on lm-evaluation-harness, and what its sources say."""

from __future__ import annotations

import ast
import importlib.util
import re
from pathlib import Path

import pytest
from doc_pages import Page, pairs

__all__ = ['CLASSES', 'PAGES', 'arguments_of', 'lm_eval', 'marked', 'their_file']

PAGES = next(pair for pair in pairs() if pair[0].path.name == 'lm-eval.md')


def marked(page: Page, name: str) -> str:
    """The text of the one block between the markers of this name."""
    (block,) = re.findall(r'^```text\n(.*?)^```$', page.marked(name), re.DOTALL | re.MULTILINE)
    return str(block)


@pytest.fixture(scope='module')
def lm_eval() -> None:
    pytest.importorskip('lm_eval', reason='lm-eval is not installed (extra lm-eval)')


def their_file(path: str) -> Path:
    """A file of lm-eval, without importing it."""
    found = importlib.util.find_spec('lm_eval')
    assert found is not None and found.submodule_search_locations
    return Path(found.submodule_search_locations[0], path)


def arguments_of(model: str) -> dict[str, str]:
    """The named arguments of a model type's class, with the source of their defaults or ''."""
    file, name = CLASSES[model]
    tree = ast.parse(their_file(f'models/{file}').read_text(encoding='utf-8'))
    (body,) = (n.body for n in tree.body if isinstance(n, ast.ClassDef) and n.name == name)
    (made,) = (n for n in body if isinstance(n, ast.FunctionDef) and n.name == '__init__')
    names = [argument.arg for argument in made.args.args]
    defaults = [ast.unparse(default) for default in made.args.defaults]
    return dict(zip(names, [''] * (len(names) - len(defaults)) + defaults, strict=True))


CLASSES = {
    'hf': ('huggingface.py', 'HFLM'),
    'vllm': ('vllm_causallms.py', 'VLLM'),
    'local-chat-completions': ('api_models.py', 'TemplateAPI'),
}
