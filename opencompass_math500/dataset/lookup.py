"""Which problem of a named data set a response belongs to."""

from __future__ import annotations

from collections.abc import Iterable

from opencompass_math500.dataset import Problem

__all__ = ['NamedData']


class NamedData:
    """Problems, to be found by id, by solution, or by gold and text.

    Args:
        problems: the set that the user says the run was made on.
    """

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._by_id: dict[str, Problem] = {}
        self._by_gold: dict[str, list[Problem]] = {}
        self._statements: dict[str, str] = {}
        for problem in problems:
            self._by_id[problem.unique_id] = problem
            self._statements[problem.unique_id] = ' '.join(problem.problem.split())
            self._by_gold.setdefault(problem.answer.strip(), []).append(problem)

    def find(self, unique_id: str, gold: str | None, asked: str) -> Problem | None:
        """Return the problem, None where it is not there.

        Args:
            unique_id: '' where the run does not say.
            gold: the gold answer; None where the run does not say: the text alone tells.
            asked: the problem's text, or a prompt that holds it. In a few-shot prompt the
                problem stands last.
        """
        if unique_id:
            return self._by_id.get(unique_id)
        text = ' '.join(asked.split())
        found: tuple[int, int] = (-1, 0)
        match = None
        named = self._by_id.values() if gold is None else self._by_gold.get(gold.strip(), [])
        for problem in named:
            statement = self._statements[problem.unique_id]
            here = (text.rfind(statement), len(statement))
            if here[0] >= 0 and (here[0] + here[1], here[1]) > found:
                found, match = (here[0] + here[1], here[1]), problem
        return match
