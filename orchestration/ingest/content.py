"""The bytes of a delivered file: their hash, their encoding, and how many records they hold.

DuckDB reads UTF-8. Whatever is delivered otherwise (gzip, Windows-1252, UTF-16, old Macintosh line ends) is brought
into UTF-8 by streaming it through a temporary file. The number of records is counted here from line ends outside
quotes, independently of the CSV reader, so that a row that the reader loses is noticed.
"""

from __future__ import annotations

import codecs
import gzip
import hashlib
import io
import zlib
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

CHUNK_BYTES = 4 * 1024 * 1024
HEAD_BYTES = 1024 * 1024

UNREADABLE = "\uffff"
"""Stands before the hexadecimal code of a byte that is not valid in the file's encoding."""


class ContentError(Exception):
    """The bytes of a file cannot be read; the text says why and what to do."""


def _mark_unreadable(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return "".join(f"{UNREADABLE}\\x{byte:02x}" for byte in error.object[error.start : error.end]), error.end
    if isinstance(error, UnicodeEncodeError):
        return "".join(f"{UNREADABLE}\\u{ord(one):04x}" for one in error.object[error.start : error.end]), error.end
    raise error


codecs.register_error("kundenwert_unreadable", _mark_unreadable)


@dataclass(frozen=True)
class TextContent:
    """A delivered text file as UTF-8 with line feeds.

    ``path`` is the delivered file itself or its copy in UTF-8, ``start`` the first byte after a byte order mark,
    ``records`` the number of records including the header, ``lines`` that of line ends (the last one may lack its own),
    ``has_unreadable`` whether bytes were not valid in ``encoding``.
    """

    path: Path
    start: int
    encoding: str
    records: int
    lines: int
    has_unreadable: bool


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file's bytes in hexadecimal."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def is_gzip(path: Path) -> bool:
    """Whether a file is compressed with gzip, by its first bytes and not by its name."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def read_head(path: Path) -> bytes:
    """Return the first MiB of the (decompressed) file. Raises ContentError when it cannot be decompressed."""
    for chunk in _chunks(path, HEAD_BYTES):
        return chunk
    return b""


def guess_encoding(head: bytes) -> str | None:
    """Return the encoding that the first bytes prove, or None when they are plain bytes without a mark."""
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF32_LE, "utf-32"),
        (codecs.BOM_UTF32_BE, "utf-32"),
        (codecs.BOM_UTF16_LE, "utf-16"),
        (codecs.BOM_UTF16_BE, "utf-16"),
    ):
        if head.startswith(mark):
            return name
    sample = np.frombuffer(head[: 64 * 1024], dtype=np.uint8)
    if len(sample) >= 4:
        even, odd = (sample[0::2] == 0).mean(), (sample[1::2] == 0).mean()
        if odd > 0.3 and even < 0.05:
            return "utf-16-le"
        if even > 0.3 and odd < 0.05:
            return "utf-16-be"
    return None


def decode_head(head: bytes, encoding: str | None) -> str:
    """Decode the first bytes leniently, only to find the header and the separators."""
    name = encoding or guess_encoding(head)
    if name is None:
        try:
            # A character cut off at the end of the head is no proof against UTF-8.
            return codecs.getincrementaldecoder("utf-8")().decode(head)
        except UnicodeDecodeError:
            name = "cp1252"
    return head.decode(name, errors="replace").lstrip("\ufeff")


def prepare_text(path: Path, encoding: str | None, quote: str, escape: str, head: bytes, work_dir: Path) -> TextContent:
    """Bring a text file into UTF-8 where it is not, and count its records.

    ``encoding`` is the one given for the feed, or None: then a byte order mark decides, else UTF-8 where all bytes
    are valid, else Windows-1252, unless the file has more valid UTF-8 characters than invalid bytes: such a file is
    UTF-8 with damaged rows. Raises ContentError when the file cannot be decompressed or the encoding does not fit.
    """
    proven = encoding or guess_encoding(head)
    compressed = is_gzip(path)
    macintosh = b"\r" in head and b"\n" not in head
    if proven in (None, "utf-8") and not macintosh:
        content = _read_valid_utf8(path, compressed, quote, escape, work_dir)
        if content is not None:
            return content
    return _transcode(path, proven or _choose_encoding(path), macintosh, quote, escape, work_dir)


class RecordCounter:
    """Counts records of UTF-8 text given in chunks: line ends outside quotes that end a line with something in it."""

    def __init__(self, quote: str, escape: str) -> None:
        self._quote = ord(quote)
        self._escape = ord(escape) if escape != quote else None
        self._inside = False
        self._length = 0
        self._before_end = 0
        self._last_byte = 0
        self.records = 0
        self.lines = 0

    def update(self, chunk: bytes) -> None:
        """Count a further chunk."""
        if not chunk:
            return
        data = np.frombuffer(chunk, dtype=np.uint8)
        ends = np.flatnonzero(data == 10)
        self.lines += len(ends)
        quotes = np.flatnonzero(data == self._quote)
        if self._escape is not None and len(quotes):
            before = np.where(quotes > 0, data[quotes - 1], self._last_byte)
            quotes = quotes[before != self._escape]
        if len(quotes):
            parity = (np.searchsorted(quotes, ends) + int(self._inside)) & 1
            ends = ends[parity == 0]
            self._inside = bool((len(quotes) + int(self._inside)) & 1)
        elif self._inside:
            ends = ends[:0]
        if len(ends):
            starts = np.empty_like(ends)
            starts[1:] = ends[:-1] + 1
            starts[0] = -self._length
            lengths = ends - starts
            previous = np.where(ends > 0, data[np.maximum(ends - 1, 0)], self._last_byte)
            blank = (lengths == 0) | ((lengths == 1) & (previous == 13))
            self.records += int(len(ends) - blank.sum())
            self._length = len(data) - int(ends[-1]) - 1
        else:
            self._length += len(data)
        self._last_byte = int(data[-1])

    def finish(self) -> None:
        """Count the last record where no line end follows it."""
        if self._length > 0:
            self.lines += 1
            if not (self._length == 1 and self._last_byte == 13):
                self.records += 1
            self._length = 0


def _chunks(path: Path, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    try:
        with path.open("rb") as raw:
            compressed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            stream: BinaryIO = gzip.GzipFile(fileobj=raw) if compressed else raw  # type: ignore[assignment]
            with closing(stream):
                while chunk := stream.read(size):
                    yield chunk
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise ContentError(
            f"the gzip file is cut off or damaged ({error}); it is still being written or its transfer failed: "
            "deliver it again"
        ) from error


def _read_valid_utf8(path: Path, compressed: bool, quote: str, escape: str, work_dir: Path) -> TextContent | None:
    """Check and count a file that is taken for UTF-8; None when it has bytes that are not."""
    counter = RecordCounter(quote, escape)
    decoder = codecs.getincrementaldecoder("utf-8")()
    start = 0
    copy = work_dir / "content.csv" if compressed else None
    with copy.open("wb") if copy else io.BytesIO() as output:
        first = True
        for chunk in _chunks(path):
            body = chunk
            if first and chunk.startswith(codecs.BOM_UTF8):
                body = chunk[3:]
                start = 0 if compressed else 3
            first = False
            try:
                decoder.decode(body)
            except UnicodeDecodeError:
                return None
            counter.update(body)
            if copy:
                output.write(body)
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return None
    counter.finish()
    return TextContent(copy or path, start, "utf-8", counter.records, counter.lines, has_unreadable=False)


def _choose_encoding(path: Path) -> str:
    decoder = codecs.getincrementaldecoder("utf-8")(errors="kundenwert_unreadable")
    valid = invalid = 0
    for chunk in _chunks(path):
        text = decoder.decode(chunk)
        marks = text.count(UNREADABLE)
        invalid += marks
        valid += len(text) - len(text.encode("ascii", "ignore")) - marks
    return "utf-8" if invalid == 0 or valid > invalid else "cp1252"


def _transcode(path: Path, encoding: str, macintosh: bool, quote: str, escape: str, work_dir: Path) -> TextContent:
    counter = RecordCounter(quote, escape)
    decoder = codecs.getincrementaldecoder(encoding)(errors="kundenwert_unreadable")
    copy = work_dir / "content.csv"
    has_unreadable = False
    first = True

    def write(output: BinaryIO, text: str) -> None:
        nonlocal has_unreadable, first
        if first and text:
            text = text.removeprefix("\ufeff")
            first = False
        if macintosh:
            text = text.replace("\r", "\n")
        encoded = text.encode("utf-8", errors="kundenwert_unreadable")
        has_unreadable = has_unreadable or UNREADABLE.encode() in encoded
        counter.update(encoded)
        output.write(encoded)

    with copy.open("wb") as output:
        try:
            for chunk in _chunks(path):
                write(output, decoder.decode(chunk))
            write(output, decoder.decode(b"", final=True))
        except UnicodeError as error:
            raise ContentError(f"cannot be read as {encoding}: {error}; set encoding in feeds.yml") from error
    counter.finish()
    name = {"cp1252": "windows-1252"}.get(encoding, encoding)
    return TextContent(copy, 0, name, counter.records, counter.lines, has_unreadable)


Bytes = npt.NDArray[np.uint8]


def mapped(content: TextContent) -> Bytes:
    """Return the bytes of the text without a byte order mark, mapped from disk."""
    if content.path.stat().st_size == content.start:
        return np.zeros(0, dtype=np.uint8)
    data: Bytes = np.memmap(content.path, dtype=np.uint8, mode="r")
    return data[content.start :]
