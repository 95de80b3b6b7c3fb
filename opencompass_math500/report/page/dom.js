// Elements, made without markup: nothing that a model or a file said is ever parsed as HTML.

/** An element with properties, data-* values (`data`) and children; null children are left out. */
export function element(name, properties = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (key === 'data') Object.assign(made.dataset, value);
    else if (key in made) made[key] = value;
    else made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null));
  return made;
}

export function byId(id) {
  return document.getElementById(id);
}

/** `1234567` as `1,234,567`, the same in every locale: the page is in English. */
export function grouped(number) {
  return number.toLocaleString('en-US');
}

/** `1 response`, `12 responses`. */
export function counted(number, noun) {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}
