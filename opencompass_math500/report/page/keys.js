// The keys: everything that the mouse does with cards, without it.

import { byId } from './dom.js';

/** Listen. `list` and `toolbar` do what the keys ask for. */
export function listenToKeys(list, toolbar) {
  const help = byId('help');
  byId('show-help').addEventListener('click', () => help.showModal());
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    if (event.key === 'Escape') leave(event.target);
    if (isTyping(event.target)) return;
    const action = ACTIONS[event.key];
    if (action === undefined) return;
    if (action({ list, toolbar, help, target: event.target })) event.preventDefault();
  });
}

// Each says whether it used the key.
const ACTIONS = {
  '/': ({ toolbar }) => {
    toolbar.focusSearch();
    return true;
  },
  '?': ({ help }) => {
    help.showModal();
    return true;
  },
  j: ({ list, target }) => go(list, target, 1),
  k: ({ list, target }) => go(list, target, -1),
  o: ({ target }) => unfold(target.closest('.response') ?? target.closest('.card')),
  // Only on the card itself: on a button, a link or a summary Enter has its own meaning.
  Enter: ({ target }) => target.matches('.card') && unfold(target),
};

function isTyping(target) {
  return target.matches('input:not([type="checkbox"]), select, textarea');
}

function go(list, target, step) {
  const card = list.neighbour(target.closest('.card'), step);
  if (card === null) return false;
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: 'start' });
  return true;
}

/** Open a response, or those of a card; close them if all are open. */
function unfold(box) {
  if (box === null) return false;
  const rows = box.matches('.response') ? [box] : [...box.querySelectorAll('.response')];
  const open = rows.every((row) => row.open);
  for (const row of rows) row.open = !open;
  return true;
}

/** Out of what one is in: a row closes, the cards' rows close, an empty search lets go. */
function leave(target) {
  const row = target.closest('.response[open]');
  if (row !== null) {
    row.open = false;
    row.querySelector('summary').focus();
  } else if (target.matches('.card')) {
    for (const open of target.querySelectorAll('.response[open]')) open.open = false;
  } else if (!target.value) {
    target.blur(); // a search that holds a text is cleared by the browser first
  }
}
