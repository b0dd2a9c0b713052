"""Front-end files: the build step (python -m servicedesk.web.assets) and the manifest templates read.

Never needs Node and never downloads: it copies from node_modules, which npm filled at set-up.
"""

import gzip
import hashlib
import json
import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from flask import Flask, Response, abort, request, send_from_directory, url_for
from markupsafe import Markup, escape

STATIC = Path(__file__).parent / "static"
NODE_MODULES = Path(__file__).parents[2] / "node_modules"

# Name in the manifest, and the files joined into it: src/ is ours, everything else lies in node_modules.
FILES = {
    "tabler.css": ["@tabler/core/dist/css/tabler.min.css"],
    "app.css": [
        "src/css/tokens.css",
        "src/css/shell.css",
        "src/css/parts.css",
        "src/css/forms.css",
        "src/css/promise.css",
        "src/css/charts.css",
        "src/css/chains.css",
        "src/css/desk.css",
        "src/css/ticket.css",
        "src/css/composer.css",
        "src/css/queue.css",
        "src/css/approvals.css",
        "src/css/people.css",
        "src/css/home.css",
        "src/css/finding.css",
        "src/css/search.css",
        "src/css/reports.css",
        "src/css/calendars.css",
        "src/css/absences.css",
        "src/css/letters.css",
        "src/css/components.css",
        "src/css/bulk.css",
        "src/css/merging.css",
        "src/css/print.css",
    ],
    "htmx.js": ["htmx.org/dist/htmx.min.js"],
    "swagger-ui.css": ["swagger-ui-dist/swagger-ui.css"],
    "swagger-ui.js": ["swagger-ui-dist/swagger-ui-bundle.js"],
    "logo.svg": ["src/img/logo.svg"],
    "favicon.svg": ["src/img/favicon.svg"],
}
# Icons that the style sheet draws itself.
MARKS = ("promise-", "calendar")
SOURCE_MAP = re.compile(rb"\s*(?:/\*|//)# sourceMappingURL=\S+(?:\s*\*/)?\s*$")
MODULE_IMPORT = re.compile(r'(?<=from ")\./([\w-]+\.js)(?=")|(?<=import ")\./([\w-]+\.js)(?=")')


class AssetsMissing(RuntimeError):
    """The front-end files were not built, or a template names one that is not among them."""


def read_manifest(static: Path) -> dict[str, str]:
    """Name to hashed name, as the build step wrote it."""
    try:
        manifest: dict[str, str] = json.loads((static / "dist" / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        raise AssetsMissing("The front-end files are not built: run make install.") from None
    return manifest


def finder(static: Path, url_of: Callable[[str], str], fresh: bool = False) -> Callable[[str], str]:
    """The `asset` function of templates; reads the manifest at first use, each time when `fresh`.

    asset("app.css") is a file's address, asset("icon:bell") that of a drawing within the sprite.
    """
    manifest: dict[str, str] = {}

    def asset(name: str) -> str:
        if fresh or not manifest:
            manifest.update(read_manifest(static))
        if name not in manifest:
            raise AssetsMissing(
                f"There is no front-end file {name}: list it in assets.py or icons.txt, then make install."
            )
        file, mark, fragment = manifest[name].partition("#")
        return url_of(file) + mark + fragment

    return asset


def drawer(asset: Callable[[str], str]) -> Callable[..., Markup]:
    """The `icon` function of templates: a drawing of the sprite, named as in static/src/icons.txt. With `label` it says
    something by itself, without one it stands beside words. Not a macro: a page has seventy."""

    def icon(name: str, label: str | None = None, **more: str) -> Markup:
        kind = f"icon {escape(more['class'])}" if more.get("class") else "icon"
        said = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
        return Markup(f'<svg class="{kind}" {said}><use href="{asset("icon:" + name)}"/></svg>')  # noqa: S704 — escaped above

    return icon


def install(app: Flask) -> None:
    """`asset()` for templates, and /static/dist packed and cached for a year, which hashed names allow."""
    static = Path(app.static_folder or STATIC)

    def dist_file(filename: str) -> Response:
        folder = static / "dist"
        packed = request.accept_encodings["gzip"] > 0 and (folder / f"{filename}.gz").is_file()
        if filename.endswith((".gz", ".json")):
            abort(404)
        kind = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}[Path(filename).suffix]
        answer = send_from_directory(folder, f"{filename}.gz" if packed else filename, mimetype=kind, max_age=31536000)
        if packed:
            answer.headers["Content-Encoding"] = "gzip"
        answer.headers["Vary"] = "Accept-Encoding"
        answer.cache_control.immutable = True
        return answer

    app.add_url_rule("/static/dist/<path:filename>", "dist_file", dist_file)
    addresses: dict[tuple[str, str], str] = {}

    def address(name: str) -> str:
        # A page asks a hundred times, and building an address takes long; it depends on the root alone.
        key = (request.script_root, name)
        if key not in addresses:
            addresses[key] = url_for("dist_file", filename=name)
        return addresses[key]

    asset = finder(static, address, fresh=app.debug)
    app.jinja_env.globals.update(asset=asset, icon=drawer(asset))


def build(static: Path = STATIC, modules: Path = NODE_MODULES) -> dict[str, str]:
    """Writes static/dist anew and returns the manifest."""
    dist = static / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    dist.mkdir(parents=True)
    manifest: dict[str, str] = {}
    icons = icon_table(static / "src" / "icons.txt")
    for name, parts in FILES.items():
        files = [(static if part.startswith("src/") else modules) / part for part in parts]
        texts = [SOURCE_MAP.sub(b"", one.read_bytes()) for one in files]
        if name == "app.css":
            texts.append(marks(icons, modules))
        manifest[name] = write(dist, name, b"\n".join(texts))
    sheet = write(dist, "icons.svg", sprite(icons, modules))
    manifest.update({f"icon:{icon}": f"{sheet}#{icon}" for icon in icons})
    for module in sorted((static / "src" / "js").glob("*.js")):
        write_module(module, dist, manifest)
    (dist / "manifest.json").write_text(json.dumps(manifest, indent=1, sort_keys=True), "utf-8")
    return manifest


def write(dist: Path, name: str, content: bytes) -> str:
    stem, dot, kind = name.rpartition(".")
    hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}{dot}{kind}"
    (dist / hashed).write_bytes(content)
    (dist / f"{hashed}.gz").write_bytes(gzip.compress(content, 9, mtime=0))
    return hashed


def write_module(module: Path, dist: Path, manifest: dict[str, str]) -> None:
    """Imported modules first, so that the importing text can carry their hashed names."""
    if module.name in manifest:
        return
    text = module.read_text("utf-8")
    for found in MODULE_IMPORT.finditer(text):
        write_module(module.parent / (found[1] or found[2]), dist, manifest)
    text = MODULE_IMPORT.sub(lambda found: f"./{manifest[found[1] or found[2]]}", text)
    manifest[module.name] = write(dist, module.name, text.encode())


def icon_table(listing: Path) -> dict[str, str]:
    """The names templates use and the drawing behind each."""
    lines = (line.split("#")[0].split() for line in listing.read_text("utf-8").splitlines())
    return {line[0]: line[1] for line in lines if line}


def sprite(icons: dict[str, str], modules: Path) -> bytes:
    symbols = [
        f'<symbol id="{name}" viewBox="0 0 24 24">{shapes_of(drawing, modules)}</symbol>'
        for name, drawing in icons.items()
    ]
    return ('<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>").encode()


def marks(icons: dict[str, str], modules: Path) -> bytes:
    """Drawings as masks of the style sheet, --mark-promise-broken and so on: a list of fifty needs none in its rows."""
    frame = 'xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#000" stroke-linecap="round"'
    drawn = {
        name: quote(
            f'<svg {frame} stroke-linejoin="round" stroke-width="2">{shapes_of(drawing, modules)}</svg>', safe=" =:/,"
        )
        for name, drawing in icons.items()
        if name.startswith(MARKS)
    }
    values = "".join(f'--mark-{name}:url("data:image/svg+xml,{svg}");' for name, svg in drawn.items())
    return f":root{{{values}}}".encode()


def shapes_of(drawing: str, modules: Path) -> str:
    """What is inside of one drawing's <svg>."""
    svg = (modules / "@tabler" / "icons" / "icons" / "outline" / f"{drawing}.svg").read_text("utf-8")
    shapes = re.sub(r"\s+", " ", svg[svg.index(">") + 1 : svg.rindex("</svg>")]).strip()
    return shapes.replace('<path stroke="none" d="M0 0h24v24H0z" fill="none" />', "").strip()


def main() -> int:
    try:
        build()
    except FileNotFoundError as missing:
        print(f"{missing.filename} is missing: run make install, which brings the packages.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
