"""The wordings of published settings, once: literals only, as in ``texts``.

Each is what the model gets, byte for byte, as far as its source shows it; ``{problem}``
stands for the problem. Where a source formats its text (``{{``, ``\\\\``), the outcome
stands here.
"""

# Source: Qwen2.5-Math, evaluation/utils.py, PROMPT_TEMPLATES['qwen25-math-cot'].
QWEN_MATH_SYSTEM = 'Please reason step by step, and put your final answer within \\boxed{}.'

# Source: Qwen2.5-Math, evaluation/utils.py, PROMPT_TEMPLATES['qwen-boxed']; simple-evals,
# sampler/chat_completion_sampler.py, OPENAI_SYSTEM_MESSAGE_API: the same sentence.
ASSISTANT_SYSTEM = 'You are a helpful assistant.'

# Source: Qwen2.5-Math, evaluation/utils.py; s1, eval/lm-evaluation-harness/lm_eval/tasks/
# openai_math/utils.py.
PLAIN = '{problem}'

# Source: DeepSeek-Math, README.md, section 5.
DEEPSEEK_MATH_ZH = '{problem}\n请通过逐步推理来解答问题，并把最终答案放置于\\boxed{}中。'

# Source: opencompass 0.5.4, configs/datasets/math/math_prm800k_500_0shot_nocot_gen_b27274.py.
BOXED_NOCOT = '{problem}\nRemember to put your final answer within \\boxed{}.'

# Source: simple-evals, math_eval.py, QUERY_TEMPLATE. The file writes \\boxed in a literal
# that is not raw: one backslash is sent.
SIMPLE_EVALS = """\
Solve the following math problem step by step. The last line of your response should be of the \
form Answer: $ANSWER (without quotes) where $ANSWER is the answer to the problem.

{problem}

Remember to put your answer on its own line after "Answer:", and you do not need to use a \
\\boxed command."""

# Source: five public copies agree on the wording; the closing sentence is confirmed by
# llama-recipes, end-to-end-use-cases/benchmarks/llm_eval_harness/meta_eval/README.md.
LLAMA = """\
Solve the following math problem efficiently and clearly:

- For simple problems (2 steps or fewer):
Provide a concise solution with minimal explanation.

- For complex problems (3 steps or more):
Use this step-by-step format:

## Step 1: [Concise description]
[Brief explanation and calculations]

## Step 2: [Concise description]
[Brief explanation and calculations]

...

Regardless of the approach, always conclude with:

Therefore, the final answer is: $\\boxed{answer}$. I hope it is correct.

Where [answer] is just the final number or expression that solves the problem.

Problem: {problem}"""

# Source: lighteval, default_prompts.py, commit 4c9af85c; open-r1, src/open_r1/evaluate.py,
# commit eeca246. The two spaces after "clearly." are theirs.
LIGHTEVAL_BOXED = """\
Solve the following math problem efficiently and clearly.  The last line of your response \
should be of the following format: 'Therefore, the final answer is: $\\boxed{ANSWER}$. I hope \
it is correct' (without quotes) where ANSWER is just the final number or expression that solves \
the problem. Think step by step before answering.

{problem}"""

# Source: lighteval, src/lighteval/tasks/tasks/math_500.py, since commit babeec92.
LIGHTEVAL_ANSWER = """\
Solve the following problem. The final line of your response MUST be of the following format:
"ANSWER: $ANSWER" (without quotes) where $ANSWER is the final answer. Think step by step before \
answering.

{problem}"""

# Source: lm-evaluation-harness, lm_eval/tasks/hendrycks_math/hendrycks_math_algebra.yaml.
HENDRYCKS = 'Problem: {problem}\nAnswer:'
HENDRYCKS_STOP = ['Problem:']

# Source: evalchemy, eval/chat_benchmarks/MATH500/eval_instruct.py, commit 08c0c1a3.
EVALCHEMY = 'Problem: {problem}\nMark your solution with \\boxed\nAnswer:'

# Source: SkyThought, commit 54a495f, and before it. The doubled braces reach the model.
SKYTHOUGHT_PREFIX = 'Return your final response within \\boxed{{}}. {problem}'
SKYTHOUGHT_SUFFIX = '{problem}\nReturn your final response within \\boxed{{}}'

# Source: NeMo-Skills, nemo_skills/prompt/config/generic/math.yaml, without examples.
NEMO_SKILLS = """\
Solve the following math problem. Make sure to put the answer (and only answer) inside \\boxed{}.

{problem}"""

# Source: understand-r1-zero, evaluate_model.py, apply_open_reasoner_zero_template, after
# Open-Reasoner-Zero, playground/zero_setting_base.py, commit e008f6d9.
OPEN_REASONER_ZERO = """\
A conversation between User and Assistant. The User asks a question, and the Assistant solves \
it. The Assistant first thinks about the reasoning process in the mind and then provides the \
User with the answer. The reasoning process is enclosed within <think> </think> and answer is \
enclosed within <answer> </answer> tags, respectively, i.e., <think> reasoning process here \
</think> <answer> answer here </answer>. User: You must put your answer inside <answer> </answer> \
tags, i.e., <answer> answer here </answer>. And your final answer will be extracted automatically \
by the \\boxed{} tag.
This is the problem:
{problem}
Assistant: <think>"""

# Source: understand-r1-zero, evaluate_model.py, apply_r1_template, after DeepSeek-R1, table 1.
R1_ZERO = """\
A conversation between User and Assistant. The User asks a question, and the Assistant solves \
it. The Assistant first thinks about the reasoning process in the mind and then provides the \
User with the answer. The reasoning process is enclosed within <think> </think> and answer is \
enclosed within <answer> </answer> tags, respectively, i.e., <think> reasoning process here \
</think> <answer> answer here </answer>.
User: {problem}
Assistant: <think>"""

# Source: understand-r1-zero, evaluate_model.py, apply_prime_zero_template, after the model
# card of PRIME-RL/Eurus-2-7B-PRIME-Zero.
PRIME_ZERO = """\
A conversation between User and Assistant. The user asks a question, and the Assistant solves \
it. The assistant first thinks about the reasoning process in the mind and then provides the \
user with the answer. The reasoning process and answer are enclosed within <think> </think> and \
<answer> </answer> tags, respectively, i.e., <think> reasoning process here </think> <answer> \
answer here </answer>. User: {problem}

Present the answer in LaTex format: \\boxed{Your answer}. Assistant:"""
