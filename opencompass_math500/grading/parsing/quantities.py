"""Values with their units, as the parser puts them together."""

from __future__ import annotations

from opencompass_math500.grading.parsing.units import combine
from opencompass_math500.grading.values import Apply, Number, Quantity, Sequence, Unit, Value

__all__ = ['measured', 'together']


def measured(value: Value, unit: Unit) -> Quantity:
    r"""Give ``value`` its unit: ``\$5 dollars`` names its unit twice, ``\$5 million`` has two."""
    if not isinstance(value, Quantity):
        return Quantity(value, unit)
    if value.unit.dimensions == unit.dimensions:
        return Quantity(value.value, unit)
    if not unit.dimensions and isinstance(value.value, Number):
        return Quantity(Number(value.value.value * unit.factor), value.unit)
    return Quantity(value.value, combine(value.unit, unit))


def together(parts: tuple[Value, ...]) -> Value:
    """Join what stands side by side: ``1 hour 30 minutes``, a sum; ``6 red and 4 blue``, a list."""
    kinds = {part.unit.dimensions for part in parts if isinstance(part, Quantity)}
    return Apply('add', parts) if len(kinds) == 1 else Sequence(parts, joiner='and')
