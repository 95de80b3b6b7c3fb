"""Filters by subject, level and id."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from opencompass_math500.dataset.problem import Problem, parse_level
from opencompass_math500.errors import SelectionError

__all__ = ['Selection', 'select']

_MANY = 2


@dataclass(frozen=True, slots=True)
class Selection:
    """The problems that passed, with the words for it: empty if none was left out."""

    problems: tuple[Problem, ...]
    subset: str
    slug: str


def select(
    problems: Sequence[Problem],
    *,
    subjects: Sequence[str] | None,
    levels: Sequence[int | str] | None,
    ids: Sequence[str] | None,
) -> Selection:
    """Choose the problems that satisfy every filter given, in their order.

    Subjects may be written in any case and with underscores; levels as ``5`` or ``'Level 5'``.

    Raises:
        SelectionError: a filter is empty or names what the set does not have, or the
            filters together leave nothing.
    """
    wanted_subjects = _subjects(problems, subjects)
    wanted_levels = _levels(problems, levels)
    wanted_ids = _ids(problems, ids)
    kept = tuple(
        problem
        for problem in problems
        if (wanted_subjects is None or problem.subject in wanted_subjects)
        and (wanted_levels is None or problem.level in wanted_levels)
        and (wanted_ids is None or problem.unique_id in wanted_ids)
    )
    words = _words(wanted_subjects, wanted_levels, wanted_ids)
    if not kept:
        raise SelectionError(f'no problem is left by the filters {words}', 'loosen one of them')
    if len(kept) == len(problems):
        return Selection(kept, '', '')
    return Selection(kept, words, _slug(wanted_subjects, wanted_levels, wanted_ids))


def _subjects(problems: Iterable[Problem], given: Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    known = {_plain(problem.subject): problem.subject for problem in problems}
    found = []
    for name in _listed(given, 'subjects'):
        subject = known.get(_plain(str(name)))
        if subject is None:
            raise _unknown('subject', str(name), sorted(known.values()))
        found.append(subject)
    return sorted(set(found))


def _levels(problems: Iterable[Problem], given: Sequence[int | str] | None) -> list[int] | None:
    if given is None:
        return None
    known = {problem.level for problem in problems}
    found = []
    for name in _listed(given, 'levels'):
        level = parse_level(name)
        if level not in known:
            raise _unknown('level', str(name), [str(each) for each in sorted(known)])
        found.append(level)
    return sorted(set(found))


def _ids(problems: Iterable[Problem], given: Sequence[str] | None) -> list[str] | None:
    if given is None:
        return None
    known = {problem.unique_id: None for problem in problems}
    for name in _listed(given, 'ids'):
        if name not in known:
            raise _unknown('id', str(name), list(known))
    return sorted(set(given)) if not isinstance(given, str) else [given]


def _listed(given: Sequence[object] | object, what: str) -> list[object]:
    # A bare 'Algebra' or 5 is plainly meant as a list of one; iterating the string would
    # look for the subject 'A'.
    listed = [given] if isinstance(given, (str, int)) else list(given)  # type: ignore[call-overload]
    if not listed:
        raise SelectionError(f'the filter {what} is empty', 'name at least one, or leave it out')
    return listed


def _unknown(what: str, name: str, known: Sequence[str]) -> SelectionError:
    close = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    guess = f', did you mean {close[0]!r}?' if close else ''
    shown = ', '.join(known[:8]) + (f', ... ({len(known)} in all)' if len(known) > 8 else '')
    return SelectionError(f'unknown {what} {name!r}{guess}', f'this set has {shown}')


def _plain(subject: str) -> str:
    return ' '.join(subject.casefold().replace('&', ' and ').replace('_', ' ').split())


def _words(
    subjects: Sequence[str] | None, levels: Sequence[int] | None, ids: Sequence[str] | None
) -> str:
    parts = []
    if subjects is not None:
        parts.append(' + '.join(subjects))
    if levels is not None:
        numbers = ', '.join(str(level) for level in levels)
        parts.append(f'level{"s" if len(levels) > 1 else ""} {numbers}')
    if ids is not None:
        parts.append(ids[0] if len(ids) == 1 else f'{len(ids)} ids')
    return ', '.join(parts)


def _slug(
    subjects: Sequence[str] | None, levels: Sequence[int] | None, ids: Sequence[str] | None
) -> str:
    parts = []
    if subjects is not None:
        if len(subjects) > _MANY:
            parts.append(f'subjects{len(subjects)}')
        else:
            parts += [_ascii(subject) for subject in subjects]
    if levels is not None:
        parts.append('level' + '_'.join(str(level) for level in levels))
    if ids is not None:
        parts.append(f'ids{len(ids)}')
    return '-'.join(parts)


def _ascii(subject: str) -> str:
    """Letters, digits and underscores only: the slug becomes a file name."""
    kept = ''.join(char if char.isascii() and char.isalnum() else ' ' for char in subject.lower())
    return '_'.join(kept.split())[:40] or 'subject'
