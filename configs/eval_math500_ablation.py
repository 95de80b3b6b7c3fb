"""What each setting is worth: a baseline, and every setting of it changed alone.

    opencompass configs/eval_math500_ablation.py
    MATH500_DATA=sample opencompass configs/eval_math500_ablation.py

The second takes the embedded sample: minutes instead of a day with the embedded model.
Prompt wording, system prompt, shots, token cap, sampling and batch size; the closing
table says what each is worth, with its interval. Models and datasets meet in
``model_dataset_combinations``: the baseline first, then one change each.
"""

from mmengine.config import read_base
from opencompass.openicl.icl_prompt_template import PromptTemplate
from opencompass.openicl.icl_retriever import FixKRetriever

from opencompass_math500.compass import MATH500AblationSummarizer

with read_base():
    from opencompass_math500.prompts.texts import BOXED_COT, MINERVA_SOLUTION
    from opencompass_math500.prompts.wordings import ASSISTANT_SYSTEM

    from .datasets.math500.math500_0shot_cot import math500_datasets as _zero_shot
    from .datasets.math500.math500_0shot_nocot import math500_datasets as _no_cot
    from .datasets.math500.math500_backward_check import math500_datasets as _backward_check
    from .datasets.math500.math500_cot_zh import math500_datasets as _chinese
    from .datasets.math500.math500_guided_steps import math500_datasets as _guided_steps
    from .datasets.math500.math500_self_check import math500_datasets as _self_check
    from .datasets.math500.problems import math500_abbr
    from .guarded import eval
    from .guarded import infer as _infer
    from .models.embedded_smollm2_135m import models as _embedded

_baseline = dict(_zero_shot[0])
_asked = dict(role='HUMAN', prompt=BOXED_COT)
_system_turn = dict(role='SYSTEM', fallback_role='HUMAN', prompt=ASSISTANT_SYSTEM)

# The baseline's own question after a system prompt, and after Minerva's examples.
_with_system = dict(
    _baseline,
    abbr=math500_abbr + '_0shot-cot-system',
    infer_cfg=dict(
        _baseline['infer_cfg'],
        prompt_template=dict(
            type=PromptTemplate, template=dict(begin=[_system_turn], round=[_asked])
        ),
    ),
)
_four_shot = dict(
    _baseline,
    abbr=math500_abbr + '_4shot-cot',
    infer_cfg=dict(
        _baseline['infer_cfg'],
        ice_template=dict(
            type=PromptTemplate,
            template=dict(round=[_asked, dict(role='BOT', prompt=MINERVA_SOLUTION)]),
        ),
        prompt_template=dict(
            type=PromptTemplate, template=dict(begin='</E>', round=[_asked]), ice_token='</E>'
        ),
        retriever=dict(type=FixKRetriever, fix_id_list=[0, 1, 2, 3]),
    ),
)

_model = dict(_embedded[0])
_abbr = _model['abbr']
_other_models = [
    dict(_model, abbr=_abbr + '_cap-256', max_out_len=256),
    dict(_model, abbr=_abbr + '_cap-1024', max_out_len=1024),
    dict(
        _model,
        abbr=_abbr + '_sampled',
        generation_kwargs=dict(do_sample=True, temperature=0.6, top_p=0.95),
    ),
    dict(_model, abbr=_abbr + '_batch-1', batch_size=1),
]
_other_datasets = [
    *_no_cot, *_guided_steps, *_chinese, *_self_check, *_backward_check, _with_system, _four_shot,
]  # fmt: skip

models = [_model, *_other_models]
datasets = [_baseline, *_other_datasets]
model_dataset_combinations = [
    dict(models=[_model], datasets=[_baseline]),
    dict(models=[_model], datasets=_other_datasets),
    dict(models=_other_models, datasets=[_baseline]),
]
# The model uses one core, so that two tasks run side by side.
infer = dict(_infer, runner=dict(_infer['runner'], max_num_workers=2))
summarizer = dict(type=MATH500AblationSummarizer)
work_dir = 'outputs/math500_ablation'
