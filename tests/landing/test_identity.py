from __future__ import annotations

import hashlib
import hmac
from typing import Literal

import pyarrow as pa
import pytest

from multiball.landing.identity import Identities, normalised_email, normalised_phone
from multiball.landing.placeholders import PLACEHOLDER
from multiball.settings import REPOSITORY
from multiball.shapes import InputError

PEOPLE = Identities("key", "DE")


@pytest.mark.parametrize(
    ("given", "digest"),
    [
        (" Anna.Test+News@Example.COM ", "314da2b35752c738cf301d80b4c1a6df0ba0554831013afc59844ddf2ad0544c"),
        ("A.n.n.a+x@GoogleMail.com", "9f7bd426e144ec55944323f26118d105841f9fbffb407b58ddecbafd0818e6fb"),
    ],
)
def test_addresses_take_the_form_that_platforms_hash(given: str, digest: str) -> None:
    normal = normalised_email(given)
    assert normal is not None and hashlib.sha256(normal.encode()).hexdigest() == digest


def test_numbers_take_the_form_that_platforms_hash() -> None:
    normal = normalised_phone("+49 (30) 123-4567") or ""
    assert hashlib.sha256(normal.encode()).hexdigest() == "74bd805bcc47f8603082430ca056311389e38b74fcdfbc32bcb5c6a9269ff3bf"


@pytest.mark.parametrize(
    ("given", "normal"),
    [
        ("<A@b.de>", "a@b.de"),
        ('"a@b.de"', "a@b.de"),
        ("ａ＠ｂ．ｄｅ", "a@b.de"),
        ("jörg@Müller.de", "jörg@xn--mller-kva.de"),
        ("a@b", None),
        ("a@@b.de", None),
        ("a b@c.de", None),
        ("@b.de", None),
        ("a@.de", None),
        ("", None),
        ("0" * 64, None),
    ],
)
def test_an_address_has_one_form_or_none(given: str, normal: str | None) -> None:
    assert normalised_email(given) == normal


@pytest.mark.parametrize(
    ("given", "region", "normal"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("0049 30 1234567", "DE", "+49301234567"),
        ("030 1234567", None, None),
        ("+86 138 0013 8000", None, "+8613800138000"),
        ("+1", None, None),
        ("n/a", "DE", None),
    ],
)
def test_a_number_has_one_form_or_none(given: str, region: str | None, normal: str | None) -> None:
    assert normalised_phone(given, region) == normal


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("noreply@shop.example", "email"),
        ("No-Reply+order17@shop.example", "email"),
        ("do_not.reply@shop.example", "email"),
        ("none@none.com", "email"),
        ("anna@noemail.com", "email"),
        ("GUEST@hotel.example", "email"),
        ("anna@shop.invalid", "email"),
        ("0@0.com", "email"),
        ("游客@qq.com", "email"),
        ("0000000", "phone"),
        ("123456", "phone"),
        ("0123456789", "phone"),
        ("+1 555-555-5555", "phone"),
        ("+1 987 654 3210", "phone"),
        ("+86 138 0013 8000", "phone"),
        ("99999999", "phone"),
    ],
)
def test_what_stands_where_there_is_no_address_or_number_joins_nobody(given: str, kind: Literal["email", "phone"]) -> None:
    assert PEOPLE.key(given, kind) == PLACEHOLDER


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("guesthouse@shop.example", "email"),
        ("info@none-such.example", "email"),
        ("anna.guest@shop.example", "email"),
        ("test.user@shop.example", "email"),
        ("030 1234567", "phone"),
        ("+86 188 8888 8888", "phone"),
        ("+49 171 1234567", "phone"),
    ],
)
def test_an_address_or_number_that_only_looks_so_is_somebodys(given: str, kind: Literal["email", "phone"]) -> None:
    assert len(PEOPLE.key(given, kind) or "") == 64


def test_the_models_take_what_is_stored_for_nobody_for_no_identifier() -> None:
    assert f'"{PLACEHOLDER}"' in (REPOSITORY / "dbt_project" / "macros" / "keys.sql").read_text()


def test_the_hash_is_keyed_and_another_key_gives_another_hash() -> None:
    expected = hmac.new(b"key", b"a@b.de", hashlib.sha256).hexdigest()
    assert PEOPLE.key("A@b.de", "email") == expected != Identities("other").key("A@b.de", "email")


def test_a_column_is_hashed_value_by_value() -> None:
    column = PEOPLE.keys(pa.array(["a@b.de", None, "A@B.de", "x"]), "email").to_pylist()
    assert column == [PEOPLE.key("a@b.de", "email"), None, PEOPLE.key("a@b.de", "email"), None]


def test_no_address_is_left_in_text() -> None:
    texts = ["a@b.de", "write to a.b+c@d-e.co.uk, please", "https://x.org/?e=a%40b.de&x=1", "@brand at 10:00", None, "none"]
    cleaned = PEOPLE.without_addresses(pa.array(texts)).to_pylist()
    assert cleaned == [
        PEOPLE.key("a@b.de", "email"),
        "write to [e-mail], please",
        "https://x.org/?e=[e-mail]&x=1",
        "@brand at 10:00",
        None,
        "none",
    ]


@pytest.mark.parametrize(("key", "region", "where"), [("", None, "MULTIBALL_IDENTITY_KEY"), ("key", "Germany", "phone_region")])
def test_a_wrong_setting_is_named(key: str, region: str | None, where: str) -> None:
    with pytest.raises(InputError, match=where):
        Identities(key, region)
