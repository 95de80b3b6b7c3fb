"""The exception family.

::

    Math500Error                one line for the user: what failed, where, what to do
    ├── DataError               problems could not be loaded as what they claim to be
    │   ├── SourceUnavailable   hub, mirror, ModelScope or file could not be reached
    │   ├── MalformedData       a file or row is not in the expected shape
    │   └── ChecksumMismatch    well-formed, but not the set that was asked for
    ├── SelectionError          an unknown subject, level or id in a filter
    ├── ConfigError             a config, model folder, cache or key that cannot work
    ├── StaleRunError           reuse of results made under other settings
    └── IncompleteRunError      tasks failed or results are missing

An expected failure of *grading* (an answer that does not parse, a clock that
ran out) is not here: it is a :class:`~opencompass_math500.grading.verdict.Verdict`.
"""

from __future__ import annotations

__all__ = [
    'ChecksumMismatch',
    'ConfigError',
    'DataError',
    'EndpointError',
    'IncompleteRunError',
    'MalformedData',
    'Math500Error',
    'SelectionError',
    'SourceUnavailable',
    'StaleRunError',
]


class Math500Error(Exception):
    """Base of every error that a user can mend.

    Its text is complete in one line: what failed, which item or file, and the
    remedy. The command line prints it without a traceback and exits with 1.

    Args:
        what: what failed and where, without a final full stop.
        remedy: what to do about it, as an imperative; empty where ``what`` says it all.
    """

    def __init__(self, what: str, remedy: str = '') -> None:
        self.what = what
        self.remedy = remedy
        super().__init__(f'{what}: {remedy}' if remedy else what)

    def __reduce__(self) -> tuple[type[Math500Error], tuple[str, str]]:
        # OpenCompass carries exceptions across process borders by pickling;
        # the default would call __init__ with the joined text alone.
        return type(self), (self.what, self.remedy)


class DataError(Math500Error):
    """The problems could not be loaded as what they claim to be."""


class SourceUnavailable(DataError):
    """The hub, the mirror, ModelScope or the file could not be reached."""


class MalformedData(DataError):
    """A file or a row is not in the expected shape; names the row."""


class ChecksumMismatch(DataError):
    """The rows are well-formed, but are not the set that was asked for."""


class SelectionError(Math500Error):
    """A filter names a subject, level or id that does not exist."""


class ConfigError(Math500Error):
    """A config, model folder, cache directory or key that cannot work."""


class EndpointError(Math500Error):
    """An endpoint refuses every request (key, balance, model name), or cannot be reached."""


class StaleRunError(Math500Error):
    """Results made under other settings would have been reused."""


class IncompleteRunError(Math500Error):
    """A task failed, or results that the config promises are missing."""
