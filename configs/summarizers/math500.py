"""The MATH-500 table at the end of a run, and an honest exit status."""

from opencompass_math500.compass import MATH500Summarizer

summarizer = dict(type=MATH500Summarizer)
