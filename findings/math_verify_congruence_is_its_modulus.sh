#!/usr/bin/env bash
# math-verify 0.9.0: of a congruence with an unbraced modulus the modulus is the value that is
# compared. A wrong residue is right, and so is the bare modulus.
# Seen: parse gives 7; 3 (mod 7), 5 (mod 7) and 7 are all 'equal'.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check 'math-verify[antlr4_13_2]==0.9.0'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import version

from math_verify import parse, verify

gold = parse(r'$x \equiv 3 \pmod 7$')
answers = (r'x \equiv 5 \pmod 7', '7', '3')
seen = [str(gold[0]), *(verify(gold, parse(f'${answer}$')) for answer in answers)]
print('math-verify', version('math-verify'))
print('gold x = 3 (mod 7) is read as', seen[0])
for answer, equal in zip(answers, seen[1:]):
    print(f'{answer:24} {"right" if equal else "wrong"}')
raise SystemExit(0 if seen == ['7', True, True, False] else 'no longer so')
PYTHON
