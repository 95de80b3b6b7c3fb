#!/usr/bin/env bash
# math-verify 0.9.0: digits grouped by TeX's thin space, as the SI brochure recommends, are read as
# a mixed number: the groups are added.
# Seen: 1\,234 is read as 235 and is not equal to 1234; 1{,}234 and 1,234 are read as 1234.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify[antlr4_13_2]==0.9.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

gold = parse('$1234$')
spellings = (r'1\,234', '1{,}234', '1,234')
found = [parse(f'${spelling}$') for spelling in spellings]
seen = [(str(value[0]), verify(gold, value)) for value in found]
print('math-verify', version('math-verify'))
for spelling, (value, equal) in zip(spellings, seen):
    print(f'{spelling:10} is read as {value}, equal to 1234: {equal}')
raise SystemExit(0 if seen == [('235', False), ('1234', True), ('1234', True)] else 'no longer so')
PYTHON
