"""How much of a letter is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

# What 25 MB of files are on the way, in bytes.
ORDINARY = 40_000_000


@dataclass(frozen=True)
class Limits:
    """Past any of them a letter is not taken apart. `header_bytes` is the size of the header block, of the letter and of
    each of its parts, `decoded_bytes` that of all texts and files together, `seconds` the time that `parse_apart` waits and
    `memory_bytes` the address space of the process in which it works: both for a letter of up to `ORDINARY` bytes, and more in
    proportion for a larger one, where larger files are allowed."""

    header_bytes: int = 256 * 1024
    levels: int = 20
    parts: int = 200
    addresses: int = 100
    attachments: int = 50
    decoded_bytes: int = 25_000_000
    seconds: float = 5.0
    memory_bytes: int = 1_000_000_000

    def for_size(self, size: int) -> Limits:
        times = max(1.0, size / ORDINARY)
        return replace(self, seconds=self.seconds * times, memory_bytes=int(self.memory_bytes * times))
