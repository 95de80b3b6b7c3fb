// The collection: the problems and their responses, as the index of the bundle gives them.
//
// Responses are numbers into the columns of `items`, problems are numbers into `problems`:
// ten thousand of them are filtered in a few milliseconds, without an object for each.

export class Collection {
  constructor(index) {
    this.runs = index.runs;
    this.verdicts = index.verdicts;
    this.rules = index.rules;
    this.extractions = index.extractions;
    this.finishes = index.finishes;
    this.math = index.math;
    this.problems = index.problems;
    this.items = index.items;
    this.characters = index.texts.chars;
    this.size = index.items.key.length;
    this.correct = index.verdicts.indexOf('correct');
    this.responses = index.problems.map(() => []); // of each problem, in the order of the data
    this.order = []; // the problems in the order in which they first occur
    this.labels = labelsOf(index.runs);
    this.hasSeveralRuns = index.runs.length > 1;
    this.hasSeveralSamples = index.items.sample.some((sample) => sample > 0);
    this.#group();
    this.numbers = new Map(index.items.key.map((key, number) => [key, number]));
  }

  #group() {
    this.items.problem.forEach((problem, number) => {
      const responses = this.responses[problem];
      if (responses.length === 0) this.order.push(problem);
      responses.push(number);
    });
  }

  verdict(number) {
    return this.verdicts[this.items.verdict[number]];
  }

  isCorrect(number) {
    return this.items.verdict[number] === this.correct;
  }

  /** Why the response ended, in the endpoint's word; null where nobody recorded it. */
  finish(number) {
    return this.finishes[this.items.finish[number]] ?? null;
  }

  /** The subjects in alphabetical order, the levels in ascending order. */
  get subjects() {
    return [...new Set(this.problems.map((problem) => problem.subject))].filter(Boolean).sort();
  }

  get levels() {
    return [...new Set(this.problems.map((problem) => problem.level))].sort((a, b) => a - b);
  }

  /** Whether the runs (numbers; fewer than two: all) fare differently on the problem. */
  differ(problem, runs) {
    const rates = new Map();
    for (const number of this.responses[problem]) {
      const run = this.items.run[number];
      if (runs.size > 1 && !runs.has(run)) continue;
      const [right, all] = rates.get(run) ?? [0, 0];
      rates.set(run, [right + Number(this.isCorrect(number)), all + 1]);
    }
    return new Set([...rates.values()].map(([right, all]) => right / all)).size > 1;
  }
}

/** What rows and the toolbar call the runs: the model, if that and the dataset leave no doubt. */
function labelsOf(runs) {
  const datasets = new Set(runs.map((run) => run.dataset));
  const models = new Set(runs.map((run) => run.model));
  const isPlain = datasets.size === 1 && models.size === runs.length;
  return runs.map((run) => (isPlain ? run.model : run.name));
}

/** How often each value occurs, by value. */
export function tally(values) {
  const counts = new Map();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
