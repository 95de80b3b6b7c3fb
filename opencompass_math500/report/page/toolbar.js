// The toolbar: native controls that say what is shown, and the count that says how much it is.

import { tally } from './collection.js';
import { byId, counted, element, grouped } from './dom.js';
import { NO_FILTER } from './filter.js';
import { worded } from './response.js';

const TYPING = 120; // milliseconds without a key after which the text is searched for

export class Toolbar {
  #form = byId('toolbar');
  #search = byId('search');
  #typing = null;

  /** `changed` is called when a control was set to something else, `entered` after Enter. */
  constructor(collection, changed, entered) {
    this.#offer(collection);
    this.#form.addEventListener('input', (event) => {
      clearTimeout(this.#typing);
      if (event.target === this.#search) this.#typing = setTimeout(changed, TYPING);
      else changed();
    });
    this.#form.addEventListener('submit', (event) => {
      event.preventDefault();
      clearTimeout(this.#typing);
      changed();
      entered();
    });
    byId('reset').addEventListener('click', () => {
      this.filter = NO_FILTER;
      changed();
    });
    byId('filters').open = window.matchMedia('(min-width: 48rem) and (min-height: 40rem)').matches;
    this.#form.hidden = false;
    this.#keepHeight();
  }

  get filter() {
    return Object.freeze({
      runs: new Set(this.#checked('run').map(Number)),
      verdicts: new Set(this.#checked('verdict')),
      subject: byId('filter-subject').value,
      level: byId('filter-level').value,
      ending: byId('filter-ending').value,
      differ: byId('filter-differ').checked,
      text: this.#search.value.trim(),
      sort: byId('sort').value,
    });
  }

  /** Set the controls; what there is no control for (a run that is not here) falls away. */
  set filter(filter) {
    this.#check('run', new Set([...filter.runs].map(String)));
    this.#check('verdict', filter.verdicts);
    for (const name of ['subject', 'level', 'ending']) {
      const control = byId(`filter-${name}`);
      control.value = filter[name];
      if (control.selectedIndex < 0) control.value = '';
    }
    byId('filter-differ').checked = filter.differ;
    this.#search.value = filter.text;
    byId('sort').value = filter.sort;
  }

  count({ cards, responses }, { problems, size }) {
    const ofProblems = `${grouped(cards.length)} of ${counted(problems.length, 'problem')}`;
    const ofResponses = `${grouped(responses)} of ${counted(size, 'response')}`;
    byId('count').value = `${ofProblems}, ${ofResponses}`;
  }

  /** What the controls are set to, in their own words; '' where it is nothing. */
  get words() {
    const ticked = [...this.#form.querySelectorAll('input:checked')].map(({ labels: [label] }) =>
      (label.querySelector('span') ?? label).textContent.trim(),
    );
    const chosen = [...this.#form.querySelectorAll('select')]
      .filter((select) => select.selectedIndex > 0)
      .map((select) => `${select.labels[0].textContent}: ${select.selectedOptions[0].textContent}`);
    const { text } = this.filter;
    const searched = text === '' ? [] : [`Search: ${text}`];
    return [...ticked, ...chosen, ...searched].join(' · ');
  }

  /** How far the search reaches, while it does not reach everywhere. */
  scope(said) {
    byId('scope').textContent = said;
  }

  focusSearch() {
    this.#search.focus();
    this.#search.select();
  }

  #offer(collection) {
    const { items, runs, verdicts } = collection;
    const byVerdict = tally(items.verdict);
    const present = verdicts.map((name, at) => [name, at]).filter(([, at]) => byVerdict.has(at));
    byId('filter-verdict').append(
      ...present.map(([name, at]) => choice('verdict', name, worded(name), byVerdict.get(at))),
    );
    if (runs.length > 1) this.#offerRuns(collection);
    const levels = collection.levels.map((level) => option(level, level > 0 ? level : 'unknown'));
    offerSome(
      'filter-subject',
      collection.subjects.map((name) => option(name, name)),
    );
    offerSome('filter-level', levels);
    byId('filter-ending').append(...endings(collection));
  }

  /** Only where there are several: a single run is no choice, in the toolbar or the address. */
  #offerRuns({ items, labels }) {
    const byRun = tally(items.run);
    byId('filter-run').append(
      ...labels.map((label, at) => choice('run', String(at), label, byRun.get(at) ?? 0)),
    );
    byId('filter-run').hidden = false;
    byId('differ-field').hidden = false;
  }

  #checked(name) {
    return [...this.#form.querySelectorAll(`input[name="${name}"]:checked`)].map(
      (input) => input.value,
    );
  }

  #check(name, values) {
    for (const input of this.#form.querySelectorAll(`input[name="${name}"]`)) {
      input.checked = values.has(input.value);
    }
  }

  /** The height of the bar that sticks to the top, so that nothing is scrolled to below it. */
  #keepHeight() {
    const keep = () => {
      const height = this.#form.getBoundingClientRect().height;
      document.documentElement.style.setProperty('--toolbar', `${Math.ceil(height)}px`);
    };
    keep(); // the observer reports only after the first scrolling to a linked response
    new ResizeObserver(keep).observe(this.#form);
  }
}

/** A choice of one is none: an OpenCompass config of its own says nothing of subjects. */
function offerSome(id, options) {
  byId(id).append(...options);
  byId(id).closest('.field').hidden = options.length < 2;
}

function endings(collection) {
  const finishes = tally(collection.items.finish.map((_, at) => collection.finish(at)));
  return [...finishes].map(([name, count]) =>
    option(
      `finish:${name ?? ''}`,
      name === null ? `unknown (${grouped(count)})` : `${name} (${grouped(count)})`,
    ),
  );
}

function option(value, label) {
  return element('option', { value: String(value) }, String(label));
}

function choice(name, value, label, count) {
  return element(
    'label',
    { className: 'choice' },
    element('input', { type: 'checkbox', name, value }),
    element('span', {}, label),
    element('span', { className: 'aside' }, grouped(count)),
  );
}
