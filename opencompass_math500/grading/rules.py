"""What each rule decides, in one sentence: for people, never for the grader itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from opencompass_math500.grading.parsing.words import rows

__all__ = ['RULES_FILE', 'Rule', 'rulebook']

RULES_FILE: Final = 'rules.tsv'
"""Not among the grader's DATA_FILES: another wording is no other grader."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by name, with the sentence that says what it decides.

    Attributes:
        name: as in ``Verdict.rule`` or ``Verdict.extraction``.
        english: the sentence in English.
        chinese: the sentence in Chinese.
    """

    name: str
    english: str
    chinese: str

    @property
    def finds_answers(self) -> bool:
        """Tell whether it is a rule of extraction, not of judging."""
        return self.name.startswith('extract.')


@lru_cache(maxsize=1)
def rulebook() -> MappingProxyType[str, Rule]:
    """Return all rules by name, in the order of the documentation."""
    return MappingProxyType({row[0]: Rule(*row) for row in rows(RULES_FILE)})
