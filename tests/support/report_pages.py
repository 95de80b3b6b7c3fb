"""A report as a browser would take it apart: elements, data, script, visible text."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from opencompass_math500.report import Written, write_report

__all__ = ['ReportPage', 'page_at', 'page_of', 'unpacked']

_PACKED = 'application/octet-stream'


def unpacked(data: str) -> Any:
    """What stands in a data element."""
    return json.loads(gzip.decompress(base64.b64decode(data, validate=True)))


@dataclass
class _Element:
    name: str
    attributes: Mapping[str, str | None]
    content: list[str] = field(default_factory=list)


class ReportPage(HTMLParser):
    """One page, parsed.

    Attributes:
        source: the file as text.
        elements: start tags in order, scripts and styles with their content.
        comments: of the markup.
    """

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.source = source
        self.elements: list[_Element] = []
        self.comments: list[str] = []
        self._texts: list[str] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(_Element(tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        if self.cdata_elem:
            self.elements[-1].content.append(data)
        else:
            self._texts.append(data)

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    @property
    def text(self) -> str:
        """What can be read without JavaScript, blanks as one."""
        return ' '.join(''.join(self._texts).split())

    def inner(self, name: str, **attributes: str) -> list[str]:
        """The content of the scripts or styles with these attributes."""
        wanted = {key.rstrip('_'): value for key, value in attributes.items()}
        return [
            ''.join(one.content)
            for one in self.elements
            if one.name == name and wanted.items() <= one.attributes.items()
        ]

    @property
    def index(self) -> dict[str, Any]:
        """The unpacked index."""
        (data,) = self.inner('script', id='index')
        found: dict[str, Any] = unpacked(data)
        return found

    @property
    def blocks(self) -> list[list[list[str]]]:
        """The unpacked blocks."""
        return [unpacked(data) for data in self.inner('script', class_='block')]

    @property
    def markup(self) -> str:
        """The file without its packed data."""
        return re.sub(
            f'(<script type="{_PACKED}"[^>]*>)[A-Za-z0-9+/=]*(</script>)', r'\1\2', self.source
        )

    @property
    def items(self) -> list[dict[str, Any]]:
        """The columns of the index as one mapping an item."""
        columns = self.index['items']
        return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def page_at(path: Path) -> ReportPage:
    """The page in a file."""
    return ReportPage(path.read_text(encoding='utf-8'))


def page_of(
    *work_dirs: Path, output: Path | None = None, **options: Any
) -> tuple[ReportPage, Written]:
    """The report of some work directories, read again, and what was said of it."""
    written = write_report(work_dirs, output, note=lambda text: None, **options)
    return ReportPage(written.path.read_text(encoding='utf-8')), written
