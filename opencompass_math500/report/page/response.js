// One response: a foldable row with its verdict, its answer and why; opened, with all the rest.

import { counted, element } from './dom.js';
import { formula } from './formula.js';
import { passage } from './passage.js';

const LONGEST = 300; // characters of an answer or a reason in a row; opened, it is whole

/** The row of response `number`. `view`: what the list shows and where it takes texts from. */
export function responseRow(number, view) {
  const { collection } = view;
  const verdict = collection.verdict(number);
  const row = element(
    'details',
    {
      className: 'response',
      id: `item-${collection.items.key[number]}`,
      data: { verdict, number },
    },
    summary(number, collection),
  );
  row.addEventListener('toggle', () => {
    if (row.open) view.opened.add(number);
    else view.opened.delete(number);
    if (row.open && row.childElementCount === 1) row.append(body(number, view));
  });
  row.open = view.opened.has(number);
  return row;
}

/** A verdict as people read it: `no_answer` as "no answer". */
export function worded(verdict) {
  return verdict.replaceAll('_', ' ');
}

function summary(number, collection) {
  const { items } = collection;
  const verdict = collection.verdict(number);
  const who = speaker(number, collection);
  return element(
    'summary',
    {},
    who === '' ? null : element('span', { className: 'who' }, who),
    element('span', { className: 'chip', data: { verdict } }, worded(verdict)),
    items.answer[number] === ''
      ? null
      : element('span', { className: 'answer' }, typeset(number, collection)),
    items.cut[number] === 1 && verdict !== 'truncated'
      ? element('span', { className: 'aside' }, 'cut')
      : null,
    element('span', { className: 'reason' }, clipped(items.reason[number])),
  );
}

/** Which run and which sample, as far as there are several. */
function speaker(number, collection) {
  const { run, sample } = collection.items;
  const parts = [];
  if (collection.hasSeveralRuns) parts.push(collection.labels[run[number]]);
  if (collection.hasSeveralSamples) parts.push(`sample ${sample[number] + 1}`);
  return parts.join(', ');
}

function typeset(number, collection) {
  const { answer, answerMath } = collection.items;
  const fragment = collection.math[answerMath[number]];
  return fragment === undefined ? clipped(answer[number]) : formula(fragment, answer[number]);
}

function clipped(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}

function body(number, view) {
  return element(
    'div',
    { className: 'body' },
    grounds(number, view.collection),
    ...passages(number, view),
    origin(number, view.collection),
  );
}

/** The texts of the response. Its own one is open: it is what a row is opened for. */
function passages(number, view) {
  const { items, extractions } = view.collection;
  const fold = (title, kind, place, more = {}) =>
    passage({ title, kind, load: () => textOf(number, place, view), ...more });
  const { needle } = view;
  const prompt = fold('Prompt', 'prompt', 0);
  const isBoxed = extractions[items.extraction[number]]?.name === 'extract.box';
  const boxed = isBoxed ? items.answer[number] : '';
  if (items.reasoning[number] === 1) {
    const reasoning = fold('Reasoning', 'reasoning', 2, { needle });
    return [prompt, reasoning, opened(fold('Response', 'response-text', 1, { needle, boxed }))];
  }
  // With a reasoning, the haystack holds both as one text and cannot say which has how many.
  const found = view.haystack.occurrences(number, needle);
  return [prompt, opened(fold('Response', 'response-text', 1, { needle, boxed, found }))];
}

function opened(folded) {
  folded.open = true;
  return folded;
}

/** One of the three texts of a response: 0 its prompt, 1 itself, 2 its reasoning. */
async function textOf(number, place, { collection, blocks }) {
  const { block, row } = collection.items;
  return (await blocks.rows(block[number]))[row[number]][place];
}

/** What the verdict rests on: both answers letter by letter, and the rules. */
function grounds(number, collection) {
  const { items, problems, rules, extractions } = collection;
  const list = element('dl', { className: 'facts' });
  const add = (term, ...said) => {
    list.append(element('div', {}, element('dt', {}, term), element('dd', {}, ...said)));
  };
  add('Answer, raw', source(items.answer[number]));
  add('Gold, raw', source(problems[items.problem[number]].gold));
  addRule(add, 'Decided by', rules[items.rule[number]]);
  addRule(add, 'Found by', extractions[items.extraction[number]]);
  if (items.reason[number].length > LONGEST) add('Reason', items.reason[number]);
  return list;
}

/** Where the response comes from and how it ended, on one line, with its link. */
function origin(number, collection) {
  const { items } = collection;
  const said = [ending(number, collection), length(number, items), grading(number, items)];
  const key = items.key[number];
  return element(
    'p',
    { className: 'aside origin' },
    `${said.join(' · ')} · `,
    element('code', {}, items.place[number]),
    ' ',
    element('a', { className: 'link', href: `#item-${key}` }, 'Link to this response'),
  );
}

function addRule(add, term, rule) {
  if (rule === undefined) return;
  add(term, rule.text === '' ? null : `${rule.text} `, element('code', {}, rule.name));
}

function source(text) {
  if (text === '') return element('span', { className: 'aside' }, 'none');
  return element('code', { className: 'tex' }, text);
}

function ending(number, collection) {
  const finish = collection.finish(number);
  const ended = finish === null ? 'ending not on record' : `ended: ${finish}`;
  return collection.items.cut[number] === 1 ? `${ended}, cut` : ended;
}

function length(number, { tokens, chars }) {
  const characters = counted(chars[number], 'character');
  return tokens[number] < 0 ? characters : `${counted(tokens[number], 'token')}, ${characters}`;
}

function grading(number, { graded, other }) {
  const when = graded[number] === 0 ? 'graded in the run' : 'graded for this report';
  if (other[number] < 0) return when;
  return `${when}, the run's own evaluator took it for ${other[number] === 1 ? 'right' : 'wrong'}`;
}
