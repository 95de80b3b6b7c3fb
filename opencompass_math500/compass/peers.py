"""OpenCompass's own MATH graders, as its configs pair them with their postprocessors."""

from __future__ import annotations

from importlib.metadata import version

from opencompass.datasets.math import MATHEvaluator, math_postprocess, math_postprocess_v2

from opencompass_math500.graders.worker import Answer, Grade, served

__all__ = ['opencompass_graders', 'serve_opencompass']


def opencompass_graders() -> tuple[Grade, dict[str, str]]:
    """Return MATHEvaluator v1 behind ``math_postprocess``, and v2 behind ``math_postprocess_v2``.

    Source: the pairs in opencompass 0.5.4, ``configs/datasets/math``: ``math_gen_265cce.py``,
    ``math_0shot_gen_393424.py`` and their neighbours (v2), ``math_gen_0957ff.py`` and
    its neighbours (v1).
    """
    stages = {
        'opencompass_v1': (math_postprocess, MATHEvaluator(version='v1')),
        'opencompass_v2': (math_postprocess_v2, MATHEvaluator(version='v2')),
    }

    def grade(name: str, response: str, gold: str) -> tuple[str | None, bool]:
        postprocess, evaluator = stages[name]
        answer = postprocess(response)
        result = evaluator.score([answer], [gold])
        return answer, bool(result['details'][0]['correct'])

    host = f'opencompass {version("opencompass")}'
    return grade, dict.fromkeys(stages, host)


def serve_opencompass() -> tuple[Answer, dict[str, str]]:
    """Return what answers in a process of its own, and the versions of both."""
    return served(*opencompass_graders())
