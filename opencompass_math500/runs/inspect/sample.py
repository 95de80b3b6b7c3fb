"""One sample of a log, as a response: the problem, the prompt, the reply and how it ended.

Source: UKGovernmentBEIS/inspect_ai 0.3.285, ``log/_log.py`` (``EvalSample``),
``model/_model_output.py`` (``ModelOutput``) and ``model/_openai.py`` (a request that the
endpoint refused as too long or unsafe becomes a reply without usage and id, which holds the
text of the refusal).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeGuard

from opencompass_math500.dataset.problem import parse_level
from opencompass_math500.endings import meaning_of, shared_reason
from opencompass_math500.errors import MalformedData
from opencompass_math500.response import Response, turns_of
from opencompass_math500.runs.inspect.message import reasoning_of, text_of, turn_of
from opencompass_math500.runs.inspect.score import word_of
from opencompass_math500.runs.json_values import as_list, as_object
from opencompass_math500.runs.known import digest, known_problem, problem_within, subject_of
from opencompass_math500.runs.prediction import gold_answer

__all__ = ['Reply', 'problem_of', 'prompt_of', 'reply_of', 'response_of']

_REMEDY: Final = 'give the log of a task on MATH, whose samples have a target'
_CUT: Final = 'max_tokens'  # which the model was, and no request was refused
_LONGEST_ERROR: Final = 2000  # characters; an error of inspect quotes the whole request


@dataclass(frozen=True, slots=True)
class Reply:
    """What a sample's output holds, and what became of the sample.

    Attributes:
        text, reasoning: of the reply.
        finish_reason: by the name that endpoints share.
        tokens: generated; None where unknown.
        said: the facts that a log keeps beside it: ``model`` as served, ``stop_reason`` in its
            own word, ``limit`` that was hit, ``error`` and ``refusal``.
    """

    text: str
    reasoning: str
    finish_reason: str | None
    tokens: int | None
    said: Mapping[str, Any]


def response_of(
    sample: Mapping[str, Any], place: str, position: int, scorers: Sequence[str]
) -> Response:
    """Return the response that a sample holds.

    Args:
        sample: as it stands in the log.
        place: the file and the sample.
        position: the number of its problem in the data.
        scorers: whose word to take, the first of them that has one.

    Raises:
        MalformedData: it is no response to a problem with a gold; names it.
    """
    if sample.get('choices'):
        raise MalformedData(f'{place}: a choice of answers, no problem', _REMEDY)
    problem = problem_of(sample)
    reply, metadata = reply_of(sample), as_object(sample.get('metadata'))
    own = next((one for one in (metadata.get('unique_id'), sample.get('id')) if _is_id(one)), '')
    unique_id, known = known_problem(own, problem)
    gold = _gold(sample, place, known.answer_hash if known else '')
    right, answer = word_of(sample, scorers, _completion(sample))
    epoch = sample.get('epoch')
    subject = metadata.get('subject') or metadata.get('type')
    return Response(
        position=position,
        sample=epoch - 1 if isinstance(epoch, int) and epoch > 0 else 0,
        unique_id=unique_id,
        problem=problem,
        subject=subject if isinstance(subject, str) else subject_of(unique_id if known else ''),
        level=parse_level(metadata.get('level')) or (known.level if known else 0),
        prompt=prompt_of(sample),
        response=reply.text,
        reasoning=reply.reasoning,
        gold=gold,
        other_verdict=right,
        other_answer=answer,
        finish_reason=reply.finish_reason,
        tokens=reply.tokens,
        reply=reply.said or None,
        place=place,
    )


def problem_of(sample: Mapping[str, Any]) -> str:
    """Return the text of the problem, without a prompt around it where it is a known one."""
    asked, attachments = sample.get('input'), as_object(sample.get('attachments'))
    if isinstance(asked, list):
        users = [one for one in asked if as_object(one).get('role') == 'user']
        asked = users[-1] if users else ''
    text = text_of(asked, attachments)
    within = problem_within(text)
    return within[1] if within else text


def prompt_of(sample: Mapping[str, Any]) -> Any:
    """Return the turns before the reply."""
    messages, attachments = as_list(sample.get('messages')), as_object(sample.get('attachments'))
    last = as_object(_choice(sample).get('message'))
    identity = last.get('id')
    ends = [place for place, one in enumerate(messages) if as_object(one).get('id') == identity]
    before = messages[: ends[-1]] if last and ends else messages
    return turns_of([turn_of(one, attachments) for one in before] or None)


def reply_of(sample: Mapping[str, Any]) -> Reply:
    """Return what the model said, and how it ended; a refusal of the endpoint is no reply."""
    output, choice = as_object(sample.get('output')), _choice(sample)
    attachments = as_object(sample.get('attachments'))
    content = as_object(choice.get('message')).get('content')
    text, reasoning = _completion(sample), reasoning_of(content, attachments)
    if reasoning and reasoning in text and text.lstrip().startswith('<think'):
        reasoning = ''  # a thought with nothing behind it stands in the text as well
    word = choice.get('stop_reason')
    word = None if word == 'unknown' or not isinstance(word, str) else word
    error = as_object(sample.get('error')).get('message') or output.get('error')
    limit = as_object(sample.get('limit')).get('type')
    said = {
        'model': output.get('model') if choice else None,
        'stop_reason': word,
        'limit': limit,
        'error': str(error)[:_LONGEST_ERROR] if error else None,
    }
    finish = shared_reason(word)
    is_cut_or_filtered = word != _CUT and meaning_of(word) in ('length', 'filter')
    if is_cut_or_filtered and not output.get('usage') and not output.get('response_id'):
        # Whoever the model is, it has not been asked.
        said |= {'model': None, 'refusal': text[:_LONGEST_ERROR]}
        text = reasoning = ''
        finish = 'content_filter' if meaning_of(word) == 'filter' else 'failed_request'
    elif limit and not (text and meaning_of(word) == 'stop'):
        finish = shared_reason(f'{limit}_limit')
    elif error and not choice:
        finish = 'failed_request'
    facts = {name: value for name, value in said.items() if isinstance(value, str)}
    return Reply(text, reasoning, finish, _tokens(sample, output), facts)


def _tokens(sample: Mapping[str, Any], output: Mapping[str, Any]) -> int | None:
    """Those of the reply; where a limit has lost it, those that the sample spent."""
    usage = as_object(output.get('usage'))
    spent = list(as_object(sample.get('model_usage')).values())
    if not usage and not as_list(output.get('choices')) and len(spent) == 1:
        usage = as_object(spent[0])
    tokens = usage.get('output_tokens')
    return tokens if isinstance(tokens, int) and not isinstance(tokens, bool) else None


def _completion(sample: Mapping[str, Any]) -> str:
    """What the scorers saw."""
    output, attachments = as_object(sample.get('output')), as_object(sample.get('attachments'))
    said = output.get('completion')
    if isinstance(said, str) and said:
        return text_of(said, attachments)
    return text_of(as_object(_choice(sample).get('message')), attachments)


def _choice(sample: Mapping[str, Any]) -> Mapping[str, Any]:
    """The first choice, which is the one that is scored."""
    choices = as_list(as_object(sample.get('output')).get('choices'))
    return as_object(choices[0]) if choices else {}


def _gold(sample: Mapping[str, Any], place: str, answer_hash: str) -> str:
    """The target; of several the known answer, else the first."""
    target = sample.get('target')
    texts = [one for one in (target if isinstance(target, list) else [target]) if _is_text(one)]
    if not texts:
        raise MalformedData(f'{place}: no target', _REMEDY)
    golds = [gold_answer(text) for text in texts]
    return next((one for one in golds if answer_hash and digest(one) == answer_hash), golds[0])


def _is_id(value: Any) -> TypeGuard[str]:
    """Whether it is the name of a problem, as MATH-500 and our sample have them."""
    return isinstance(value, str) and value.count('/') == 2 and value.endswith('.json')


def _is_text(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and bool(value.strip())
