"""From a name to a template, and from a text back to its name."""

from __future__ import annotations

import difflib

from opencompass_math500.errors import ConfigError
from opencompass_math500.prompts.catalogue import ALIASES, TEMPLATES, UNPUBLISHED
from opencompass_math500.prompts.template import PromptTemplate

__all__ = ['name_of', 'same_turns', 'template_named']


def template_named(name: str) -> PromptTemplate:
    """Return the template of this name, or of which it is another name.

    Raises:
        ConfigError: no template has the name, or its wording is not published.
    """
    found = TEMPLATES.get(ALIASES.get(name, name))
    if found is not None:
        return found
    if name in UNPUBLISHED:
        raise ConfigError(
            f'the wording of prompt {name} is not published ({UNPUBLISHED[name]})',
            'take a template whose wording is known',
        )
    near = difflib.get_close_matches(name, [*TEMPLATES, *ALIASES], n=1)
    raise ConfigError(
        f'no prompt template is named {name!r}',
        f'did you mean {near[0]}?' if near else f'give one of {", ".join(TEMPLATES)}',
    )


def name_of(
    text: str,
    system: str | None = '',
    shots: int | None = 0,
    as_chat: bool | None = None,
) -> str | None:
    """Return the name of the template with this question, system prompt and number of examples.

    None for the system prompt, the shots or the form is "unknown" and fits any. The text
    may be that of a run's recorded prompt template, with OpenCompass's mark for the
    worked examples in it.

    Returns:
        The name; None where no template fits, or more than one.
    """
    question = text.replace('</E>', '')
    names = [
        name
        for name, template in TEMPLATES.items()
        if template.question == question
        and system in (None, template.system)
        and shots in (None, template.shots)
        and as_chat in (None, template.as_chat)
    ]
    return names[0] if len(names) == 1 else None


def same_turns(one: str, other: str) -> bool:
    """Tell whether two names stand for the same question and examples, the system prompt apart.

    Published scores state their system prompt beside the name of the wording.

    Raises:
        ConfigError: as :func:`template_named`.
    """
    a, b = template_named(one), template_named(other)
    return (a.question, a.shots) == (b.question, b.shots)
