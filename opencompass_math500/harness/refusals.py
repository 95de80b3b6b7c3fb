"""What cannot work, or would not do what it says, refused before the first request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from opencompass_math500.errors import ConfigError
from opencompass_math500.prompts import PromptTemplate

__all__ = [
    'refuse_cached_prompts',
    'refuse_idle_processes',
    'refuse_ignored',
    'refuse_no_effect',
    'refuse_odd_places',
    'refuse_one_reply',
    'refuse_other_shots',
]

_HEEDED: Final = frozenset({'task', 'task_alias', 'class', 'metadata', 'generation_kwargs'})
_OTHER_CAPS: Final = ('max_new_tokens', 'max_tokens', 'max_completion_tokens')
_OTHER_COUNTS: Final = ('n', 'best_of', 'num_return_sequences')


def refuse_ignored(given: Mapping[str, Any]) -> None:
    """Refuse a YAML that includes one of ours and sets what the task does not heed.

    Prompt, target, data, filter and metrics are the class's; a ``doc_to_text`` or
    ``process_docs`` in the file would stand there and do nothing.

    Raises:
        ConfigError: something else is set.
    """
    ignored = sorted(set(given) - _HEEDED)
    if ignored:
        raise ConfigError(
            f'task {given.get("task")} sets {", ".join(ignored)}, which the math500 tasks ignore',
            'leave it out of the YAML; it may set task, task_alias, metadata and generation_kwargs',
        )


def refuse_cached_prompts(cache_requests: bool) -> None:
    """Refuse cached prompts: lm-eval keeps them by task, shots and tokenizer, not by data.

    Those of another file, or of a subset, would come back, and be graded by this one's golds.

    Raises:
        ConfigError: cached prompts are wanted.
    """
    if cache_requests:
        raise ConfigError(
            '--cache_requests does not tell one data set from another, and could bring prompts '
            'of other problems',
            'leave it out; --use_cache, which keeps replies by prompt, is safe',
        )


def refuse_odd_places(samples: Sequence[int] | None, total: int) -> None:
    """Refuse places in ``--samples`` that are none, or stand there twice and would count twice.

    Raises:
        ConfigError: there are such.
    """
    odd = [p for p in samples or () if not 0 <= p < total or list(samples or ()).count(p) > 1]
    if odd:
        raise ConfigError(
            f'--samples holds {", ".join(map(str, odd[:5]))}: twice, or none of the {total} '
            'problems',
            f'give each place from 0 to {total - 1} once',
        )


def refuse_idle_processes(problems: int, limit: int | None, processes: int) -> None:
    """Refuse more processes than problems: one without any ends lm-eval in an IndexError, or hangs.

    Source: lm-eval 0.4.13, ``evaluator.py``, ``evaluate`` (``task.instances[0]``; a process
    without requests does not come to the barrier behind them).

    Args:
        problems: how many could be asked.
        limit: how many at most; None for all.
        processes: that share them.

    Raises:
        ConfigError: there are too many.
    """
    asked = problems if limit is None else min(limit, problems)
    if processes > max(asked, 1):
        raise ConfigError(
            f'{processes} processes share {asked} problems, and one without any cannot go on',
            f'start {asked} processes or fewer' if asked > 1 else 'start one process',
        )


def refuse_other_shots(
    template: PromptTemplate, shots: int | None, *, as_chat: bool, as_turns: bool
) -> None:
    """Refuse other examples than the template's: another prompt, under its name.

    Raises:
        ConfigError: ``--num_fewshot`` asks for more or fewer, or ``--fewshot_as_multiturn``
            puts the examples of a chat into one turn.
    """
    if shots != template.shots:
        raise ConfigError(
            f'prompt {template.name} has {template.shots} worked examples, not {shots}',
            'leave --num_fewshot out',
        )
    if template.shots and as_chat and not as_turns:
        raise ConfigError(
            f'prompt {template.name} gives its worked examples as turns, not all in one',
            'leave --fewshot_as_multiturn at true',
        )


def refuse_no_effect(generation: Mapping[str, Any], *, at_endpoint: bool) -> None:
    """Refuse generation settings of which one is put aside, and still stands in the log.

    Source: lm-eval 0.4.13, ``models/utils.py``, ``normalize_gen_kwargs`` (for local models:
    ``max_gen_toks`` before other names, no temperature unless sampling);
    ``models/openai_completions.py`` (for endpoints: ``max_tokens`` before ``max_gen_toks``).

    Raises:
        ConfigError: another name for the cap beside the task's own, a cap that is none,
            several replies to one request, or a temperature for a local model that is told
            not to sample, or the reverse.
    """
    for name in _OTHER_CAPS:
        if name in generation:
            raise ConfigError(
                f'--gen_kwargs {name} names the cap a second time, beside max_gen_toks of the task',
                f'give max_gen_toks={generation[name]} instead',
            )
    for name in _OTHER_COUNTS:
        # Of an endpoint's and vLLM's replies to one request lm-eval takes the first; with
        # transformers it ends the run at the first batch, for there is a reply too many.
        if generation.get(name) not in (None, 1):
            raise ConfigError(
                f'--gen_kwargs {name}={generation[name]} asks for replies that lm-eval does not '
                'take',
                f'for several replies to each problem give --metadata math500_n={generation[name]}',
            )
    _refuse_odd_cap(generation.get('max_gen_toks'), at_endpoint=at_endpoint)
    samples, temperature = generation.get('do_sample'), generation.get('temperature')
    # An endpoint is never told of do_sample.
    if not at_endpoint and bool(samples) != bool(temperature):
        raise ConfigError(
            f'generation_kwargs have do_sample={samples} and temperature={temperature}, of which '
            'one has no effect',
            'add both to --gen_kwargs, e.g. do_sample=true,temperature=0.6, or neither',
        )


def _refuse_odd_cap(cap: Any, *, at_endpoint: bool) -> None:
    if at_endpoint and cap is None:
        return  # null: the endpoint's own
    if isinstance(cap, bool) or not isinstance(cap, int) or cap < 1:
        raise ConfigError(
            f'--gen_kwargs max_gen_toks={cap!r} is no number of tokens', 'give 1 or more'
        )


def refuse_one_reply(samples: int, generation: Mapping[str, Any], *, at_endpoint: bool) -> None:
    """Refuse several replies to a problem that can only be one reply several times.

    lm-eval is greedy unless told to sample, and sends the same seed with every request to
    an endpoint.

    Source: lm-eval 0.4.13, ``models/api_models.py``, ``TemplateAPI.__init__`` (seed=1234).

    Raises:
        ConfigError: that is what the settings mean.
    """
    if samples == 1:
        return
    asked = f'math500_n={samples} asks for {samples} replies to each problem'
    # None has an endpoint take its own, which samples.
    if generation.get('temperature', 0) == 0:
        how = 'temperature=0.6,seed=None' if at_endpoint else 'do_sample=true,temperature=0.6'
        raise ConfigError(
            f'{asked}, and greedy decoding gives the same one each time', f'add --gen_kwargs {how}'
        )
    if at_endpoint and generation.get('seed', 0) is not None:
        raise ConfigError(
            f'{asked}, and lm-eval sends the same seed with each request',
            'add seed=None to --gen_kwargs',
        )
