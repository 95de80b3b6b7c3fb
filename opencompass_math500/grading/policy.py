"""The forms about which experts differ, and the :class:`Policy` that decides them.

Comparing two values says which disputed forms lie between them
(:attr:`Decision.disputed`); only when these are all that lies between them is the
policy asked. So a count of a dispute's rule counts the items that the setting decides,
whichever way it is set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, Literal, cast, get_args

from opencompass_math500.errors import ConfigError

__all__ = [
    'DEFAULT_POLICY',
    'REASON_OF',
    'RULE_OF',
    'Dispute',
    'Policy',
    'Setting',
    'as_policy',
    'parse_policy',
    'settings_of',
]

Setting = Literal['accept', 'reject']
"""Whether an answer in a disputed form counts as right."""

Dispute = Literal[
    'restated',
    'unasked_percent',
    'list_against_tuple',
    'unbracketed_tuple',
    'repeated_in_set',
    'repeated_in_list',
    'row_against_column',
    'radians_against_degrees',
    'log_against_ln',
    'scaled_equation',
    'unevaluated',
    'unclosed_thought',
    'renamed_parameter',
    'fraction_for_ratio',
    'decimal_comma',
    'unfactored',
    'unexpanded',
    'unsolved',
    'false_chain',
]
"""The names of the settings; where several apply to one answer, the first counts it."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How disputed forms are decided; the defaults are those of ``docs/en/grading.md``.

    Attributes:
        restated: the answer copies the expression that the problem asks to evaluate,
            simplify, factor or expand. Needs the problem.
        unasked_percent: ``10\\%`` for a gold ``10`` where the problem speaks of no
            percentage. Needs the problem.
        list_against_tuple: ``(-2,1)`` for the list ``-2,1``.
        unbracketed_tuple: ``-2,1`` for the tuple ``(-2,1)``, in its order.
        repeated_in_set: ``\\{1,1,2\\}`` for the set ``\\{1,2\\}``.
        repeated_in_list: ``1,2,2`` for the list ``1,2``.
        row_against_column: a row vector for a column vector of the same entries.
        radians_against_degrees: ``\\frac{\\pi}{2}`` for ``90^\\circ``.
        log_against_ln: ``\\log 2`` for ``\\ln 2``: ``\\log`` read as the natural logarithm.
        scaled_equation: ``2x+2y=4`` for ``x+y=2``, or all its signs turned.
        unevaluated: ``5!`` or ``6 \\times 7`` for a plain number.
        unclosed_thought: a thought that was never closed ends in an answer: whether that
            answer is judged. Where it is not, the response is ``truncated``.

    Raises:
        ConfigError: a value is neither ``accept`` nor ``reject``.
        renamed_parameter: ``n\\pi`` for ``k\\pi``, ``x^3+K`` for ``x^3+C``: another letter for
            what the answer names itself, and the same values counted from another start.
            With the problem, a letter that its formulas use keeps its name.
        fraction_for_ratio: ``\\frac{3}{4}`` for the ratio ``3:4``.
        decimal_comma: ``2,5`` for 2.5: a comma read as the decimal point.
        unfactored: ``b(a+5)+2(a+5)`` for ``(a+5)(b+2)`` where the problem says to factor: a
            sum, or fewer factors than the gold has. Needs the problem.
        unexpanded: ``x(x+2)`` for ``x^2+2x`` where the problem says to expand. Needs the
            problem.
        unsolved: ``2x=6`` for 6, ``x^2+y^2=9`` for 9: an equation for its right side, whose left
            side is neither a name nor, with the problem, what it asks for.
        false_chain: ``5=6`` for 6, ``3+3=5`` for 5: an answer that equates different numbers.
    """

    restated: Setting = 'reject'
    unasked_percent: Setting = 'reject'
    list_against_tuple: Setting = 'reject'
    unbracketed_tuple: Setting = 'accept'
    repeated_in_set: Setting = 'accept'
    repeated_in_list: Setting = 'reject'
    row_against_column: Setting = 'reject'
    radians_against_degrees: Setting = 'reject'
    log_against_ln: Setting = 'reject'
    scaled_equation: Setting = 'accept'
    unevaluated: Setting = 'accept'
    unclosed_thought: Setting = 'accept'
    renamed_parameter: Setting = 'accept'
    fraction_for_ratio: Setting = 'accept'
    decimal_comma: Setting = 'reject'
    unfactored: Setting = 'reject'
    unexpanded: Setting = 'reject'
    unsolved: Setting = 'reject'
    false_chain: Setting = 'reject'

    def __post_init__(self) -> None:
        for name in _NAMES:
            if getattr(self, name) not in _VALUES:
                raise ConfigError(
                    f'policy {name}={getattr(self, name)} is unknown',
                    f'its values are {" and ".join(_VALUES)}',
                )

    def deciding(self, disputed: Iterable[Dispute]) -> tuple[Dispute, bool]:
        """Return the dispute by which an answer counts, and whether the answer is accepted.

        Among several, one that is rejected decides. ``disputed`` must not be empty.
        """
        found = [name for name in _NAMES if name in set(disputed)]
        rejected = [name for name in found if getattr(self, name) == 'reject']
        return (rejected or found)[0], not rejected


_VALUES: Final[tuple[str, ...]] = get_args(Setting)
_NAMES: Final[tuple[Dispute, ...]] = get_args(Dispute)

RULE_OF: Final[Mapping[Dispute, str]] = {
    'restated': 'policy.restated',
    'unasked_percent': 'policy.percent',
    'list_against_tuple': 'lists.list_against_tuple',
    'unbracketed_tuple': 'lists.unbracketed_tuple',
    'repeated_in_set': 'lists.repeated_in_set',
    'repeated_in_list': 'lists.repeated_in_list',
    'row_against_column': 'lists.row_against_column',
    'radians_against_degrees': 'units.radians',
    'log_against_ln': 'expressions.logarithm',
    'scaled_equation': 'relations.scaled',
    'unevaluated': 'policy.unevaluated',
    'unclosed_thought': 'extract.open_thought',
    'renamed_parameter': 'parameters.renamed',
    'fraction_for_ratio': 'ratio.fraction',
    'decimal_comma': 'policy.decimal_comma',
    'unfactored': 'policy.unfactored',
    'unexpanded': 'policy.unexpanded',
    'unsolved': 'policy.unsolved',
    'false_chain': 'policy.false_chain',
}
"""The rule that a verdict carries when a dispute decided it, either way: as the rule of its
judgement or, for ``extract.``, of its extraction."""

REASON_OF: Final[Mapping[Dispute, str]] = {
    'restated': 'restated: the expression that the problem gives',
    'unasked_percent': 'a percent sign that nobody asked for',
    'list_against_tuple': 'a tuple or interval for a list',
    'unbracketed_tuple': 'a list for a tuple',
    'repeated_in_set': 'an element of a set is repeated',
    'repeated_in_list': 'an element of a list is repeated',
    'row_against_column': 'row against column',
    'radians_against_degrees': 'radians against degrees',
    'log_against_ln': 'equal only with log as the natural logarithm',
    'scaled_equation': 'the same equation times a factor',
    'unevaluated': 'unevaluated',
    'unclosed_thought': 'the answer of a thought that was never closed',
    'renamed_parameter': 'another letter for what the answer names itself',
    'fraction_for_ratio': 'a fraction for a ratio',
    'decimal_comma': 'a comma for the decimal point',
    'unfactored': 'not factored as the problem asks',
    'unexpanded': 'not expanded as the problem asks',
    'unsolved': 'an equation whose left side is not what is asked',
    'false_chain': 'an equation of numbers that differ',
}
"""What a verdict says about a dispute."""

DEFAULT_POLICY: Final = Policy()


def as_policy(settings: Policy | Mapping[str, Any] | None) -> Policy:
    """Return the policy that ``settings`` name; what they leave out has its default.

    Raises:
        ConfigError: an unknown name or value; names the known ones.
    """
    if isinstance(settings, Policy):
        return settings
    if settings is None:
        return DEFAULT_POLICY
    if not isinstance(settings, Mapping):
        raise ConfigError(
            f'a policy is a dict of settings, not {settings!r:.60}',
            "for example policy=dict(list_against_tuple='accept')",
        )
    if unknown := [name for name in settings if name not in _NAMES]:
        raise ConfigError(
            f'no setting of the policy is called {unknown[0]!r:.60}',
            f'the settings are {", ".join(_NAMES)}',
        )
    return Policy(**cast('dict[str, Setting]', dict(settings)))


def parse_policy(settings: Iterable[str]) -> Policy:
    """Return the policy that texts ``NAME=VALUE`` name, as on a command line.

    Raises:
        ConfigError: no ``=``, a name given twice, an unknown name or value.
    """
    found: dict[str, str] = {}
    for text in settings:
        name, equals, value = text.partition('=')
        if not equals or name in found:
            reason = 'is given twice' if equals else 'is no NAME=VALUE'
            raise ConfigError(
                f'--policy {text} {reason}', 'for example --policy list_against_tuple=accept'
            )
        found[name] = value
    return as_policy(found)


def settings_of(policy: Policy) -> dict[str, str]:
    """Return the settings in which ``policy`` differs from the default, by name."""
    values = {field.name: getattr(policy, field.name) for field in fields(policy)}
    return {n: value for n, value in values.items() if value != getattr(DEFAULT_POLICY, n)}
