"""How a task of lm-evaluation-harness asks, as the prompt part of a record."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from opencompass_math500.prompts import TEMPLATES, PromptTemplate
from opencompass_math500.prompts.texts import MINERVA_EXAMPLE, MINERVA_SEPARATOR, MINERVA_SOLUTION

__all__ = ['asking_part']

_OPENICL: Final = 'opencompass.openicl'
_TEMPLATE: Final = f'{_OPENICL}.icl_prompt_template.PromptTemplate'
_HERE: Final = '</E>'  # OpenCompass's mark for where the examples go
_MARK: Final = re.compile(r'\{\{\s*problem\s*\}\}')


def asking_part(
    task: str, results: Mapping[str, Any], config: Mapping[str, Any], metadata: Mapping[str, Any]
) -> dict[str, Any]:
    """Return ``prompt``, ``examples`` and ``retriever`` of a record, as far as they are known.

    Args:
        task: its name.
        results: the whole of the results.
        config, metadata: the task's, of the results.
    """
    shots = _at(results.get('n-shot'), task)
    shots = config.get('num_fewshot') if shots is None else shots
    ours = TEMPLATES.get(str(metadata.get('math500_prompt')))
    as_chat = results.get('chat_template') is not None
    system = results.get('system_instruction') or ''
    question = ours.question if ours else _question(config)
    # Without a chat template lm-eval puts the system prompt before everything else, as text.
    known = question is not None and (as_chat or not system)
    # Our 0-shot prompt is one turn; that it was sent without a chat template is the engine's.
    in_turns = ours.as_chat if ours else as_chat
    return {
        'prompt': _prompt(str(question), str(system), shots, in_turns) if known else None,
        'examples': _examples(ours, shots, config),
        'retriever': _retriever(shots, in_turns),
    }


def _at(tree: Any, key: str) -> Any:
    return tree.get(key) if isinstance(tree, Mapping) else None


def _question(config: Mapping[str, Any]) -> str | None:
    """The wording of another's task, ``{problem}`` in the problem's place.

    None where it is a function, a template that does more, or where a description stands
    before it.
    """
    template = config.get('doc_to_text')
    if not isinstance(template, str) or config.get('description') or config.get('gen_prefix'):
        return None
    text, count = _MARK.subn('{problem}', template)
    return text if count == 1 and '{{' not in text and '{%' not in text else None


def _prompt(question: str, system: str, shots: Any, in_turns: bool) -> dict[str, Any]:
    marks = {'ice_token': _HERE} if shots else {}
    if not in_turns:
        return {**marks, 'template': f'{_HERE if shots else ""}{question}', 'type': _TEMPLATE}
    template: dict[str, Any] = {'round': [{'prompt': question, 'role': 'HUMAN'}]}
    if system:
        turn = {'fallback_role': 'HUMAN', 'prompt': system, 'role': 'SYSTEM'}
        template['begin'] = [turn, _HERE] if shots else [turn]
    elif shots:
        template['begin'] = _HERE
    return {**marks, 'template': template, 'type': _TEMPLATE}


def _examples(ours: PromptTemplate | None, shots: Any, config: Mapping[str, Any]) -> Any:
    """The template of worked examples; of another's task what lm-eval says of them."""
    if not shots:
        return None
    if ours is None:
        names = ('sampler', 'split', 'samples')
        found = {name: _at(config.get('fewshot_config'), name) for name in names}
        return {name: value for name, value in found.items() if value}
    if not ours.as_chat:
        return {'template': MINERVA_EXAMPLE, 'type': _TEMPLATE}
    turns = [
        {'prompt': ours.question, 'role': 'HUMAN'},
        {'prompt': MINERVA_SOLUTION, 'role': 'BOT'},
    ]
    return {'template': {'round': turns}, 'type': _TEMPLATE}


def _retriever(shots: Any, in_turns: bool) -> dict[str, Any] | None:
    if not isinstance(shots, int):
        return None
    if not shots:
        return {'type': f'{_OPENICL}.icl_retriever.ZeroRetriever'}
    between = (
        {} if in_turns else dict.fromkeys(('ice_separator', 'ice_eos_token'), MINERVA_SEPARATOR)
    )
    ids = list(range(min(shots, 1000)))
    return {**between, 'fix_id_list': ids, 'type': f'{_OPENICL}.icl_retriever.FixKRetriever'}
