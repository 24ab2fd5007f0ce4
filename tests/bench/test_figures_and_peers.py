"""The figures that there are, and the peers that they compare with."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bench.figure import figures
from bench.figures._parameters import difference
from bench.peers import FOLDER
from multiball.settings import REPOSITORY

FIGURES = figures()
PEERS = sorted(path.parent.name for path in FOLDER.glob("*/requirements.in"))
PERMISSIVE = ("Apache-2.0", "MIT", "BSD-3-Clause", "BSD-2-Clause", "ISC")


@pytest.mark.parametrize("name", sorted(FIGURES))
def test_a_figure_says_what_it_measures_and_its_scripts_are_there(name: str) -> None:
    figure = FIGURES[name]
    assert figure.measures and figure.unit == "s" and re.match(r"The ratio is .* over .*: ", figure.ratio)
    scripts = [figure.ours.script, figure.other.script, *([figure.prepare] if figure.prepare else [])]
    assert all(script.is_file() for script in scripts)
    for side in (figure.ours, figure.other):
        assert side.peer is None or (side.peer in PEERS and side.script.parent == FOLDER / side.peer)


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_is_pinned_by_hashes_names_no_index_and_has_a_permissive_licence(peer: str) -> None:
    wanted = (FOLDER / peer / "requirements.in").read_text(encoding="utf-8")
    assert wanted.startswith("# Licence: ") and wanted.removeprefix("# Licence: ").split(". ")[0] in PERMISSIVE
    lock = (FOLDER / peer / "requirements.txt").read_text(encoding="utf-8")
    assert "://" not in lock
    for requirement in re.split(r"\n(?=\S)", lock):
        assert requirement.startswith("#") or ("==" in requirement and "--hash=sha256:" in requirement), requirement


def test_a_peer_that_cannot_be_installed_says_why(tmp_path: Path) -> None:
    """A checkout of its own, in which the installer is there and fails."""
    for folder in ("tools", "requirements", ".venv-uv/bin", "bench/peers/some"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(REPOSITORY / "tools" / "make_env.py", tmp_path / "tools")
    shutil.copy(FOLDER / "__init__.py", tmp_path / "bench" / "peers")
    (tmp_path / "bench" / "__init__.py").write_text("")  # without it, the package of this repository would be found
    (tmp_path / "bench" / "peers" / "some" / "requirements.txt").write_text("some==1\n")
    (tmp_path / "requirements" / "uv.txt").write_text("")
    (tmp_path / ".venv-uv" / "bin" / "python").symlink_to(sys.executable)
    (tmp_path / ".venv-uv" / "bin" / "uv").write_text("#!/bin/sh\necho 'some==1 is not to be had' >&2\nexit 1\n")
    (tmp_path / ".venv-uv" / "bin" / "uv").chmod(0o755)
    code = "import sys; sys.path.insert(0, 'tools'); import make_env; make_env._stamp(make_env.INSTALLER, 'uv')"
    subprocess.run([sys.executable, "-c", code], cwd=tmp_path, check=True)
    code = """
from bench.peers import Unavailable, python
try:
    python("some", print)
except Unavailable as reason:
    print(reason)
"""
    said = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "bench/peers/some cannot be installed: some==1 is not to be had" in said


def test_fits_agree_within_a_hundredth() -> None:
    assert difference({"r": 1.0}, {"r": 1.005}) is None
    assert difference({"r": 1.0, "a": 2.0}, {"r": 1.2, "a": 2.0}) == "r is 1.0 and 1.2"
    assert "the other" in str(difference({"r": 1.0}, {"q": 1.0}))
