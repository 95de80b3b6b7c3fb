"""The prompt texts, once: literals only.

Configs take them with ``with read_base(): from opencompass_math500.prompts.texts
import …``, which dumps them as literal text. mmengine executes this file as a
config to do so, hence nothing but assignments may stand here.
"""

BOXED_COT = '{problem}\nPlease reason step by step, and put your final answer within \\boxed{}.'

MINERVA_QUESTION = 'Problem:\n{problem}\n\nSolution:'

MINERVA_SOLUTION = '{solution}'

MINERVA_EXAMPLE = 'Problem:\n{problem}\n\nSolution:\n{solution}'

MINERVA_SEPARATOR = '\n\n'

MINERVA_STOP = ['Problem:']

JUDGE = """\
Decide whether a response gives the right final answer to a problem.

Problem:
{problem}

Right answer: {answer}

Response:
{prediction}

Compare the response's final answer with the right answer; do not solve the problem. Another \
way of writing the same value is right. A rounded value of an exact answer, a missing part of \
the answer, or no final answer is wrong.

Reply with one word, CORRECT or INCORRECT."""
