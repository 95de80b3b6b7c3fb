// Formulas: the server's fragments of text and MathML, each parsed once and cloned after that.

import { element } from './dom.js';

const parser = new DOMParser();
const parsed = new Map();

/**
 * The fragment as a node, or the raw text where it does not parse.
 *
 * It is parsed as XML, which knows no error recovery: a fragment that is not what the server
 * meant to write is shown as text instead of becoming other elements.
 */
export function formula(fragment, raw) {
  if (!parsed.has(fragment)) parsed.set(fragment, parse(fragment));
  const root = parsed.get(fragment);
  return root === null ? element('span', {}, raw) : root.cloneNode(true);
}

function parse(fragment) {
  const xml = `<span xmlns="http://www.w3.org/1999/xhtml">${fragment}</span>`;
  const read = parser.parseFromString(xml, 'application/xhtml+xml');
  if (read.querySelector('parsererror') !== null) return null;
  return document.importNode(read.documentElement, true);
}
