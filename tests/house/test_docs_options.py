"""Every option that the documentation shows exists, and every one of ours is documented."""

from __future__ import annotations

import re
from typing import Any

import pytest
from command_arguments import arguments_of
from doc_pages import pages, pairs
from lm_eval_commands import lm_eval_options

# Of tools whose logs are read, and which cannot live beside OpenCompass: nobody to ask here.
OF_OTHERS = {
    'evalscope': {'--ignore-errors', '--repeats'},
    'lighteval': {'--output-dir', '--save-details'},
}

OF_OPENRLHF = {'--label_key', '--remote_rm_url'}


def _host_options(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Every option of ``opencompass``, from its own parser."""
    import argparse

    host = pytest.importorskip('opencompass.cli.main')
    found: list[argparse.ArgumentParser] = []

    class Stop(Exception):
        pass

    def keep(self: argparse.ArgumentParser, *_: Any) -> None:
        found.append(self)
        raise Stop

    monkeypatch.setattr(argparse.ArgumentParser, 'parse_args', keep)
    with pytest.raises(Stop):
        host.parse_args()
    return {option for action in found[0]._actions for option in action.option_strings}


def test_options_in_the_prose_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    known = _host_options(monkeypatch) | {
        option
        for actions in arguments_of().values()
        for action in actions
        for option in action.option_strings
    }
    known |= lm_eval_options().union(*OF_OTHERS.values()) | OF_OPENRLHF
    shown = {
        option
        for page in pages()
        for code in page.code
        for option in re.findall(r'(?<!\S)--?[a-z][\w-]*', code)
    }
    assert {'-r', '--debug', '--custom', '--max-out-len'} <= shown
    assert shown <= known


@pytest.mark.parametrize('tool', sorted(OF_OTHERS))
def test_options_of_other_tools_stand_where_their_logs_are_described(tool: str) -> None:
    for page in pages():
        if page.path.name == 'logs.md':
            (section,) = re.findall(
                rf'^## {tool}\n(.*?)(?=^## |\Z)', page.text, re.MULTILINE | re.DOTALL
            )
            assert [one for one in OF_OTHERS[tool] if f'`{one}`' not in section] == []


@pytest.mark.parametrize('language', [0, 1], ids=['en', 'zh_cn'])
def test_every_subcommand_and_option_of_ours_is_documented(language: int) -> None:
    mine = [pair[language] for pair in pairs()]
    text = '\n'.join(page.text for page in mine)
    commands = '\n'.join(command for page in mine for command in page.commands)
    for name, actions in arguments_of().items():
        assert f'math500 {name}' in commands
        options = [option for action in actions for option in action.option_strings]
        assert not [option for option in options if option.startswith('--') and
                    option != '--help' and option not in text]  # fmt: skip
