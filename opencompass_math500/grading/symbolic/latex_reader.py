"""latex2sympy2, the last resort for texts that our own grammar does not read."""

from __future__ import annotations

from contextlib import suppress
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from typing import Any, Final

__all__ = ['NoReaderError', 'UnreadableError', 'read_latex', 'trouble']


_RUNTIME: Final = 'antlr4-python3-runtime'


class UnreadableError(ValueError):
    """A side that cannot be made into a sympy expression: no fault of sympy's.

    Every other exception of a comparison is a crash, which decides nothing.
    """


class NoReaderError(RuntimeError):
    """latex2sympy2 cannot be used here; says why."""


@lru_cache(maxsize=1)
def trouble() -> str | None:
    """Return why latex2sympy2 cannot be used here, None where it can.

    It reads one text for that: with another release of its parser's runtime beside it, it is
    imported, or not, and then fails on every text. As good as first reading any integral, this
    also builds the parser's tables.
    """
    try:
        import latex2sympy2

        latex2sympy2.latex2sympy(r'\int_0^1 x^2 \, dx')
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever a clash comes to
        return f'latex2sympy2 cannot be used: {_cause(error)}'[:200]
    return None


def _cause(error: BaseException) -> str:
    """What went wrong first: it imports its parser in another way when one way fails.

    A clash of releases was "attempted relative import with no known parent package".
    """
    while error.__context__ is not None:
        error = error.__context__
    said = f'{type(error).__name__}: {error}'
    if 'ATN' in said:  # what the runtime calls the tables of the parser
        with suppress(PackageNotFoundError):
            said += f' (antlr4-python3-runtime {version(_RUNTIME)} is installed)'
    return said


def read_latex(text: str) -> Any:
    """Return what latex2sympy2 makes of ``text``.

    Raises:
        NoReaderError: it cannot be used here, whatever the text.
        UnreadableError: it cannot read the text.
    """
    if (why := trouble()) is not None:
        raise NoReaderError(why)
    import latex2sympy2

    try:
        return latex2sympy2.latex2sympy(text)
    except Exception as error:
        raise UnreadableError(f'{type(error).__name__} of the parser') from error
