"""Docstrings of public functions begin with a verb."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from source_files import MODULES, parsed, relative

# First words of what a public function does; a new one that is a verb is added.
VERBS = """
    Add Allow Apply Ask Begin Bound Build Carry Check Choose Close Compare Compute Connect Correct
    Count Cut Decide Do Draw Drop Enclose End Escape Evaluate Extract Find Forget Gather Generate
    Give Grade Hand Have Hold Import Join Judge Leave Let Load Make Multiply Name Note Open Pack
    Pass Print Put Read Record Refuse Regrade Remove Return Reward Rewrite Run Say Score Send Serve
    Set Show Silence Sort Split Start Stop Subtract Sum Summarize Take Tell Turn Typeset Wait Write
    Yield
"""


def public_functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Functions and methods without an underscore; properties name a thing, as attributes do."""
    for node in body:
        if isinstance(node, ast.ClassDef):
            if not node.name.startswith('_'):
                yield from public_functions(node.body)
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            decorators = ' '.join(map(ast.unparse, node.decorator_list))
            if not node.name.startswith('_') and 'property' not in decorators:
                yield node


def test_what_a_function_does_begins_with_a_verb() -> None:
    verbs, found = set(VERBS.split()), []
    for path in MODULES:
        for node in public_functions(parsed(path.read_text(encoding='utf-8')).body):
            first, *_ = (ast.get_docstring(node) or 'Return').split()
            if first.rstrip(',:;.') not in verbs:
                found.append(f'{relative(path)}:{node.lineno} {node.name}: {first}')
    assert found == []
