// The list: the cards of a selection, made only for what is near the view.

import { byId, counted, element } from './dom.js';
import { problemCard } from './card.js';
import { unmark } from './highlight.js';

// A portion ends with whichever comes first: with twenty samples each, six cards fill a screen.
const PORTION = { cards: 40, responses: 120 };
const NEAR = '1500px'; // how far below the view cards are made in advance
const PRINTED = 1000; // responses on paper

export class List {
  #root;
  #view;
  #cards = [];
  #from = 0; // the cards that are made: from, and up to but without `to`
  #to = 0;
  #before = button('before');
  #more = button('more');
  #watch;

  constructor(root, view) {
    this.#root = root;
    this.#view = view;
    this.#before.addEventListener('click', () => this.#showBefore());
    this.#more.addEventListener('click', () => this.#showMore(PORTION));
    this.#watch = new IntersectionObserver(
      (seen) => seen.some((one) => one.isIntersecting) && this.#showMore(PORTION),
      { rootMargin: `0px 0px ${NEAR}` },
    );
  }

  /** Show a selection from its first card. */
  show({ cards, needle }) {
    this.#view.needle = needle;
    this.#start(cards, 0);
  }

  /** The row of a response, shown whatever it takes; null if it is not in the selection. */
  reveal(number) {
    const problem = this.#view.collection.items.problem[number];
    const at = this.#cards.findIndex((card) => card.problem === problem);
    if (at < 0) return null;
    if (at < this.#from || at >= this.#to) this.#start(this.#cards, Math.max(0, at - 1));
    while (at >= this.#to) this.#showMore(PORTION);
    const card = this.#root.querySelector(`.card[data-problem="${problem}"]`);
    if (!this.#cards[at].fitting.includes(number)) card.querySelector('.others')?.click();
    return card.querySelector(`[data-number="${number}"]`);
  }

  /** The card `step` away from the one that has the focus, or the first one in view. */
  neighbour(current, step) {
    const cards = [...this.#root.querySelectorAll('.card')];
    if (current !== null) return cards[cards.indexOf(current) + step] ?? null;
    const top = topOfView();
    return cards.find((card) => card.getBoundingClientRect().bottom > top) ?? null;
  }

  /** To what was found, from where it was searched for. */
  focusFirst() {
    this.#root.querySelector('.card')?.focus();
  }

  /** Where the list was scrolled, another one begins: its first card comes into view. */
  showStart() {
    const distance = this.#root.getBoundingClientRect().top - topOfView();
    if (distance < 0) window.scrollBy({ top: distance, behavior: 'instant' });
  }

  /** Paper does not scroll: make what it is to hold. */
  showForPrint() {
    this.#showMore({ cards: Infinity, responses: PRINTED });
  }

  #start(cards, from) {
    unmark();
    this.#cards = cards;
    this.#from = from;
    this.#to = from;
    this.#root.replaceChildren(this.#before, this.#more);
    if (cards.length === 0) {
      this.#root.append(element('p', { className: 'empty' }, 'No response fits this filter.'));
    }
    this.#showMore(PORTION);
  }

  #showMore(portion) {
    const end = this.#portionEnd(portion);
    const made = this.#cards.slice(this.#to, end).map((card) => problemCard(card, this.#view));
    this.#to = end;
    this.#more.before(...made);
    this.#buttons();
  }

  #showBefore() {
    const from = Math.max(0, this.#from - PORTION.cards);
    const made = this.#cards.slice(from, this.#from);
    this.#from = from;
    this.#before.after(...made.map((card) => problemCard(card, this.#view)));
    this.#buttons();
  }

  #portionEnd({ cards, responses }) {
    let end = this.#to;
    for (let rows = 0; end < this.#cards.length && rows < responses; end += 1) {
      if (end - this.#to >= cards) break;
      rows += this.#cards[end].fitting.length;
    }
    return end;
  }

  #buttons() {
    const below = this.#cards.length - this.#to;
    this.#before.hidden = this.#from === 0;
    this.#before.textContent = `Show more (${counted(this.#from, 'problem')} above)`;
    this.#more.hidden = below === 0;
    this.#more.textContent = `Show more (${counted(below, 'problem')} below)`;
    // Observed anew, the button reports again if it is still near after it moved down.
    this.#watch.disconnect();
    if (below > 0) this.#watch.observe(this.#more);
  }
}

function button(className) {
  return element('button', { type: 'button', className, hidden: true });
}

/** Below the toolbar, which may have been scrolled out. */
function topOfView() {
  return Math.max(0, byId('toolbar').getBoundingClientRect().bottom);
}
