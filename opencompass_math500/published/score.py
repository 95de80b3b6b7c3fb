"""A published score with its settings, and a figure that is often quoted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

__all__ = [
    'Benchmark',
    'Metric',
    'Mode',
    'Origin',
    'PromptId',
    'PublishedScore',
    'QuotedFigure',
    'Source',
    'Verified',
]

Benchmark = Literal[
    'MATH-500',  # the 500 problems of Lightman et al.
    'MATH-5000',  # the whole test set of Hendrycks et al.
    'unclear',  # the source does not say which of the two
]
Metric = Literal[
    'accuracy',
    'exact_match',
    'pass@1',
    'maj@k',  # k is n_samples, here and below
    'RM@k',  # the response that a reward model ranks first
]
Mode = Literal['thinking', 'non_thinking']
Origin = Literal[
    'self',  # those who made the model, about it
    'baseline',  # a column for comparison: measured again or copied, mostly unsaid
    'repro',  # measured again by others
    'second_hand',
]
Verified = Literal[
    'primary',  # read in the document of those who made the model
    'other_vendor',  # read in the document of those who made another model
    'third_party',  # read in the document of others, who measured it themselves
    'excerpt',  # read in a part of the document
    'second_hand',  # a copy or a compilation was read, not the document
    'unconfirmed',  # quoted from a page that was not read again
]
PromptId = Literal[
    '0shot_cot',
    'evalchemy-math500',
    'lighteval-math500-v1',
    'llama31-math-0shot-cot',
    'minerva-4shot',
    'nemo-skills-math',
    'orz',
    'qwen25-math-cot',
    'simple-evals-math',
    'skythought-prefix',
    'skythought-suffix',
]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a score stands: a file of a repository at a commit, or a document.

    Attributes:
        repository: ``owner/name`` on GitHub.
        file: the path in it.
        commit: all 40 digits.
        section: the heading or table.
        document: a report or page that is no file of a repository.
        url: the page that a compilation names for the score.
    """

    repository: str | None
    file: str | None
    commit: str | None
    section: str | None
    document: str | None
    url: str | None

    def __str__(self) -> str:
        place = f'{self.repository}, {self.file}, commit {self.commit}'
        parts = (place if self.repository else self.document, self.section, self.url)
        return '; '.join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """One published score. ``None`` is always "the source does not say".

    Attributes:
        model: the name as the source writes it.
        hf_id: the repository on the Hugging Face hub.
        aliases: other names of the very same model.
        benchmark: the set of problems.
        score: percent, 0 to 100; None where the source says that there is none.
        metric: what the percentage counts.
        shots: worked examples before the question.
        cot: whether a chain of thought was asked for; False for reasoning with tools.
        mode: the switch of a model that can think or not.
        prompt: the name of the prompt template.
        system: the system prompt; '' where there was none.
        temperature: 0 for greedy decoding.
        top_p: nucleus.
        top_k: of sampling.
        max_tokens: the cap of a response, in tokens.
        n_samples: responses a problem.
        grader: what compared answers.
        reported_by: who published it.
        origin: whose model they spoke of, and whether they measured.
        verified: how the score was seen.
        source: where it stands.
        notes: what fits no field.
    """

    model: str
    hf_id: str | None
    aliases: tuple[str, ...]
    benchmark: Benchmark
    score: float | None
    metric: Metric | None
    shots: int | None
    cot: bool | None
    mode: Mode | None
    prompt: PromptId | None
    system: str | None
    temperature: float | None
    top_p: float | None
    top_k: int | None
    max_tokens: int | None
    n_samples: int | None
    grader: str | None
    reported_by: str
    origin: Origin
    verified: Verified
    source: Source
    notes: str | None


@dataclass(frozen=True, slots=True)
class QuotedFigure:
    """A figure that goes around under a name, and what it really is.

    Attributes:
        quoted_model: the name under which it goes around.
        quoted_score: the figure, percent.
        holds: whether it is a figure of that model on MATH-500.
        model: the model whose figure it is, as the table writes it.
        benchmark: of the figure.
        instead_model: a row with what the quoted model does have, where it has one.
        instead_benchmark: of that row.
        instead_score: of that row, percent.
        note: what to know before quoting it, in a short sentence.
    """

    quoted_model: str
    quoted_score: float
    holds: bool
    model: str
    benchmark: Benchmark
    instead_model: str | None
    instead_benchmark: Benchmark | None
    instead_score: float | None
    note: str

    def __str__(self) -> str:
        text = f'Often quoted: {self.quoted_model} {self.quoted_score}.'
        if not self.holds:
            text = f'{text} That is {self.model} on {self.benchmark}.'
        text = f'{text} {self.note}'
        if self.instead_model is None:
            return text
        return f'{text} {self.instead_model} has {self.instead_score} on {self.instead_benchmark}.'
