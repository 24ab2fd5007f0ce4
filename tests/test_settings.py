"""Settings of the environment and of sources.yml: brand, mail server, and one line for each invalid one."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from multiball.cli.main import run
from multiball.settings import REPOSITORY, Workspace
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


SHOP = """sources:
  shop:
    {{connector: site, base_url: x, accounts: [a], history_from: 2026-01-01, credentials: {{key: '${{NO_SUCH_SECRET}}'}},
      options: {{order_states: {states}}}}}
"""


def test_a_source_says_what_its_states_of_orders_mean(home: Path) -> None:
    assert Workspace(home).order_states == {}
    (home / "sources.yml").write_text(SHOP.format(states="{Reif zur Abholung: sale, 7: cancelled}"))
    assert Workspace(home).order_states == {"shop": {"Reif zur Abholung": "sale", "7": "cancelled"}}


@pytest.mark.parametrize(
    ("states", "named"),
    [("{reif: sold}", r"reif is 'sold'\. Give sale, partly_refunded, "), ("[reif]", r" is \['reif'\]\. Give indented")],
)
def test_a_meaning_that_is_none_is_named_with_its_source(home: Path, states: str, named: str) -> None:
    (home / "sources.yml").write_text(SHOP.format(states=states))
    with pytest.raises(InputError, match=rf"sources\.shop\.options\.order_states.*{named}"):
        _ = Workspace(home).order_states


@pytest.mark.parametrize(
    ("written", "message"),
    [
        ("reporting: {curency: CHF}", r"sources\.yml, line 1: reporting\.curency is unknown\. Did you mean currency\?"),
        (
            "warehouse: {engine: duckdb, memory: 4GB}",
            r"warehouse\.memory is unknown\. Known keys: dsn, engine, keep_replaced_hours, owner, time_limit_hours\.",
        ),
        ("reportng: {currency: CHF}\nsources: {}", r"sources\.yml, line 1: reportng is unknown\. Did you mean reporting\?"),
        ("2026: x", r"sources\.yml, line 1: 2026 is unknown\. Known keys: demo, reporting, sources, warehouse\."),
        ("reporting:\n  currency: euro", r"line 2: reporting\.currency is 'EURO'\. Give a currency's ISO 4217 code, such as EUR\."),
        ("reporting: {time_zone: Europe/Berln}", r"reporting\.time_zone is 'Europe/Berln'\. Give an IANA name"),
        ("reporting: {discount_rate: 10}", r"reporting\.discount_rate is 10\. Give a number from 0 to below 1"),
        ("reporting: [EUR]", r"reporting is \['EUR'\]\. Give indented keys\."),
        ("warehouse: {engine: mysql}", r"warehouse\.engine is 'mysql'\. Give duckdb or postgres\."),
        ("warehouse: {time_limit_hours: true}", r"warehouse\.time_limit_hours is True\. Give a number of hours"),
        ("demo: 1", r"demo is 1\. Give true or false\."),
    ],
)
def test_an_unknown_or_invalid_setting_is_refused(home: Path, written: str, message: str) -> None:
    (home / "sources.yml").write_text(f"{written}\n")
    with pytest.raises(InputError, match=message):
        _ = Workspace(home).reporting_currency


SOURCE = """sources:
  shop:
    connector: site
    base_url: https://shop.example
    accounts: [main]
    history_from: 2026-01-01
"""
WRONG_SOURCES = {
    "missing": (SOURCE.replace("    connector: site\n", ""), r"line 2: sources\.shop\.connector is missing\. Add it\."),
    "empty": (SOURCE.replace("[main]", ""), r"line 2: sources\.shop\.accounts is missing\."),
    "misspelt": (SOURCE + "    shedule: '@daily'\n", r"line 7: sources\.shop\.shedule is unknown\. Did you mean schedule\?"),
    "no list": (SOURCE.replace("[main]", "main"), r"line 5: sources\.shop\.accounts is 'main'\. Give a list, such as"),
    "no day": (SOURCE.replace("2026-01-01", "'2026'"), r"line 6: sources\.shop\.history_from is '2026'\. Give a date, such as"),
    "no name": (SOURCE.replace("shop:", "My-Shop:"), r"line 2: sources\.My-Shop is not a valid name\. Use lower-case letters"),
    "no hours": (
        SOURCE + "    options: {time_limit_hours: 0}\n",
        r"line 7: sources\.shop\.options\.time_limit_hours is 0\. Give a number",
    ),
    "secrets": (SOURCE + "    credentials: [hush]\n", r"line 7: sources\.shop\.credentials is invalid\. Give indented keys\."),
}


@pytest.mark.parametrize(("written", "message"), WRONG_SOURCES.values(), ids=WRONG_SOURCES)
def test_an_invalid_source_is_reported_with_its_line_and_does_not_affect_the_rest(home: Path, written: str, message: str) -> None:
    (home / "sources.yml").write_text(written)
    with pytest.raises(InputError, match=message):
        _ = Workspace(home).sources
    with pytest.raises(InputError, match=message):
        Workspace(home).validate()
    assert Workspace(home).reporting_currency == "EUR"


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("ENGINE", "mysql", "MULTIBALL_ENGINE: 'mysql' is invalid. Give duckdb or postgres."),
        ("QUERY_SECONDS", "1.5", "MULTIBALL_QUERY_SECONDS: '1.5' is invalid. Give a whole number of seconds, such as 300."),
        ("MEMORY_LIMIT", "4 gigs", "MULTIBALL_MEMORY_LIMIT: '4 gigs' is invalid. Give an amount of memory, such as 4GB or 512MB."),
        ("SMTP_PORT", "70000", "MULTIBALL_SMTP_PORT: '70000' is invalid. Give the number of a port, such as 587."),
        ("QUERY_SECOND", "9", "MULTIBALL_QUERY_SECOND: nothing reads this variable. Did you mean MULTIBALL_QUERY_SECONDS?"),
        ("COLOUR", "9", "MULTIBALL_COLOUR: nothing reads this variable. Unset it; docs/settings.md lists the variables."),
    ],
)
@pytest.mark.parametrize("in_file", [True, False], ids=["secrets.env", "environment"])
def test_every_command_refuses_an_invalid_or_unknown_variable_in_one_line(
    home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], name: str, value: str, message: str, in_file: bool
) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(home))
    monkeypatch.delenv("MULTIBALL_ENGINE", raising=False)
    if in_file:
        secrets(home, **{name: value})
    else:
        monkeypatch.setenv(f"MULTIBALL_{name}", value)
    for command in (["plan", "check"], ["query", "select 1"], ["sources"], ["new", "connector", "x"], ["up"]):
        assert run(command) == 2
        assert capsys.readouterr().err == f"multiball: {message}\n"
    assert run(["doctor"]) == 1
    assert message.replace(". ", ".\n", 1).split("\n")[0].rstrip(".") in capsys.readouterr().out


def test_a_variable_that_sources_yml_names_is_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIBALL_SHOP_TOKEN", "hush")
    with pytest.raises(InputError, match="MULTIBALL_SHOP_TOKEN: nothing reads this variable"):
        Workspace(home).validate()
    (home / "sources.yml").write_text(SOURCE + "    credentials: {token: '${MULTIBALL_SHOP_TOKEN}'}\n")
    Workspace(home).validate()
    assert Workspace(home).sources["shop"].credentials == {"token": "hush"}


def test_the_environment_wins_over_the_file_and_an_empty_variable_counts_as_not_given(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    here = secrets(home, QUERY_SECONDS="7", MEMORY_LIMIT="1GB")
    monkeypatch.setenv("MULTIBALL_QUERY_SECONDS", "8")
    monkeypatch.setenv("MULTIBALL_MEMORY_LIMIT", "")
    assert (here.query_seconds, here.memory_limit) == (8, "1GB")


def test_only_settings_read_the_environment() -> None:
    """Superset's own environment of packages has no pydantic-settings; `quality.run` sets a variable and reads none."""
    files = [*(REPOSITORY / "plugins").rglob("*.py"), *(REPOSITORY / "dags").rglob("*.py"), *(REPOSITORY / "sandbox").rglob("*.py")]
    readers = {file for file in files if re.search(r"os\.environ|getenv", file.read_text(encoding="utf-8"))}
    package = REPOSITORY / "plugins" / "multiball"
    elsewhere = {file for file in readers if file.parent not in (package / "settings", package / "dashboards" / "server")}
    assert elsewhere == {package / "quality" / "run.py"}
