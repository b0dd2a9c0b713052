"""The strokes charts are made of, as SVG text: every label escaped, no style attributes.

Each stroke has a class, which follows the theme, and a colour of its own for paper and mail.
"""

from collections.abc import Iterable, Sequence

from markupsafe import Markup, escape

WIDTH = 640
TEXT = 12
# Mean advance of a letter at TEXT pixels; Cyrillic is the wider of the two alphabets.
LETTER = 7.0
LABELS = 190

# Class to the colour it has where no style sheet is: on paper and in mail.
FILLS = {
    "c-strong": "#1b2130",
    "c-soft": "#525b6e",
    "c-band": "#dfe3f7",
    "c-dot": "#3f51c7",
    "c-bar": "#3f51c7",
    "c-kept": "#2f7d4f",
    "c-broken": "#c2382e",
    "c-excused": "#a9b1be",
    "c-hidden": "#eceff3",
    "c-track": "#f1f3f6",
    "c-cell-1": "#f6c9c4",
    "c-cell-2": "#fbe3c0",
    "c-cell-3": "#eef0f3",
    "c-cell-4": "#d3ebdb",
    "c-cell-5": "#aadbbc",
    "c-none": "#ffffff",
    "c-on-cell": "#1b2130",
    "c-on-bar": "#ffffff",
    "c-requester": "#b8791a",
    "c-approver": "#7d5bbf",
    "c-third": "#2f8583",
    "c-rest": "#d3ebdb",
}
# What tells a bar from another one where colours do not: lines over it, white on the strong colours.
TEXTURES = {
    "stripes": ("M-1 1l2 -2M0 8l8 -8M7 9l2 -2", "#ffffff"),
    "slopes": ("M-1 7l2 2M0 0l8 8M7 -1l2 2", "#ffffff"),
    "dots": ("M2 2h2v2h-2zM6 6h2v2h-2z", "#ffffff"),
    "rows": ("M0 2h8M0 6h8", "#ffffff"),
    "columns": ("M2 0v8M6 0v8", "#ffffff"),
    "grid": ("M0 4h8M4 0v8", "#ffffff"),
}
STROKES = {"c-grid": "#e0e4ea", "c-axis": "#8b94a5", "c-line": "#3f51c7", "c-hatch": "#ffffff", "c-veil": "#8b94a5"}
# Distance of the lines that tell boxes apart where colours do not.
APART = 7.0


def drawing(
    parts: Sequence[str], height: float, title: str, desc: str, width: int = WIDTH, kind: str = "graph"
) -> Markup:
    """The parts as an image called `title`; without one they are an ornament that is not read out."""
    height = max(height, 24 if title else 0)
    about = f"<title>{escape(title)}</title>" if title else ""
    about += f"<desc>{escape(desc)}</desc>" if desc else ""
    role = 'role="img"' if title else 'aria-hidden="true" focusable="false"'
    size = f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}"'
    return Markup(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" {role} {size}'
        f' font-family="system-ui, sans-serif">{about}{"".join(parts)}</svg>'
    )


def textures() -> Markup:
    """The patterns that textured boxes are filled with; stands once on a page, before its drawings."""
    patterns = "".join(
        f'<pattern id="texture-{name}" width="8" height="8" patternUnits="userSpaceOnUse">'
        f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="1.6"/></pattern>'
        for name, (path, colour) in TEXTURES.items()
    )
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="textures" width="0" height="0" aria-hidden="true" focusable="false">'
        f"<defs>{patterns}</defs></svg>"
    )


def text(
    x: float,
    y: float,
    words: str,
    kind: str = "c-soft",
    anchor: str = "start",
    bold: bool = False,
    turn: int = 0,
    whole: str = "",
) -> str:
    more = ' font-weight="600"' if bold else ""
    more += f' transform="rotate({turn} {x:.1f} {y:.1f})"' if turn else ""
    hover = f"<title>{escape(whole)}</title>" if whole and whole != words else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{TEXT}" text-anchor="{anchor}" fill="{FILLS[kind]}" '
        f'class="{kind}"{more}>{hover}{escape(words)}</text>'
    )


def told(pairs: Iterable[tuple[str, str]]) -> str:
    """What a drawing shows, for those who hear it."""
    return "; ".join(f"{name}: {value}" for name, value in pairs)


def label(name: str, y: float) -> list[str]:
    """A row's name in the left column, on two lines when it is long, cut when it is longer still."""
    limit = int((LABELS - 14) / LETTER)
    if len(name) <= limit:
        return [text(0, y, name, "c-strong")]
    cut = name.rfind(" ", 0, limit + 1)
    cut = cut if cut > 0 else limit
    rest = name[cut:].strip()
    return [
        text(0, y - 7, name[:cut], "c-strong", whole=name),
        text(0, y + 7, short(rest, limit), "c-strong", whole=name),
    ]


def short(name: str, limit: int) -> str:
    return name if len(name) <= limit else name[: limit - 1].rstrip() + "…"


def box(x: float, y: float, width: float, height: float, kind: str, hover: str = "", texture: str = "") -> str:
    inner = f"<title>{escape(hover)}</title>" if hover else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" rx="3"'
    over = f'<rect {place} fill="url(#texture-{texture})" class="c-texture"/>' if texture else ""
    return f'<rect {place} fill="{FILLS[kind]}" class="{kind}">{inner}</rect>{over}'


def hatch(x: float, y: float, width: float, height: float, kind: str = "c-hatch") -> str:
    """Slanted lines over a box, drawn one by one: a pattern would need an id, which a drawing that stands alone in a
    file or a mail cannot share."""
    lines, at = [], APART / 2
    while at < width + height:
        begin = (at, 0.0) if at <= width else (width, at - width)
        end = (0.0, at) if at <= height else (at - height, height)
        lines.append(f"M{x + begin[0]:.1f} {y + begin[1]:.1f}L{x + end[0]:.1f} {y + end[1]:.1f}")
        at += APART
    return _strokes(lines, kind)


def stripes(x: float, y: float, width: float, height: float, kind: str = "c-hatch") -> str:
    """Upright lines over a box."""
    count = int(width / APART)
    places = [x + APART * (place + 0.5) for place in range(count)] or [x + width / 2]
    return _strokes([f"M{place:.1f} {y:.1f}v{height:.1f}" for place in places], kind)


def key_of(kind: str, over: str = "") -> Markup:
    """A small box for a legend; `over` is "hatch", "veil", "stripes" or nothing."""
    parts = [box(0.5, 0.5, 17, 13, kind)]
    if over == "stripes":
        parts.append(stripes(0.5, 0.5, 17, 13))
    elif over:
        parts.append(hatch(0.5, 0.5, 17, 13, f"c-{over}"))
    return drawing(parts, 14, "", "", width=18, kind="graph key")


def _strokes(lines: Sequence[str], kind: str) -> str:
    return f'<path d="{"".join(lines)}" fill="none" stroke="{STROKES[kind]}" stroke-width="1.4" class="{kind}"/>'


def dot(x: float, y: float, hover: str) -> str:
    inner = f"<title>{escape(hover)}</title>" if hover else ""
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{FILLS["c-dot"]}" class="c-dot">{inner}</circle>'


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "c-grid") -> str:
    ends = f'x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"'
    return f'<line {ends} stroke="{STROKES[kind]}" class="{kind}"/>'


def line_through(points: Iterable[tuple[float, float]]) -> str:
    return (
        f'<polyline points="{joined(points)}" fill="none" stroke="{STROKES["c-line"]}"'
        ' stroke-width="2" class="c-line"/>'
    )


def band_of(points: Iterable[tuple[float, float]]) -> str:
    return f'<polygon points="{joined(points)}" fill="{FILLS["c-band"]}" class="c-band"/>'


def joined(points: Iterable[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
