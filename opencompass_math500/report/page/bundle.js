// The bundle: JSON, gzipped, in base64, inside script elements that the browser does not run.

const KEPT = 8; // unpacked blocks of about a megabyte: those of the cards that are open

/** The value in an element of the bundle. Throws where the browser cannot unpack it. */
export async function unpack(packed) {
  if (typeof DecompressionStream === 'undefined') {
    throw new Error(
      'This browser cannot unpack them (it has no DecompressionStream); one of 2023 or later can.',
    );
  }
  try {
    const stream = new Blob([bytesOf(packed.textContent.trim())]).stream();
    return await new Response(stream.pipeThrough(new DecompressionStream('gzip'))).json();
  } catch (cause) {
    throw new Error('This file is damaged: make the report again.', { cause });
  }
}

function bytesOf(base64) {
  if (Uint8Array.fromBase64) return Uint8Array.fromBase64(base64);
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/** The blocks of texts, each a list of [prompt, response, reasoning]; unpacked when asked for. */
export class Blocks {
  #packed;
  #recent = new Map(); // in the order of use, so that the first is the one to let go

  constructor(packed) {
    this.#packed = [...packed];
  }

  get count() {
    return this.#packed.length;
  }

  /** The rows of a block; asking twice at the same time unpacks it once. */
  rows(number) {
    const rows = this.#recent.get(number) ?? unpack(this.#packed[number]);
    this.#recent.delete(number);
    this.#recent.set(number, rows);
    if (this.#recent.size > KEPT) this.#recent.delete(this.#recent.keys().next().value);
    return rows;
  }

  /** The same for one look at all blocks, which must not push out those in use. */
  rowsOnce(number) {
    return this.#recent.get(number) ?? unpack(this.#packed[number]);
  }
}
