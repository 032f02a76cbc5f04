"""What MkDocs takes of the theme is the same when the list of its files is a short one."""

from pathlib import Path

from jinja2 import FileSystemBytecodeCache
from mkdocs.config import load_config
from mkdocs.structure.files import Files

from dlbook.site.building.theme_files import hasten


def test_the_same_files_are_taken_and_hidden_templates_are_found(tmp_path: Path):
    (tmp_path / "docs").mkdir()
    own = tmp_path / "own" / "inside"
    (own / ".hidden").mkdir(parents=True)
    for name in ("shown.css", ".hidden/no.css", "page.html"):
        (own / name).write_text("a")
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: a\ntheme: {name: material, custom_dir: own}\nplugins: []\n"
    )
    config = load_config(str(tmp_path / "mkdocs.yml"))

    def taken() -> list[str]:
        files = Files([])
        files.add_files_from_theme(config.theme.get_env(), config)
        return [file.src_uri for file in files]

    plain, icon = taken(), ".icons/material/link.svg"
    everything = config.theme.get_env().list_templates()
    hasten(config, FileSystemBytecodeCache(str(tmp_path)))
    assert taken() == plain
    assert "inside/shown.css" in plain
    environment = config.theme.get_env()
    assert icon in everything
    assert icon not in environment.list_templates()
    assert "<svg" in environment.get_template(icon).render()
    assert list(tmp_path.glob("*.cache")), "what was compiled is kept"
