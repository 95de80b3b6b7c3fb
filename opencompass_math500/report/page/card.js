// A card: one problem, its gold answer, and a row for each of its responses.

import { counted, element } from './dom.js';
import { formula } from './formula.js';
import { responseRow } from './response.js';

/** The card of one entry of a selection: `{ problem, fitting, others }`. */
export function problemCard({ problem: number, fitting, others }, view) {
  const problem = view.collection.problems[number];
  const card = element(
    'article',
    // Keys bring the focus here: its name is what a screen reader says of it.
    { className: 'card', tabIndex: -1, data: { problem: number }, 'aria-label': nameOf(problem) },
    heading(problem),
    element(
      'div',
      { className: 'problem' },
      withFoldedDrawings(formula(problem.html, problem.text)),
    ),
    gold(problem, view.collection),
    rows(fitting, view),
  );
  if (others.length > 0) card.append(rest(others, view));
  return card;
}

function nameOf(problem) {
  return problem.id === '' ? `${problem.dataset}, row ${problem.position}` : problem.id;
}

function heading(problem) {
  const level = problem.level > 0 ? `level ${problem.level}` : '';
  const kind = [problem.subject, level].filter((part) => part !== '').join(', ');
  return element(
    'header',
    {},
    element('h3', {}, nameOf(problem)),
    element('span', { className: 'aside' }, kind),
  );
}

/** Asymptote's source draws nothing here, and is often longer than the problem itself. */
function withFoldedDrawings(text) {
  for (const drawing of text.querySelectorAll('pre.asy')) {
    const folded = element('details', { className: 'drawing' });
    drawing.replaceWith(folded);
    folded.append(element('summary', {}, 'Drawing, as Asymptote source'), drawing);
  }
  return text;
}

function gold(problem, collection) {
  const fragment = collection.math[problem.goldMath]; // -1 where there is no gold
  const none = () => element('span', { className: 'aside' }, 'none');
  const shown = fragment === undefined ? none() : formula(fragment, problem.gold);
  return element(
    'p',
    { className: 'gold' },
    element('span', { className: 'term' }, 'Gold'),
    element('span', { className: 'answer' }, shown),
  );
}

/** Responses stand side by side where there are several runs and the page is wide enough. */
function rows(numbers, view) {
  const beside = view.collection.hasSeveralRuns && numbers.length > 1;
  return element(
    'div',
    { className: beside ? 'responses beside' : 'responses' },
    ...numbers.map((number) => responseRow(number, view)),
  );
}

/** The responses that the filter leaves out, behind a button: what did the others say? */
function rest(others, view) {
  const button = element(
    'button',
    { type: 'button', className: 'quiet others' },
    `Show ${counted(others.length, 'response')} that the filter leaves out`,
  );
  button.addEventListener('click', () => {
    const shown = rows(others, view);
    button.replaceWith(shown);
    shown.querySelector('summary').focus();
  });
  return button;
}
