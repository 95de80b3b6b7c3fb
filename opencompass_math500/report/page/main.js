// The page at work: unpack the index, show the list, follow the toolbar and the address.

import { addressOf, asked, say } from './address.js';
import { Blocks, unpack } from './bundle.js';
import { Collection } from './collection.js';
import { byId } from './dom.js';
import { NO_FILTER, isKept } from './filter.js';
import { Haystack } from './haystack.js';
import { listenToKeys } from './keys.js';
import { List } from './list.js';
import { select } from './selection.js';
import { Toolbar } from './toolbar.js';

/** What the page does when something changes: one filter in, one list and one count out. */
class Page {
  #collection;
  #haystack;
  #list;
  #toolbar;

  constructor(collection, blocks) {
    this.#collection = collection;
    this.#haystack = new Haystack(collection);
    const view = { collection, blocks, haystack: this.#haystack, needle: '', opened: new Set() };
    this.#list = new List(byId('items'), view);
    this.#toolbar = new Toolbar(
      collection,
      () => this.#changed(),
      () => this.#list.focusFirst(),
    );
    listenToKeys(this.#list, this.#toolbar);
    window.addEventListener('hashchange', () => this.follow());
    document.addEventListener('click', (event) => this.#followAgain(event));
    window.addEventListener('beforeprint', () => this.#prepareForPrint());
    byId('items').addEventListener('click', (event) => copyLink(event));
  }

  /** Show what the address asks for. */
  follow() {
    const { filter, item } = asked();
    if (filter !== null) {
      this.#toolbar.filter = filter;
      this.#render();
      if (!isKept(filter, this.#toolbar.filter, this.#collection)) {
        tell('The address asks for something that this report does not have.');
      }
      if (item === null && filter !== NO_FILTER) this.#goToResponses();
    }
    if (item !== null) this.#goTo(item);
  }

  /** Show what the address asks for, and everything if it asks for no filter. */
  begin() {
    if (asked().filter === null) this.#render();
    this.follow();
    document.documentElement.dataset.state = 'ready';
  }

  /** Make the texts of the responses searchable, and search them for what is asked by then. */
  async deepen(blocks) {
    if (this.#haystack.isTooLarge) {
      this.#toolbar.scope('Search does not reach the responses: they are too long to keep.');
      return;
    }
    try {
      await this.#haystack.fill(blocks, () => this.#scope());
    } catch (error) {
      // A block is damaged: the list stands, and the other responses can still be read.
      this.#toolbar.scope(`Search does not reach all responses. ${error.message}`);
      return;
    }
    document.documentElement.dataset.state = 'searchable';
    this.#scope();
    if (this.#toolbar.filter.text !== '') this.#render();
  }

  /** A link to where the address already is changes nothing, but whoever follows it moves. */
  #followAgain(event) {
    const link = event.target.closest?.('a[href^="#"]');
    if (link && link.hash === location.hash) this.follow();
  }

  #changed() {
    this.#render();
    this.#list.showStart();
    say(this.#toolbar.filter);
  }

  #render() {
    const started = performance.now();
    const selection = select(this.#collection, this.#haystack, this.#toolbar.filter);
    this.#list.show(selection);
    this.#toolbar.count(selection, this.#collection);
    document.documentElement.dataset.filterMs = (performance.now() - started).toFixed(1);
  }

  /** On paper there are no controls: what they are set to is said. */
  #prepareForPrint() {
    byId('printed').textContent = this.#toolbar.words;
    this.#list.showForPrint();
  }

  #scope() {
    const percent = Math.floor(100 * this.#haystack.progress);
    const done = this.#haystack.holdsTexts;
    this.#toolbar.scope(done ? '' : `Search does not reach all responses yet (${percent} %).`);
  }

  /** With the focus, so that the next Tab or key is about what is shown. */
  #goToResponses() {
    const heading = byId('responses');
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
    heading.scrollIntoView();
  }

  #goTo(key) {
    const number = this.#collection.numbers.get(key);
    if (number === undefined) {
      tell(`There is no response ${key} in this report.`);
      return;
    }
    let row = this.#list.reveal(number);
    if (row === null) {
      // The filter hides its problem, and a link is to be believed.
      this.#toolbar.filter = NO_FILTER;
      this.#render();
      row = this.#list.reveal(number);
    }
    row.open = true;
    row.scrollIntoView({ block: 'start' });
    row.querySelector('summary').focus({ preventScroll: true });
  }
}

/** Following a link to a response also copies it, where the browser lets the page do that. */
async function copyLink(event) {
  const link = event.target.closest('a.link');
  if (link === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
  try {
    await navigator.clipboard.writeText(addressOf(link.hash.slice('#item-'.length)));
    tell('The link is copied.');
  } catch {
    tell('The link is in the address bar.');
  }
}

/** Say something that is said once, to eyes and to screen readers. */
function tell(said) {
  byId('told').textContent = said;
  setTimeout(() => {
    if (byId('told').textContent === said) byId('told').textContent = '';
  }, 4000);
}

async function start() {
  const root = document.documentElement;
  try {
    root.dataset.state = 'loading';
    byId('status').textContent = 'The responses are being unpacked …';
    const collection = new Collection(await unpack(byId('index')));
    const blocks = new Blocks(document.querySelectorAll('script.block'));
    const page = new Page(collection, blocks);
    byId('status').textContent = '';
    page.begin();
    await page.deepen(blocks);
  } catch (error) {
    root.dataset.state = 'failed';
    byId('status').textContent = `The responses cannot be shown. ${error.message}`;
    throw error;
  }
}

start();
