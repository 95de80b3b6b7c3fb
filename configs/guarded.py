"""Inference, grading and the closing table, guarded against stale reuse.

One task a model and dataset; max_num_workers says how many run at a time. Grading is
quick: one task for all datasets of a model.
"""

from opencompass.tasks import OpenICLEvalTask, OpenICLInferTask

from opencompass_math500.compass import MATH500LocalRunner, MATH500Partitioner, MATH500Summarizer

infer = dict(
    partitioner=dict(type=MATH500Partitioner, stage='inference'),
    runner=dict(type=MATH500LocalRunner, max_num_workers=1, task=dict(type=OpenICLInferTask)),
)
eval = dict(
    partitioner=dict(type=MATH500Partitioner, stage='grading', n=100),
    runner=dict(type=MATH500LocalRunner, max_num_workers=1, task=dict(type=OpenICLEvalTask)),
)
summarizer = dict(type=MATH500Summarizer)
