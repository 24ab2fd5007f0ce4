"""Catalogues: placeholders, plurals and spacing by the rules of the language; each fault is one line with its place and remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from multiball import words
from multiball.shapes import InputError
from multiball.words.catalogue import Catalogue, catalogue, faults

HEADER = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'
ENGLISH = """msgctxt "status"
msgid "behind"
msgstr "behind plan"

msgctxt "review"
msgid "spent"
msgstr "{name} cost {amount}."

msgctxt "review"
msgid "orders"
msgid_plural "orders"
msgstr[0] "{number} order"
msgstr[1] "{number} orders"
"""
CHINESE = """msgctxt "status"
msgid "behind"
msgstr "落后"

msgctxt "review"
msgid "spent"
msgstr "{name}花费{amount}。"

msgctxt "review"
msgid "orders"
msgid_plural "orders"
msgstr[0] "{number}笔订单"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two small catalogues instead of the project's own."""
    (tmp_path / "en.po").write_text(HEADER + ENGLISH, encoding="utf-8")
    (tmp_path / "zh.po").write_text(HEADER + CHINESE, encoding="utf-8")
    monkeypatch.setattr(words, "FOLDER", tmp_path)
    return tmp_path


def found(folder: Path) -> list[str]:
    return [str(fault) for fault in faults(folder)]


def test_the_catalogues_of_the_project_are_valid() -> None:
    assert found(words.FOLDER) == []


def test_a_language_exists_when_its_file_does(folder: Path) -> None:
    assert words.languages() == ("en", "zh")
    (folder / "de.po").write_text(HEADER + ENGLISH, encoding="utf-8")
    assert words.languages() == ("en", "de", "zh")
    assert catalogue("de").say("status", "behind") == "behind plan"
    with pytest.raises(InputError, match=r"^--lang: 'fr' has no catalogue in locale/\. Known: 'en', 'de', 'zh'\."):
        words.known_language("fr", "--lang")


def test_without_english_there_is_no_list_of_keys(folder: Path) -> None:
    (folder / "en.po").unlink()
    with pytest.raises(InputError, match=r"there is no en\.po"):
        words.languages()


def test_values_replace_placeholders_and_are_never_placeholders_themselves(folder: Path) -> None:
    assert catalogue("en").say("review", "spent", name="{amount}", amount="€5") == "{amount} cost €5."


def test_latin_letters_are_spaced_from_ideographs(folder: Path) -> None:
    assert catalogue("zh").say("review", "spent", name="Brand Film", amount="5 欧元") == "Brand Film 花费5 欧元。"
    assert catalogue("zh").count("review", "orders", 5, number="5") == "5 笔订单"


@pytest.mark.parametrize(("number", "english"), [(0, "0 orders"), (1, "1 order"), (2, "2 orders"), (-1, "-1 order")])
def test_plurals_follow_the_rule_of_the_language(folder: Path, number: int, english: str) -> None:
    assert catalogue("en").count("review", "orders", number, number=number) == english
    assert catalogue("zh").count("review", "orders", number, number=number) == f"{number} 笔订单"


def test_a_language_of_three_forms_uses_three(folder: Path) -> None:
    polish = '"Language: pl\\n"\n\n' + ENGLISH.replace("{number} orders", "{number} B").replace("{number} order", "{number} A")
    (folder / "pl.po").write_text(HEADER.rstrip("\n") + "\n" + polish + 'msgstr[2] "{number} C"\n', encoding="utf-8")
    assert [catalogue("pl").count("review", "orders", number, number=number) for number in (1, 3, 5)] == ["1 A", "3 B", "5 C"]


def test_words_of_a_column_have_the_column_as_context(folder: Path) -> None:
    read = catalogue("zh")
    assert read.words("status") == {"behind": "落后"}
    assert (read.word("status", "behind"), read.word("status", "new"), read.word("status", "new", "New")) == ("落后", "new", "New")
    assert read.knows("status", "behind") and not read.knows("review", "behind")


def test_a_column_may_have_its_own_texts_in_one_table(folder: Path) -> None:
    entry = 'msgctxt "column"\nmsgid "{}"\nmsgstr "{}"\n\n'
    for language in ("en", "zh"):
        with (folder / f"{language}.po").open("a", encoding="utf-8") as file:
            file.write("\n" + entry.format("expected", "Expected") + entry.format("goal_progress.expected", "Planned by now"))
    read: Catalogue = catalogue("en")
    assert [read.column("expected", owner) for owner in ("goal_progress", "action_log", "")] == ["Planned by now", "Expected", "Expected"]
    assert read.column("_precedence") == "Precedence"


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (CHINESE, CHINESE.split("\n\n", 1)[1], r"zh\.po:10: status behind is missing\. Add it: line 6 of en\.po"),
        ('"behind"', '"behnid"', r"zh\.po:6: nothing uses status behnid\. Did you mean status behind\?"),
        ("{amount}", "{sum}", r"zh\.po:10: review spent has a placeholder \{sum\}, which English does not have\. English has: \{amount\}"),
        ("花费{amount}", "花费", r"zh\.po:10: review spent lacks the placeholder \{amount\}\. English has"),
        ("{amount}", "{amount:>9}", r"zh\.po:10: review spent has an invalid placeholder \(\{amount\}\)\. Write a placeholder as \{name\}"),
        ("{amount}", "{amount", r"zh\.po:10: review spent has an invalid placeholder \(.*\)\. Write a placeholder as \{name\}"),
        ('笔订单"', '笔订单"\nmsgstr[1] "{number}笔"', r"zh\.po:14: review orders has 2 plural forms\. zh has 1: leave the others out\."),
        ('msgid_plural "orders"\nmsgstr[0]', "msgstr", r"zh\.po:14: review orders has no plural forms, and English has\."),
        ('"落后"', '""', r"zh\.po:6: status behind has no text\. Translate it\."),
        ('"{number}笔订单"', '""', r"zh\.po:14: review orders has no text\. Translate it\."),
        ('msgctxt "status"', '#, fuzzy\nmsgctxt "status"', r"zh\.po:7: status behind is marked fuzzy\. Check the text"),
        (CHINESE, CHINESE + "\n" + CHINESE.split("\n\n")[0] + "\n", r"zh\.po:19: status behind appears twice\. .* is in line 6\."),
        ('msgstr "落后"', "msgstr 落后", r"zh\.po:7: is not valid PO: 'msgstr 落后'\. Write msgctxt"),
        ('msgstr "落后"', 'msgtext "落后"', r"zh\.po:7: is not valid PO: "),
        ('msgstr "落后"', "", r"zh\.po:6: is not valid PO: missing msgstr"),
    ],
)  # fmt: skip
def test_a_fault_is_one_line_with_its_place_and_remedy(folder: Path, before: str, after: str, said: str) -> None:
    file = folder / "zh.po"
    text = file.read_text(encoding="utf-8")
    assert before in text
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    lines = found(folder)
    assert len(lines) == 1 or "Did you mean" in lines[0], lines
    assert "\n" not in lines[0]
    with pytest.raises(InputError, match=said):
        catalogue("zh")
    assert catalogue("en").say("status", "behind") == "behind plan", "a fault of one language leaves the others alone"


def test_a_fault_of_english_is_reported_for_every_language(folder: Path) -> None:
    (folder / "en.po").write_text(HEADER + ENGLISH.replace('"behind plan"', '""'), encoding="utf-8")
    for language in ("en", "zh"):
        with pytest.raises(InputError, match=r"en\.po:6: status behind has no text"):
            catalogue(language)


def test_every_fault_of_every_language_is_found(folder: Path) -> None:
    (folder / "zh.po").write_text(HEADER + CHINESE.replace('"落后"', '""').replace("{amount}", "{sum}"), encoding="utf-8")
    (folder / "english.po").write_text(HEADER + ENGLISH, encoding="utf-8")
    lines = found(folder)
    assert len(lines) == 3
    assert "'english' is not a language. Name it after its language" in lines[0]


@pytest.mark.parametrize("rule", ["nplurals=many; plural=n", "nplurals=2; plural=$"])
def test_a_header_that_cannot_be_used_is_named(folder: Path, rule: str) -> None:
    header = HEADER.rstrip("\n") + f'\n"Plural-Forms: {rule}\\n"\n\n'
    (folder / "zh.po").write_text(header + CHINESE, encoding="utf-8")
    [said] = found(folder)
    assert "zh.po:1: is not valid PO: " in said


def test_the_tag_for_pages_is_that_of_the_header(folder: Path) -> None:
    assert catalogue("zh").tag == "zh"
    (folder / "zh_TW.po").write_text(HEADER.rstrip("\n") + '\n"Language: zh_Hant\\n"\n\n' + CHINESE, encoding="utf-8")
    assert catalogue("zh_TW").tag == "zh-Hant"
