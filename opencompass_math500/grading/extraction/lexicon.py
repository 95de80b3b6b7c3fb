"""The words that extraction knows, read once from ``data/answer_phrases.tsv``.

Every entry is one line: kind, language, phrase, reason. Adding a language is adding
lines; no code names a word of any language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from opencompass_math500.grading.parsing.units import unit_words

__all__ = ['Kind', 'Lexicon', 'is_spaced', 'lexicon', 'pattern_of']

Kind = Literal[
    'noun',  # "answer": names the answer
    'copula',  # "is": between the thing asked for and its value
    'verb',  # "has": the same, in closing sentences only
    'conclude',  # "therefore": opens a concluding sentence
    'label',  # "Result:": introduces the answer in the last line
    'retract',  # "however": takes back what came before
    'negation',  # "not": denies what follows
    'question',  # "Problem": opens a question that a base model invents
    'number',  # "four"
    'unit',  # "inches": part of the value, unlike things counted
    'prose',  # "we": never part of an answer
    'joining',  # "and": neither first nor last in an answer
    'nonanswer',  # "none": nothing said
    'error',  # "failed to compile": a tool speaking
    'textanswer',  # "no solution": an answer in words
    'superlative',  # "greatest": the subject of its sentence is the answer
    'plan',  # "need to": work still to be done
    'reason',  # "because": the value ends here, its grounds follow
    'subordinator',  # "where": the same, unless a copula comes later
    'ending',  # "입니다": the verb, where it follows the value
    'courtesy',  # "I hope it is correct": after the answer
    'afterword',  # "We can verify this by": says nothing new after the answer
    'opening',  # "We find that": states without concluding
    'simplest',  # "cannot be simplified": its subject is the answer
    'plural',  # "people=person": irregular, as two words
    'synonym',  # "way=arrangement": what is asked for under another name
    'operation',  # "divide": a step that is done
    'counter',  # "개": stands between a number and what it counts
    'article',  # "el": opens a plain sentence of another language
    'hedge',  # "maybe": doubts or denies
    'contrast',  # "each": sets one count off from another
    'speaker',  # "user": who asks, at the head of a line
    'correction',  # "not=but": what is denied, then what is right
    'trailer',  # "confidence": below the answer, and no part of it
    'rereading',  # "again": what follows restates the question
    'howmany',  # "wie viele": the thing counted stands beside it
    'quantity',  # "area": a value behind it is its value
    'generalquantity',  # "result": the same, and never another than the one asked for
    'condition',  # "modulo": the number behind it is none that is found
    'hypothesis',  # "suppose": opens a case, at the head of a sentence
    'preliminary',  # "first": opens a step, at the head of a sentence
    'checking',  # "check": opens a look back, at the head of a sentence
    'apology',  # "unable to": the model speaks of itself or of what is missing
    'distributive',  # "each": sets one of several off
    'task',  # "find": work to be done, behind "we can"
    'calendar',  # "friday": the answer where a day is asked for
    'farewell',  # "hope": opens a sentence that takes leave
    'scalar',  # "sum": the question asks for one value, not for a list
    'denial',  # "nicht": denies what its clause says
    'unspecific',  # "required": says nothing of what a sentence speaks of
    'concluding',  # "solution": a subject that answers whatever is asked
    'generalhead',  # "size": the head of a subject in any question's stead
    'ambiguous',  # "due": a number besides being a word
    'severalquantity',  # "root": of these there may be several
    'nonoun',  # "plus": ends like a plural, and names nothing counted
    'difference',  # "more": asks for a difference, not for a count
    'clausebreak',  # "than": between a number and a noun, another clause
    'abbreviation',  # "gcd": capitals that are no figure
    'shape',  # "radius": a measure of a figure, which is never another one
    'giving',  # "leaving": goes on to what follows from the value before
    'impersonal',  # "everyone": opens a sentence as a name would
    'auxiliary',  # "does": next to "how many", and nothing counted
    'moneyword',  # "price": an amount of money is asked for
    'dayquestion',  # "what day": a day or month is asked for
    'rough',  # "roughly": the number behind it is only near the value
    'comparative',  # "older": what stands before "than" compares
    'wholly',  # "summary": "in" it sets off no part
    'bound',  # "at least": makes a number no value of its own
    'doubt',  # "hold on": the thought goes on
]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by kind, all in lower case."""

    by_kind: dict[str, frozenset[str]]

    def words(self, kind: Kind) -> frozenset[str]:
        """Return the phrases of one kind."""
        return self.by_kind[kind]

    def pattern(self, kind: Kind) -> str:
        """Return a regular expression for any phrase of ``kind`` in lower-cased text, longest
        first.

        Scripts that put spaces between words match whole words only.
        """
        return pattern_of(self.by_kind[kind])


def pattern_of(phrases: Iterable[str]) -> str:
    """Return a regular expression for any of the phrases, as :meth:`Lexicon.pattern`."""
    ordered = sorted(phrases, key=len, reverse=True)
    spaced = [p for p in ordered if is_spaced(p)]
    joined = [p for p in ordered if not is_spaced(p)]
    alternatives = []
    if spaced:
        alternatives.append(rf'\b(?:{"|".join(map(re.escape, spaced))})\b')
    if joined:
        alternatives.append('|'.join(map(re.escape, joined)))
    return f'(?:{"|".join(alternatives)})'


def is_spaced(phrase: str) -> bool:
    """Tell whether the phrase's script separates words by spaces (CJK and Thai do not).

    Devanagari and its sisters end words in signs that are no word characters to ``\\b``.
    """
    return all(
        ord(char) < 0x0900 or 0x1E00 <= ord(char) < 0x2100 for char in (phrase[0], phrase[-1])
    )


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """Return the packaged phrases; read on first use, then shared."""
    from importlib.resources import files  # 20 ms that an import should not pay

    source = files('opencompass_math500').joinpath('data/answer_phrases.tsv')
    # The judge's units are part of a value; answer_phrases.tsv adds what is no unit to it.
    by_kind: dict[str, set[str]] = {'unit': set(unit_words())}
    for line in source.read_text(encoding='utf-8').splitlines():
        if line and not line.startswith('#'):
            kind, _language, phrase, _reason = line.split('\t')
            by_kind.setdefault(kind, set()).add(phrase)
    return Lexicon({kind: frozenset(phrases) for kind, phrases in by_kind.items()})
