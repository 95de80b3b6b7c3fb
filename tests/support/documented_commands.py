"""The commands that the documentation shows, each list with the test file that runs it."""

from __future__ import annotations

from documented_run import RUN_DIR

__all__ = [
    'EXPORTS', 'GRADE', 'INSPECT', 'NEMO_SKILLS', 'OTHER_HARNESSES', 'OTHER_RUN_DIR', 'REGRADE',
    'REPORTS', 'SIMPLE_EVALS', 'TABLES',
]  # fmt: skip

# Run by exports/test_export_docs.py.
EXPORTS = {
    f'math500 export {RUN_DIR} --output wrong_answers.xlsx',
    f'math500 export {RUN_DIR} | head -n 1',
    f"math500 export {RUN_DIR} --format csv | grep '^[0-9a-f]' | cut -d, -f 6-12",
    f'math500 export {RUN_DIR} --format md | head -n 38',
    f'math500 export {RUN_DIR} --output wrong_answers.zip',
    f'math500 export {RUN_DIR} --verdict incorrect --verdict no_answer --subject Algebra '
    '--level 1 --output algebra.md',
    f'math500 export {RUN_DIR} --all --model my-model --dataset my-problems --output all.jsonl',
    f'math500 export {RUN_DIR} --data test.jsonl --output wrong_answers.csv',
}

# Run by cli/test_grade_file.py.
GRADE = {
    'math500 grade responses.jsonl > verdicts.jsonl',
    'head -n 1 verdicts.jsonl',
    f'math500 grade {RUN_DIR} --summary',
}

# Run by graders/test_regrade.py.
REGRADE = {
    f'math500 regrade {RUN_DIR} --math-verify peer/bin/python',
    f'math500 regrade {RUN_DIR} --math-verify peer/bin/python --json --output graders.json',
}

OTHER_RUN_DIR = 'outputs/math500/20260102_120000'
# Run by report/test_report_docs.py: each with its runs and responses.
REPORTS = {
    f'math500 report {RUN_DIR}': (1, 3),
    f'math500 report {RUN_DIR} --model my-model --dataset my-problems --output my_problems.html': (
        1,
        3,
    ),
    f'math500 report {RUN_DIR} --data test.jsonl --output with_subjects.html': (1, 3),
    f'math500 report {RUN_DIR} {OTHER_RUN_DIR} --output both.html': (2, 6),
}

# Run by runs/test_nemo_skills.py.
NEMO_SKILLS = {'math500 table outputs/my-model'}

# Run by runs/test_other_harnesses_docs.py.
OTHER_HARNESSES = {
    'math500 table outputs/evalscope',
    f'math500 compare {RUN_DIR} outputs/evalscope',
    'math500 regrade outputs/evalscope',
    'math500 table outputs/lighteval',
    'math500 export outputs/lighteval --all --output replies.jsonl',
    'math500 report outputs/evalscope outputs/lighteval --output both.html',
}

# Run by runs/test_simple_evals.py.
SIMPLE_EVALS = {'math500 table outputs/simple-evals'}

# Run by runs/test_tables_docs.py.
TABLES = {
    'math500 table rollouts/val',
    'math500 export rollouts/grpo --all --output rollouts.xlsx',
    'math500 table answers.parquet --response-column reply --gold-column truth '
    '--problem-column text --finish-column ended',
    'math500 table answers.jsonl --data sample',
    'math500 grade answers.jsonl.gz --response-column reply --gold-column truth --summary',
}

# Run by runs/test_inspect_docs.py.
INSPECT = {
    'math500 table logs/whole.eval',
    'math500 export logs/whole.eval --all --output replies.jsonl',
    'math500 regrade logs/whole.eval',
    f'math500 compare {RUN_DIR} logs/whole.eval',
    f'math500 report {RUN_DIR} logs/whole.eval --output both.html',
}
