"""YAML that a person wrote is bounded before anything reads it."""

from __future__ import annotations

from pathlib import Path

import pytest

from multiball.documents import read
from multiball.settings import Workspace
from multiball.shapes import LONGEST_SHOWN, InputError, shortened
from multiball.yaml_text import GREATEST, MOST_VALUES, yaml_text

pytestmark = pytest.mark.timeout(60)  # a bomb that is not found hangs
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
        ("x: 1\n'" + "n" * 5_000 + "': 1\n", "line 2: the key has more than 1,000 characters"),
        ("x: 1\n? " + "n" * 5_000 + "\n: 1\n", "line 2: the key has more than 1,000 characters"),
        ("x: " + "v" * 5_000_000, "has 5,000,003 characters, and a file of settings may have 2,000,000"),
        ("x: [" + ", ".join(["1"] * (MOST_VALUES + 1)) + "]", "there are more than 100,000 values"),
    ],
    ids=["brackets", "braces", "levels", "laughs", "self", "key", "quoted", "explicit", "value", "list"],
)
def test_a_bomb_is_one_line_in_every_reader(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "sources.yml"
    file.write_text(text)
    for reader in (lambda: read(file), lambda: Workspace(tmp_path).reporting_currency):
        with pytest.raises(InputError, match=said) as error:
            reader()
        assert len(str(error.value)) < 3 * LONGEST_SHOWN
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
    assert len(shown) < LONGEST_SHOWN + 60 and shown.startswith("aaa") and shown.endswith("z") and "2,301 characters left out" in shown
    assert shortened("short") == "short"


@pytest.mark.parametrize("long", ["w" * 3_000, " ".join(["word"] * 600)])
def test_a_long_line_of_a_text_is_no_key(tmp_path: Path, long: str) -> None:
    file = tmp_path / "mapping.yml"
    file.write_text(f"text: >\n  {long}\nplain: {long}\nlist: [{long}]\n")
    document = read(file)
    assert document and document.data["plain"] == long and document.data["list"] == [long]


def test_a_key_that_is_there_twice_in_the_workspace_s_file_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "sources.yml").write_text("reporting:\n  currency: EUR\n  currency: USD\n")
    with pytest.raises(InputError, match=r"sources\.yml, line 3: is not valid YAML \(the key 'currency' is there twice\)"):
        _ = Workspace(tmp_path).reporting_currency


@pytest.mark.parametrize("digits", [3, 200_000])
def test_numbers_to_the_base_of_60_are_texts(tmp_path: Path, digits: int) -> None:
    (tmp_path / "sources.yml").write_text(f"reporting: {{currency: {':'.join(['1'] * digits)}}}\n")
    with pytest.raises(InputError, match=r"line 1: reporting\.currency is '1:1:1"):
        _ = Workspace(tmp_path).reporting_currency
