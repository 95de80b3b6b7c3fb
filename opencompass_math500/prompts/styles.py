"""Ways of asking in our own words, once: literals only, as in ``texts``.

None of them is behind a published score; they are there to be compared with each other.
"""

# After Polya 1945, "How to Solve It": understand, plan, carry out, state.
GUIDED_STEPS = """\
{problem}

Work in four steps: say what is given and what is asked; choose a method; carry it out line by \
line; state the result. Put the final answer within \\boxed{}."""

# After Kojima et al. 2022, "Large Language Models are Zero-Shot Reasoners", in Chinese.
COT_ZH = """\
{problem}

请一步一步地推导，写出每一步的依据，最后把答案写在 \\boxed{} 中。"""

# After Madaan et al. 2023, "Self-Refine", in one turn.
SELF_CHECK = """\
{problem}

Solve the problem step by step. Before you answer, go through your solution once more and \
correct every mistake that you find. Then put the final answer within \\boxed{}."""

# After Weng et al. 2022, "Large Language Models are Better Reasoners with Self-Verification".
BACKWARD_CHECK = """\
{problem}

Solve the problem step by step. Then work backwards: put your result into the conditions of the \
problem and see whether each of them holds; if one does not, solve the problem anew. Put the \
final answer within \\boxed{}."""
