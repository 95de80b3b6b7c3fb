"""A real Chromium: found, or installed where that is possible; and pages in it, watched.

``MATH500_CHROMIUM`` names another one. ``MATH500_BROWSER=required`` (``.ci/run`` sets it, and
``CI`` means the same) makes tests fail where there is none, which else skip.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NoReturn

import pytest

if TYPE_CHECKING:  # loaded where a browser is started: all other tests do without
    from playwright.sync_api import Browser, BrowserContext, Locator, Page, Route

__all__ = ['ARTEFACTS', 'NoChromium', 'Visit', 'Visiting', 'find_chromium', 'launched', 'watched']

ROOT: Final = Path(__file__).resolve().parents[2]
NAMES: Final = ('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable')
# DejaVu Math TeX Gyre is what brackets and roots of MathML grow with; Chromium brings no font.
PACKAGES: Final = ('chromium', 'fonts-dejavu-extra', 'fonts-liberation')
ARTEFACTS: Final = Path(
    os.environ.get('CI_ARTIFACTS')
    or os.environ.get('ARTIFACTS_DIR')
    or ROOT / '.cache' / 'artefacts'
)
"""Where the screenshots go."""

# No update, no account, no telemetry: what the tests see is the page's alone. Names of hosts
# lead nowhere, for what a page may ask for without a request that can be refused.
ARGUMENTS: Final = (
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--host-resolver-rules=MAP * ~NOTFOUND',
)

Visiting = Callable[..., 'Visit']
"""``visiting(path, fragment='', state='ready', **context_options) -> Visit``"""


class NoChromium(Exception):
    """There is no browser, and none can be had; says why."""


def find_chromium() -> Path:
    """The browser to use, installed if need be and if that is possible.

    Raises:
        NoChromium: neither.
    """
    named = os.environ.get('MATH500_CHROMIUM')
    if named:
        found = shutil.which(named)
        if found is None:
            raise NoChromium(f'MATH500_CHROMIUM names {named!r}, which is no program')
        return Path(found)
    return _installed() or _install()


def _installed() -> Path | None:
    return next((Path(path) for path in map(shutil.which, NAMES) if path), None)


def _install() -> Path:
    """Debian's, by apt-get, one process at a time: pytest-xdist's workers come all at once."""
    if os.geteuid() != 0:
        raise NoChromium(f'none of {", ".join(NAMES)} is installed; install one')
    if shutil.which('apt-get') is None:
        raise NoChromium(f'none of {", ".join(NAMES)} is installed, and there is no apt-get')
    with (Path(tempfile.gettempdir()) / 'math500-chromium.lock').open('w') as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = _installed()  # by another process, while this one waited
        if found is None:
            _apt_get('update')
            _apt_get('install', '-y', '--no-install-recommends', *PACKAGES)
            found = _installed()
    if found is None:
        raise NoChromium('apt-get installed chromium, but no such program is there')
    return found


def _apt_get(*arguments: str) -> None:
    environment = {**os.environ, 'DEBIAN_FRONTEND': 'noninteractive'}
    done = subprocess.run(
        ['apt-get', *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=1200,
    )
    if done.returncode != 0:
        said = ' '.join(done.stdout.strip().splitlines()[-3:])
        raise NoChromium(f'apt-get {arguments[0]} failed: {said}')


def is_required() -> bool:
    """Whether tests must not do without a browser."""
    return bool(os.environ.get('CI')) or os.environ.get('MATH500_BROWSER') == 'required'


def missing(error: NoChromium) -> NoReturn:
    """End the test: skipped, or failed where a browser is required."""
    if is_required():
        pytest.fail(f'no Chromium, and here it is required: {error}', pytrace=False)
    pytest.skip(f'no Chromium: {error}')


def launched() -> Iterator[Browser]:
    """A headless browser, ended afterwards. A generator, for a fixture or ``closing``."""
    from playwright.sync_api import sync_playwright

    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=path,
            args=list(ARGUMENTS),
            # The sandbox wants namespaces, which root does not get in a container.
            chromium_sandbox=os.geteuid() != 0,
        )
        try:
            yield browser
        finally:
            browser.close()


@dataclass(slots=True)
class Visit:
    """One page of a file, and everything that must not happen on it.

    Attributes:
        page: Playwright's.
        requests: what the page asked for beside its own file; refused.
        said: errors and warnings of the console, and exceptions.
        dialogs: texts of ``alert`` and the like.
        opened: windows that were opened.
    """

    page: Page
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    opened: list[str] = field(default_factory=list)

    @property
    def wrongs(self) -> list[str]:
        """All of them, each with its kind; empty for a page as it should be."""
        kinds = {
            'request': self.requests,
            'console': self.said,
            'dialog': self.dialogs,
            'window': self.opened,
        }
        return [f'{kind}: {text[:500]}' for kind, texts in kinds.items() for text in texts]

    def wait(self, *states: str) -> None:
        """Until the page says that it is in one of the states."""
        self.page.wait_for_selector(
            ', '.join(f'html[data-state="{state}"]' for state in states), state='attached'
        )

    def find(self, selector: str) -> Locator:
        return self.page.locator(selector)

    def run(self, code: str, argument: Any = None) -> Any:
        """What a JavaScript function gives on the page."""
        return self.page.evaluate(code, argument)

    def unroll(self) -> None:
        """Have all cards of the list made, as scrolling down would."""
        self.run(
            """() => {
              const more = document.querySelector('#items > button.more');
              while (!more.hidden) more.click();
            }"""
        )

    def keep(self, name: str, **options: Any) -> Path:
        """A screenshot among the artefacts."""
        ARTEFACTS.mkdir(parents=True, exist_ok=True)
        path = ARTEFACTS / f'{name}.png'
        self.page.screenshot(path=path, **options)
        return path


def watched(context: BrowserContext, path: Path, refusing: bool = True) -> Visit:
    """A fresh page of the context, watched before it shows anything.

    Args:
        context: of the browser.
        path: the only file that the page may ask for.
        refusing: whether to stop it from asking for others, which costs each request time.
    """
    own = path.resolve().as_uri()
    visit = Visit(context.new_page())

    def answer(route: Route) -> None:
        if route.request.url.split('#')[0] == own:
            route.continue_()
        else:
            visit.requests.append(route.request.url)
            route.abort()

    def dismiss(dialog: Any) -> None:
        visit.dialogs.append(dialog.message)
        dialog.dismiss()

    page = visit.page
    if refusing:
        page.route('**/*', answer)
    page.on('console', lambda message: message.type in ('error', 'warning')
            and visit.said.append(f'{message.type}: {message.text}'))  # fmt: skip
    page.on('pageerror', lambda error: visit.said.append(f'exception: {error}'))
    page.on('websocket', lambda socket: visit.requests.append(socket.url))
    page.on('dialog', dismiss)
    page.on('download', lambda download: visit.requests.append(f'download {download.url}'))
    page.on('popup', lambda other: visit.opened.append(other.url))
    return visit


@pytest.fixture(scope='module')
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Not for the session: while Playwright runs, its event loop stands in this thread, and no
    other test could start one.
    """
    try:
        yield from launched()
    except NoChromium as error:
        missing(error)


@pytest.fixture
def visiting(chromium: Browser) -> Iterator[Visiting]:
    """Opens files; when the test is over, nothing may have gone wrong on any of their pages."""
    visits: list[Visit] = []
    contexts: list[BrowserContext] = []

    def open_file(path: Path, fragment: str = '', state: str = 'ready', **options: Any) -> Visit:
        """A page in a fresh context, in the state, '' for as soon as it is loaded."""
        context = chromium.new_context(**{'viewport': {'width': 1280, 'height': 900}, **options})
        contexts.append(context)
        visit = watched(context, path)
        visits.append(visit)
        visit.page.goto(path.resolve().as_uri() + fragment)
        if state:
            visit.wait(state, 'failed', *(['searchable'] if state == 'ready' else []))
            reached = visit.run('() => document.documentElement.dataset.state')
            assert state == 'failed' or reached != 'failed', visit.find('body').inner_text()[:500]
        return visit

    yield open_file
    wrongs = [wrong for visit in visits for wrong in visit.wrongs]
    for context in contexts:
        context.close()
    assert wrongs == []
