#!/usr/bin/env bash
# math-verify 0.9.0: the overlined period of a repeating decimal is dropped. A right fraction is
# wrong against such a gold, and 0 is right.
# Seen: 0.\overline{27} is read as 0; 3/11 is not equal to it, 0 is.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify[antlr4_13_2]==0.9.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

gold = parse(r'$0.\overline{27}$')
right, wrong = verify(gold, parse(r'$\frac{3}{11}$')), verify(gold, parse('$0$'))
print('math-verify', version('math-verify'))
print('0.272727... is read as', gold[0])
print('3/11 is equal:', right)
print('0 is equal:', wrong)
raise SystemExit(0 if (right, wrong) == (False, True) else 'no longer so')
PYTHON
