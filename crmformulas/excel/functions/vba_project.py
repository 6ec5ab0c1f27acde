"""Put a module into a VBA project (``xl/vbaProject.bin``) without Excel.

The file is a compound file ([MS-CFB]) whose streams hold the source of each module and a directory
of them, both compressed ([MS-OVBA] 2.4.1). The project that is taken as a pattern is that of
xlwings, whose cache of compiled code is empty, so that Excel compiles the sources as it opens the
file. One of its modules is replaced by ours; all other streams stay as they are.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Mapping
from io import BytesIO

__all__ = ["compound_file", "compressed", "decompressed", "with_module"]

# ------------------------------------------------------------------------------------- the project

DIRECTORY, PROJECT, NAMES = "VBA/dir", "PROJECT", "PROJECTwm"
NO_CACHE = b"\xcc\x61\xff\xff"
"""How _VBA_PROJECT begins where no compiled code is kept ([MS-OVBA] 2.3.4.1)."""

VERSION, MODULE_NAME, MODULE_OFFSET = 0x0009, 0x0019, 0x0031
NAME_RECORDS = {0x0019: "cp1252", 0x0047: "utf-16-le", 0x001A: "cp1252", 0x0032: "utf-16-le"}
"""The records of a module that hold its name, and that of its stream."""


def with_module(project: bytes, old: str, new: str, text: str) -> bytes:
    """The project with a module in the place of another one.

    Args:
        project: A ``vbaProject.bin`` without compiled code.
        old: The module that goes.
        new: The name of the one that comes.
        text: Its source, in ASCII.

    Raises:
        KeyError: if the project has compiled code, or no such module.
    """
    from olefile import OleFileIO

    with OleFileIO(BytesIO(project)) as file:
        streams = {"/".join(path): file.openstream(path).read() for path in file.listdir()}
    if not streams.get("VBA/_VBA_PROJECT", b"").startswith(NO_CACHE):
        raise KeyError("its VBA project holds compiled code")
    del streams[f"VBA/{old}"]
    lines = (f'Attribute VB_Name = "{new}"\n' + text).splitlines()
    streams[f"VBA/{new}"] = compressed("".join(f"{line}\r\n" for line in lines).encode("ascii"))
    streams[DIRECTORY] = compressed(_renamed(decompressed(streams[DIRECTORY]), old, new))
    listed = streams[PROJECT].replace(f"Module={old}\r\n".encode(), f"Module={new}\r\n".encode())
    streams[PROJECT] = listed.replace(f"\n{old}=".encode(), f"\n{new}=".encode())
    streams[NAMES] = streams[NAMES].replace(_both(old), _both(new))
    return compound_file(streams)


def _both(name: str) -> bytes:
    """A name as PROJECTwm holds it, in both encodings."""
    return name.encode("cp1252") + b"\0" + name.encode("utf-16-le") + b"\0\0"


def _renamed(directory: bytes, old: str, new: str) -> bytes:
    """The directory with a module renamed, whose source begins where its stream does."""
    rewritten, inside = bytearray(), False
    for kind, content in _records(directory):
        if kind == MODULE_NAME:
            inside = content == old.encode("cp1252")
        if inside and kind in NAME_RECORDS:
            content = new.encode(NAME_RECORDS[kind])
        if inside and kind == MODULE_OFFSET:
            content = bytes(4)
        # The version is longer than it says.
        size = 4 if kind == VERSION else len(content)
        rewritten += struct.pack("<HI", kind, size) + content
    return bytes(rewritten)


def _records(directory: bytes) -> Iterator[tuple[int, bytes]]:
    place = 0
    while place < len(directory):
        kind, size = struct.unpack_from("<HI", directory, place)
        end = place + 6 + (6 if kind == VERSION else size)
        yield kind, directory[place + 6 : end]
        place = end


# --------------------------------------------------------------------------------- the compression

CHUNK = 4096


def compressed(content: bytes) -> bytes:
    """Content as [MS-OVBA] 2.4.1 compresses it.

    >>> decompressed(compressed(b"abcabcabcabc")) == b"abcabcabcabc"
    True
    """
    chunks = (content[i : i + CHUNK] for i in range(0, len(content), CHUNK))
    return b"\x01" + b"".join(map(_chunk, chunks))


def _chunk(content: bytes) -> bytes:
    tokens, place, seen = bytearray(), 0, dict[bytes, list[int]]()
    while place < len(content):
        flags, group = 0, bytearray()
        for bit in range(8):
            if place == len(content):
                break
            offset, length = _match(content, place, seen)
            if length:
                flags |= 1 << bit
                bits = _offset_bits(place)
                group += struct.pack("<H", (offset - 1) << (16 - bits) | (length - 3))
            else:
                length = 1
                group.append(content[place])
            for at in range(place, place + length):
                seen.setdefault(content[at : at + 3], []).append(at)
            place += length
        tokens += bytes((flags,)) + group
    if len(tokens) >= CHUNK:
        # Kept as it is: what can't be made shorter fills a chunk.
        return struct.pack("<H", 0x3000 | CHUNK - 1) + content.ljust(CHUNK, b"\0")
    return struct.pack("<H", 0xB000 | len(tokens) - 1) + bytes(tokens)


def _offset_bits(place: int) -> int:
    """The bits of a token that say how far back it copies from; the others say how much."""
    return max((place - 1).bit_length(), 4)


def _match(content: bytes, place: int, seen: Mapping[bytes, list[int]]) -> tuple[int, int]:
    """The distance back to the longest of the last repetitions, and its length; 0, 0 for none."""
    longest = min((1 << (16 - _offset_bits(place))) + 2, len(content) - place)
    best = (0, 0)
    if longest < 3:
        return best
    for start in reversed(seen.get(content[place : place + 3], ())[-16:]):
        length = 3
        while length < longest and content[start + length] == content[place + length]:
            length += 1
        if length > best[1]:
            best = place - start, length
    return best


def decompressed(container: bytes) -> bytes:
    """Undo the compression of [MS-OVBA] 2.4.1."""
    if container[:1] != b"\x01":
        raise KeyError("its VBA project is not compressed as it should be")
    output, place = bytearray(), 1
    while place < len(container):
        (header,) = struct.unpack_from("<H", container, place)
        end = place + (header & 0xFFF) + 3
        place += 2
        start = len(output)
        if not header & 0x8000:
            output += container[place:end]
            place = end
        while place < min(end, len(container)):
            flags = container[place]
            place += 1
            for bit in range(8):
                if place >= end:
                    break
                if flags >> bit & 1:
                    (token,) = struct.unpack_from("<H", container, place)
                    bits = 16 - _offset_bits(len(output) - start)
                    back = (token >> bits) + 1
                    for _ in range((token & (1 << bits) - 1) + 3):
                        output.append(output[-back])
                    place += 2
                else:
                    output.append(container[place])
                    place += 1
    return bytes(output)


# ------------------------------------------------------------------------------- the compound file

SECTOR, SMALL_SECTOR, SMALL = 512, 64, 4096
"""Streams below the last size are kept together in sectors of the second."""
FREE, END, FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
STORAGE, STREAM, ROOT = 1, 2, 5
NOTHING = 0xFFFFFFFF
IN_HEADER = 109
"""How many sectors of the allocation table the header can name."""


def compound_file(streams: Mapping[str, bytes]) -> bytes:
    """A compound file ([MS-CFB], version 3) with these streams, by path."""
    entries = _entries(streams)
    table: list[int] = []
    sectors: list[bytes] = []

    def put(content: bytes) -> int:
        """Where content begins, in as many sectors as it takes."""
        if not content:
            return END
        first = len(sectors)
        pieces = [
            content[i : i + SECTOR].ljust(SECTOR, b"\0") for i in range(0, len(content), SECTOR)
        ]
        table.extend([*range(first + 1, first + len(pieces)), END])
        sectors.extend(pieces)
        return first

    small, small_table = bytearray(), list[int]()
    for entry in entries:
        content = entry.content
        if entry.kind == STREAM and len(content) < SMALL:
            entry.start = len(small_table) if content else END
            count = -(-len(content) // SMALL_SECTOR)
            if count:
                small_table += [*range(len(small_table) + 1, len(small_table) + count), END]
            small += content.ljust(count * SMALL_SECTOR, b"\0")
        elif entry.kind == STREAM:
            entry.start = put(content)
    root = entries[0]
    root.start, root.content = put(bytes(small)), bytes(small)
    small_bytes = _numbers(small_table, SECTOR // 4)
    small_start, small_count = put(small_bytes), len(small_bytes) // SECTOR
    listing = b"".join(entry.packed() for entry in entries)
    listing += _Entry("", 0).packed() * (-len(entries) % (SECTOR // 128))
    listing_start = put(listing)
    count = 1
    while (len(sectors) + count) * 4 > count * SECTOR:
        count += 1
    if count > IN_HEADER:
        raise KeyError("its VBA project is too large")
    places = list(range(len(sectors), len(sectors) + count))
    fat = _numbers([*table, *[FAT_SECTOR] * count], SECTOR // 4)
    header = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, count, listing_start, 0, SMALL, small_start if small_count else END, small_count, END, 0,
    )  # fmt: skip
    header += struct.pack(f"<{IN_HEADER}I", *places, *[FREE] * (IN_HEADER - count))
    return header + b"".join(sectors) + fat


def _numbers(numbers: list[int], multiple: int) -> bytes:
    padded = [*numbers, *[FREE] * (-len(numbers) % multiple)]
    return struct.pack(f"<{len(padded)}I", *padded)


class _Entry:
    """A storage or stream of the file, and its place in the tree of those beside it."""

    def __init__(self, name: str, kind: int, content: bytes = b"") -> None:
        self.name, self.kind, self.content = name, kind, content
        self.left = self.right = self.child = NOTHING
        self.red = False
        self.start = END if kind == STREAM else 0

    @property
    def order(self) -> tuple[int, str]:
        """Shorter names first, then as in capitals."""
        return len(self.name), self.name.upper()

    def packed(self) -> bytes:
        """The 128 bytes of the entry."""
        name = (self.name + "\0").encode("utf-16-le") if self.kind else b""
        size = len(self.content) if self.kind in (STREAM, ROOT) else 0
        return struct.pack(
            "<64sHBBIII16sI16sIQ",
            name, len(name), self.kind, not self.red, self.left, self.right, self.child,
            bytes(16), 0, bytes(16), self.start, size,
        )  # fmt: skip


def _entries(streams: Mapping[str, bytes]) -> list[_Entry]:
    entries = [_Entry("Root Entry", ROOT)]
    folders: dict[str, list[int]] = {"": []}
    for path, content in streams.items():
        folder, _, name = path.rpartition("/")
        if folder not in folders:
            folders[""].append(len(entries))
            folders[folder] = []
            entries.append(_Entry(folder, STORAGE))
        folders[folder].append(len(entries))
        entries.append(_Entry(name, STREAM, content))
    owners = {e.name: e for e in entries if e.kind == STORAGE} | {"": entries[0]}
    for folder, children in folders.items():
        ordered = sorted(children, key=lambda i: entries[i].order)
        owners[folder].child = _tree(entries, ordered, len(ordered).bit_length())
    return entries


def _tree(entries: list[_Entry], ordered: list[int], depth: int) -> int:
    """The root of a balanced tree; its lowest level is red, so that all paths are as black."""
    if not ordered:
        return NOTHING
    middle = len(ordered) // 2
    entry = entries[ordered[middle]]
    entry.left = _tree(entries, ordered[:middle], depth - 1)
    entry.right = _tree(entries, ordered[middle + 1 :], depth - 1)
    entry.red = depth == 1
    return ordered[middle]
