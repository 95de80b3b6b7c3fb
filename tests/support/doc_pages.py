"""The documentation as data: pages with their headings, blocks, links and tables."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

__all__ = ['ENGLISH', 'ROOT', 'Block', 'Page', 'pages', 'pairs', 'put_math500']

ROOT = Path(__file__).resolve().parents[2]
ENGLISH, CHINESE = 'docs/en', 'docs/zh_cn'

_FENCE = re.compile(r'^```(?P<language>\w*)\n(?P<text>.*?)^```$', re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r'^(#+) (.+)$', re.MULTILINE)
_LINK = re.compile(r'\[[^\]]+\]\(([^)\s]+)\)')
_CODE = re.compile(r'`([^`\n]+)`')


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block: its language and text, and the text block that follows as its output."""

    language: str
    text: str
    output: str | None

    @property
    def commands(self) -> list[str]:
        """The commands of a bash block, one a line; continued lines are joined."""
        lines = re.sub(r' *\\\n *', ' ', self.text).splitlines()
        return [line for line in map(str.strip, lines) if line and not line.startswith('#')]

    @property
    def path(self) -> str:
        """The file that a python block stands for, named in its first line; '' for doctests."""
        found = re.match(r'# (configs/\S+\.py)\n', self.text)
        return found[1] if found else ''


@dataclass(frozen=True, slots=True)
class Page:
    """One Markdown file."""

    path: Path

    def __str__(self) -> str:
        return str(self.path.relative_to(ROOT))

    @property
    def text(self) -> str:
        """All of it."""
        return self.path.read_text(encoding='utf-8')

    @property
    def prose(self) -> str:
        """The text without fenced blocks."""
        return _FENCE.sub('', self.text)

    @property
    def blocks(self) -> list[Block]:
        """Its fenced blocks, in order."""
        found = list(_FENCE.finditer(self.text))
        blocks = []
        for block, after in zip_longest(found, found[1:]):
            output = None
            if after is not None and after['language'] == 'text':
                between = self.text[block.end() : after.start()]
                output = after['text'] if not between.strip() else None
            blocks.append(Block(block['language'], block['text'], output))
        return blocks

    @property
    def commands(self) -> list[str]:
        """Every command of every bash block."""
        return [c for block in self.blocks if block.language == 'bash' for c in block.commands]

    @property
    def headings(self) -> list[tuple[int, str]]:
        """Levels and titles."""
        return [(len(marks), title) for marks, title in _HEADING.findall(self.prose)]

    @property
    def anchors(self) -> set[str]:
        """What ``#...`` may name: titles in lower case, with hyphens, without punctuation."""
        return {
            re.sub(r'[^\w\- ]', '', title.lower()).replace(' ', '-') for _, title in self.headings
        }

    @property
    def links(self) -> list[str]:
        """Targets of its links."""
        return _LINK.findall(self.prose)

    @property
    def code(self) -> list[str]:
        """Its inline code."""
        return _CODE.findall(self.prose)

    @property
    def tables(self) -> list[list[list[str]]]:
        """Its tables as rows of cells, without the line under the header."""
        tables: list[list[list[str]]] = []
        inside = False
        for line in self.prose.splitlines():
            if not line.startswith('|'):
                inside = False
                continue
            if not inside:
                tables.append([])
            inside = True
            cells = [cell.strip() for cell in line.strip('|').split('|')]
            if not all(re.fullmatch(r':?-+:?', cell) for cell in cells):
                tables[-1].append(cells)
        return tables

    def marked(self, name: str) -> str:
        """What stands between ``<!-- name -->`` and ``<!-- /name -->``."""
        _, _, after = self.text.partition(f'<!-- {name} -->')
        inside, found, _ = after.partition(f'<!-- /{name} -->')
        assert found, f'{self} lacks the pair of markers {name}'
        return inside


def pairs() -> list[tuple[Page, Page]]:
    """Each English page with its Chinese one."""
    english = sorted((ROOT / ENGLISH).glob('*.md'))
    inner = [(Page(path), Page(ROOT / CHINESE / path.name)) for path in english]
    return [(Page(ROOT / 'README.md'), Page(ROOT / 'README_zh-CN.md')), *inner]


def pages() -> Iterator[Page]:
    """Every page of both languages."""
    for pair in pairs():
        yield from pair


def put_math500(folder: Path) -> Path:
    """Write a ``math500`` into ``bin/`` of a folder; what to put on the path."""
    script = folder / 'bin' / 'math500'
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m opencompass_math500 "$@"\n')
    script.chmod(0o755)
    return script.parent
