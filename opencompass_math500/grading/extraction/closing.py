"""The formula with which a response ends, where it concludes.

A derivation that ends in a displayed ``d = 3\\sqrt{13}`` has answered. One that stops in
mid-air, goes in circles, or ends on an equation still to be solved has not.
"""

from __future__ import annotations

import re

from opencompass_math500.grading.extraction.asking import is_asked_formula, squeezed
from opencompass_math500.grading.extraction.clauses import without_afterwords, without_opening
from opencompass_math500.grading.extraction.closed import RELATION, closed_value, is_settled
from opencompass_math500.grading.extraction.endings import announcements, is_loop, without_step
from opencompass_math500.grading.extraction.formulas import Formula, formulas_in, has_open_formula
from opencompass_math500.grading.extraction.lexicon import lexicon
from opencompass_math500.grading.extraction.sentences import last_sentence
from opencompass_math500.grading.extraction.snippets import is_answer_like, lowered, tidy

__all__ = ['closing_formula']

_MATRIX = re.compile(r'\\begin\{[a-zA-Z]?matrix\}.*\\end\{[a-zA-Z]?matrix\}', re.DOTALL)
# 33, of "\[ c = 33 \": only the closing bracket is missing.
_ENDED_IN_ITS_DELIMITER = re.compile(r'\\[\[(](?P<formula>\s*[A-Za-z]\s*=[^\[\]()]{1,80}[^\\])\\$')
# The same with the bracket's backslash on a line of its own: no command begins there.
_ENDED_ON_ITS_OWN_LINE = re.compile(r'\n[ \t]*\\$')
# "So, the final answer is:", "Thus, the", "Therefore," with nothing after them.
_BEGUN = re.compile(r'[\w\s,:*_\'-]{1,200}(?:\\[\[(]\s*)?$')


def closing_formula(ending: str, problem: str | None) -> str | None:
    """Return the value of the formula with which the text ends, if it concludes.

    It must be complete and come down to a closed value (no free letters), unless the
    words before it announce the conclusion ("Thus the quotient is:").
    """
    ending = without_afterwords(ending)
    if is_loop(ending):
        return None
    cut = _ENDED_IN_ITS_DELIMITER.search(ending)
    if cut is not None:
        return _value_asked(cut['formula'], problem)
    is_cut = _ENDED_ON_ITS_OWN_LINE.search(ending[-80:]) is not None and has_open_formula(ending)
    ending += ']' if is_cut else ''
    formulas = formulas_in(ending)
    last = formulas[-1] if formulas else None
    rest = ending[last.end :] if last is not None else ''
    if last is not None and (is_cut or _is_begun_conclusion(rest)):
        if not last.display and _is_in_passing(_lead_of(ending, last)):
            return None
        is_announced = _names_answer(rest) or (is_cut and _announces(_lead_of(ending, last)))
        return (closed_value if is_announced else _value_asked)(last.body, problem)
    if has_open_formula(ending):
        return None
    if last is not None and not rest.strip(' \n.*✓✅。'):
        is_stopped = last.body.endswith('.') or rest.strip() != ''
        return _from_formula(ending, last, problem, is_stopped=is_stopped)
    line = _last_equation(ending)
    sentence = _LEAD.sub('', last_sentence(line), count=1)
    line = sentence if _SUM.match(sentence) else line
    if formulas_in(line) or line.rstrip().endswith((',', ';', ':', '=')) or _is_in_passing(line):
        return None
    return closed_value(line.rpartition(': ')[2], problem)


def _lead_of(ending: str, formula: Formula) -> str:
    """Return what the line says before the formula; of a display, the line above."""
    line_start = ending.rfind('\n', 0, formula.start) + 1
    lead = without_step(ending[line_start : formula.start]).strip()
    if not lead and (formula.display or ending[:line_start].rstrip().endswith((':', '：'))):
        lead = ending[: formula.start].rstrip().rpartition('\n')[2]
    return lead


def _from_formula(
    ending: str, formula: Formula, problem: str | None, *, is_stopped: bool
) -> str | None:
    lead = _lead_of(ending, formula)
    if not lead and _is_listed(ending, formula):
        return None
    if _announces(lead) or (_opens_conclusion(lead) and not RELATION.search(formula.body)):
        value = tidy(formula.body)
        is_whole = '\\\\' not in value or _MATRIX.fullmatch(value) is not None
        if is_answer_like(value) and is_settled(value) and is_whole:
            return value
    is_sum = _SUM.match(formula.body) is not None
    is_asked = is_asked_formula(RELATION.split(formula.body)[0], problem)
    is_drawn = (is_sum and _JOINED.search(lead)) or (is_asked and _AFTER_ANOTHER.search(lead))
    if not formula.display and not is_drawn and _is_in_passing(lead):
        return None
    if not (formula.display or is_asked) and _CASE.match(lowered(last_sentence(lead))):
        return None
    if not (formula.display or is_stopped or _is_label(lead) or (is_sum and _GIVES.search(lead))):
        return _value_asked(formula.body, problem)
    return closed_value(formula.body, problem)


# "hence $x = 2$ or $x = 7$, and $2 + 7 = 9$": a sum is the last step even as the last of several.
_SUM = re.compile(r'[-(]?\d[\d\s,.()+*/×÷·^-]*(?:\\(?:cdot|times)\s*\d+\s*)*[\d\s()+*/×÷·^-]*=')
_JOINED = re.compile(r'\b(?:so|hence|thus|therefore)\b.{1,200}\band\s*$', re.DOTALL)
# "so $2k = 12$ and $k = 6$", "Since $A^2 = I$, $\\det A^2 = 1$": what is asked may come last.
_AFTER_ANOTHER = re.compile(
    r'^(?!.*\b(?:let|if|when|where|suppose|for|at|or)\b).*[$)]\s*(?:,|,?\s*and)$', re.I | re.S
)
_GIVES = re.compile(r'\b(?:gives(?:\s+us)?|get|yields|obtain)\s*$')


def _is_label(lead: str) -> bool:
    """Tell whether a formula without a full stop stands for itself, not in a sentence to go on."""
    return not lead or lead.endswith((':', '：', ',')) or len(lead.split()) <= 3


# "Multiplying, 5 x 4 = 20": how, before the sum.
_LEAD = re.compile(r'^[A-Z][a-z]+(?:\s[a-z]+){0,4},\s+(?=[-(]?\d)')
_BULLET = re.compile(r'[ \t]*(?:[-*•]|\d{1,3}[.)])[ \t]+(?=\\[(\[]|\$)')


def _is_listed(ending: str, formula: Formula) -> bool:
    """Tell whether the formula is one more item of a list: a case tried,
    not what follows from all.
    """
    above, _, line = ending[: formula.start].rpartition('\n')
    before = above.rstrip().rpartition('\n')[2]
    return all(_BULLET.match(text) is not None for text in (f'{line}$', before))


def _is_in_passing(lead: str) -> bool:
    """Tell whether the words before an inline formula make it no conclusion."""
    sentence = lowered(last_sentence(lead))
    return (
        # an aside: "the sum of these two areas, which is $...$"
        re.search(r'\bwhich\b[^,.]*$', sentence) is not None
        # the last of several: "where $A = 6$ and $C = -24$"
        or re.search(r'[$)]\s*,?\s*(?:and|or|,)$', sentence) is not None
        # a case: "is not defined at $x = 3$"
        or re.search(r'\b(?:when|if|for|at|with|where)$', sentence.rstrip()) is not None
        # a case taken, a rule recalled: "Let $n = 12$."
        or _SUPPOSED.match(sentence) is not None
        # work to do: "we need to check the value at $x = 7.5$"
        or announcements()[1].search(re.split(r'[,:;]', sentence)[-1]) is not None
    )


# "For $a = 2$ we get"
_CASE = re.compile(r'\W*(?:for|when)\s+(?:\$|\\\()')
_SUPPOSED = re.compile(
    r'\W*(?:let|assume|suppose|recall|consider|if|for example|for instance)\b|.*\bgiven that\b'
)


def _announces(lead: str) -> bool:
    """Tell whether the words before a formula make it a conclusion: "So, the sum is:"."""
    low = lowered(last_sentence(lead))
    conclude, plan, copula_end = announcements()
    if plan.search(low):
        return False
    return conclude.match(low) is not None and (
        copula_end.search(low) is not None or low.rstrip().endswith((':', '：', ','))
    )


def _opens_conclusion(lead: str) -> bool:
    """Tell whether nothing stands before a formula but "Hence", "Thus we obtain"."""
    low = lowered(last_sentence(lead))
    marker = announcements()[0].match(low)
    if marker is None:
        return False
    said = low[marker.end() :].strip(' ,:*_')
    return not said or without_opening(f'{said} ') == ('', True)


def _value_asked(formula: str, problem: str | None) -> str | None:
    """The value of a cut response's last formula, if it says by name what the problem asks."""
    name = tidy(formula.partition('=')[0])
    is_text = re.fullmatch(r'\\text\s*\{[^{}]*\}', name) is not None
    is_asked = problem is not None and squeezed(name) in squeezed(problem[-200:])
    return closed_value(formula, problem) if is_text or is_asked else None


def _is_begun_conclusion(rest: str) -> bool:
    """ "Thus, the" after the formula that already gave the answer: the cap cut the sentence."""
    if re.match(r'[ \t]*,', rest):
        return False  # ", so we": the same sentence goes on
    opened = re.sub(r'^[\s.*]+', '', rest)
    return (
        _BEGUN.fullmatch(opened) is not None
        and _WEAK.match(opened) is None
        and '\n\n' not in opened.strip()
        and announcements()[0].match(lowered(opened)) is not None
    )


_WEAK = re.compile(r'(?:finally|this means|overall|ultimately)\b|so\s+we\b', re.IGNORECASE)


def _names_answer(rest: str) -> bool:
    """ "So, the final answer is:", and the formula above it is all there is."""
    low = lowered(rest)
    return any(noun in low for noun in lexicon().words('noun'))


def _last_equation(ending: str) -> str:
    """The last line, with the lines above it where it goes on from them (``= 25``)."""
    lines = ending.split('\n')
    first = len(lines) - 1
    while first > 0 and lines[first].lstrip().startswith('='):
        first -= 1
    return without_step(' '.join(lines[first:]))
