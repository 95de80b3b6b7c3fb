"""The process of the symbolic comparison, run as ``python -m`` by the fallback.

Reads one JSON request a line from standard input and writes one reply a line. It limits
its own memory; its time is limited by the client, who kills it.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Final

from opencompass_math500.grading.symbolic import UnreadableError, compare

__all__ = ['main']

_MEMORY_BYTES: Final = 3 << 30


def _limit_memory() -> None:
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    limit = _MEMORY_BYTES if hard == resource.RLIM_INFINITY else min(_MEMORY_BYTES, hard)
    resource.setrlimit(resource.RLIMIT_AS, (limit, hard))


def _warm_up() -> None:
    """Load the libraries and their parser's tables, so that no item's clock pays for it.

    On a busy machine that alone took the two seconds of the first integral.
    """
    compare({'kind': 'latex', 'gold': '1', 'answer': r'\int_0^1 x \, dx'})


def main() -> int:
    """Serve requests until standard input ends."""
    replies = os.fdopen(os.dup(1), 'w', encoding='utf-8')
    # Whatever a library prints must not be taken for a reply.
    os.dup2(2, 1)
    _limit_memory()
    _warm_up()
    replies.write('ready\n')
    replies.flush()
    for line in sys.stdin:
        try:
            equal, reason = compare(json.loads(line))
        except UnreadableError as error:
            equal, reason = None, f'unreadable: {error}'
        except Exception as error:  # noqa: BLE001 - hostile input in foreign code
            equal, reason = None, f'sympy failed: {type(error).__name__}'
        replies.write(json.dumps({'equal': equal, 'reason': reason}) + '\n')
        replies.flush()
    return 0


if __name__ == '__main__':
    sys.exit(main())
