"""What of the environment and of sources.yml tells who the brand is and where mails go."""

from __future__ import annotations

from pathlib import Path

import pytest

from multiball.settings import Workspace
from multiball.shapes import InputError


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("HOST", "PORT", "USER", "PASSWORD", "SECURITY", "FROM"):
        monkeypatch.delenv(f"MULTIBALL_SMTP_{name}", raising=False)
    monkeypatch.delenv("MULTIBALL_SANDBOX_SMTP_PORT", raising=False)
    folder = tmp_path / "halmstein"
    (folder / "var").mkdir(parents=True)
    (folder / "sources.yml").write_text("sources: {}\n")
    return folder


def secrets(home: Path, **given: str) -> Workspace:
    (home / "var" / "secrets.env").write_text("".join(f"MULTIBALL_{name}={value}\n" for name, value in given.items()))
    return Workspace(home)


def test_the_brand_is_what_sources_yml_says_else_the_folder(home: Path) -> None:
    assert Workspace(home).brand == "halmstein"
    (home / "sources.yml").write_text("reporting: {brand: Halmstein & Söhne}\n")
    assert Workspace(home).brand == "Halmstein & Söhne"


def test_without_any_server_there_is_none(home: Path) -> None:
    assert Workspace(home).mail_server is None


def test_a_workspace_that_is_no_demo_has_no_mailbox_whatever_its_secrets_hold(home: Path) -> None:
    assert secrets(home, SANDBOX_SMTP_PORT="40025").mail_server is None


def test_a_source_that_names_the_sandbox_outside_a_demo_is_refused_with_what_to_write(home: Path) -> None:
    source = "{connector: ecb, base_url: '${MULTIBALL_SANDBOX_ECB_URL}', accounts: [EXR], history_from: 2026-01-01}"
    (home / "sources.yml").write_text(f"sources: {{ecb: {source}}}\n")
    with pytest.raises(InputError, match=r"MULTIBALL_SANDBOX_ECB_URL\}, which only a demo has\. Write demo: true into it"):
        _ = secrets(home, SANDBOX_ECB_URL="http://127.0.0.1:1").sources
    (home / "sources.yml").write_text(f"demo: true\nsources: {{ecb: {source}}}\n")
    assert secrets(home, SANDBOX_ECB_URL="http://127.0.0.1:1").sources["ecb"].base_url == "http://127.0.0.1:1"


def test_the_mailbox_of_a_demo_takes_mails_unless_the_deployment_names_a_server(home: Path) -> None:
    (home / "sources.yml").write_text("demo: true\n")
    mailbox = secrets(home, SANDBOX_SMTP_PORT="40025", SMTP_USER="me", SMTP_FROM="a@example.com").mail_server
    assert mailbox and (mailbox.host, mailbox.port, mailbox.user, mailbox.security, mailbox.sender) == (
        "127.0.0.1", 40025, "", "none", "a@example.com",
    )  # fmt: skip
    own = secrets(
        home, SANDBOX_SMTP_PORT="40025", SMTP_HOST="smtp.example.com", SMTP_PORT="587", SMTP_SECURITY="starttls", SMTP_USER="me"
    ).mail_server
    assert own and (own.host, own.port, own.user, own.security, own.sender) == (
        "smtp.example.com", 587, "me", "starttls", "multiball@localhost",
    )  # fmt: skip


def test_a_password_is_not_shown(home: Path) -> None:
    assert "hush" not in repr(secrets(home, SMTP_HOST="smtp.example.com", SMTP_PASSWORD="hush").mail_server)


@pytest.mark.parametrize(("name", "value"), [("SMTP_PORT", "smtp"), ("SMTP_SECURITY", "tls")])
def test_a_wrong_setting_is_named(home: Path, name: str, value: str) -> None:
    with pytest.raises(InputError, match=f"MULTIBALL_{name}: '{value}'"):
        _ = secrets(home, SMTP_HOST="smtp.example.com", **{name: value}).mail_server


SHOP = "sources: {{shop: {{connector: site, credentials: {{key: '${{NO_SUCH_SECRET}}'}}, options: {{order_states: {states}}}}}}}\n"


def test_a_source_says_what_its_states_of_orders_mean(home: Path) -> None:
    assert Workspace(home).order_states == {}
    (home / "sources.yml").write_text(SHOP.format(states="{Reif zur Abholung: sale, 7: cancelled}"))
    assert Workspace(home).order_states == {"shop": {"Reif zur Abholung": "sale", "7": "cancelled"}}


@pytest.mark.parametrize(("states", "named"), [("{reif: sold}", "'reif' means 'sold'"), ("[reif]", "is not a mapping")])
def test_a_meaning_that_is_none_is_named_with_its_source(home: Path, states: str, named: str) -> None:
    (home / "sources.yml").write_text(SHOP.format(states=states))
    with pytest.raises(InputError, match=rf"sources\.shop\.options\.order_states.*{named}"):
        _ = Workspace(home).order_states


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("reporting: {curency: CHF}", r"sources\.yml: reporting\.curency is unknown\. Did you mean currency\?"),
        ("warehouse: {engine: duckdb, memory: 4GB}", r"warehouse\.memory is unknown\. Known keys: dsn, engine, owner, time_limit_hours\."),
        ("reportng: {currency: CHF}\nsources: {}", r"sources\.yml: reportng is unknown\. Did you mean reporting\?"),
        ("2026: x", r"sources\.yml: 2026 is unknown\. Known keys: demo, reporting, sources, warehouse\."),
        ("reporting: {currency: euro}", r"reporting\.currency 'EURO' is not a currency\. Give its ISO 4217 code"),
    ],
)
def test_a_setting_that_nothing_reads_or_that_cannot_be_is_refused(home: Path, written: str, said: str) -> None:
    (home / "sources.yml").write_text(f"{written}\n")
    with pytest.raises(InputError, match=said):
        _ = Workspace(home).reporting_currency
