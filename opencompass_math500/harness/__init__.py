"""MATH-500 in lm-evaluation-harness: the same prompts, the same judge.

The tasks themselves are the YAML files in ``tasks/``; ``math500 lm-eval-path`` prints that
folder, which is given to ``lm_eval --include_path``. They are three lines each, and name a
class of :mod:`~opencompass_math500.harness.task`, which lm-eval imports with the task.

Only this room knows lm_eval.
"""
