"""Which lines of a letter its writer wrote newly: quoted letters and the signature are left out, forwarded letters stay."""

from __future__ import annotations

from dataclasses import dataclass

from servicedesk.mailin.text.attributions import MOST_LINES, attribution, has_verb, introduction
from servicedesk.mailin.text.headers import announces_answered, announces_forwarded, is_head, is_ruler
from servicedesk.mailin.text.lines import Line, Role
from servicedesk.mailin.text.signatures import signature_start
from servicedesk.mailout.marker import is_reply_marker

# Fewer quoted lines that nothing introduces may be a log or a command somebody copied.
_LEAST_UNINTRODUCED = 3
# More lines than any letter has are a log, which is content.
_MOST_READ = 20_000


@dataclass
class _Part:
    """A stretch of lines, either quoted (with its introduction) or the writer's own."""

    start: int
    end: int
    quoted: bool
    # Something says that it is a letter: an introduction, a head, our own line above it.
    sure: bool = False


def own_lines(lines: list[Line], *, forwarded: bool = False) -> list[Line]:
    """What the writer added, in order; all lines when that would be nothing or a letter is sent on.

    Answers between quoted lines stay together with these. `forwarded`: the subject says that a letter is sent on.
    """
    end = _quoted_from(lines, forwarded) if len(lines) <= _MOST_READ else None
    if end is None:
        return lines
    parts = _parts(lines[:end])
    while parts and (left_out := _at_the_end(lines, parts)) is not None:
        end = left_out
        parts.pop()
    if not parts:
        return lines
    start = 0
    if not parts[-1].quoted:
        last = lines[parts[-1].start : min(end, parts[-1].end)]
        only = all(part.quoted for part in parts[:-1])
        if only and signature_start(last, may_be_all=True) == 0:
            return lines
        end = parts[-1].start + signature_start(last, may_be_all=not only)
        if len(parts) == 2 and parts[0].quoted and parts[0].sure:
            start = parts[1].start
    return lines[start:end]


def _quoted_from(lines: list[Line], forwarded: bool) -> int | None:
    """Where a quoted letter begins that no line marks as quoted; `len(lines)` without one, None for a letter sent on."""
    quoted_before = False
    for index, line in enumerate(lines):
        if line.is_blank:
            continue
        if announces_forwarded(line) and not (line.depth and quoted_before):
            return None
        quoted_before = bool(line.depth)
        if line.depth == 0 and (start := _unmarked(lines, index)) is not None:
            return None if forwarded else _with_introduction(lines, start)
        if line.depth == 0 and _introduces_quoted(lines, index) and introduction(lines, index) is not None:
            quoted_before = True
    return len(lines)


def _unmarked(lines: list[Line], index: int) -> int | None:
    line = lines[index]
    if (
        line.role is Role.QUOTED_FROM_HERE
        or announces_answered(line)
        or is_reply_marker(line.inner)
        or is_head(lines, index)
    ):
        return index
    if (start := attribution(lines, index)) is None or _introduces_quoted(lines, index):
        return None
    # Without a verb it must stand apart, or it may be a line of something listed.
    apart = start == 0 or lines[start - 1].is_blank
    return start if apart or has_verb(lines[start : index + 1]) else None


def _introduces_quoted(lines: list[Line], index: int) -> bool:
    """Whether `index` is the last line above quoted ones."""
    below = next((line for line in lines[index + 1 : index + 5] if not line.is_blank), None)
    return below is not None and below.depth > 0


def _with_introduction(lines: list[Line], start: int) -> int:
    """`start`, or where the lines begin that introduce what starts there: rulers, headings, attributions."""
    for _ in range(MOST_LINES):
        above = start - 1
        while above >= 0 and lines[above].is_blank:
            above -= 1
        if above < 0 or lines[above].depth:
            break
        if is_ruler(lines[above]) or announces_answered(lines[above]):
            start = above
        elif (found := introduction(lines, above)) is not None:
            start = found
        else:
            break
    return start


def _parts(lines: list[Line]) -> list[_Part]:
    parts: list[_Part] = []
    index, own_from = 0, 0
    while index < len(lines):
        if not lines[index].depth:
            index += 1
            continue
        end = _end_of_quote(lines, index)
        start = max(own_from, _with_introduction(lines, index))
        if _says_little(lines[start:index]) and _is_short(lines[index:end]):
            start = index
        if any(not line.is_blank for line in lines[own_from:start]):
            parts.append(_Part(own_from, start, quoted=False))
        sure = start < index or any(is_reply_marker(line.inner) for line in lines[index:end])
        parts.append(_Part(start, end, quoted=True, sure=sure or _holds_head(lines, index, end)))
        index = own_from = end
    if any(not line.is_blank for line in lines[own_from:]):
        parts.append(_Part(own_from, len(lines), quoted=False))
    return parts


def _says_little(introduction: list[Line]) -> bool:
    """Whether it names neither a day nor an address: «Программа пишет:» may introduce anything."""
    return not any(letter.isdigit() or letter == "@" for line in introduction for letter in line.inner)


def _is_short(quoted: list[Line]) -> bool:
    return sum(not line.is_blank for line in quoted) < _LEAST_UNINTRODUCED


def _end_of_quote(lines: list[Line], index: int) -> int:
    """The index behind the quoted lines that begin at `index`, empty ones among them included."""
    end = index
    while index < len(lines):
        if lines[index].depth or _is_overflow(lines, index):
            end = index + 1
        elif not lines[index].is_blank:
            break
        index += 1
    return end


def _is_overflow(lines: list[Line], index: int) -> bool:
    """A word or two of the quoted line above, broken by a program that wraps lines and does not mark the rest."""
    above, text = lines[index - 1], lines[index].inner
    if not above.depth or not 70 <= len(above.shown) <= 80 or not text[:1].islower():
        return False
    return above.shown[-1] not in ".?!:;" and (index + 1 == len(lines) or lines[index + 1].depth > 0)


def _holds_head(lines: list[Line], start: int, end: int) -> bool:
    first = next((index for index in range(start, end) if not lines[index].is_blank), end)
    return first < end and (is_head(lines, first) or _begins_with_attribution(lines, first, end))


def _begins_with_attribution(lines: list[Line], first: int, end: int) -> bool:
    """Whether an attribution begins at `first`, quoted itself: some programs mark it, too."""
    return any(attribution(lines, last, first) == first for last in range(first, min(end, first + MOST_LINES)))


def _at_the_end(lines: list[Line], parts: list[_Part]) -> int | None:
    """Where the last part begins if it may be left out, None if it stays."""
    last, others = parts[-1], parts[:-1]
    if not any(not part.quoted for part in others):
        return None
    if last.quoted:
        return last.start if last.sure or not _is_short(lines[last.start : last.end]) else None
    return last.start if signature_start(lines[last.start : last.end], may_be_all=True) == 0 else None
