"""The house's rules that a machine can check: arrows, weight, size, names."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from source_files import MODULES, OUR_FILES, PACKAGE, ROOT, dotted, imported, relative

from opencompass_math500 import grading
from opencompass_math500.prompts import TEMPLATES

# From the ground up. A room may import itself and what stands in a line above it,
# never its neighbours of the same line. A new room gets its place here.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({'atomic', 'errors', 'notes', 'workers'}),
    frozenset({'embedded', 'endings', 'locations', 'needs'}),
    frozenset({'endpoint', 'grading', 'dataset', 'prompts'}),
    frozenset({'response'}),
    frozenset({'statistics'}),
    frozenset({'runs'}),
    frozenset({'graders', 'published', 'rewards'}),
    frozenset({'comparison'}),
    frozenset({'exports', 'report', 'watch'}),
    frozenset({'compass', 'harness'}),
    frozenset({'cli'}),
    frozenset({'__main__'}),
)
LAYER_OF = {room: layer for layer, rooms in enumerate(LAYERS) for room in rooms}

# The same within grading: its folders are shelves, and so is each file at its door.
SHELVES: tuple[frozenset[str], ...] = (
    frozenset({'limits', 'policy', 'values', 'verdict'}),
    frozenset({'bound', 'decision', 'faults'}),
    frozenset({'work'}),
    frozenset({'parsing'}),
    frozenset({'arithmetic', 'rules'}),
    frozenset({'equality'}),
    frozenset({'problem', 'symbolic'}),
    frozenset({'extraction'}),
    frozenset({'describe', 'judging', 'version'}),
    frozenset({'batch'}),
)
SHELF_OF = {shelf: layer for layer, shelves in enumerate(SHELVES) for shelf in shelves}

# Libraries that only one room may know, so that they can be replaced there.
HOME_OF = {
    'opencompass': 'compass',
    'mmengine': 'compass',
    'lm_eval': 'harness',
    'filelock': 'endpoint',
    'openai': 'endpoint',
    'tenacity': 'endpoint',
    'sympy': 'grading',
    'flint': 'grading',
    'math_core': 'report',
    'yaml': 'runs',
}


def wrong_arrows(source: str, path: Path) -> list[str]:
    """What the file imports against LAYERS, past a door, or from another room's library."""
    own = dotted(path)
    room = own[1] if len(own) > 1 else PACKAGE
    found = []
    for line, name in imported(source, path):
        where = f'{relative(path)}:{line} imports {".".join(name)}'
        if name[0] in HOME_OF and room != HOME_OF[name[0]]:
            found.append(f'{where}: only {HOME_OF[name[0]]} may')
        if name[:2] == (PACKAGE, 'grading') and room != 'grading' and not at_the_door(name[2:]):
            found.append(f'{where}: take it from the door of grading, or give it a place there')
        if name[0] != PACKAGE or room == PACKAGE or len(name) == 1 or name[1] == room:
            continue
        if name[1] == '__version__':
            continue
        if name[1] not in LAYER_OF:
            found.append(f'{where}: no room of LAYERS; take a public name from its own room')
        elif LAYER_OF[name[1]] >= LAYER_OF[room]:
            found.append(f'{where}: {name[1]} does not stand below {room}')
    return found


def at_the_door(name: tuple[str, ...]) -> bool:
    """Whether a name below ``grading`` is one of those that its ``__init__`` offers to others."""
    return len(name) == 1 and name[0] in grading.__all__


def wrong_shelves(source: str, path: Path) -> list[str]:
    """What a file of grading imports from a shelf that does not stand below its own."""
    own = dotted(path)
    if own[1:2] != ('grading',) or len(own) < 3:
        return []
    shelf, found = own[2], []
    for line, name in imported(source, path):
        if name[:2] != own[:2] or len(name) < 3 or name[2] == shelf:
            continue
        where = f'{relative(path)}:{line} imports {".".join(name)}'
        if name[2] not in SHELF_OF:
            found.append(f'{where}: the door is for other rooms; take it from its own file')
        elif SHELF_OF[name[2]] >= SHELF_OF[shelf]:
            found.append(f'{where}: {name[2]} does not stand below {shelf}')
    return found


def test_every_room_has_its_layer() -> None:
    rooms = {dotted(path)[1] for path in MODULES if len(dotted(path)) > 1}
    assert rooms
    assert rooms <= set(LAYER_OF), f'give these rooms a place in LAYERS: {rooms - set(LAYER_OF)}'


def test_a_name_of_a_room_is_not_the_name_of_its_file() -> None:
    """Whoever imports the file first would find it in the place of the function."""
    for init in (ROOT / PACKAGE).rglob('__init__.py'):
        for node in ast.walk(ast.parse(init.read_text(encoding='utf-8'))):
            if isinstance(node, ast.FunctionDef) and node.name == '__getattr__':
                room = import_module('.'.join(dotted(init)))
                files = {path.stem for path in init.parent.glob('*.py')}
                assert not files & set(room.__all__), relative(init)


def test_every_file_of_grading_has_its_shelf() -> None:
    shelves = {dotted(path)[2] for path in MODULES if dotted(path)[1:2] == ('grading',)
               and len(dotted(path)) > 2}  # fmt: skip
    assert shelves == set(SHELF_OF), 'give each a place in SHELVES'


def test_imports_point_one_way() -> None:
    found = []
    for path in MODULES:
        source = path.read_text(encoding='utf-8')
        found += wrong_arrows(source, path) + wrong_shelves(source, path)
    assert found == []


@pytest.mark.parametrize(
    ('file', 'line'),
    [
        ('parsing/latex.py', 'from opencompass_math500.grading.equality.sets import is_set'),
        ('problem/form.py', 'from opencompass_math500.grading.symbolic import fallback'),
        ('values.py', 'def f():\n    from opencompass_math500.grading import judging'),
        ('equality/sets.py', 'from opencompass_math500.grading.extraction.boxes import boxes_in'),
        ('parsing/forms.py', 'from ..equality.clocks import clock_rule'),
        ('policy.py', 'from opencompass_math500.grading.decision import Decision'),
        ('describe.py', 'from opencompass_math500.grading import Verdict'),
    ],
)
def test_a_wrong_shelf_is_seen(file: str, line: str) -> None:
    assert len(wrong_shelves(line, ROOT / PACKAGE / 'grading' / file)) == 1


@pytest.mark.parametrize(
    ('file', 'line'),
    [
        ('grading/judging.py', 'from opencompass_math500.runs.opencompass.results import Item'),
        ('grading/judging.py', 'from opencompass_math500.dataset.load import load_problems'),
        ('grading/judging.py', 'from ..compass import evaluator'),
        ('grading/judging.py', 'def f():\n    import opencompass_math500.cli'),
        ('grading/judging.py', 'from opencompass_math500 import judge'),
        ('report/page.py', 'from opencompass_math500.grading.verdict import OUTCOMES'),
        ('report/page.py', 'from ..grading import verdict'),
        ('runs/run.py', 'import opencompass_math500.grading.judging'),
        ('__init__.py', 'from opencompass_math500.grading.judging import judge'),
        ('response.py', 'from . import compass'),
        ('response.py', 'import sympy.core'),
        ('harness.py', 'from opencompass_math500.compass import MATH500Dataset'),
        ('harness.py', 'from opencompass.datasets import base'),
        ('cli.py', 'import mmengine'),
    ],
)
def test_a_wrong_arrow_is_seen(file: str, line: str) -> None:
    assert len(wrong_arrows(line, ROOT / PACKAGE / file)) == 1


def test_a_right_arrow_is_let_through() -> None:
    source = (
        'import opencompass\nfrom opencompass_math500 import __version__, errors\n'
        'from opencompass_math500.grading import judge\nfrom .dataset import MATH500Dataset\n'
    )
    assert wrong_arrows(source, ROOT / PACKAGE / 'compass' / 'evaluator.py') == []
    source = 'from .roots import x\nfrom ..parsing.latex import parse\nfrom ..values import Value\n'
    assert wrong_shelves(source, ROOT / PACKAGE / 'grading' / 'arithmetic' / 'balls.py') == []


IMPORT = f"""
import json, sys
before = set(sys.modules)
import {PACKAGE} as package
if sys.argv[1] == 'all':
    for name in package.__all__:
        getattr(package, name)
loaded = {{name.partition('.')[0] for name in set(sys.modules) - before}}
print(json.dumps(sorted(loaded - set(sys.stdlib_module_names))))
"""


@pytest.mark.parametrize('what', ['package', 'all'])
def test_import_is_light(what: str, tmp_path: Path) -> None:
    """Importing the package, and every public name of it, loads no library at all."""
    paths = [str(ROOT), os.environ.get('PYTHONPATH', '')]
    environment = {**os.environ, 'PYTHONPATH': os.pathsep.join(filter(None, paths))}
    printed = subprocess.run(
        [sys.executable, '-c', IMPORT, what],
        cwd=tmp_path,
        env=environment,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout
    assert json.loads(printed) == [PACKAGE], 'import these inside the functions that need them'


def test_a_file_is_a_room_that_can_be_read() -> None:
    lines = {relative(path): len(path.read_text('utf-8').splitlines()) for path in OUR_FILES}
    # The grammar is one class: each of its methods calls most of the others.
    del lines[f'{PACKAGE}/grading/parsing/parser.py']
    most = {name: 300 if name.startswith(f'{PACKAGE}/') else 320 for name in lines}
    assert [name for name in lines if lines[name] > most[name]] == [], 'split these by noun'


# A name tells what is inside; these tell only that somebody did not know.
NAMELESS = re.compile(r'(utils?|common|helpers?|misc|stuff|(.*_)?v\d+)')


def test_names_say_what_is_inside() -> None:
    names = {part for path in OUR_FILES for part in Path(relative(path)).with_suffix('').parts}
    # A published prompt keeps the name that it has elsewhere, its publisher's version in it.
    names -= {'math500_' + name.replace('-', '_') for name in TEMPLATES}
    assert [name for name in sorted(names) if NAMELESS.fullmatch(name)] == []


def test_a_test_imports_no_other_test(pytestconfig: pytest.Config) -> None:
    """What two of them need has a module of tests/support, which alone can be found."""
    found = [
        f'{relative(path)}:{line} imports {name[0]}'
        for path in (ROOT / 'tests').rglob('*.py')
        for line, name in imported(path.read_text(encoding='utf-8'), path)
        if name[0].startswith('test_')
    ]
    assert found == []
    folders = [ROOT / 'tests' / name for name in ('support', 'benchmarks')]
    assert pytestconfig.getini('pythonpath') == folders
