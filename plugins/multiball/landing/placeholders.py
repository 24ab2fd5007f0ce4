"""E-mail addresses and phone numbers that are placeholders for a missing one and identify no person.

Their hashes would join strangers, and a model cannot recognise them once they are hashed. The models recognise placeholders of other
identifiers: macro `known_id` in dbt_project/macros/keys.sql.
"""

from __future__ import annotations

import re

PLACEHOLDER = "nobody"
"""Stored in place of the hash, so that such rows can be counted. `known_id` makes it null."""

_LOCAL_PARTS = frozenset([
    "null", "undefined", "none", "nil", "nan", "na", "nobody", "noone", "test", "asdf", "qwerty", "xxx", "unknown", "invalid", "deleted",
    "removed", "redacted", "guest", "anonymous", "anonym", "anon", "noreply", "donotreply", "noemail", "nomail", "noemailprovided",
    "noaddress", "notprovided", "notavailable", "notapplicable", "notset", "mailerdaemon", "gast", "unbekannt", "keine", "keinemail",
    "keineemail", "keineangabe", "nichtangegeben", "invité", "invitée", "anonyme", "inconnu", "aucun", "sansemail", "pasdemail",
    "invitado", "invitada", "anónimo", "anonimo", "desconocido", "ninguno", "sincorreo", "sinemail", "notiene", "notienecorreo",
    "convidado", "anônimo", "desconhecido", "nenhum", "sememail", "naotem", "ospite", "sconosciuto", "nessuno", "geen", "geenemail",
    "anoniem", "onbekend", "brak", "brakemaila", "anonimowy", "gość", "гость", "аноним", "нет", "游客", "访客", "匿名", "未知", "无",
    "ゲスト", "匿名希望", "不明", "なし", "비회원", "게스트", "익명", "없음",
])  # fmt: skip
_DOMAINS = frozenset([
    "null", "undefined", "none", "noemail", "nomail", "noaddress", "invalid", "nowhere", "noreply",
])  # fmt: skip
_PLACEHOLDER_NUMBERS = frozenset({"13800138000"})
_COUNTED = "01234567890123456789"


def is_placeholder_email(email: str) -> bool:
    """Whether a normalised address belongs to no person: `noreply@…`, `guest@…`, `none@none.com`, an address below `.invalid`."""
    local, _, domain = email.rpartition("@")
    word = re.sub(r"[._-]", "", local.partition("+")[0])
    labels = domain.split(".")
    return not word.strip("0") or word in _LOCAL_PARTS or labels[-1] == "invalid" or labels[-2] in _DOMAINS


def is_placeholder_phone(number: str) -> bool:
    """Whether a number in E.164 belongs to no person: one repeated digit, digits that count up or down, a country's usual placeholder."""
    import phonenumbers

    digits = phonenumbers.national_significant_number(phonenumbers.parse(number))
    counted = digits in _COUNTED or digits in _COUNTED[::-1]
    return len(set(digits)) == 1 or counted or digits in _PLACEHOLDER_NUMBERS
