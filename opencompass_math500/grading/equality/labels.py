"""Labels of listed values: ``x_1 = 1, x_2 = 2``, ``x = 15, y = -29``."""

from __future__ import annotations

from typing import Final

from opencompass_math500.grading.equality.relations import is_equation
from opencompass_math500.grading.values import Relation, Sequence, Symbol, Value

__all__ = [
    'are_alternatives',
    'are_named',
    'as_system',
    'coordinates',
    'names_apart',
    'unlabelled',
]

_MAX_LABELS: Final = 8


def unlabelled(gold: Sequence, answer: Sequence) -> tuple[tuple[Value, ...], tuple[Value, ...]]:
    """Drop ``x_1 =`` and ``r =`` where only one of the two has such labels.

    ``y = -29, x = 15`` is the point (15, -29): letters that follow one another in the
    alphabet give the order of the coordinates.
    """
    labelled = [all(is_equation(item) for item in side.items) for side in (gold, answer)]
    if labelled[0] == labelled[1]:
        return gold.items, answer.items
    if labelled[0]:
        return _right_sides(gold), answer.items
    return gold.items, _right_sides(answer)


def _right_sides(value: Sequence) -> tuple[Value, ...]:
    items = [item for item in value.items if isinstance(item, Relation)]
    if _letters(value) is not None:
        items.sort(key=lambda item: item.sides[0].name if isinstance(item.sides[0], Symbol) else '')
    return tuple(item.sides[-1] for item in items)


def coordinates(value: Sequence) -> tuple[Value, ...] | None:
    r"""Return the coordinates in a bare list or a tuple; None for ``x = 1 \text{ or } x = 2``."""
    if are_alternatives(value):
        return None
    if all(map(is_equation, value.items)):
        return _right_sides(value)
    return None if any(isinstance(item, Relation) for item in value.items) else value.items


def names_apart(gold: Sequence, answer: Sequence) -> bool:
    """Tell whether just one of the two says which value belongs to which of several letters.

    Letters that do not follow one another count where the gold names them: ``r = 3, h = 5``
    is not ``5, 3``.
    """
    if (_letters(gold) is None) != (_letters(answer) is None):
        return True
    return are_named(gold) and not any(map(is_equation, answer.items))


def are_named(value: Sequence) -> bool:
    """Tell whether every element has a letter of its own before it: ``r = 3, h = 5``."""
    return _names(value) is not None


def are_alternatives(value: Sequence) -> bool:
    r"""Tell values of one unknown, ``x = 2, x = -3`` and ``2 \text{ or } -3``, from coordinates."""
    labels = {item.sides[0] for item in value.items if isinstance(item, Relation)}
    same = len(labels) == 1 < len(value.items) and all(map(is_equation, value.items))
    return not value.left and (value.joiner == 'or' or same)


def as_system(value: Sequence) -> Sequence:
    r"""Take the brace off ``\{x = 15, y = -29\}``, which only holds the equations together."""
    return Sequence(value.items) if value.left == '{' and _letters(value) else value


def _letters(value: Sequence) -> tuple[str, ...] | None:
    """The labels in alphabetical order, if they are neighbours there: x, y; a, b, c."""
    names = _names(value)
    if names is None:
        return None
    run = ''.join(chr(ord(min(names)) + k) for k in range(len(names)))
    return tuple(sorted(names)) if ''.join(sorted(names)) == run else None


def _names(value: Sequence) -> list[str] | None:
    """The labels as they are written, if every element has one of its own."""
    if not 2 <= len(value.items) <= _MAX_LABELS:
        return None
    names: list[str] = []
    for item in value.items:
        if not (isinstance(item, Relation) and is_equation(item)):
            return None
        label = item.sides[0]
        if not (isinstance(label, Symbol) and len(label.name) == 1 and label.name.isascii()):
            return None
        names.append(label.name)
    return names if len(set(names)) == len(names) else None
