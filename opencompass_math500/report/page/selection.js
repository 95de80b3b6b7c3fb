// The selection: which problems and responses a filter leaves, and in which order.

import { folded } from './haystack.js';

/**
 * The problems that are left, each with the responses that fit (`fitting`) and the others.
 *
 * A problem is left if at least one of its responses fits; a search that finds the problem
 * itself fits all of them.
 */
export function select(collection, haystack, filter) {
  const fits = responseTest(collection, filter);
  const needle = folded(filter.text.trim());
  const cards = [];
  let responses = 0;
  for (const problem of collection.order) {
    if (!problemFits(collection, problem, filter)) continue;
    const whole = needle === '' || haystack.problemHas(problem, needle);
    const fitting = [];
    const others = [];
    for (const number of collection.responses[problem]) {
      const fit = fits(number) && (whole || haystack.responseHas(number, needle));
      (fit ? fitting : others).push(number);
    }
    if (fitting.length === 0) continue;
    responses += fitting.length;
    cards.push({ problem, fitting, others });
  }
  return { cards: sorted(cards, collection, filter.sort), responses, needle };
}

function problemFits(collection, number, filter) {
  const problem = collection.problems[number];
  if (filter.subject !== '' && problem.subject !== filter.subject) return false;
  if (filter.level !== '' && String(problem.level) !== filter.level) return false;
  return !filter.differ || collection.differ(number, filter.runs);
}

function responseTest(collection, filter) {
  const { run, verdict, cut } = collection.items;
  const verdicts = new Set([...filter.verdicts].map((name) => collection.verdicts.indexOf(name)));
  const ending = filter.ending;
  return (number) => {
    if (filter.runs.size > 0 && !filter.runs.has(run[number])) return false;
    if (verdicts.size > 0 && !verdicts.has(verdict[number])) return false;
    if (ending === '') return true;
    if (ending === 'cut') return cut[number] === 1;
    if (ending === 'whole') return cut[number] === 0;
    return ending === `finish:${collection.finish(number) ?? ''}`;
  };
}

function sorted(cards, collection, sort) {
  const worth = WORTHS[sort.replace('-', '')];
  if (worth === undefined) return cards;
  const sign = sort.startsWith('-') ? -1 : 1;
  const worths = new Map(cards.map((card) => [card, worth(card, collection)]));
  // Array.prototype.sort is stable: equals stay in the order of the data.
  return cards.sort((a, b) => sign * (worths.get(a) - worths.get(b)));
}

const WORTHS = {
  level: ({ problem }, { problems }) => problems[problem].level,
  length: ({ fitting }, { items }) => Math.max(...fitting.map((number) => items.chars[number])),
  // Wrong ones first: by the share of right responses and, where that is equal, by the verdict.
  verdict: ({ fitting }, collection) =>
    fitting.filter((number) => collection.isCorrect(number)).length / fitting.length -
    Math.max(...fitting.map((number) => collection.items.verdict[number])) * 1e-6,
};
