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
