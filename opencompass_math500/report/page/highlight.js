// Highlights: marks over long texts, drawn by the browser without an element in the text.
//
// Where the browser has no CSS Custom Highlight API, texts are shown without marks.

const MOST = 500; // marks in one text; a search for "e" needs no more

const known = typeof Highlight !== 'undefined' && CSS.highlights !== undefined;

/** Mark spans [start, end) of a text node; the ranges, so that one can be scrolled to. */
export function mark(name, node, spans) {
  const ranges = spans.slice(0, MOST).map(([start, end]) => {
    const range = new Range();
    range.setStart(node, start);
    range.setEnd(node, end);
    return range;
  });
  if (known) {
    if (!CSS.highlights.has(name)) CSS.highlights.set(name, new Highlight());
    for (const range of ranges) CSS.highlights.get(name).add(range);
  }
  return ranges;
}

/** Forget all marks: ranges of cards that are gone would be kept alive by them. */
export function unmark() {
  if (known) CSS.highlights.clear();
}

/** Where the needle (in lower case) stands in a text. */
export function spansOf(text, needle) {
  const lower = text.toLowerCase();
  // A few letters grow in lower case ('İ'); then the places in the two texts differ.
  if (needle === '' || lower.length !== text.length) return [];
  const spans = [];
  for (let at = lower.indexOf(needle); at >= 0 && spans.length < MOST;) {
    spans.push([at, at + needle.length]);
    at = lower.indexOf(needle, at + needle.length);
  }
  return spans;
}

/** Scroll a box so that the range in it can be seen, and only the box. */
export function scrollTo(box, range) {
  const distance = range.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += distance - box.clientHeight / 3;
}
