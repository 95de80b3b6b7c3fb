"""What every MATH-500 config shares: the data, the columns, the evaluator.

The data come from the hub or its cache, or from the file that MATH500_DATA names.
The eight digits are the checksum of the real MATH-500: MATH500Dataset refuses an
abbr that does not fit the data it loads.
"""

import sys

from opencompass_math500.compass import MATH500Evaluator

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_file = _environ.get('MATH500_DATA', '')

math500_source = _file or 'hub'
math500_abbr = ('math500-file-' if _file else 'math500-hub-') + 'c6e0e802'
math500_reader_cfg = dict(input_columns=['problem', 'solution'], output_column='answer')
math500_eval_cfg = dict(evaluator=dict(type=MATH500Evaluator))
