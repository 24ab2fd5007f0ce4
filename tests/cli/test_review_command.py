"""`multiball review` as a user runs it, over marts written by hand, with a real mail server."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from review.marts_by_hand import AS_OF, CATALOGUE, calendar, goal, put_marts, two_months
from review.test_delivery import Server, listening

from multiball.cli.main import run
from multiball.flows import steps
from multiball.settings import Workspace
from multiball.warehouse import open_warehouse
from multiball.warehouse.records import OWN, REVIEW

TEAMS = """
teams:
  - {id: growth, name: {en: Growth, zh: 增长}, recipients: [growth@example.com, lead@example.com], language: en}
  - {id: social, name: {en: Social, zh: 社媒}, recipients: [social@example.com], language: zh}
"""
ROWS = {
    "dim_metric": CATALOGUE,
    "metric_daily": two_months(revenue=(100, 300), spend=(40, 60), orders=(4, 9), new_customers=(3, 5)),
    "goal_progress": [goal("half", actual=400, expected=1200, pace_ratio="0.33", projected_end=600, status="behind", is_latest=True)],
    "dim_date": calendar("2026-09-01", 61),
}
Answer = tuple[int, str, str]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with two teams, and two months published."""
    for name in ("MULTIBALL_SMTP_HOST", "MULTIBALL_SMTP_PORT", "MULTIBALL_SANDBOX_SMTP_PORT", "MULTIBALL_ENGINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    (tmp_path / "sources.yml").write_text("reporting: {brand: Halmstein, time_zone: Europe/Berlin}\n")
    (tmp_path / "plan").mkdir()
    (tmp_path / "plan" / "teams.yml").write_text(TEAMS)
    workspace = Workspace(tmp_path)
    warehouse = open_warehouse(workspace)
    put_marts(warehouse, ROWS)
    steps.publish(warehouse, "by_hand", AS_OF)
    return workspace


@pytest.fixture
def review(here: Workspace, capfd: pytest.CaptureFixture[str]) -> Callable[..., Answer]:
    """Run the command: exit code, output, errors."""

    def command(*arguments: str) -> Answer:
        capfd.readouterr()
        code = run(["review", *arguments])
        return code, *capfd.readouterr()

    return command


@pytest.fixture
def smtp(here: Workspace, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    with listening() as (server, address):
        monkeypatch.setenv("MULTIBALL_SMTP_HOST", address.host)
        monkeypatch.setenv("MULTIBALL_SMTP_PORT", str(address.port))
        yield server


def contents(folder: Path) -> dict[str, bytes]:
    return {str(file.relative_to(folder)): file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_each_team_gets_pages_text_and_pdf_in_its_language(here: Workspace, review: Callable[..., Answer]) -> None:
    code, output, errors = review("--month", "2026-10")
    folder = here.var / "reviews" / "2026-10" / "v1"
    assert (code, errors) == (0, "")
    assert output.splitlines() == [str(folder / "growth-en" / "review.html"), str(folder / "social-zh" / "review.html")]
    page = (folder / "social-zh" / "review.html").read_text()
    assert "Halmstein" in page and 'lang="zh' in page and "cid:" not in page
    assert (folder / "growth-en" / "review-2026-10.pdf").read_bytes().startswith(b"%PDF")
    for picture in (folder / "growth-en").glob("*.png"):
        assert picture.name in (folder / "growth-en" / "review.html").read_text()


def test_the_same_version_is_the_same_to_the_byte_and_a_revision_is_another(here: Workspace, review: Callable[..., Answer]) -> None:
    review("--month", "2026-10")
    folder = here.var / "reviews" / "2026-10"
    first = contents(folder / "v1")
    assert len(first) == 8
    (here.home / "sources.yml").write_text("reporting: {brand: Renamed, time_zone: Europe/Berlin}\n")
    (here.home / "plan" / "teams.yml").write_text(TEAMS.replace("language: en", "language: zh"))
    assert review("--month", "2026-10")[0] == 0
    assert contents(folder / "v1") == first
    code, output, _ = review("--month", "2026-10", "--revise", "--json")
    reported = json.loads(output)
    assert (code, reported["version"]) == (0, 2)
    assert "Renamed" in (folder / "v2" / "growth-zh" / "review.html").read_text()
    assert json.loads(review("--json", "--month", "2026-10")[1])["version"] == 2
    assert json.loads(review("--json", "--month", "2026-10", "--version", "1")[1])["version"] == 1
    recorded = open_warehouse(here).read_raw(OWN, f"select version, as_of, build_id from raw_{OWN}.{REVIEW.name} order by version")
    assert recorded.to_pylist() == [{"version": number, "as_of": AS_OF, "build_id": "by_hand"} for number in (1, 2)]


def test_one_team_and_another_language_can_be_asked_for(here: Workspace, review: Callable[..., Answer]) -> None:
    code, output, _ = review("--month", "2026-10", "--team", "social", "--lang", "en")
    assert (code, output) == (0, f"{here.var / 'reviews' / '2026-10' / 'v1' / 'social-en' / 'review.html'}\n")


def test_without_teams_there_is_one_review_for_everybody_and_nobody_to_send_it_to(here: Workspace, review: Callable[..., Answer]) -> None:
    (here.home / "plan" / "teams.yml").unlink()
    code, output, _ = review("--month", "2026-10", "--lang", "zh")
    assert code == 0 and output.endswith("/v1/everybody-zh/review.html\n")
    code, _, errors = review("--month", "2026-10", "--send")
    assert (code, errors) == (
        2,
        "multiball: plan/teams.yml: is missing, so a review has no recipients. Write it as docs/how-to/plan-goals.md shows.\n",
    )


def test_sending_reaches_every_team_once(review: Callable[..., Answer], smtp: Server) -> None:
    code, _, errors = review("--month", "2026-10", "--send")
    assert (code, errors) == (0, "growth: sent to growth@example.com, lead@example.com\nsocial: sent to social@example.com\n")
    assert [recipients for recipients, _ in smtp.received] == [["growth@example.com", "lead@example.com"], ["social@example.com"]]
    assert review("--month", "2026-10", "--send")[::2] == (0, "growth: has it already\nsocial: has it already\n")
    assert len(smtp.received) == 2


def test_a_refused_team_does_not_stop_the_others_and_alone_is_sent_to_afterwards(review: Callable[..., Answer], smtp: Server) -> None:
    smtp.refuses = {address: "550 moved away" for address in ("growth@example.com", "lead@example.com")}
    code, _, errors = review("--month", "2026-10", "--send")
    assert code == 1
    assert errors.startswith(
        "social: sent to social@example.com\nmultiball: growth did not get its review: growth@example.com (550 moved away)"
    )
    assert len(errors.splitlines()) == 2
    smtp.refuses = {}
    assert review("--month", "2026-10", "--send")[::2] == (
        0,
        "growth: sent to growth@example.com, lead@example.com\nsocial: has it already\n",
    )
    assert len(smtp.received) == 2


def test_a_mail_server_that_is_down_is_one_line_and_nothing_is_lost(
    review: Callable[..., Answer], smtp: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("MULTIBALL_SMTP_PORT", "1")
        code, output, errors = review("--month", "2026-10", "--send", "--json")
    assert code == 1 and len(errors.splitlines()) == 1
    assert "growth did not get its review" in errors and "social did not get its review" in errors
    assert json.loads(output)["failed"] in errors
    assert review("--month", "2026-10", "--send")[0] == 0
    assert len(smtp.received) == 2


@pytest.mark.parametrize(
    ("demo", "code", "line"), [(True, 1, "the mailbox of the demo"), (False, 2, "MULTIBALL_SMTP_HOST: no mail server")]
)
def test_another_program_at_the_port_of_a_demos_mailbox_gets_no_review(
    here: Workspace, review: Callable[..., Answer], demo: bool, code: int, line: str
) -> None:
    with here.sources_file.open("a") as sources:
        sources.write(f"demo: {str(demo).lower()}\n")
    with listening() as (stranger, address):
        (here.var / "secrets.env").write_text(f"MULTIBALL_SANDBOX_SMTP_PORT={address.port}\n")
        (here.var / "ports.json").write_text(json.dumps({"smtp": address.port, "mailbox": address.port}))
        found, output, errors = review("--month", "2026-10", "--send")
    assert (found, output, stranger.received) == (code, "", [])
    assert errors.startswith(f"multiball: {line}") and len(errors.splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["--month", "2026-13"], "--month: '2026-13' is not a valid month. Give one like 2026-10."),
        (["--month", "october"], "--month: 'october' is not a valid month. Give one like 2026-10."),
        (["--month", "2999-01"], "--month: 2999-01 is not over. Give an earlier month."),
        (["--month", "2020-01"], "--month: there is no data for 2020-01."),
        (["--month", "2026-10", "--team", "sales"], "--team: there is no team 'sales'. Known: growth, social."),
        (["--month", "2026-10", "--send"], "MULTIBALL_SMTP_HOST: no mail server is configured, so nothing is sent. Set it (and _PORT, "),
        (["--month", "2026-10", "--version", "7"], "--version: 2026-10 has no version 7. Existing versions: none yet."),
        (["--month", "2026-10", "--as-of", "2026-10-31T12:00"], "--as-of 2026-10-31 12:00 UTC: 2026-10 was not over then."),
        (["--month", "2026-10", "--as-of", "2026-11-05", "--send"], "--as-of: excludes --send."),
        (["--month", "2026-10", "--send", "--lang", "zh"], "--lang: excludes --send."),
        (["--month", "2026-10", "--lang", "fr"], "--lang: 'fr' has no catalogue in locale/. Known: 'en', 'zh'."),
        (["--month", "2026-10", "--send", "--again"], "--again: needs --send and --team."),
    ],
)
def test_wrong_input_is_one_clear_line(review: Callable[..., Answer], arguments: list[str], line: str) -> None:
    code, output, errors = review(*arguments)
    assert (code, output) == (2, "")
    assert errors.startswith(f"multiball: {line}") and len(errors.splitlines()) == 1


def test_a_team_without_recipients_is_named_with_its_line_before_anything_is_made(here: Workspace, review: Callable[..., Answer]) -> None:
    (here.home / "plan" / "teams.yml").write_text(TEAMS.replace("[social@example.com]", "[]"))
    code, _, errors = review("--month", "2026-10")
    assert code == 2
    assert errors.startswith(f"multiball: {here.home / 'plan' / 'teams.yml'}, line 4: ") and "Give at least one e-mail address." in errors
    assert not (here.var / "reviews").exists()


def test_before_the_first_publication_it_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MULTIBALL_HOME", str(tmp_path))
    (tmp_path / "sources.yml").write_text("sources: {}\n")
    assert run(["review", "--month", "2026-10"]) == 2
    assert "nothing is published yet" in capfd.readouterr().err


def test_what_is_published_before_the_month_was_over_is_said_with_what_to_do(here: Workspace, review: Callable[..., Answer]) -> None:
    warehouse = open_warehouse(here)
    warehouse.publish(put_marts(warehouse, ROWS), AS_OF.replace(month=10, day=20))
    code, _, errors = review("--month", "2026-10")
    assert code == 2
    assert errors.endswith("2026-10 was not over then. Load newer data, then multiball run warehouse.\n")
