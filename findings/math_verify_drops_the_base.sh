#!/usr/bin/env bash
# math-verify 0.9.0: the subscript of a numeral in a base is dropped, so that the same digits
# in two bases are one answer. MATH asks for bases often: 40 in base 9 is 36, in base 8 it is 32.
# Seen: 40_9 and 40_8 are read as 40, and are equal.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify[antlr4_13_2]==0.9.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

first, second = parse('$40_9$'), parse('$40_8$')
print('math-verify', version('math-verify'))
print('40_9 is read as', first[0], 'and 40_8 as', second[0])
print('equal:', verify(first, second))
raise SystemExit(0 if verify(first, second) and str(first[0]) == '40' else 'no longer so')
PYTHON
