"""The members of a ZIP file packed with zstd, one at a time, also of a file that is cut.

The standard library knows no zstd before Python 3.14. It finds the members; what is packed with
zstd is unpacked here.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final

from opencompass_math500.errors import ConfigError, MalformedData, SourceUnavailable

__all__ = ['MAX_MEMBER_BYTES', 'Archive']

MAX_MEMBER_BYTES: Final = 64 << 20
"""A larger member is not read: it would stand in memory several times over."""

# Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7 (local file header) and 4.4.5 (methods).
_LOCAL: Final = struct.Struct('<4s2H HHH 3I 2H')
_SIGNATURE: Final = b'PK\x03\x04'
_STORED, _ZSTD = 0, 93
_HAS_TRAILING_SIZES: Final = 1 << 3  # the bit that says that sizes follow the data


class Archive:
    """A ZIP file; a context manager that closes it.

    Args:
        path: the file.

    Attributes:
        is_cut: whether its directory is missing, and only what stands before the cut is there.

    Raises:
        SourceUnavailable: it cannot be read.
        MalformedData: it is no ZIP file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self.is_cut = False
        try:
            self._stream: IO[bytes] = path.open('rb')
        except OSError as error:
            raise SourceUnavailable(f'cannot read {path} ({error.strerror})') from error
        try:
            self._members = self._listed()
        except BaseException:
            self._stream.close()
            raise

    def __enter__(self) -> Archive:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stream.close()

    @property
    def names(self) -> list[str]:
        """The names of its members, in the order of the file; of equal ones the last counts."""
        return list(self._members)

    def read(self, name: str) -> bytes:
        """Return what a member holds.

        Raises:
            MalformedData: it is damaged, missing or too large; names it.
            ConfigError: what unpacks zstd is not installed.
        """
        member = self._members.get(name)
        if member is None:
            raise MalformedData(f'{self._path} holds no {name}')
        if max(member.file_size, member.compress_size) > MAX_MEMBER_BYTES:
            raise MalformedData(f'{self._path}: {name} is larger than {MAX_MEMBER_BYTES >> 20} MiB')
        try:
            data = self._unpacked(member)
        except (OSError, ValueError, struct.error, zlib.error) as error:
            raise MalformedData(f'{self._path}: {name} is damaged ({error})') from error
        if len(data) != member.file_size or zlib.crc32(data) != member.CRC:
            raise MalformedData(f'{self._path}: {name} is damaged (its checksum is another)')
        return data

    def _listed(self) -> Mapping[str, zipfile.ZipInfo]:
        try:
            with zipfile.ZipFile(self._stream) as listed:
                return {member.filename: member for member in listed.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError, struct.error) as error:
            found = {member.filename: member for member in self._before_the_cut()}
            if not found:
                raise MalformedData(f'{self._path} is no ZIP file ({error})') from error
            self.is_cut = True
            return found

    def _before_the_cut(self) -> Iterator[zipfile.ZipInfo]:
        """The members that are whole, by their own headers: the directory stands at the end."""
        size, at = self._path.stat().st_size, 0
        while True:
            self._stream.seek(at)
            head = self._stream.read(_LOCAL.size)
            if len(head) < _LOCAL.size or not head.startswith(_SIGNATURE):
                return
            _, _, flags, method, _, _, crc, packed, plain, name, extra = _LOCAL.unpack(head)
            start = at + _LOCAL.size + name + extra
            if flags & _HAS_TRAILING_SIZES or start + packed > size:
                return
            member = zipfile.ZipInfo(self._stream.read(name).decode('utf-8', 'replace'))
            member.header_offset, member.compress_type, member.CRC = at, method, crc
            member.compress_size, member.file_size = packed, plain
            yield member
            at = start + packed

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        self._stream.seek(member.header_offset)
        head = _LOCAL.unpack(self._stream.read(_LOCAL.size))
        if head[0] != _SIGNATURE:
            raise ValueError('no header where one should be')
        self._stream.seek(head[-2] + head[-1], 1)
        data = self._stream.read(member.compress_size)
        if member.compress_type == _STORED:
            return data
        if member.compress_type == zipfile.ZIP_DEFLATED:
            return zlib.decompressobj(-zlib.MAX_WBITS).decompress(data, member.file_size + 1)
        if member.compress_type == _ZSTD:
            return _unpacked_zstd(data, member.file_size)
        raise ValueError(f'packed by method {member.compress_type}, which is not known here')


def _unpacked_zstd(data: bytes, size: int) -> bytes:
    """What zstd has packed; no more than one byte beyond what it should be."""
    arrow = _arrow()
    try:
        with arrow.CompressedInputStream(arrow.BufferReader(data), 'zstd') as plain:
            return bytes(plain.read(size + 1))
    except arrow.ArrowException as error:
        raise ValueError(str(error)) from error


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise ConfigError(
            'pyarrow is not installed, which unpacks the logs of inspect-ai',
            'pip install "opencompass-math500[logs]"',
        ) from error
    return pyarrow
