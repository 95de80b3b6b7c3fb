// The filter: what the toolbar is set to, as a frozen value that the address can hold.

export const SORTS = Object.freeze(['data', 'level', '-level', '-length', 'length', 'verdict']);

/** Nothing filtered. Empty sets and texts mean "any". */
export const NO_FILTER = Object.freeze({
  runs: Object.freeze(new Set()), // numbers of runs
  verdicts: Object.freeze(new Set()), // names
  subject: '',
  level: '',
  ending: '', // 'cut', 'whole', or 'finish:' and the endpoint's word ('finish:' alone: unknown)
  differ: false,
  text: '',
  sort: 'data',
});

/** The filter that an address asks for: `verdict=incorrect&verdict=no_answer&level=5&q=...`. */
export function filterOf(parameters) {
  const sort = parameters.get('sort');
  return Object.freeze({
    runs: new Set(parameters.getAll('run').map(Number).filter(Number.isInteger)),
    verdicts: new Set(parameters.getAll('verdict')),
    subject: parameters.get('subject') ?? '',
    level: parameters.get('level') ?? '',
    ending: parameters.get('ending') ?? '',
    differ: parameters.get('differ') === '1',
    text: parameters.get('q') ?? '',
    sort: SORTS.includes(sort) ? sort : 'data',
  });
}

/** Whether a filter that was asked for is the one that is set: nothing of it fell away. */
export function isKept(asked, set, { hasSeveralRuns }) {
  const kept = new Set([...parametersOf(set)].map(String));
  const wanted = [...parametersOf({ ...asked, text: asked.text.trim() })];
  // Of a single run there is no control, and asking for it asks for all.
  return wanted.every(
    ([name, value]) => kept.has(`${name},${value}`) || (name === 'run' && value === '0' && !hasSeveralRuns),
  );
}

/** The parameters that say this filter, and only what is not the default. */
export function parametersOf(filter) {
  const parameters = new URLSearchParams();
  for (const run of filter.runs) parameters.append('run', run);
  for (const verdict of filter.verdicts) parameters.append('verdict', verdict);
  for (const name of ['subject', 'level', 'ending']) {
    if (filter[name] !== '') parameters.set(name, filter[name]);
  }
  if (filter.differ) parameters.set('differ', '1');
  if (filter.text !== '') parameters.set('q', filter.text);
  if (filter.sort !== 'data') parameters.set('sort', filter.sort);
  return parameters;
}
