"""System prompts, up to the chat template of a local model."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import TemplateError
from opencompass.models.base_api import APITemplateParser
from opencompass.utils import get_logger
from opencompass.utils.prompt import PromptList

__all__ = ['SystemTurnParser', 'keep_system_turns']

_PROBE = 'a system prompt'


class SystemTurnParser(APITemplateParser):
    """OpenCompass's parser for local chat models, with system turns kept as such.

    Its own maps them to the user "in purpose", and the chat template then adds a system
    prompt of its own. The other turns stay as they were.

    Source: opencompass 0.5.4, ``opencompass/models/huggingface_above_v4_33.py``,
    ``_get_meta_template``.
    """

    def parse_template(self, prompt_template: Any, mode: str) -> Any:
        """Return the turns of one prompt, or of each of several."""
        if not isinstance(prompt_template, PromptList):
            return super().parse_template(prompt_template, mode)
        system = [turn for turn in prompt_template if _is_system(turn)]
        rest = PromptList(turn for turn in prompt_template if not _is_system(turn))
        first = [{'role': 'SYSTEM', 'prompt': turn['prompt']} for turn in system]
        return PromptList([*first, *super().parse_template(rest, mode)])


def keep_system_turns(model: Any, prompts: Iterable[Any]) -> None:
    """Let the system turns of ``prompts`` reach the model as such, if it can take them.

    Touches models with OpenCompass's own default roles only: a ``meta_template`` of a
    config is the user's word, and endpoints take the role as it is. Where the chat
    template has no such role, the text stays with the user's turn, and a warning says so.
    """
    parser = getattr(model, 'template_parser', None)
    # A parser of a subclass, ours among them, knows its own way.
    if parser is None or type(parser) is not APITemplateParser or not _to_user(parser):
        return
    if not any(_is_system(turn) for p in prompts if not isinstance(p, str) for turn in p):
        return
    if _takes_system(model):
        model.template_parser = SystemTurnParser(parser.meta_template)
    else:
        get_logger().warning(
            'the chat template of the model takes no system role: the system prompt goes '
            "to the beginning of the user's turn"
        )


def _is_system(turn: Any) -> bool:
    return isinstance(turn, dict) and turn.get('role') == 'SYSTEM'


def _to_user(parser: APITemplateParser) -> bool:
    """Whether system turns become the user's, as in OpenCompass's default roles."""
    if not isinstance(parser.meta_template, dict):
        return False
    return any(
        _is_system(turn) and turn.get('api_role') == 'HUMAN'
        for turn in parser.meta_template['round']
    )


def _takes_system(model: Any) -> bool:
    """Whether a system turn comes out of the model's chat template: some refuse or drop it."""
    if getattr(model, 'fastchat_template', None):
        return False  # OpenCompass leaves system turns out of these
    turns = [{'role': 'system', 'content': _PROBE}, {'role': 'user', 'content': 'x'}]
    try:
        shown = model.tokenizer.apply_chat_template(
            turns, add_generation_prompt=True, tokenize=False
        )
    except (TemplateError, ValueError):
        return False
    return _PROBE in shown
