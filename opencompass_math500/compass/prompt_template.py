"""A prompt template into which the problem alone is filled."""

from __future__ import annotations

from typing import Any

from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.registry import ICL_PROMPT_TEMPLATES

__all__ = ['MATH500PromptTemplate']


@ICL_PROMPT_TEMPLATES.register_module()
class MATH500PromptTemplate(PromptTemplate):
    """PromptTemplate that fills in ``{problem}`` and leaves every other brace alone.

    OpenCompass fills in each column of the dataset, the gold as nothing: Llama's
    ``\\boxed{answer}`` would reach the model as ``\\boxed``.
    """

    def generate_item(self, entry: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """Return the prompt for one row."""
        examples = kwargs.get('ice_field_replace_token', '')
        return super().generate_item(
            {'problem': entry['problem']}, ice_field_replace_token=examples
        )
