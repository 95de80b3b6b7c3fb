// The haystack: everything that the search looks through, in lower case, prepared once.

const TOO_LARGE = 256 * 1024 * 1024; // characters; more than that is not kept in memory twice

export class Haystack {
  #collection;
  #problems; // of each problem: its text, its name, its gold answer
  #said; // of each response: its answer and the reason for its verdict
  #texts = []; // of each response: its text and its reasoning, once unpacked
  #read = 0; // how many blocks are unpacked
  #blocks = Infinity; // how many there are, once that is known

  constructor(collection) {
    const { problems, items } = collection;
    this.#collection = collection;
    this.#problems = problems.map((one) => folded(`${one.id}\n${one.gold}\n${one.text}`));
    this.#said = items.answer.map((answer, number) => folded(`${answer}\n${items.reason[number]}`));
  }

  get holdsTexts() {
    return this.#read === this.#blocks;
  }

  get isTooLarge() {
    return this.#collection.characters > TOO_LARGE;
  }

  /** Of the texts of the responses, the share that is unpacked: 0 to 1. */
  get progress() {
    return this.#read / this.#blocks;
  }

  /** Unpack all blocks, one whenever the browser has nothing better to do. */
  async fill(blocks, progressed) {
    const { block, row } = this.#collection.items;
    const rowsOf = Array.from({ length: blocks.count }, () => []);
    block.forEach((number, item) => rowsOf[number].push(item));
    this.#blocks = blocks.count;
    for (const [number, items] of rowsOf.entries()) {
      await idle();
      const rows = await blocks.rowsOnce(number);
      for (const item of items) {
        const [, response, reasoning] = rows[row[item]];
        this.#texts[item] = folded(reasoning === '' ? response : `${response}\n${reasoning}`);
      }
      this.#read += 1;
      progressed();
    }
  }

  problemHas(problem, needle) {
    return this.#problems[problem].includes(needle);
  }

  responseHas(item, needle) {
    return this.#said[item].includes(needle) || (this.#texts[item]?.includes(needle) ?? false);
  }

  /** How often the needle stands in the text of a response; 0 while that is not unpacked. */
  occurrences(item, needle) {
    const text = this.#texts[item] ?? '';
    let found = 0;
    if (needle === '') return found;
    for (let at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
      found += 1;
    }
    return found;
  }
}

/** Case does not count, neither in what is searched nor in what is searched for. */
export function folded(text) {
  return text.toLowerCase();
}

function idle() {
  return new Promise((resume) => {
    // Safari has no requestIdleCallback; the timeout keeps a busy page from waiting for ever.
    if (window.requestIdleCallback) window.requestIdleCallback(resume, { timeout: 200 });
    else setTimeout(resume, 10);
  });
}
