"""The inferencer: GenInferencer that keeps what each row's generation knew.

OpenCompass's own writes prompt, prediction and gold. This one adds the row's
``unique_id``, ``finish_reason`` and ``response_tokens``, resumes row by row,
never drops few-shot examples in silence, and says how far it has come. A model
that is an endpoint is asked all rows at once, not batch by batch.
"""

from __future__ import annotations

import inspect
import json
import time
from pathlib import Path
from typing import Any

import torch
from opencompass.openicl.icl_inferencer import GenInferencer
from opencompass.registry import ICL_INFERENCERS
from opencompass.utils import get_logger

from opencompass_math500.compass.journal import Journal
from opencompass_math500.compass.observer import Ending, observe
from opencompass_math500.compass.progress import Progress
from opencompass_math500.compass.replies import account, is_failed, row_of, several_models
from opencompass_math500.compass.system_turn import keep_system_turns
from opencompass_math500.endpoint.reply import Reply
from opencompass_math500.errors import ConfigError, StaleRunError

__all__ = ['MATH500GenInferencer']


@ICL_INFERENCERS.register_module()
class MATH500GenInferencer(GenInferencer):
    """GenInferencer with a record of each row: id, finish reason, tokens.

    Takes GenInferencer's arguments (``max_out_len`` and ``stopping_criteria`` in
    tokens and texts). The name keeps ``GenInferencer`` in it, by which
    OpenCompass's summarizer tells the mode of a dataset.

    Raises:
        ConfigError: a prompt is longer than the model's context.
        StaleRunError: the journal of an unfinished attempt holds other prompts.
        EndpointError: the endpoint refuses all requests. The journal keeps the replies.
    """

    def __init__(self, *args: Any, output_json_filepath: str = '.', **kwargs: Any) -> None:
        # OpenCompass's default makes an empty icl_inference_output/ wherever one runs.
        super().__init__(*args, output_json_filepath=output_json_filepath, **kwargs)

    def inference(
        self,
        retriever: Any,
        ice_template: Any = None,
        prompt_template: Any = None,
        output_json_filepath: str | None = None,
        output_json_filename: str | None = None,
    ) -> list[Any]:
        """Generate for every row that has no recorded reply, and publish them all."""
        if self.dump_only_message_path:
            nothing: list[Any] = super().inference(
                retriever, ice_template, prompt_template, output_json_filepath, output_json_filename
            )
            return nothing
        path = Path(
            output_json_filepath or self.output_json_filepath,
            output_json_filename or self.output_json_filename,
        )
        prompts = self._prompts(retriever, ice_template, prompt_template)
        rows = [
            _Row(index, prompt, item)
            for index, (prompt, item) in enumerate(zip(prompts, retriever.test_ds, strict=True))
        ]
        gold_column = retriever.dataset_reader.output_column
        journal = Journal(path)
        # What failed is asked again; its new row comes later in the journal, and counts.
        done = {n: row for n, row in journal.restore().items() if not is_failed(row)}
        self._refuse_other_prompts(rows, done, journal)
        todo = [row for row in rows if row.index not in done]
        if self.is_main_process:
            prices = getattr(self.model, 'prices', None)
            progress = Progress(path, total=len(rows), done=done, prices=prices)
        if not hasattr(self.model, 'ask'):
            for batch in self.get_dataloader(todo, self.batch_size):
                started = time.monotonic()
                answered = self._answer(batch, gold_column)
                if self.is_main_process:
                    journal.append(answered)
                    progress.advance(answered, time.monotonic() - started)
        elif self.is_main_process:  # one process asks, however many torchrun has started
            self._ask(todo, gold_column, journal, progress)
        if self.is_main_process:
            journal.publish()
            progress.close()
        return [row['prediction'] for row in journal.rows()]

    def _prompts(self, retriever: Any, ice_template: Any, prompt_template: Any) -> list[Any]:
        """The prompt of every row, whole.

        GenInferencer would drop examples until the prompt fits ``max_seq_len``; a
        4-shot score over 2-shot prompts is not one, so a prompt that does not fit
        is an error.
        """
        prompts: list[Any] = self.get_generation_prompt_list_from_retriever_indices(
            retriever.retrieve(),
            retriever,
            self.gen_field_replace_token,
            max_seq_len=None,
            ice_template=ice_template,
            prompt_template=prompt_template,
        )
        keep_system_turns(self.model, prompts)
        limit = None if self.model.is_api else getattr(self.model, 'max_seq_len', None)
        if limit is None:
            return prompts
        lengths = [self.model.get_token_len_from_template(p, mode='gen') for p in prompts]
        longest = max(range(len(prompts)), key=lengths.__getitem__, default=None)
        if longest is not None and lengths[longest] + self.max_out_len > limit:
            item = retriever.test_ds[longest].get('unique_id', longest)
            raise ConfigError(
                f'the prompt of {item} has {lengths[longest]} tokens, which with '
                f'max_out_len={self.max_out_len} exceeds max_seq_len={limit}',
                'raise max_seq_len or lower max_out_len in the model config, or use fewer shots',
            )
        return prompts

    def _answer(self, batch: list[_Row], gold_column: str | None) -> dict[int, dict[str, Any]]:
        """Generate for one batch: rows for the journal, by position."""
        entries = [row.prompt for row in batch]
        extra: dict[str, Any] = {}
        accepted = inspect.signature(self.model.generate).parameters
        if 'stopping_criteria' in accepted:
            extra['stopping_criteria'] = list(self.stopping_criteria)
        if 'min_out_len' in accepted:
            extra['min_out_len'] = self.min_out_len
        with torch.no_grad(), observe(self.model, list(self.stopping_criteria)) as endings:
            parsed = self.model.parse_template(entries, mode='gen')
            replies = list(
                self.model.generate_from_template(entries, max_out_len=self.max_out_len, **extra)
            )
        each = len(replies) // len(batch)
        if len(replies) != each * len(batch):
            raise RuntimeError(f'{len(batch)} prompts were given {len(replies)} replies')
        if len(endings) != len(replies):
            endings = [Ending()] * len(replies)
        answered = {}
        for place, (row, prompt) in enumerate(zip(batch, parsed, strict=True)):
            mine = slice(place * each, (place + 1) * each)
            found = {
                'prediction': _one_or_many(replies[mine]),
                'finish_reason': _one_or_many([e.finish_reason for e in endings[mine]]),
                'response_tokens': _one_or_many([e.tokens for e in endings[mine]]),
            }
            answered[row.index] = row.answered(prompt, found, gold_column)
        return answered

    def _ask(
        self, todo: list[_Row], gold_column: str | None, journal: Journal, progress: Progress
    ) -> None:
        """Ask an endpoint for all open rows; each is on disk before the next is looked at."""
        parsed = self.model.parse_template([row.prompt for row in todo], mode='gen')
        looked = time.monotonic()

        def record(place: int, reply: Reply) -> None:
            nonlocal looked
            row = todo[place]
            answered = {row.index: row.answered(parsed[place], row_of(reply), gold_column)}
            journal.append(answered)
            # Requests overlap: what counts is the time that passed, not the latency.
            before, looked = looked, time.monotonic()
            progress.advance(answered, looked - before)

        if todo:
            self.model.ask(parsed, self.max_out_len, list(self.stopping_criteria), record)
        rows = journal.rows()
        get_logger().info(account(rows, getattr(self.model, 'prices', None)))
        if warning := several_models(rows):
            get_logger().warning(warning)

    def _refuse_other_prompts(
        self, rows: list[_Row], done: dict[int, dict[str, Any]], journal: Journal
    ) -> None:
        """A resumed row must have been asked exactly what it would be asked now."""
        kept = [row for row in rows if row.index in done]
        parsed = self.model.parse_template([row.prompt for row in kept], mode='gen') if kept else []
        for row, prompt in zip(kept, parsed, strict=True):
            before = done[row.index]
            now = json.loads(json.dumps(prompt))
            then = before.get('origin_prompt')
            if before.get('unique_id') == row.unique_id and then == now:
                continue
            raise StaleRunError(
                f'{journal.path} holds the reply of {row.unique_id} to another prompt '
                f'({_first_difference(then, now)})',
                'run without -r, or delete that file to ask everything again',
            )


class _Row:
    """One prompt with the item it asks about and its position in the prediction file."""

    __slots__ = ('index', 'item', 'prompt')

    def __init__(self, index: int, prompt: Any, item: dict[str, Any]) -> None:
        self.index = index
        self.prompt = prompt
        self.item = item

    @property
    def unique_id(self) -> str:
        return str(self.item.get('unique_id', self.index))

    def answered(
        self, prompt: Any, found: dict[str, Any], gold_column: str | None
    ) -> dict[str, Any]:
        """The row for the prediction file: what was asked, and what was found out."""
        return {
            'origin_prompt': prompt,
            'prediction': found['prediction'],
            **({'gold': self.item[gold_column]} if gold_column else {}),
            'unique_id': self.unique_id,
            **found,
        }


def _one_or_many(values: list[Any]) -> Any:
    """The value itself for one sample a prompt, as OpenCompass stores it; else the list."""
    return values[0] if len(values) == 1 else values


def _first_difference(before: Any, now: Any) -> str:
    """Where two prompts part, in a few words."""
    old, new = json.dumps(before, ensure_ascii=False), json.dumps(now, ensure_ascii=False)
    at = next(
        (i for i, (a, b) in enumerate(zip(old, new, strict=False)) if a != b),
        min(len(old), len(new)),
    )
    return f'then …{old[at : at + 40]!r}, now …{new[at : at + 40]!r}'
