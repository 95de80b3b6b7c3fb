#!/usr/bin/env bash
# verl 0.9.1: the reward of math_dapo looks at the last 300 characters of a reply alone. A right
# answer in a box with a longer check behind it is taken for none, and rewarded as a wrong one.
# Seen: the boxed answer alone is 1.0; with 400 characters of checking behind it -1.0, [INVALID],
# where verl's own reward of MATH (math_reward) still gives 1.0.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3.11}" -m venv "$folder/venv"
# Its reward functions need nothing but Python; the package would bring torch and ray.
"$folder/venv/bin/python" -m pip install --quiet --disable-pip-version-check --no-deps 'verl==0.9.1'
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
from importlib.metadata import distribution
from importlib.util import module_from_spec, spec_from_file_location

verl = distribution('verl')


def reward(name: str):
    path = verl.locate_file(f'verl/utils/reward_score/{name}.py')
    spec = spec_from_file_location(name, path)
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.compute_score


answer = r'So the value is $\boxed{5}$.'
check = ' To check, we put the value back into the equation, and both sides agree.' * 6
dapo, plain = reward('math_dapo'), reward('math_reward')
seen = [dapo(answer, '5'), dapo(answer + check, '5'), plain(answer + check, '5')]
print('verl', verl.version)
print('math_dapo, the answer alone:', seen[0])
print(f'math_dapo, {len(check)} characters of checking behind it:', seen[1])
print('math_reward, the same:', seen[2])
expected = [1.0, -1.0, 1.0]
found = [one['score'] if isinstance(one, dict) else one for one in seen]
raise SystemExit(0 if found == expected else 'no longer so')
PYTHON
