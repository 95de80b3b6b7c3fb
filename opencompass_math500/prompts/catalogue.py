"""All named templates, the other names that some have, and what is not published."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from opencompass_math500.prompts import styles, texts, wordings
from opencompass_math500.prompts.template import PromptTemplate

__all__ = ['ALIASES', 'TEMPLATES', 'UNPUBLISHED']

_MINERVA = (
    'Lewkowycz et al. 2022 (Minerva), appendix D.2; lm-evaluation-harness, '
    'lm_eval/tasks/minerva_math/utils.py'
)
_R1_ZERO = 'understand-r1-zero, evaluate_model.py, '


def _chat(name: str, question: str, source: str, *, system: str = '') -> PromptTemplate:
    """One user turn, after a system prompt where there is one."""
    return PromptTemplate(name, question, 0, True, (), source, system)


def _text(
    name: str, question: str, source: str, *, shots: int = 0, stop: tuple[str, ...] = ()
) -> PromptTemplate:
    """One text for a base model to go on with."""
    return PromptTemplate(name, question, shots, False, stop, source)


_OURS = (
    _chat(
        '0shot_cot',
        texts.BOXED_COT,
        'DeepSeek-Math, README.md section 5; Qwen2.5-Math, evaluation/utils.py; '
        'opencompass 0.5.4, configs/datasets/math/math_500_gen.py',
    ),
    PromptTemplate(
        '4shot_chat', texts.MINERVA_QUESTION, 4, True, tuple(texts.MINERVA_STOP),
        _MINERVA + '; as chat turns like --fewshot_as_multiturn',
    ),
    _text(
        '4shot_base', texts.MINERVA_QUESTION, _MINERVA, shots=4, stop=tuple(texts.MINERVA_STOP)
    ),
)  # fmt: skip

_PUBLISHED = (
    _chat(
        '0shot_nocot',
        wordings.BOXED_NOCOT,
        'opencompass 0.5.4, configs/datasets/math/math_prm800k_500_0shot_nocot_gen_b27274.py',
    ),
    _chat(
        'qwen25-math-cot',
        wordings.PLAIN,
        "Qwen2.5-Math, evaluation/utils.py, PROMPT_TEMPLATES['qwen25-math-cot']; sh/eval.sh",
        system=wordings.QWEN_MATH_SYSTEM,
    ),
    _chat(
        'qwen-boxed',
        texts.BOXED_COT,
        "Qwen2.5-Math, evaluation/utils.py, PROMPT_TEMPLATES['qwen-boxed']",
        system=wordings.ASSISTANT_SYSTEM,
    ),
    _chat(
        'deepseek-math-cot-zh',
        wordings.DEEPSEEK_MATH_ZH,
        'DeepSeek-Math, README.md section 5; evaluation/README.md',
    ),
    _chat('simple-evals-math', wordings.SIMPLE_EVALS, 'simple-evals, math_eval.py'),
    _chat(
        'simple-evals-math-chat',
        wordings.SIMPLE_EVALS,
        'simple-evals, math_eval.py; sampler/chat_completion_sampler.py, simple_evals.py',
        system=wordings.ASSISTANT_SYSTEM,
    ),
    _chat(
        'llama31-math-0shot-cot',
        wordings.LLAMA,
        'five public copies of the text in the Llama 3.1 evals dataset; llama-recipes, '
        'end-to-end-use-cases/benchmarks/llm_eval_harness/meta_eval/README.md; llama-models, '
        'models/llama3_1/eval_details.md',
    ),
    _chat(
        'lighteval-math500-v1',
        wordings.LIGHTEVAL_BOXED,
        'open-r1, src/open_r1/evaluate.py, commit eeca246; lighteval, default_prompts.py, '
        'commit 4c9af85c',
    ),
    _chat(
        'lighteval-math500-v2',
        wordings.LIGHTEVAL_ANSWER,
        'lighteval, src/lighteval/tasks/tasks/math_500.py, since commit babeec92',
    ),
    _text(
        'lm-eval-hendrycks',
        wordings.HENDRYCKS,
        'lm-evaluation-harness, lm_eval/tasks/hendrycks_math/hendrycks_math_algebra.yaml, utils.py',
        stop=tuple(wordings.HENDRYCKS_STOP),
    ),
    _chat(
        'evalchemy-math500',
        wordings.EVALCHEMY,
        'evalchemy, eval/chat_benchmarks/MATH500/eval_instruct.py, commit 08c0c1a3',
    ),
    _chat('skythought-prefix', wordings.SKYTHOUGHT_PREFIX, 'SkyThought, commit 54a495f'),
    _chat(
        'skythought-suffix', wordings.SKYTHOUGHT_SUFFIX, 'SkyThought, before commit 54a495f'
    ),
    _chat(
        's1-plain',
        wordings.PLAIN,
        's1, eval/lm-evaluation-harness/lm_eval/tasks/openai_math/utils.py',
    ),
    _chat(
        'nemo-skills-math',
        wordings.NEMO_SKILLS,
        'NeMo-Skills, nemo_skills/prompt/config/generic/math.yaml',
    ),
    _text(
        'orz',
        wordings.OPEN_REASONER_ZERO,
        _R1_ZERO + 'apply_open_reasoner_zero_template; Open-Reasoner-Zero, '
        'playground/zero_setting_base.py, commit e008f6d9',
    ),
    _text('r1-zero', wordings.R1_ZERO, _R1_ZERO + 'apply_r1_template; DeepSeek-R1, table 1'),
    _text(
        'prime-zero',
        wordings.PRIME_ZERO,
        _R1_ZERO + 'apply_prime_zero_template; model card of PRIME-RL/Eurus-2-7B-PRIME-Zero',
    ),
)  # fmt: skip

_STYLES = (
    _chat('guided-steps', styles.GUIDED_STEPS, 'our own words, after Polya 1945'),
    _chat('cot-zh', styles.COT_ZH, 'our own words, after Kojima et al. 2022'),
    _chat('self-check', styles.SELF_CHECK, 'our own words, after Madaan et al. 2023'),
    _chat('backward-check', styles.BACKWARD_CHECK, 'our own words, after Weng et al. 2022'),
)

TEMPLATES: Final[Mapping[str, PromptTemplate]] = MappingProxyType(
    {template.name: template for template in (*_OURS, *_PUBLISHED, *_STYLES)}
)
"""Every template by its name."""

ALIASES: Final[Mapping[str, str]] = MappingProxyType(
    {
        'minerva-4shot': '4shot_base',
        'deepseek-math-cot': '0shot_cot',
        # Recommended wording; that behind the 97.3 is not published.
        'deepseek-r1-rec': '0shot_cot',
        'opencompass-393424': '0shot_cot',
        'opencompass-11c4b5': '0shot_cot',
        'opencompass-b27274': '0shot_nocot',
    }
)
"""Other names of templates, byte for byte the same: of projects and of config hashes."""

UNPUBLISHED: Final[Mapping[str, str]] = MappingProxyType(
    {
        'deepseek-r1': 'the prompt behind 97.3; README.md recommends deepseek-r1-rec',
        'kimi': 'Kimi k1.5 report, appendix C; Kimi K2 report',
    }
)
"""Settings behind published figures whose wording nobody has shown, and where it lacks."""
