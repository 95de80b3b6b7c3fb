// A passage: a long text of a response (prompt, reasoning, reply), folded until it is wanted.

import { counted, element } from './dom.js';
import { mark, scrollTo, spansOf } from './highlight.js';

/**
 * The passage as <details>. Its <pre> is filled when it is opened first.
 *
 * @param {object} about
 *   title: what the text is; kind: its class name; load: gives a promise of the text;
 *   needle: what is searched for, in lower case; found: how often it stands in the text;
 *   boxed: the answer to point out, where its box is in the text.
 */
export function passage({ title, kind, load, needle = '', found = 0, boxed = '' }) {
  const box = element('pre', { tabIndex: 0, role: 'region', 'aria-label': title });
  const note = found > 0 ? ` · found ${counted(found, 'time')}` : '';
  const folded = element(
    'details',
    { className: `passage ${kind}` },
    element('summary', {}, title, element('span', { className: 'aside' }, note)),
    box,
  );
  folded.addEventListener('toggle', () => fill(folded, box, { load, needle, boxed }), {
    once: true,
  });
  return folded;
}

async function fill(folded, box, about) {
  box.setAttribute('aria-busy', 'true');
  try {
    const text = await about.load();
    box.textContent = text;
    if (text === '') box.replaceWith(element('p', { className: 'aside' }, 'Nothing is on record.'));
    else point(folded, box, text, about);
  } catch (error) {
    box.textContent = `This text cannot be unpacked: ${error.message}`;
  }
  box.removeAttribute('aria-busy');
}

/** Mark what was searched for and where the answer stands, and offer a way there. */
function point(folded, box, text, about) {
  const node = box.firstChild;
  const [found] = mark('found', node, spansOf(text, about.needle));
  const [answer] = mark('answer', node, boxSpans(text, about.boxed));
  if (found !== undefined) scrollTo(box, found);
  if (box.scrollHeight <= box.clientHeight) return;
  const jump = element(
    'button',
    { type: 'button', className: 'quiet jump' },
    answer === undefined ? 'To the end' : 'To the answer',
  );
  jump.addEventListener('click', () => {
    if (answer === undefined) box.scrollTop = box.scrollHeight;
    else scrollTo(box, answer);
  });
  folded.insertBefore(jump, box);
}

/** The last box that holds the answer: of several, the grader takes the last. */
function boxSpans(text, answer) {
  const start = answer === '' ? -1 : text.lastIndexOf(`boxed{${answer}}`);
  if (start < 0) return [];
  const inside = start + 'boxed{'.length;
  return [[inside, inside + answer.length]];
}
