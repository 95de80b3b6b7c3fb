"""Contrast as a reader has it: computed in the page, from the colours that are really there."""

from __future__ import annotations

from typing import Any, Final

from browser import Visit

__all__ = ['contrasts', 'faint_texts']

# Colours are read off a canvas: what CSS calls them (oklch, color-mix, named) is no matter.
_MEASURE: Final = """selector => {
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = 1;
  const brush = canvas.getContext('2d', { willReadFrequently: true });
  const paint = (layers) => {
    brush.clearRect(0, 0, 1, 1);
    for (const layer of layers) { brush.fillStyle = layer; brush.fillRect(0, 0, 1, 1); }
    return [...brush.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)').matches ? 'black' : 'white';
  const grounds = (e) => {
    const layers = [];
    for (; e !== null; e = e.parentElement) layers.unshift(getComputedStyle(e).backgroundColor);
    return [scheme, ...layers];
  };
  const light = (rgb) => {
    const [r, g, b] = rgb.map((v) => v / 255).map((v) =>
      v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const hasText = (e) => [...e.childNodes].some((n) => n.nodeType === 3 && n.data.trim() !== '');
  return [...document.querySelectorAll(selector)].map((e) => {
    const inside = hasText(e) ? e : [...e.querySelectorAll('*')].find(hasText) ?? e;
    const ground = grounds(inside);
    const [low, high] = [light(paint(ground)), light(paint([...ground,
      getComputedStyle(inside).color]))].sort((a, b) => a - b);
    return { text: inside.textContent.trim().slice(0, 40), tag: inside.tagName,
      kind: e.className + ' ' + (e.dataset?.verdict ?? ''), ground: paint(ground).join(','),
      contrast: (high + 0.05) / (low + 0.05) };
  });
}"""


def contrasts(visit: Visit, selector: str) -> list[dict[str, Any]]:
    """For each element: its ``text``, ``kind``, ``ground`` and ``contrast`` (1 to 21)."""
    found: list[dict[str, Any]] = visit.run(_MEASURE, selector)
    return found


def faint_texts(visit: Visit, selector: str, least: float = 4.5) -> list[str]:
    """What is not legible, with its contrast.

    Source: WCAG 2.2, success criterion 1.4.3: 4.5 to 1 for text.
    """
    return [
        f'{one["contrast"]:.2f} {one["tag"]} {one["kind"]}: {one["text"]}'
        for one in contrasts(visit, selector)
        if one['contrast'] < least
    ]
