"""Two months lived through: a review is made, mailed, decided upon in a real Airflow, and reported by the next month's review."""

from __future__ import annotations

import re
import shlex
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from review.test_delivery import Server, listening

from multiball.cli.main import run as multiball
from multiball.flows import review_mail, review_steps, steps
from multiball.runtime import metadata, ports, secret_file, supervision
from multiball.runtime.airflow_api import Airflow, Run
from multiball.runtime.environment import STACK_DATABASE, airflow_environment
from multiball.runtime.lifecycle import password
from multiball.settings import REPOSITORY, Workspace
from multiball.warehouse import embedded_postgres, open_warehouse
from multiball.words.by_language import text_in

sys.path.append(str(REPOSITORY / "tests" / "dbt_project"))
import raw_rows
from rows_loads import load
from rows_plan import goal

pytestmark = [pytest.mark.airflow, pytest.mark.slow]

SEPTEMBER, OCTOBER = date(2026, 9, 1), date(2026, 10, 1)
TEAMS = """
teams:
  - {id: growth, name: {en: Growth, zh: 增长}, recipients: [growth@example.com], language: en}
  - {id: social, name: {en: Social, zh: 社媒}, recipients: [social@example.com], language: zh}
"""
INVALID = {"chosen_options": ["Change"], "params_input": {"note": "", "due_on": "soon"}}


def order(number: str, day: str, revenue: str, at: str) -> dict[str, Any]:
    return {
        "order_id": number, "ordered_at": f"{day}T10:00:00", "updated_at": f"{day}T10:00:00", "customer_id": number, "currency": "EUR",
        "revenue": revenue, "shipping": "0", "tax": "0", "discount": "0", "total": revenue, "cost": "1", "refunded": "0", "status": "paid",
        "is_test": False, "_source": "site", "_account": "shop", "_at": at,
    }  # fmt: skip


def days(first: date, number: int) -> list[str]:
    return [(first + timedelta(days=day)).isoformat() for day in range(number)]


FIRST_ROWS = {
    ("site", "orders"): [order(f"o{day}", day, "10", "2026-11-02T05:00:00") for day in days(date(2026, 8, 1), 92)],
    ("multiball", "load"): [load("site", "orders", "site", "2026-08-01", "2026-10-31", "2026-11-02T05:00:00") | {"account": "shop"}],
    ("multiball", "plan_goal"): [
        # due long after any day on which this runs: what is over before the day to decide is asked of nobody
        goal("sales", "revenue", "1", "60000", "2026-08-01", "2035-12-31"),
        goal("buyers", "new_customers", "1", "6000", "2026-08-01", "2035-12-31", owner="social"),
    ],
}


@dataclass
class Life:
    """What was seen on the way."""

    here: Workspace
    smtp: Server
    asked: list[dict[str, Any]] = field(default_factory=list)
    after_invalid: dict[str, str | None] = field(default_factory=dict)
    after_clearing: dict[str, str | None] = field(default_factory=dict)
    september: Run | None = None
    mails_when_asked: int = 0
    first_bytes: dict[str, bytes] = field(default_factory=dict)


def publish(here: Workspace, build_id: str, rows: raw_rows.Rows) -> None:
    warehouse = open_warehouse(here)
    raw_rows.append(warehouse, rows)
    as_of = warehouse.moment()
    steps.build_whole(here, warehouse, warehouse.candidate(build_id), as_of)
    steps.publish(warehouse, build_id, as_of)


@contextmanager
def airflow(here: Workspace) -> Iterator[Airflow]:
    """The stack without Superset and sandbox, with the DAG `review` alone."""
    ports.choose(here)
    (here.home / "dags").mkdir()
    (here.home / "dags" / "review.py").write_text((REPOSITORY / "dags" / "review.py").read_text())
    here = secret_file.ensure(here)
    environment = {**airflow_environment(here), "AIRFLOW__CORE__DAGS_FOLDER": str(here.home / "dags")}
    programs = {name: options for name, options in supervision.programs(here, {}).items() if name not in ("superset", "triggerer")}
    embedded_postgres.initialise(here.var / "postgres")
    try:
        supervision.start_supervisord(here, supervision.configure(here, programs), environment)
        server = supervision.server(here)
        server.startProcess(supervision.DATABASE, True)
        embedded_postgres.wait_until_ready(embedded_postgres.dsn(here.var / "postgres"))
        metadata.prepare(here, STACK_DATABASE, environment)
        for name in programs:
            if name != supervision.DATABASE:
                server.startProcess(name, False)
        yield soon(lambda: Airflow(f"http://{ports.LOOPBACK}:{ports.kept(here)['api']}", metadata.ADMINISTRATOR, password(here)))
    finally:
        supervision.stop(here)


def soon(ask: Callable[[], Any], seconds: int = 240) -> Any:
    """What `ask` gives, once it gives anything."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            if answer := ask():
                return answer
        except (OSError, RuntimeError) as error:
            last: object = error
        except Exception as error:
            if type(error).__module__.split(".")[0] != "httpx":
                raise
            last = error
        else:
            last = answer
        assert time.monotonic() < deadline, f"not within {seconds} s: {last}"
        time.sleep(1)


def states(client: Airflow, run: Run) -> dict[str, str | None]:
    """The states of the questions' tasks, by place: `ask 0`."""
    path = f"/api/v2/dags/review/dagRuns/{run.run_id}/taskInstances"
    return {
        f"{row['task_id'].removeprefix('decision.')} {row['map_index']}": row["state"]
        for row in client._get(path, limit=100)["task_instances"]
        if row["map_index"] >= 0
    }


def answer(client: Airflow, run: Run, place: int, body: dict[str, Any]) -> int:
    path = f"/api/v2/dags/review/dagRuns/{run.run_id}/taskInstances/decision.ask/{place}/hitlDetails"
    return client._client.patch(path, json=body).status_code


def wait_for_question(client: Airflow, run: Run, place: int) -> None:
    """Until it can be answered. The scheduler must have noticed that the asking process ended: an answer that is quicker makes it take the
    task for lost and ask again, half a minute later."""
    soon(lambda: states(client, run)[f"ask {place}"] == "awaiting_input")
    time.sleep(15)


def live_september(life: Life) -> None:
    with airflow(life.here) as client:
        soon(lambda: "review" in client.dags())
        run = life.september = client.trigger("review", {"month": "2026-09"})
        asked = soon(lambda: [state for task, state in states(client, run).items() if task.startswith("ask")])
        for place in range(len(asked)):
            wait_for_question(client, run, place)
        life.asked = client._get(f"/api/v2/dags/review/dagRuns/{run.run_id}/hitlDetails")["hitl_details"]
        life.mails_when_asked = len(life.smtp.received)
        places = {detail["subject"].split(":")[0]: detail["task_instance"]["map_index"] for detail in life.asked}
        sales, buyers = places["Gross revenue"], next(place for subject, place in places.items() if subject != "Gross revenue")
        assert answer(client, run, sales, INVALID) == 200, "Airflow takes what it cannot use"
        soon(lambda: states(client, run)[f"ask {sales}"] == "failed")
        life.after_invalid = states(client, run)
        clearing = {"dag_run_id": run.run_id, "task_ids": [["decision.ask", sales]], "include_downstream": True}
        client._client.post(
            "/api/v2/dags/review/clearTaskInstances", json={**clearing, "dry_run": False, "only_failed": False}
        ).raise_for_status()
        wait_for_question(client, run, sales)
        life.after_clearing = states(client, run)
        approved = {"chosen_options": ["Approve"], "params_input": {"note": "Two more mailings", "due_on": "2099-01-31"}}
        assert answer(client, run, sales, approved) == 200
        assert answer(client, run, buyers, {"chosen_options": ["Reject"], "params_input": {"note": "", "due_on": None}}) == 200
        soon(lambda: client.runs("review")[0].state in ("success", "failed"))
        life.september = client.runs("review")[0]


@pytest.fixture(scope="module")
def life() -> Iterator[Life]:
    with (
        tempfile.TemporaryDirectory(prefix="multiball-test-") as folder,
        listening() as (smtp, address),
        pytest.MonkeyPatch.context() as patch,
    ):
        for name in ("MULTIBALL_ENGINE", "MULTIBALL_SMTP_HOST", "MULTIBALL_SMTP_PORT", "MULTIBALL_AIRFLOW_URL"):
            patch.delenv(name, raising=False)
        home = Path(folder)
        (home / "sources.yml").write_text("reporting: {brand: Halmstein, currency: EUR, time_zone: Europe/Berlin}\n")
        (home / "plan").mkdir()
        (home / "plan" / "teams.yml").write_text(TEAMS)
        (home / "var").mkdir()
        (home / "var" / "secrets.env").write_text(f"MULTIBALL_SMTP_HOST=127.0.0.1\nMULTIBALL_SMTP_PORT={address.port}\n")
        found = Life(Workspace(home), smtp)
        publish(found.here, "first", FIRST_ROWS)
        live_september(found)
        found.first_bytes = read(found.here, SEPTEMBER)
        now = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime())
        later = [order(f"late{day}", day, "70", now) for day in days(SEPTEMBER, 5)]
        publish(found.here, "second", {("site", "orders"): later})
        yield found


def read(here: Workspace, month: date, *, revise: bool = False) -> dict[str, bytes]:
    """The files of the month's review, made again."""
    warehouse = open_warehouse(here)
    version, review = review_steps.review_of(here, warehouse, month, lambda line: None, revise=revise)
    made = review_mail.render(here, version, review)
    return {f"{one.folder.name}/{file.name}": file.read_bytes() for one in made for file in one.folder.iterdir()}


def test_every_team_had_its_mail_before_anybody_was_asked(life: Life) -> None:
    assert life.mails_when_asked == 2
    reviews = {tuple(recipients): message for recipients, message in life.smtp.received[:2]}
    assert reviews.keys() == {("growth@example.com",), ("social@example.com",)}
    english = reviews["growth@example.com",]
    assert "/dags/review/required_actions" in english.get_body(("html",)).get_content()


def test_a_question_is_asked_in_its_owners_language_with_its_evidence(life: Life) -> None:
    bodies = {detail["subject"]: detail["body"] for detail in life.asked}
    assert len(bodies) == 2
    english = next(body for subject, body in bodies.items() if subject.startswith("Gross revenue"))
    assert "The goal sales" in english and "**Approve** accepts the proposal as it is" in english
    assert any("目标buyers" in body and "到期无人回答" in body for body in bodies.values())


def test_an_answer_that_cannot_be_taken_fails_alone_and_clearing_asks_again(life: Life) -> None:
    assert sorted(state or "" for task, state in life.after_invalid.items() if task.startswith("ask")) == ["awaiting_input", "failed"]
    assert [state for task, state in life.after_clearing.items() if task.startswith("ask")] == ["awaiting_input"] * 2
    assert life.september and life.september.state == "success"
    [(recipients, mail)] = life.smtp.received[2:]
    text = mail.get_body(("html",)).get_content()
    assert recipients == ["data@example.com"]
    assert "Change needs a note that says what to do instead" in text and "Clear the failed task in Airflow: it asks again." in text


def test_what_was_decided_is_logged_and_reported_by_the_next_months_review(life: Life) -> None:
    logged = {row["action_id"].rsplit("/")[-1]: row for row in open_warehouse(life.here).query("select * from action_log").to_pylist()}
    assert (logged["sales"]["decision"], logged["sales"]["note"], logged["sales"]["verdict"]) == (
        "approved",
        "Two more mailings",
        "too_early",
    )
    assert (logged["sales"]["decided_by"], logged["sales"]["due_on"]) == ("admin", date(2099, 1, 31))
    assert (logged["buyers"]["decision"], logged["buyers"]["verdict"]) == ("rejected", "not_done")
    reported = read(life.here, OCTOBER)["growth-en/review.txt"].decode()
    assert text_in(logged["sales"]["title"]) in reported and text_in(logged["buyers"]["title"]) in reported
    assert "Two more mailings" in reported


def test_a_review_is_made_again_to_the_byte_after_the_numbers_have_moved_on(life: Life) -> None:
    assert len(life.first_bytes) > 8
    assert read(life.here, SEPTEMBER) == life.first_bytes
    assert read(life.here, SEPTEMBER, revise=True)["growth-en/review.txt"] != life.first_bytes["growth-en/review.txt"]


def test_the_guide_to_reviews_can_be_followed(life: Life, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    guide = (REPOSITORY / "docs" / "how-to" / "review.md").read_text()
    monkeypatch.setenv("MULTIBALL_HOME", str(life.here.home))
    commands = [
        shlex.split(line) for block in re.findall(r"^```sh\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE) for line in block.splitlines()
    ]
    assert len(commands) == 6
    [shown] = re.findall(r"^```text\n(.*?)^```$", guide, re.DOTALL | re.MULTILINE)
    written = []
    for command in commands:
        assert multiball(command[1:]) == 0, command
        written.append(capfd.readouterr().out.replace(f"{life.here.home}/", ""))
    assert written[0] == shown
    assert "as-of-20261105T235959" in written[3]
    assert "Two more mailings" not in written[5] and "approved" in written[5]
