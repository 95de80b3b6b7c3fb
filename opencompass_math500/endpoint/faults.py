"""What an error of an endpoint means: wait, give this item up, or stop altogether."""

from __future__ import annotations

import asyncio
import email.utils
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final, Literal, NamedTuple, cast, get_args

__all__ = ['Broken', 'Fault', 'Kind', 'fault_of']

Kind = Literal['wait', 'item', 'filter', 'stop', 'adapt']
"""``wait``: may pass by itself. ``item``: this request will never do. ``filter``: its
content was refused. ``stop``: no request will do until a person acts. ``adapt``: a
parameter that this model does not take."""

_STOP: Final = {
    401: 'the key was refused',
    402: 'the account has no balance',
    403: 'the key has no right to this model',
    404: 'no such model, or a wrong address',
}
_WAIT: Final = frozenset({408, 409, 425, 429})
_MAX_SHOWN: Final = 400
_SECRET: Final = 8  # characters; what is shorter ('none') is no secret, and may be a word


class Broken(Exception):
    """A reply came, but not a whole one: cut JSON, no choice, a stream without an end.

    Args:
        what: what is wrong with it.
        body: the error that it states instead, where there is one.
    """

    def __init__(self, what: str, body: object = None) -> None:
        self.body = body
        super().__init__(what)


@dataclass(frozen=True, slots=True)
class Fault:
    """An error, understood.

    Attributes:
        kind: what to do about it.
        what: one line for people, without the key.
        retry_after: seconds that the endpoint asks to wait; None where it does not say.
        parameter: for ``adapt``, the parameter that was refused.
        unreachable: no connection could be made at all.
    """

    kind: Kind
    what: str
    retry_after: float | None = None
    parameter: str = ''
    unreachable: bool = False


def fault_of(error: Exception, key: str) -> Fault | None:
    """Return what an exception of the ``openai`` client means; None where it is none of its.

    Args:
        error: what a request raised.
        key: the key, which is taken out of every text: endpoints echo it.
    """
    import openai

    if isinstance(error, openai.APIStatusError):
        status = error.status_code
        # Versions of the client put more or less of the body into their message.
        detail = _error_in(error.body).get('message') or error.body or 'without a text'
        said = f'HTTP {status}: {_line(detail, key)}'
        return _of_body(error.body, said, status, _retry_after(error.response.headers))
    if isinstance(error, openai.APIConnectionError) or _is_transport(error):
        return _of_connection(error, key)
    if isinstance(error, asyncio.TimeoutError):
        return Fault('wait', 'no whole reply in time')
    if isinstance(error, openai.APIError | Broken):
        # An error inside a stream or a 200: no HTTP status, but the body of one.
        return _of_body(error.body, _line(error, key))
    if isinstance(error, ValueError | RecursionError):
        # The client lets the parser's errors through: cut JSON of the right length.
        return Fault('wait', f'the reply is no JSON ({_line(error, key)})')
    return None


def _is_transport(error: Exception) -> bool:
    """Whether it is of httpx or httpx2: openai 1 lets those of a stream through."""
    modules = {kind.__module__.partition('.')[0] for kind in type(error).__mro__}
    return not modules.isdisjoint({'httpx', 'httpx2'})


def _of_connection(error: Exception, key: str) -> Fault:
    """No connection, a broken one, or none of its bytes in time.

    The causes are httpx's or httpx2's, as the client's version has it: they go by name.
    """
    cause = error.__cause__ if not _is_transport(error) and error.__cause__ else error
    name = type(cause).__name__
    unreachable = name in ('ConnectError', 'ConnectTimeout')
    if name.endswith(('Timeout', 'TimeoutError')) and not unreachable:
        return Fault('wait', 'no whole reply in time')
    said = _line(cause, key)
    what = f'connection failed ({said if said == name else f"{name}: {said}"})'
    return Fault('wait', what, unreachable=unreachable)


def _of_body(
    body: object, said: str, status: int | None = None, retry_after: float | None = None
) -> Fault:
    """By the code that the body states, else by the status.

    Args:
        body: what came, parsed as far as it could be.
        said: the line for people.
        status: the HTTP status; None where it was 200, and the body's code is the status
            (OpenRouter).
        retry_after: see :class:`Fault`.
    """
    error = _error_in(body)
    kind = _kind_of(error)
    parameter = str(error.get('param') or '')
    if kind == 'adapt' and parameter:
        return Fault('adapt', said, parameter=parameter)
    if kind == 'wait':
        return Fault('wait', said, retry_after=retry_after)
    if kind is not None and kind != 'adapt':
        return Fault(kind, said)
    code = status or _status_in(error)
    if code in _STOP:
        return Fault('stop', f'{_STOP[code]} ({said})')
    if code is None or code in _WAIT or code >= 500:
        return Fault('wait', said, retry_after=retry_after)
    return Fault('item', said)


def _error_in(body: object) -> Mapping[str, Any]:
    """The error object, which some wrap in ``error`` or (Gemini) in a list besides."""
    if isinstance(body, list) and body:
        body = body[0]
    if not isinstance(body, Mapping):
        return {}
    inner = body.get('error')
    return inner if isinstance(inner, Mapping) else body


def _status_in(error: Mapping[str, Any]) -> int | None:
    """An HTTP status that stands as the error's code."""
    code = error.get('code')
    return code if isinstance(code, int) and 400 <= code <= 599 else None


def _kind_of(error: Mapping[str, Any]) -> Kind | None:
    """What the error's ``code`` or ``type`` says, which is finer than the status."""
    message = str(error.get('message', ''))
    stated = [str(error.get(field)) for field in ('code', 'type')]
    for said in stated:
        for known in _known_codes():
            if known.code == said and known.phrase in message:
                return known.kind
    return None


class _Known(NamedTuple):
    code: str
    phrase: str
    kind: Kind


@lru_cache(maxsize=1)
def _known_codes() -> tuple[_Known, ...]:
    """The reviewed list in ``data/endpoint_errors.tsv``: code, phrase, kind, source."""
    text = (files('opencompass_math500') / 'data' / 'endpoint_errors.tsv').read_text('utf-8')
    found = []
    for line in text.splitlines():
        if line and not line.startswith('#'):
            code, phrase, kind, _ = line.split('\t')
            assert kind in get_args(Kind), line
            found.append(_Known(code, '' if phrase == '-' else phrase, cast(Kind, kind)))
    return tuple(found)


def _retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds to wait, from ``retry-after-ms`` or ``Retry-After`` (seconds or a date).

    Source: RFC 9110, section 10.2.3; retry-after-ms is Azure OpenAI's.
    """
    for name, unit in (('retry-after-ms', 0.001), ('retry-after', 1.0)):
        value = headers.get(name)
        if value is None:
            continue
        try:
            seconds = float(value) * unit
        except ValueError:
            try:
                seconds = email.utils.parsedate_to_datetime(value).timestamp() - time.time()
            except (TypeError, ValueError, OverflowError):
                continue
        if math.isfinite(seconds):
            return max(0.0, seconds)
    return None


def _line(said: object, key: str) -> str:
    """One bounded line without the key, and without what steers a terminal."""
    text = ' '.join(str(said).split()) or type(said).__name__
    if len(key) >= _SECRET:
        text = text.replace(key, '***')
    text = text if len(text) <= _MAX_SHOWN else f'{text[:_MAX_SHOWN]}...'
    return ''.join(letter if letter.isprintable() else '?' for letter in text)
