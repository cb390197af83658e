"""The serial number of an Ogg stream, which encoders draw from the clock, made the same for every render.

Source: RFC 3533, section 6 (page layout and checksum). A page is a header of 27 bytes, a table of segment lengths, and
the segments; bytes 14 to 17 are the serial number, 22 to 25 the checksum of the page with those four bytes zero.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

SERIAL = 1
_HEADER_BYTES = 27
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def fix_serial(path: Path, serial: int = SERIAL) -> None:
    """Give every page of an Ogg file with one stream the serial number ``serial``, in place.

    Raises:
        ValueError: the file is not a row of Ogg pages.
    """
    with path.open("rb+") as file:
        while header := file.read(_HEADER_BYTES):
            if len(header) < _HEADER_BYTES or header[:4] != b"OggS":
                raise ValueError(f"{path} is not an Ogg file")
            lengths = file.read(header[26])
            segments = file.read(sum(lengths))
            page = bytearray(header + lengths + segments)
            struct.pack_into("<I", page, 14, serial)
            struct.pack_into("<I", page, 22, 0)
            struct.pack_into("<I", page, 22, checksum(bytes(page)))
            file.seek(-len(page), 1)
            file.write(page)
            file.seek(0, 1)  # between writing and reading


def checksum(page: bytes) -> int:
    """Ogg's CRC-32: polynomial 0x04C11DB7, most significant bit first, starting from 0, nothing inverted.

    zlib's CRC has the same polynomial with every bit order turned round and both ends inverted; turning the
    bits of what goes in and comes out round gives Ogg's, at zlib's speed.

    >>> hex(checksum(b"123456789"))
    '0x89a1897f'
    """
    turned = zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF
    return int(f"{turned:032b}"[::-1], 2)
