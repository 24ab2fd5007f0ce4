"""Who may see, ask and change what in a real Superset, and where its numbers come from."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
from dashboards.small_stack import CHART, DASHBOARD, SmallStack

pytestmark = pytest.mark.slow

SLOW = "select sum(a.range * b.range) from range(1000000) as a, range(1000000) as b"


def number(answer: httpx.Response) -> int:
    assert answer.status_code == 200, answer.text
    [[row]] = [result["data"] for result in answer.json()["result"]]
    return int(row["orders"])


def test_before_anything_is_published_a_chart_says_so_and_the_server_stands(small_stack: SmallStack) -> None:
    assert small_stack.unpublished.status_code in (400, 500)
    assert "database does not exist" in small_stack.unpublished.text


def test_a_chart_shows_a_publication_at_once_even_while_an_older_question_runs(small_stack: SmallStack) -> None:
    small_stack.publish(3)
    assert number(small_stack.orders("leadership")) == 3
    running = threading.Thread(target=small_stack.superset.sql, args=("analyst", SLOW))
    running.start()
    small_stack.publish(5)
    assert [number(small_stack.orders("leadership")) for _ in range(4)] == [5] * 4
    running.join()
    small_stack.publish(3)


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/superset/dashboard/small/", None),
        ("GET", "/superset/welcome/", None),
        ("GET", "/explore/?slice_id=1", None),
        ("GET", "/sqllab/", None),
        ("GET", "/users/list/", None),
        ("GET", "/api/v1/dashboard/small", None),
        ("GET", "/api/v1/chart/", None),
        ("GET", "/api/v1/dataset/1", None),
        ("GET", "/api/v1/database/", None),
        ("POST", "/api/v1/chart/data", {"datasource": {"id": 1, "type": "table"}, "queries": [{"metrics": ["orders"]}]}),
        ("POST", "/api/v1/sqllab/execute/", {"database_id": 1, "sql": "select 1"}),
    ],
)
def test_nothing_is_shown_to_somebody_who_has_not_logged_in(small_stack: SmallStack, method: str, path: str, body: Any) -> None:
    with small_stack.superset.anonymous() as client:
        answer = client.request(method, path, json=body)
    page = answer.status_code == 302 and answer.headers["location"].startswith("/login/")
    assert page or answer.status_code in (400, 401, 403)
    assert "orders" not in answer.text


def test_a_wrong_password_lets_nobody_in_and_does_not_tell_who_exists(small_stack: SmallStack) -> None:
    answers = []
    for user in ("leadership", "nobody"):
        client, answer = small_stack.superset.log_in(user, "wrong")
        assert client.get("/api/v1/me/").status_code == 401
        answers.append((answer.status_code, answer.headers["location"], answer.text))
        client.close()
    assert answers[0] == answers[1] and answers[0][1].startswith("/login/")


def test_cookies_and_pages_are_closed_to_other_hosts(small_stack: SmallStack) -> None:
    with small_stack.superset.anonymous() as client:
        headers = client.get("/login/").headers
    assert {"HttpOnly", "SameSite=Lax"} <= set(headers["set-cookie"].split("; "))
    assert not re.search(r"https?:|\*", headers["content-security-policy"])
    assert "access-control-allow-origin" not in headers


def test_a_request_from_another_page_changes_nothing(small_stack: SmallStack) -> None:
    client = small_stack.superset.as_user("analyst")
    answer = client.post("/api/v1/chart/", json={"slice_name": "forged"}, headers={"X-CSRFToken": ""})
    assert answer.status_code == 400 and "CSRF" in answer.text


def test_leadership_sees_the_dashboard_and_can_change_and_ask_nothing_else(small_stack: SmallStack) -> None:
    server = small_stack.superset
    client, chart, dashboard = server.as_user("leadership"), server.ids("chart")[CHART], server.ids("dashboard")[DASHBOARD]
    assert client.get("/superset/dashboard/small/").status_code == 200
    assert number(small_stack.orders("leadership")) == 3
    assert client.get("/sqllab/").status_code == 403
    assert server.sql("leadership", "select 1").status_code == 403
    assert client.put(f"/api/v1/dashboard/{dashboard}", json={"dashboard_title": "Mine"}).status_code == 403
    assert client.put(f"/api/v1/chart/{chart}", json={"slice_name": "Mine"}).status_code == 403
    assert client.post("/api/v1/chart/", json={"slice_name": "Mine"}).status_code == 403
    assert client.get("/users/list/").status_code in (302, 403)
    outside = {"datasource": {"id": 1, "type": "table"}, "queries": [{"metrics": ["orders"]}]}
    assert client.post("/api/v1/chart/data", json=outside).status_code == 403


def test_an_analyst_asks_the_warehouse_and_keeps_own_charts_but_leaves_the_dashboards_alone(small_stack: SmallStack) -> None:
    server = small_stack.superset
    client, chart, dashboard = server.as_user("analyst"), server.ids("chart")[CHART], server.ids("dashboard")[DASHBOARD]
    assert client.get("/sqllab/").status_code == 200
    assert server.sql("analyst", "select count(*) as n from marts.fct_order").json()["data"] == [{"n": 3}]
    assert number(small_stack.orders("analyst")) == 3
    assert client.put(f"/api/v1/dashboard/{dashboard}", json={"dashboard_title": "Mine"}).status_code == 403
    assert client.put(f"/api/v1/chart/{chart}", json={"slice_name": "Mine"}).status_code == 403
    own = client.post("/api/v1/chart/", json={"slice_name": "Own", "viz_type": "table", "datasource_id": 1, "datasource_type": "table"})
    assert own.status_code == 201
    assert client.delete(f"/api/v1/chart/{own.json()['id']}").status_code == 200
    assert client.get("/api/v1/security/roles/").status_code == 403
    stranger = {"database_name": "other", "sqlalchemy_uri": "sqlite:////etc/passwd"}
    assert client.post("/api/v1/database/", json=stranger).status_code == 403


@pytest.mark.parametrize(
    "sql",
    [
        "select content from read_text('{file}')",
        "select * from read_csv('{file}')",
        "select * from '{file}'",
        "select * from glob('{folder}/*')",
        "attach '{file}' as other",
        "set enable_external_access = true",
        "copy marts.fct_order to '{folder}/out.csv'",
        "install httpfs",
        "create table marts.own as select 1",
        "delete from marts.fct_order",
    ],
)
def test_sql_lab_reaches_no_file_and_writes_nothing(small_stack: SmallStack, tmp_path: Path, sql: str) -> None:
    file = tmp_path / "secret.csv"
    file.write_text("word\nconfidential\n")
    answer = small_stack.superset.sql("analyst", sql.format(file=file, folder=tmp_path))
    assert answer.status_code >= 400, answer.text
    assert "confidential" not in answer.text
    assert [found.name for found in tmp_path.iterdir()] == ["secret.csv"]
    assert number(small_stack.orders("analyst")) == 3


def test_a_question_that_takes_too_long_is_ended(small_stack: SmallStack) -> None:
    answer = small_stack.superset.sql("analyst", SLOW)
    assert answer.status_code >= 400 and "INTERRUPT" in answer.text.upper()
