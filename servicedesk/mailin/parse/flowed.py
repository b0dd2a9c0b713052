"""Text that was broken into lines for the way (format=flowed, RFC 3676), put together again."""

from __future__ import annotations


def unflowed(text: str, *, delete_space: bool) -> str:
    """Paragraphs as one line each; the depth of a quote stays in front of it as so many `>` and a blank."""
    out: list[list[str]] = []
    open_depth: int | None = None  # of the paragraph that goes on with the next line
    for line in text.split("\n"):
        rest = line.lstrip(">")
        depth = len(line) - len(rest)
        rest = rest.removeprefix(" ")
        flows = rest.endswith(" ") and rest != "-- "
        piece = rest[:-1] if flows and delete_space else rest
        if open_depth == depth and rest != "-- ":
            out[-1].append(piece)
        else:
            out.append([">" * depth + " " if depth else "", piece])
        open_depth = depth if flows else None
    return "\n".join("".join(pieces) for pieces in out)
