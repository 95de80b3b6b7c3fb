"""What every MATH-500 config shares: the data, the columns, the evaluator.

The data come from the hub or its cache, or from the file that MATH500_DATA names;
MATH500_DATA=sample takes the embedded sample. The eight digits are the checksum of the
data: MATH500Dataset refuses an abbr that does not fit what it loads.
"""

import sys

from opencompass_math500.compass import MATH500Evaluator

# mmengine keeps built-in modules in configs as they are; os is none of them on Python 3.10.
_environ = sys.modules['os'].environ
_file = _environ.get('MATH500_DATA', '')

math500_source = _file or 'hub'
_slugs = {'': 'math500-hub-c6e0e802', 'sample': 'sample-d672d809'}
math500_abbr = _slugs.get(_file, 'math500-file-c6e0e802')
math500_reader_cfg = dict(input_columns=['problem', 'solution'], output_column='answer')
math500_eval_cfg = dict(evaluator=dict(type=MATH500Evaluator))
