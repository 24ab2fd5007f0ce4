"""YAML that a person wrote is bounded before anything reads it."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from multiball.documents import read
from multiball.settings import Workspace
from multiball.shapes import LONGEST_SHOWN, InputError, shortened
from multiball.yaml_text import GREATEST, MOST_VALUES, yaml_text

LAUGHS = "a: &a [x, x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{chr(98 + level)}: &{chr(98 + level)} [{', '.join([f'*{chr(97 + level)}'] * 10)}]\n" for level in range(9)
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("reporting: " + "[" * 20_000 + "]" * 20_000, "line 1: there are more than 50 levels"),
        ("reporting: " + "{a: " * 20_000, "line 1: there are more than 50 levels"),
        ("x: 1\n" + "".join(f"{'  ' * level}k:\n" for level in range(60)), "there are more than 50 levels"),
        (LAUGHS, "line 5: there are more than 100,000 values, counting what aliases stand for"),
        ("reporting: &r {x: *r}\n", r"line 1: \*r refers to the part that it is in"),
        ("x: 1\n" + "n" * 5_000 + ": 1\n", "line 2: the key has more than 1,000 characters"),
        ("x: " + "v" * 5_000_000, "has 5,000,003 characters, and a file of settings may have 2,000,000"),
        ("x: [" + ", ".join(["1"] * (MOST_VALUES + 1)) + "]", "there are more than 100,000 values"),
    ],
    ids=["brackets", "braces", "levels", "laughs", "self", "key", "value", "list"],
)
def test_a_bomb_is_one_line_at_once_in_every_reader(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(text)
    for reader in (lambda: read(file), lambda: Workspace(tmp_path).reporting_currency):
        begun = time.monotonic()
        with pytest.raises(InputError, match=said) as error:
            reader()
        assert time.monotonic() - begun < 5 and len(str(error.value)) < 3 * LONGEST_SHOWN
        assert "\n" not in str(error.value)


def test_aliases_and_anchors_of_an_ordinary_file_are_read(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yml"
    file.write_text("base: &base {a: 1}\nother: *base\nthird: [*base, *base]\n")
    document = read(file)
    assert document and document.data["third"][1]["a"] == 1


def test_invalid_yaml_is_left_to_the_reader(tmp_path: Path) -> None:
    file = tmp_path / "mapping.yml"
    file.write_text("a: [1\nb: ]")
    assert yaml_text(file) == "a: [1\nb: ]"
    assert len(file.read_text()) < GREATEST


def test_a_long_text_of_a_message_keeps_its_ends() -> None:
    shown = shortened("a" * 3_000 + "z")
    assert len(shown) < LONGEST_SHOWN + 60 and shown.startswith("aaa") and shown.endswith("z") and "1,501 characters left out" in shown
    assert shortened("short") == "short"
