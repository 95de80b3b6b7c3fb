// The address: the part after '#' says what is shown, so that a view can be sent to someone.

import { NO_FILTER, filterOf, parametersOf } from './filter.js';

const ITEM = 'item-';

/**
 * What the address asks for: `{ filter, item }`, each null where it says nothing of it.
 *
 * `#item-KEY` is one response; `#verdict=incorrect&item=KEY` a filter, and a response in it;
 * `#scores` is a place in the page, and none of our business.
 */
export function asked() {
  const hash = location.hash.slice(1);
  if (hash.startsWith(ITEM)) return { filter: null, item: hash.slice(ITEM.length) };
  if (!hash.includes('=')) return { filter: hash === '' ? NO_FILTER : null, item: null };
  const parameters = new URLSearchParams(hash);
  return { filter: filterOf(parameters), item: parameters.get('item') };
}

/** Say the filter, in place: typing a word is not a dozen steps to go back through. */
export function say(filter) {
  const parameters = parametersOf(filter).toString();
  const page = location.href.split('#')[0];
  history.replaceState(null, '', parameters === '' ? page : `${page}#${parameters}`);
}

/** The whole address of a response. */
export function addressOf(key) {
  return `${location.href.split('#')[0]}#${ITEM}${key}`;
}
