"""The build of front-end files: names by content, imports that follow, sentences for what is missing."""

import gzip
import re
from pathlib import Path

import pytest

from servicedesk.web import assets

TEMPLATES = Path(assets.__file__).parent / "templates"
SOURCES = assets.STATIC / "src"


@pytest.fixture
def modules(tmp_path: Path) -> Path:
    """A node_modules of empty files, so that no network and no Node is needed."""
    root = tmp_path / "node_modules"
    for part in {part for parts in assets.FILES.values() for part in parts if not part.startswith("src/")}:
        (root / part).parent.mkdir(parents=True, exist_ok=True)
        (root / part).write_text("body{}\n/*# sourceMappingURL=x.map */")
    drawings = root / "@tabler/icons/icons/outline"
    drawings.mkdir(parents=True)
    for drawing in assets.icon_table(SOURCES / "icons.txt").values():
        (drawings / f"{drawing}.svg").write_text('<svg class="a"\n>\n <path d="M0 0"/>\n</svg>')
    return root


@pytest.fixture
def static(tmp_path: Path) -> Path:
    root = tmp_path / "static"
    root.mkdir()
    (root / "src").symlink_to(SOURCES)
    return root


def test_a_name_changes_with_the_content_only(static: Path, modules: Path) -> None:
    first, second = assets.build(static, modules), assets.build(static, modules)
    assert first == second
    (modules / "htmx.org/dist/htmx.min.js").write_text("other")
    third = assets.build(static, modules)
    assert [name for name in first if first[name] != third[name]] == ["htmx.js"]


def test_modules_import_each_other_by_their_hashed_names(static: Path, modules: Path) -> None:
    manifest = assets.build(static, modules)
    text = (static / "dist" / manifest["app.js"]).read_text()
    imported = re.findall(r'from "\./([^"]+)"', text)
    assert imported
    assert all((static / "dist" / name).is_file() and name in manifest.values() for name in imported)


def test_every_file_has_a_packed_twin_and_no_source_map(static: Path, modules: Path) -> None:
    manifest = assets.build(static, modules)
    for name in {value.partition("#")[0] for value in manifest.values()}:
        content = (static / "dist" / name).read_bytes()
        assert gzip.decompress((static / "dist" / f"{name}.gz").read_bytes()) == content
        assert b"sourceMappingURL" not in content


def test_an_icon_is_a_place_in_the_sprite(static: Path, modules: Path) -> None:
    assets.build(static, modules)
    address = assets.finder(static, lambda name: f"/static/dist/{name}")("icon:bell")
    assert re.fullmatch(r"/static/dist/icons\.\w{10}\.svg#bell", address)


def test_without_a_build_the_sentence_says_what_to_run(tmp_path: Path) -> None:
    with pytest.raises(assets.AssetsMissing, match="make install"):
        assets.finder(tmp_path, str)("app.css")


def test_an_unknown_name_is_refused(static: Path, modules: Path) -> None:
    assets.build(static, modules)
    with pytest.raises(assets.AssetsMissing, match="no-such"):
        assets.finder(static, str)("icon:no-such")


def test_every_icon_named_in_a_template_is_listed() -> None:
    listed = assets.icon_table(SOURCES / "icons.txt")
    named = re.compile(r'\bicon\("([a-z-]+)"[,)]|icon_name="([a-z-]+)"')
    for page in TEMPLATES.rglob("*.html"):
        for found in named.finditer(page.read_text("utf-8")):
            assert (found[1] or found[2]) in listed, f"{page.name} asks for the icon {found[0]}"


def test_no_page_or_style_names_a_foreign_origin() -> None:
    own = [*TEMPLATES.rglob("*.html"), *SOURCES.rglob("*.css"), *SOURCES.rglob("*.js")]
    for file in own:
        text = file.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
        assert not re.search(r"""(?:src|href|action)=["']?(?:https?:)?//|url\(["']?https?:|@import""", text), file.name


def test_no_template_has_inline_styles_or_handlers() -> None:
    for page in TEMPLATES.rglob("*.html"):
        assert not re.search(r"""\s(?:style|on[a-z]+)=["']""", page.read_text("utf-8")), page.name
