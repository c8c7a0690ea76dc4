"""The check of the lock files finds what it should, in files with one thing wrong each."""

import json
import shutil

import pytest

from config.local import locks
from config.local.locks import ROOT, faults

HASH = f"--hash=sha256:{'0' * 64}"


def test_the_lock_files_are_sound():
    assert faults() == []


@pytest.fixture
def copy(tmp_path):
    shutil.copytree(ROOT / "requirements", tmp_path / "requirements")
    for name in ("pyproject.toml", "package-lock.json"):
        shutil.copy(ROOT / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("left-pad==1.0", "no SHA-256"),
        (f"left-pad>=1.0 {HASH}", "not pinned"),
        (f"left-pad==1.* {HASH}", "not pinned"),
        (f"left-pad {HASH}", "not pinned"),
        (f"left-pad @ https://malo.example/left_pad-1.0.tar.gz {HASH}", "an address"),
        (f"left-pad @ git+https://malo.example/left-pad.git@main {HASH}", "an address"),
        ("git+https://malo.example/left-pad.git#egg=left-pad", "not a pinned package"),
        ("-e .", "an option"),
        ("--index-url https://malo.example/simple", "an option"),
        ("--extra-index-url=https://malo.example/simple", "an option"),
        ("--trusted-host malo.example", "an option"),
        ("./left_pad-1.0.whl", "not a pinned package"),
        ("left-pad==1.0 --hash=md5:d41d8cd98f00b204e9800998ecf8427e", "no SHA-256"),
    ],
)
@pytest.mark.parametrize("file", locks.FILES)
def test_a_line_that_would_fetch_something_else_is_found(copy, file, line, told):
    path = copy / "requirements" / f"{file}.txt"
    path.write_text(f"{path.read_text()}\n{line}\n")
    (found,) = faults(copy)
    assert found.startswith(f"{file}: ") and told in found


def test_a_lock_that_is_behind_is_found(copy):
    project = copy / "pyproject.toml"
    project.write_text(project.read_text().replace('"django>=5.2.19,<5.3"', '"django>=6.0"'))
    assert faults(copy) == ["base: django>=6.0 of pyproject.toml is not met; run make lock"]


def test_what_is_installed_and_not_locked_is_found(copy):
    for name in ("base", "dev"):
        path = copy / "requirements" / f"{name}.txt"
        path.write_text(path.read_text().replace("\nzeep==", "\nzeep==99."))
    assert any(line.startswith("installed: zeep ") for line in faults(copy))


def test_base_and_dev_agree(copy):
    path = copy / "requirements" / "base.txt"
    path.write_text(path.read_text().replace("\nzeep==", "\nzeep==99."))
    assert any("zeep differs" in line for line in faults(copy))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"integrity": "sha1-AAAA"}, "SHA-512"),
        ({"resolved": "git+ssh://git@malo.example/x.git"}, "an address"),
        ({"hasInstallScript": True}, "runs a program"),
        ({"license": "Proprietary"}, "licence"),
        ({"license": ""}, "licence"),
    ],
)
def test_the_front_end_is_held_to_the_same(copy, changed, told):
    path = copy / "package-lock.json"
    lock = json.loads(path.read_text())
    lock["packages"]["node_modules/echarts"] |= changed
    path.write_text(json.dumps(lock))
    (found,) = faults(copy)
    assert told in found and "echarts" in found
