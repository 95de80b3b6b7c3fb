"""``python -m opencompass_math500``: the ``math500`` command."""

from opencompass_math500.cli import main

if __name__ == '__main__':
    raise SystemExit(main())
