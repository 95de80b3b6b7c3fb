"""Inference, grading and the closing table, guarded against stale reuse.

Runs one task at a time; max_num_workers says how many, one a GPU as a rule.
"""

from opencompass.tasks import OpenICLEvalTask, OpenICLInferTask

from opencompass_math500.compass import MATH500LocalRunner, MATH500Partitioner, MATH500Summarizer

infer = dict(
    partitioner=dict(type=MATH500Partitioner, stage='inference'),
    runner=dict(type=MATH500LocalRunner, max_num_workers=1, task=dict(type=OpenICLInferTask)),
)
eval = dict(
    partitioner=dict(type=MATH500Partitioner, stage='grading'),
    runner=dict(type=MATH500LocalRunner, max_num_workers=1, task=dict(type=OpenICLEvalTask)),
)
summarizer = dict(type=MATH500Summarizer)
