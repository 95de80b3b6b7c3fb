"""The arguments of an API model, checked before anything is asked."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from typing import Any, Final, cast, get_args
from urllib.parse import urlsplit

from opencompass_math500.endpoint.request import TokenParameter
from opencompass_math500.endpoint.settings import EndpointSettings
from opencompass_math500.errors import ConfigError

__all__ = [
    'address_of',
    'as_plain',
    'key_from',
    'refuse_key',
    'sent_as_given',
    'token_parameter_of',
]

_DEFAULT_URL: Final = 'https://api.openai.com/v1'
_SET_ELSEWHERE: Final = {
    'model': 'set path', 'messages': 'set the prompt template', 'stream': 'set stream',
    'max_tokens': 'set max_out_len', 'max_completion_tokens': 'set max_out_len',
    'stop': 'set stopping_criteria of the inferencer', 'n': 'set n of the dataset',
}  # fmt: skip


def refuse_key(key: object, key_env: str) -> None:
    """Refuse a key in a config, which lies in plain text in every log folder."""
    if key is not None:
        raise ConfigError(
            'MATH500OpenAI takes no key from a config, which OpenCompass copies to its logs',
            'remove key=... and export OPENAI_API_KEY, or name another variable by key_env',
        )
    if not re.fullmatch(r'[A-Za-z_][A-Za-z0-9_]*', str(key_env)):
        # Without the text: it may be the key itself.
        raise ConfigError(
            'key_env is not the name of an environment variable',
            "write key_env='OPENAI_API_KEY' and export that variable",
        )


def address_of(base_url: str | None) -> str:
    """Return the address to ask, in shape.

    Raises:
        ConfigError: it is none. The text may hold a password and is not shown.
    """
    found = str(base_url or os.environ.get('OPENAI_BASE_URL') or _DEFAULT_URL).strip().rstrip('/')
    where = 'base_url' if base_url else 'OPENAI_BASE_URL'
    try:
        parts = urlsplit(found)
        good = parts.scheme in ('http', 'https') and bool(parts.hostname) and parts.port != 0
    except ValueError:
        good = False
    if not good:
        raise ConfigError(f'{where} is no address', 'write it as http://127.0.0.1:8000/v1')
    if found.endswith('/completions'):
        raise ConfigError(
            f'{where} names a single function of the endpoint',
            'give what stands before /chat/completions',
        )
    return found


def key_from(key_env: str, settings: EndpointSettings) -> str:
    """Return the key from the environment; any text for an address on this machine.

    Raises:
        ConfigError: there is none, or none that can be sent. The key is not shown.
    """
    found = os.environ.get(key_env, '').strip()
    if not found and _is_loopback(settings.base_url):
        return 'none'
    if not found:
        raise ConfigError(
            f'no key for {settings.address}: {key_env} is not set',
            f'export {key_env}=... (any text for a server of your own)',
        )
    if not re.fullmatch(r'[!-~]+', found):
        # It goes into a header, and the error of the HTTP library would show it.
        raise ConfigError(
            f'the key in {key_env} holds a space or a character that is not ASCII',
            'copy it anew',
        )
    return found


def _is_loopback(url: str) -> bool:
    host = urlsplit(url).hostname or ''
    return host in ('localhost', '::1') or re.fullmatch(r'127(\.\d+){3}', host) is not None


def sent_as_given(argument: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return fields of the request as plain values.

    Raises:
        ConfigError: one of them is set elsewhere.
    """
    for name, remedy in _SET_ELSEWHERE.items():
        if name in given:
            raise ConfigError(f'{argument} sets {name}', f'{remedy} instead')
    found: dict[str, Any] = as_plain(given)
    return found


def as_plain(value: Any) -> Any:
    """Return a value without the dictionary and list classes of mmengine and OpenCompass."""
    if isinstance(value, Mapping):
        return {str(key): as_plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(inner) for inner in value]
    return value


def token_parameter_of(given: str) -> TokenParameter:
    """Return the name of the token cap.

    Raises:
        ConfigError: it is unknown.
    """
    if given not in get_args(TokenParameter):
        raise ConfigError(
            f'token_parameter={given!r} is unknown',
            f'write one of {", ".join(get_args(TokenParameter))}',
        )
    return cast(TokenParameter, given)
