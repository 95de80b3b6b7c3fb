"""The light distribution: built from the same files, installed into empty environments, used."""

from __future__ import annotations

import re
import shutil
import sys
import zipfile
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Final

import pytest
from distributions import LEFT_OUT, ROOT, built, done, run
from processes import interpreter

import opencompass_math500
from opencompass_math500.needs import FULL, LIGHT, lacking, note_both

PACKAGE = 'opencompass_math500'

MAX_MEGABYTES: Final = 120
"""With all that it needs, compiled; sympy is 75 of them."""

# What pinned another antlr than our judge once did, or wants what OpenCompass forbids.
BESIDE: Final = ('math-verify[antlr4_9_3]==0.9.0', 'omegaconf==2.3', 'hydra-core', 'numpy>=2')
PYTHONS: Final = ('3.10', '3.11', '3.12', '3.13', '3.14')
NEWEST: Final = next((one for one in reversed(PYTHONS) if interpreter(one)), None)
ROOMS: Final = ('judge', 'extract', 'latex', 'batch', 'fallback')
QUICK: Final = [f'tests/grading/test_{room}.py' for room in ROOMS]


@pytest.fixture(scope='session')
def archives(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the source archive and the wheel, as ``make wheels`` builds them."""
    return built(tmp_path_factory.mktemp('light'), light=True)


@pytest.fixture(scope='session')
def wheel(archives: Path) -> Path:
    (built,) = archives.glob('*.whl')
    return built


@dataclass(frozen=True, slots=True)
class Environment:
    """An environment with the light wheel alone, and a folder far from the checkout."""

    version: str
    python: Path
    site: Path
    folder: Path

    def install(self, *what: object) -> None:
        done(self.python, '-m', 'pip', '-q', '--disable-pip-version-check', 'install', *what,
             cwd=self.folder)  # fmt: skip

    def says(self, code: str) -> str:
        return done(self.python, '-c', code, cwd=self.folder).strip()


@pytest.fixture(scope='module', params=PYTHONS)
def environment(
    request: pytest.FixtureRequest, wheel: Path, tmp_path_factory: pytest.TempPathFactory
) -> Environment:
    if (found := interpreter(request.param)) is None:
        pytest.skip(f'no Python {request.param} here')
    folder = tmp_path_factory.mktemp('elsewhere')
    done(found, '-m', 'venv', folder / 'venv', cwd=folder)
    python = folder / 'venv' / 'bin' / 'python'
    site = done(python, '-c', 'import sysconfig; print(sysconfig.get_path("purelib"))', cwd=folder)
    made = Environment(request.param, python, Path(site.strip()), folder)
    made.install(wheel)
    return made


@pytest.mark.slow
def test_both_distributions_hold_the_same_files(wheel: Path, archives: Path) -> None:
    def files(path: Path) -> dict[str, int]:
        with zipfile.ZipFile(path) as archive:
            return {
                info.filename: info.CRC
                for info in archive.infolist()
                if '.dist-info/' not in info.filename
            }

    done(sys.executable, '-m', 'build', '--no-isolation', '--wheel', '--outdir',
         archives.parent / 'whole', archives.parent / 'source', cwd=archives.parent)  # fmt: skip
    (whole,) = (archives.parent / 'whole').glob('*.whl')
    assert files(wheel) == files(whole)


@pytest.mark.slow
def test_the_light_one_describes_itself(wheel: Path) -> None:
    version = opencompass_math500.__version__
    assert wheel.name == f'opencompass_math500_light-{version}-py3-none-any.whl'
    with zipfile.ZipFile(wheel) as archive:
        info = zipfile.Path(archive, f'opencompass_math500_light-{version}.dist-info/')
        described = metadata.PathDistribution(info)
        assert described.metadata['Name'] == LIGHT
        needs = [line for line in described.requires or [] if 'extra ==' not in line]
    assert sorted(re.split('[<>]', line)[0] for line in needs) == ['python-flint', 'sympy', 'tqdm']


@pytest.mark.slow
def test_its_source_archive_is_light_without_the_variable(archives: Path) -> None:
    (source,) = archives.glob('*.tar.gz')
    done(sys.executable, '-m', 'pip', '-q', 'wheel', '--no-deps', '--no-build-isolation',
         '--wheel-dir', archives.parent / 'from_source', source, cwd=archives)  # fmt: skip
    (built,) = (archives.parent / 'from_source').glob('*.whl')
    assert built.name.startswith('opencompass_math500_light-')


@pytest.mark.slow
def test_in_an_empty_environment(environment: Environment, tmp_path: Path) -> None:
    """Small, quick to import, and every command works or says in one line what it needs."""
    bytes_ = sum(
        path.stat().st_size
        for path in environment.site.rglob('*')
        if path.is_file() and path.relative_to(environment.site).parts[0].split('-')[0] != 'pip'
        and not path.relative_to(environment.site).parts[0].startswith(('setuptools', 'pkg_res'))
    )  # fmt: skip
    assert bytes_ <= MAX_MEGABYTES * 1e6
    assert (
        environment.says(
            'import sys, opencompass_math500 as m\n'
            'print(m.judge(answer="0.5", gold=r"\\frac12").outcome, '
            'm.judge(answer=r"\\int_0^\\infty x e^{-x} dx", gold="1").outcome, '
            '[v.outcome for v in m.grade_many([{"response": "5", "gold": "5"}] * 2)], '
            '{"numpy", "opencompass", "torch"} & set(sys.modules))'
        )
        == "correct correct ['correct', 'correct'] set()"
    )
    for command, need in [
        (['published'], f"pip install '{LIGHT}[reports]'"),
        (['run', 'eval_math500.py'], f'pip install {FULL}, in an environment without {LIGHT}'),
    ]:
        ended = run(environment.python, '-m', PACKAGE, *command, cwd=tmp_path)
        (line,) = ended.stderr.splitlines()
        assert (ended.returncode, line.startswith('math500: ')) == (1, True)
        assert line.endswith(need)


@pytest.mark.slow
def test_beside_what_cannot_live_with_opencompass(environment: Environment) -> None:
    """The grading tests, where math-verify, hydra, NumPy 2 and transformers 5 are installed.

    The cases of judge and extraction; on the newest Python with transformers 5 as well.
    """
    if environment.version not in (PYTHONS[0], NEWEST):
        pytest.skip('the oldest and the newest Python will do')
    environment.install(*BESIDE, 'pytest', 'hypothesis', 'psutil')
    if environment.version == NEWEST:
        environment.install('transformers>=5')
    tests = environment.folder / 'checkout'
    shutil.copytree(ROOT / 'tests', tests / 'tests', ignore=LEFT_OUT)
    if (shared := ROOT.parent / 'shared').is_dir():
        (environment.folder / 'shared').symlink_to(shared)
    (tests / 'pytest.ini').write_text(
        '[pytest]\nmarkers = slow\npythonpath = tests tests/support tests/benchmarks\n'
    )
    said = done(environment.python, '-m', 'pytest', '-q', '--noconftest', '-p', 'real_data',
                '-m', 'not slow', *QUICK, cwd=tests)  # fmt: skip
    assert ' passed' in said.splitlines()[-1]
    assert environment.says(
        'from math_verify import parse, verify\nimport omegaconf, hydra\n'
        'print(verify(parse("$1/2$"), parse("$0.5$")))'
    ) == 'True'  # fmt: skip


@pytest.mark.slow
def test_with_its_reports(environment: Environment, wheel: Path) -> None:
    """Tables, pages and spreadsheets, from a log of this repository."""
    environment.install(f'{wheel}[reports]')
    rows = environment.folder / 'rows.jsonl'
    rows.write_text('{"response": "\\\\boxed{5}", "gold": "5"}\n')
    assert 'correct' in done(environment.python, '-m', PACKAGE, 'grade', rows, cwd=rows.parent)
    done(environment.python, '-m', PACKAGE, 'published', cwd=rows.parent)


def test_a_module_that_should_be_there_is_no_missing_extra() -> None:
    assert lacking(ModuleNotFoundError(name='sympy')) is None
    assert lacking(ModuleNotFoundError(name=f'{PACKAGE}.gone')) is None
    found = lacking(ModuleNotFoundError(name='mmengine.config'))
    assert found is not None and FULL in found.remedy


def test_both_at_once_are_noticed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / 'opencompass_math500-1.0.dist-info').mkdir()
    note_both(tmp_path)
    assert capsys.readouterr().err == ''
    (tmp_path / 'opencompass_math500_light-1.0.dist-info').mkdir()
    note_both(tmp_path)
    note_both(tmp_path)
    (line,) = capsys.readouterr().err.splitlines()
    assert f'{FULL} and {LIGHT} are both installed' in line
