"""The rules first, an LLM judge for what they reject: OpenCompass's cascade, made safe."""

from __future__ import annotations

from typing import Any

from opencompass.evaluator import CascadeEvaluator
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.registry import ICL_EVALUATORS, ICL_PROMPT_TEMPLATES

__all__ = ['MATH500CascadeEvaluator', 'MATH500JudgeTemplate']


@ICL_EVALUATORS.register_module()
class MATH500CascadeEvaluator(CascadeEvaluator):
    """CascadeEvaluator whose rule stage knows how each reply ended.

    OpenCompass's hands the rules one row at a time and no place to look; a reply cut
    by the token cap would count as one without an answer.
    """

    def score(
        self, predictions: list[str], references: list[str], test_set: Any = None
    ) -> dict[str, Any]:
        """Grade by the rules, then by the judge; see CascadeEvaluator."""
        self.rule_evaluator._out_dir = getattr(self, '_out_dir', None)
        self.rule_evaluator._dataset_replica_idx = self.dataset_replica_idx
        result: dict[str, Any] = super().score(predictions, references, test_set)
        return result


@ICL_PROMPT_TEMPLATES.register_module()
class MATH500JudgeTemplate(PromptTemplate):
    """PromptTemplate that fills in the response last.

    OpenCompass fills {column} after {column} into one growing text: a response with
    ``{reference}`` in it would be changed before the judge reads it.
    """

    def generate_item(self, entry: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Return the prompt for one row."""
        rest = {column: value for column, value in entry.items() if column != 'prediction'}
        last = {'prediction': entry['prediction']} if 'prediction' in entry else {}
        return super().generate_item({**rest, **last}, *args, **kwargs)
