#!/usr/bin/env bash
# latex2sympy2 1.9.1: an integral whose dx stands in the numerator raises, and leaves the module
# in a state in which every later call raises too, of whatever expression. A long-lived process
# that reads many answers loses all that follow the first such one.
# Seen: TypeError of the integral, then TypeError of a sum that had been read a moment before.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'latex2sympy2==1.9.1' 'sympy==1.14.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from latex2sympy2 import latex2sympy

SUM, INTEGRAL = r'\sum_{k=1}^{3} k', r'\int_1^2 \frac{dx}{x}'


def read(text):
    try:
        return str(latex2sympy(text))
    except Exception as error:
        return f'raises {type(error).__name__}'


print('latex2sympy2', version('latex2sympy2'))
seen = [read(SUM), read(INTEGRAL), read(SUM), read('x+1')]
for text, said in zip((SUM, INTEGRAL, SUM, 'x+1'), seen):
    print(f'{text:24} {said}')
expected = ['Sum(k, (k, 1, 3))', *3 * ['raises TypeError']]
raise SystemExit(0 if seen == expected else f'no longer so: expected {expected}')
PYTHON
