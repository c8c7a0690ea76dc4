"""The front-end files come from npm's folder, exactly the ones that are needed."""

import re
from pathlib import Path

import pytest

from config import assets
from ui.icons import OUTLINE


@pytest.fixture
def packages(tmp_path, monkeypatch) -> Path:
    """A folder like npm's with a small stand-in for every file that is listed."""
    folder = tmp_path / "node_modules"
    for source in assets.FILES.values():
        path = folder / source
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"content\n/*# sourceMappingURL=content.map */\n")
    icons = folder / assets.ICON_FOLDER
    icons.mkdir(parents=True)
    for name in OUTLINE:
        (icons / f"{name}.svg").write_text(f'<svg width="24"><path d="M{len(name)} 1" /></svg>')
    monkeypatch.setattr(assets, "PACKAGES", folder)
    return folder


def test_a_second_run_touches_nothing(packages, tmp_path):
    target = tmp_path / "vendor"
    assert assets.build(target) == len(assets.FILES) + 1
    before = {path: path.stat().st_mtime_ns for path in target.rglob("*")}
    assert assets.build(target) == 0
    assert before == {path: path.stat().st_mtime_ns for path in target.rglob("*")}


def test_what_is_no_longer_listed_goes(packages, tmp_path):
    target = tmp_path / "vendor"
    assets.build(target)
    (target / "old.js").write_text("")
    assert assets.build(target) == 1
    assert not (target / "old.js").exists()


def test_references_to_maps_are_cut(packages, tmp_path):
    assets.build(tmp_path / "vendor")
    assert b"sourceMappingURL" not in (tmp_path / "vendor" / "tabler.min.css").read_bytes()


def test_the_sprite_has_every_icon_once(packages):
    ids = re.findall(r'<symbol id="([^"]+)"', assets.sprite().decode())
    assert ids == sorted(OUTLINE)


def test_a_missing_folder_says_what_to_run(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(assets, "PACKAGES", tmp_path / "none")
    monkeypatch.setattr(assets, "VENDOR", tmp_path / "vendor")
    assert assets.main() == 1
    assert "npm ci" in capsys.readouterr().err


def test_a_missing_file_leaves_the_folder_as_it_was(packages, tmp_path):
    (packages / assets.ICON_FOLDER / "clock.svg").unlink()
    with pytest.raises(assets.MissingPackage, match=r"clock\.svg"):
        assets.build(tmp_path / "vendor")
    assert not (tmp_path / "vendor").exists()
