"""What is read from URLs, against Python's own reading of them and cases written by hand, on every engine."""

from __future__ import annotations

from urllib.parse import quote, unquote, urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from macro_calls import answers, macros

ENGINES = pytest.mark.parametrize("engine", ["duckdb", "postgres", "spark"])

DECODED = {
    "%E8%8C%B6%E5%8F%B6": "茶叶",
    "%e8%8c%b6": "茶",
    "%D0%A7%D0%B0%D0%B9": "Чай",
    "%C3%96sterreich%20%26%20mehr": "Österreich & mehr",
    "%F0%9F%8D%B5": "🍵",
    "%E8%8C%B6+100%25": "茶+100%",
    "spring%2520sale": "spring%20sale",
    "%25E8%258C%25B6": "%E8%8C%B6",
    "100%": "100%",
    "100%%41": "100%A",
    "%zz%4": "%zz%4",
    "50%off": "50%off",
    "a%00b%0Ac": "a%00b%0Ac",
    "plain": "plain",
    "": "",
    None: None,
    # not UTF-8: GBK, Latin-1, a surrogate, an overlong slash; what is ASCII is decoded none the less
    "%B2%E8%20%C4%A3": "%B2%E8 %C4%A3",
    "%B2%E8%D2%B6": "%B2%E8%D2%B6",
    "K%E4ufe%21": "K%E4ufe!",
    "%ED%A0%80": "%ED%A0%80",
    "%C0%AF": "%C0%AF",
    "%FF": "%FF",
    "%E8%C3%A4": "%E8%C3%A4",
    # cut off by a limit of length
    "%E8%8C%B6%E5%8F": "茶%E5%8F",
    "%E8%8C%B6%E5": "茶%E5",
    "%E8": "%E8",
    "%F0%9F%8D": "%F0%9F%8D",
}


@pytest.mark.engine
@ENGINES
def test_escapes_are_decoded_once_in_any_script_and_what_is_none_is_left(engine: str, postgres_dsn: str) -> None:
    expression = macros(engine, "text_patterns").url_decoded("written")
    assert dict(zip(DECODED, answers(engine, expression, [{"written": text} for text in DECODED], postgres_dsn), strict=True)) == DECODED


@pytest.mark.engine
@ENGINES
def test_a_plus_is_a_space_in_a_query_alone(engine: str, postgres_dsn: str) -> None:
    rows = [{"written": text} for text in ("a+b", "a%2Bb+c", "%E8%8C%B6+x")]
    bound = macros(engine, "text_patterns")
    assert answers(engine, bound.url_decoded("written", plus_is_space=True), rows, postgres_dsn) == ["a b", "a+b c", "茶 x"]
    assert answers(engine, bound.url_decoded("written"), rows, postgres_dsn) == ["a+b", "a+b+c", "茶+x"]


@pytest.mark.engine
@ENGINES
@settings(max_examples=10)
@given(texts=st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1), min_size=20, max_size=40))
def test_any_text_that_is_escaped_comes_back(engine: str, postgres_dsn: str, texts: list[str]) -> None:
    rows = [{"written": quote(text, safe=safe)} for text in texts for safe in ("", "/:+ ")]
    expected = [unquote(row["written"], errors="strict") for row in rows]
    assert answers(engine, macros(engine, "text_patterns").url_decoded("written"), rows, postgres_dsn) == expected


@pytest.mark.engine
@settings(max_examples=15)
@given(texts=st.lists(st.text(alphabet="%%%0248ACDEFabcdef9+zé", max_size=24), min_size=30, max_size=60))
def test_no_text_stops_the_decoding_and_all_engines_agree(postgres_dsn: str, texts: list[str]) -> None:
    rows = [{"written": text} for text in texts]
    duckdb, postgres, spark = (
        answers(engine, macros(engine, "text_patterns").url_decoded("written", plus_is_space=True), rows, postgres_dsn)
        for engine in ("duckdb", "postgres", "spark")
    )
    assert duckdb == postgres == spark


@pytest.mark.engine
@ENGINES
def test_the_host_is_read_from_pages_apps_and_bare_names(engine: str, postgres_dsn: str) -> None:
    hosts = {
        "https://www.Example.com/a?b": "example.com",
        "http://user:word@shop.example:8080/": "shop.example",
        "https://m.facebook.com": "m.facebook.com",
        "android-app://com.google.android.gm": "com.google.android.gm",
        "android-app://com.linkedin.android/": "com.linkedin.android",
        "ios-app://284882215/fb/feed": "284882215",
        "//t.co/abc": "t.co",
        "www.baidu.com": "baidu.com",
        "t.co/abc": "t.co",
        " https://x.example/ ": "x.example",
        "/tea": None,
        "-": None,
        "about:blank": None,
        "(direct)": None,
        "": None,
        None: None,
    }
    found = answers(engine, macros(engine, "text_patterns").url_host("written"), [{"written": url} for url in hosts], postgres_dsn)
    assert dict(zip(hosts, found, strict=True)) == hosts


@pytest.mark.engine
@ENGINES
def test_the_path_is_what_python_says_it_is(engine: str, postgres_dsn: str) -> None:
    urls = [
        "https://shop.example/%E8%8C%B6?a=/b",
        "https://shop.example/a/b#/c",
        "http://x.example:80/",
        "/tea?x",
        "https://a.example/t;p=1",
    ]
    found = answers(engine, macros(engine, "text_patterns").url_path("written"), [{"written": url} for url in urls], postgres_dsn)
    assert found == [urlsplit(url).path for url in urls]
    others = [{"written": text} for text in ("https://shop.example", "https://shop.example?a=1", "tea", None)]
    assert answers(engine, macros(engine, "text_patterns").url_path("written"), others, postgres_dsn) == ["/", "/", None, None]
