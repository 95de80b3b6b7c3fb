"""The tasks: classes that the YAML files in ``tasks/`` name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, ClassVar

from lm_eval.api.task import ConfigurableTask
from lm_eval.utils import create_iterator

from opencompass_math500 import __version__
from opencompass_math500.grading import grader_version
from opencompass_math500.harness.cached import look_into_cache
from opencompass_math500.harness.data import SPLIT, problems_for, rows_of
from opencompass_math500.harness.grades import LOGGED_AS, Grade, graded
from opencompass_math500.harness.metrics import metric_list, metrics_of
from opencompass_math500.harness.prompts import Asking, is_endpoint, name_with_system, turn_end
from opencompass_math500.harness.refusals import (
    refuse_cached_prompts,
    refuse_idle_processes,
    refuse_ignored,
    refuse_no_effect,
    refuse_odd_places,
    refuse_one_reply,
    refuse_other_shots,
)
from opencompass_math500.harness.reply_endings import Request, note_endings
from opencompass_math500.harness.task_settings import PREFIX, Settings
from opencompass_math500.notes import note

__all__ = ['FourShot', 'MATH500Task', 'ZeroShot']


class MATH500Task(ConfigurableTask):
    """What both tasks are: problems, a prompt, and the judge.

    Written against lm-eval 0.4.13, ``api/task.py`` and ``evaluator.py``: the order of calls
    there is ``__init__`` (with ``download`` in it), ``build_all_requests``, the model,
    ``apply_filters``, ``process_results`` a problem.

    Args:
        config: the YAML file's content, ``--metadata`` merged into its ``metadata``.

    Raises:
        Math500Error: settings or data that cannot work.
    """

    asking: ClassVar[Asking]

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        given = dict(config or {})
        refuse_ignored(given)
        given.pop('class', None)  # lm-eval leaves it there, and its own config refuses it
        metadata = given.pop('metadata', None) or {}
        settings = Settings.of(metadata)
        self._problems = problems_for(settings)
        self._turn_end = ''
        self._grades: dict[str, list[Grade]] = {}
        asked = self.asking.config()
        # A file that sets the cap alone must not lose the stop texts.
        asked['generation_kwargs'] |= given.pop('generation_kwargs', None) or {}
        super().__init__(
            config={
                'output_type': 'generate_until',
                'test_split': SPLIT,
                **asked,
                'doc_to_target': 'answer',
                'repeats': settings.samples,
                # A label as well. None would have lm-eval look our metrics up on the hub.
                'process_results': 'opencompass_math500.grade',
                'metric_list': metric_list(self._problems),
                'metadata': metadata | self._facts(),
                **given,
            }
        )

    def _facts(self) -> dict[str, str]:
        """What the log is to say of data and judge."""
        return {
            f'{PREFIX}set': self._problems.slug,
            f'{PREFIX}name': self._problems.name,
            f'{PREFIX}checksum': self._problems.checksum,
            f'{PREFIX}grader': grader_version(),
            f'{PREFIX}version': __version__,
        }

    def download(self, dataset_kwargs: dict[str, Any] | None = None, **kwargs: Any) -> None:
        """Hand lm-eval the problems; they are loaded and checked already."""
        self.dataset = {SPLIT: rows_of(self._problems)}

    def doc_to_text(self, doc: Mapping[str, Any], doc_to_text: Any = None) -> str:
        """Return the user's turn with the problem of a row or of a worked example."""
        return self.asking.question(doc['problem'], self._turn_end)

    def doc_to_target(self, doc: Mapping[str, Any], doc_to_target: Any = None) -> str:
        """Return the gold, as it stands; of a worked example the solution.

        lm-eval's own would read a gold such as ``[-2,7]`` as Python, and make a list of it.
        """
        return str(doc[doc_to_target or 'answer'])

    def build_all_requests(
        self,
        *,
        apply_chat_template: bool = False,
        fewshot_as_multiturn: bool = False,
        chat_template: Callable[..., Any] | None = None,
        cache_requests: bool = False,
        samples: Sequence[int] | None = None,
        limit: int | None = None,
        rank: int = 0,
        world_size: int = 1,
        system_instruction: str | None = None,
        **rest: Any,
    ) -> None:
        """Make the prompts; of several processes, those of this one.

        Raises:
            ConfigError: options that would make other prompts than the task's, or several
                replies that are one.
        """
        look_into_cache()
        note_endings()  # here at the latest the model is loaded, which is to be asked
        refuse_cached_prompts(cache_requests)
        refuse_odd_places(samples, len(self._problems))
        refuse_idle_processes(len(samples or self._problems), limit, world_size)
        template = self.asking.template(as_chat=apply_chat_template)
        if self.config.num_fewshot is None:
            self.set_config('num_fewshot', template.shots)
        shots, as_turns = self.config.num_fewshot, fewshot_as_multiturn
        refuse_other_shots(template, shots, as_chat=apply_chat_template, as_turns=as_turns)
        self._refuse_generation(at_endpoint=apply_chat_template and is_endpoint(chat_template))
        self._keep_several_out_of_cache()
        if template.as_chat and not apply_chat_template and not rank:
            note(
                f'task {self.config.task} asks without a chat template; an instruct model '
                'wants --apply_chat_template'
            )
        self._turn_end = turn_end(as_chat=apply_chat_template, chat_template=chat_template)
        self._name_prompt(name_with_system(template, system_instruction or ''))
        super().build_all_requests(
            apply_chat_template=apply_chat_template,
            fewshot_as_multiturn=fewshot_as_multiturn,
            chat_template=chat_template,
            samples=samples,
            limit=limit,
            rank=rank,
            world_size=world_size,
            system_instruction=system_instruction,
            **rest,
        )

    def _refuse_generation(self, *, at_endpoint: bool) -> None:
        """Refuse what ``--gen_kwargs`` and ``math500_n`` cannot mean together."""
        generation = self.config.generation_kwargs
        refuse_no_effect(generation, at_endpoint=at_endpoint)
        refuse_one_reply(self.config.repeats, generation, at_endpoint=at_endpoint)

    def _keep_several_out_of_cache(self) -> None:
        """Of several replies --use_cache keeps one: in the next run all would be that one."""
        if self.config.repeats > 1:
            # lm-eval leaves its cache alone where this is set, and tells no endpoint of it.
            self.set_config('generation_kwargs', {'do_sample': True}, update=True)

    def _name_prompt(self, name: str) -> None:
        """Write the prompt into the log, and the dataset as OpenCompass's run of it has it."""
        self.config.metadata |= {
            f'{PREFIX}prompt': name,
            f'{PREFIX}dataset': f'{self._problems.slug}_{name.replace("_", "-")}',
        }

    def doc_iterator(
        self, *, samples: Sequence[int] | None = None, **rest: Any
    ) -> Iterator[tuple[int, Any]]:
        """Yield the rows to ask about, numbered; with ``--samples`` in the order given.

        lm-eval takes the problems of ``[30, 3]`` in ascending order and then logs the first,
        number 3, as ``doc_id`` 30.
        """
        if not samples:
            return iter(super().doc_iterator(samples=samples, **rest))
        chosen = enumerate(self.eval_docs.select(samples))
        rank, world_size = int(rest.get('rank', 0)), int(rest.get('world_size', 1))
        return iter(create_iterator(chosen, rank=rank, world_size=world_size, limit=None))

    def construct_requests(
        self, doc: Mapping[str, Any], ctx: Any, *, metadata: Any, **kwargs: Any
    ) -> Request:
        """Make lm-eval's own request one that keeps how its replies ended."""
        made = super().construct_requests(doc, ctx, metadata=metadata, **kwargs)
        return Request(made.request_type, made.doc, made.arguments, made.idx, metadata)

    def apply_filters(self) -> None:
        """Grade every reply; what lm-eval logs as filtered is the extracted answer."""
        for request in self._instances:
            # A rank with fewer problems asks its last one again, and lm-eval keeps and logs
            # these replies too: a log with three replies where one was asked for.
            del request.resps[self.config.repeats :]
            replies = zip(request.resps, request.ends, strict=True)
            grades = [graded(request.doc, reply, end) for reply, end in replies]
            self._grades[request.doc['unique_id']] = grades
            request.filtered_resps['none'] = [grade['answer'] or '' for grade in grades]

    def process_results(
        self, doc: dict[str, Any], results: Sequence[Any]
    ) -> dict[str, float | None]:
        """Return the metrics of one problem."""
        grades = self._grades[doc['unique_id']]
        # What is returned becomes a line of the table each; the row that --log_samples
        # writes is this very dict.
        doc[LOGGED_AS] = grades
        return metrics_of(doc, grades, list(self._aggregation_list))


class ZeroShot(MATH500Task):
    """The problem, "reason step by step", the answer in a box."""

    asking = Asking(text='0shot_cot', chat='0shot_cot')


class FourShot(MATH500Task):
    """After Minerva's four worked examples: one text, or turns with a chat template."""

    asking = Asking(text='4shot_base', chat='4shot_chat')
