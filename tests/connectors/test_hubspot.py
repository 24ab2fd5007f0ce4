from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

import pytest
from connectors.contract import ConnectorContract, Records, extract
from connectors.local_server import Handler, Reply, Request, forward
from connectors.stand_in import NOW, StandIn, stand_in, world

from multiball.connectors._answers import Again, Answer, Refused
from multiball.connectors._declared.errors import pace, raise_for_error
from multiball.connectors._declared.reading import declaration
from multiball.connectors.hubspot.hooks import FOUND_A_PAGE
from multiball.connectors.hubspot.stages import MEANINGS, STANDARD
from multiball.settings import REPOSITORY
from multiball.shapes import InputError, Source, SourceError, Window
from sandbox import truth
from sandbox.world.brand import OWN_STAGE

DECLARED = declaration(REPOSITORY / "plugins/multiball/connectors/hubspot/connector.yml")
LATER = NOW.replace(tzinfo=None)


@pytest.fixture(scope="module")
def platform() -> Iterator[StandIn]:
    with stand_in("hubspot") as served:
        yield served


@pytest.fixture(scope="module")
def source(platform: StandIn) -> Source:
    configured = platform.source("hubspot", platform.module.PORTAL_ID, access_token=platform.module.ACCESS_TOKEN)
    return replace(configured, options={"max_wait_seconds": 1.0})


@pytest.fixture(scope="module")
def window() -> Window:
    return Window(date(2026, 8, 1), date(2026, 10, 12))


class TestHubSpot(ConnectorContract):
    empty = frozenset({"deal_merges"})

    def test_all_records_of_the_portal_come_with_their_stages(self, records: Records) -> None:
        for name, entity in (("contact", "contacts"), ("deal", "deals")):
            true = truth.TABLES[name](world(), NOW).to_pylist()
            live = {row[f"{name}_id"] for row in true if not row["is_archived"]}
            assert live and {row[f"{name}_id"] for row in records[entity] if not row["archived"]} == live
            assert {row[f"{name}_id"] for row in records[f"{name}_ids"]} == {row[f"{name}_id"] for row in true}
        stages = {row["contact_id"]: row["stage"] for row in truth.TABLES["contact"](world(), NOW).to_pylist() if not row["is_archived"]}
        newest = {row["contact_id"]: row["stage"] for row in sorted(records["contact_stages"], key=lambda row: row["entered_at"])}
        assert newest == stages

    def test_merges_name_both_contacts_and_the_one_that_is_left(self, records: Records) -> None:
        merges = [row for row in world().crm_merges.to_pylist() if row["merged_at"] <= LATER]
        assert merges
        assert {(row["merged_id"], row["contact_id"]) for row in records["contact_merges"]} == {
            (row["merged_id"], row["into_id"]) for row in merges
        }
        left = {row["merged_id"]: row["into_id"] for row in merges}
        carried = [row for row in world().deals.to_pylist() if row["contact_id"] in left and row["created_at"] <= LATER]
        deals = {row["deal_id"]: row["contact_id"] for row in records["deals"] if not row["archived"]}
        assert all(deals[row["deal_id"]] == left[row["contact_id"]] for row in carried if row["deal_id"] in deals)

    def test_the_portals_own_stages_are_named_and_mean_what_the_options_say(
        self, source: Source, account: str, records: Records, caplog: pytest.LogCaptureFixture
    ) -> None:
        assert [row["label"] for row in records["lifecycle_stages"] if row["stage"] == OWN_STAGE[0]] == [OWN_STAGE[1]]
        assert all(row["meaning"] is None for row in records["lifecycle_stages"])
        today = Window(date(2026, 10, 12), date(2026, 10, 12))
        options = {**source.options, "lifecycle_stages": {OWN_STAGE[1].upper(): "qualified", "lead": "none", "nowhere": "lead"}}
        raise_by_rules = extract(replace(source, options=options), account, today)["lifecycle_stages"]
        assert {row["stage"]: row["meaning"] for row in raise_by_rules if row["meaning"]} == {OWN_STAGE[0]: "qualified", "lead": "none"}
        assert "names 'nowhere', which is not a stage of the portal" in caplog.text
        extract(source, account, today)
        assert f"the lifecycle stage {OWN_STAGE[0]} ({OWN_STAGE[1]}) has no meaning" in caplog.text
        for wrong in ({"lead": "customers"}, ["lead"]):
            with pytest.raises(InputError, match=r"sources\.hubspot\.options\.lifecycle_stages"):
                extract(replace(source, options={**source.options, "lifecycle_stages": wrong}), account, today)

    def test_a_token_that_may_not_read_the_stages_reads_the_rest(
        self, source: Source, account: str, at: Callable[[Handler], Source], caplog: pytest.LogCaptureFixture
    ) -> None:
        upstream = forward(source.base_url)

        def handle(request: Request) -> Reply:
            scopes = {"status": "error", "category": "MISSING_SCOPES", "message": "needs a scope"}
            return Reply.of(scopes, 403) if "/properties/" in request.path else upstream(request)

        records = extract(at(handle), account, Window(date(2026, 10, 12), date(2026, 10, 12)))
        assert records["contact_ids"] and records["lifecycle_stages"] == []
        assert "grant crm.schemas.contacts.read" in caplog.text

    def test_deals_know_their_contact_and_whether_they_are_won(self, records: Records) -> None:
        contacts = {row["deal_id"]: row["contact_id"] for row in truth.TABLES["deal"](world(), NOW).to_pylist()}
        stages = {(row["pipeline_id"], row["stage_id"]): row["is_closed"] for row in records["pipeline_stages"]}
        for deal in records["deals"]:
            assert deal["contact_id"] in (contacts[deal["deal_id"]], None)
            assert deal["is_closed"] == stages[deal["pipeline_id"], deal["stage_id"]] and isinstance(deal["is_won"], bool)

    def test_a_window_brings_what_changed_in_it_and_a_little_before(self, source: Source, account: str) -> None:
        days = Window(date(2026, 9, 1), date(2026, 9, 30), current=False)
        changed = [datetime.fromisoformat(row["modified_at"]) for row in extract(source, account, days)["contacts"]]
        assert changed and min(changed) >= datetime.fromisoformat("2026-08-31T23:45:00Z")
        assert max(changed) < datetime.fromisoformat("2026-10-01T00:00:00Z")

    def test_half_a_page_of_found_or_read_records_is_asked_for_again(
        self, platform: StandIn, source: Source, account: str, window: Window, records: Records
    ) -> None:
        for path in ("*/search", "*/batch/read"):
            platform.faults.add("hubspot", "half_page", path=path, times=1)
        assert extract(source, account, window) == records
        platform.faults.clear()


def test_changes_are_paged_by_id_so_that_no_search_reaches_its_cap(source: Source, at: Callable[[Handler], Source]) -> None:
    many = range(1, 2 * FOUND_A_PAGE + 2)

    def handle(request: Request) -> Reply:
        if "deals" in request.path:
            return Reply.of({"total": 0, "results": []})
        if request.path.endswith("/batch/read"):
            rows = [{"id": one["id"], "properties": {}} for one in request.json["inputs"]]
            return Reply.of({"results": rows})
        body = request.json
        last = int(body["filterGroups"][0]["filters"][-1]["value"])
        assert "after" not in body
        found = [str(one) for one in range(last + 1, min(last + FOUND_A_PAGE, len(many)) + 1)]
        return Reply.of({"total": len(many) - last, "results": [{"id": one} for one in found]})

    contacts = extract(at(handle), "1", Window(date(2026, 9, 1), date(2026, 9, 1), current=False))["contacts"]
    assert [row["contact_id"] for row in contacts] == [str(one) for one in many]


def test_long_lists_of_associated_contacts_are_read_to_the_end(source: Source, at: Callable[[Handler], Source]) -> None:
    def handle(request: Request) -> Reply:
        if "/associations/" in request.path:
            more = {"paging": {"next": {"after": "2"}}} if "after" not in request.json["inputs"][0] else {}
            linked = [{"toObjectId": 90 if more else "7"}]
            return Reply.of({"results": [{"from": {"id": "5"}, "to": linked, **more}]})
        rows = [{"id": "5", "properties": {}}] if "deals" in request.path else []
        return Reply.of({"total": len(rows), "results": rows})

    deals = extract(at(handle), "1", Window(date(2026, 9, 1), date(2026, 9, 1), current=False))["deals"]
    assert [deal["contact_id"] for deal in deals] == ["7"]


def test_hubspots_own_stages_are_those_of_the_models_seed() -> None:
    with (REPOSITORY / "dbt_project" / "seeds" / "hubspot_lifecycle_stage.csv").open() as seed:
        rows = list(csv.DictReader(seed))
    assert [row["stage"] for row in rows] == list(STANDARD) and {row["meaning"] for row in rows} == set(MEANINGS)


@pytest.mark.parametrize("firsts", [[1, 1], [1, 1001, 1, 1001]])
def test_a_search_that_leads_round_ends_with_a_message(source: Source, at: Callable[[Handler], Source], firsts: list[int]) -> None:
    seen: list[Request] = []

    def handle(request: Request) -> Reply:
        seen.append(request)
        if not request.path.endswith("/search"):
            return Reply.of({"results": [{"id": one["id"], "properties": {}} for one in request.json["inputs"]]})
        searches = sum(one.path.endswith("/search") for one in seen)
        first = firsts[(searches - 1) % len(firsts)]
        return Reply.of({"total": 9999, "results": [{"id": str(one)} for one in range(first, first + FOUND_A_PAGE)]})

    with pytest.raises(SourceError, match="contacts/search returns to a page"):
        extract(at(handle), "1", Window(date(2026, 9, 1), date(2026, 9, 1), current=False))
    assert len(seen) < 30


@pytest.mark.parametrize("afters", ["AA", "ABAB"])
def test_associations_that_lead_round_end_with_a_message(source: Source, at: Callable[[Handler], Source], afters: str) -> None:
    asked: list[Request] = []

    def handle(request: Request) -> Reply:
        if "/associations/" in request.path:
            asked.append(request)
            more = {"paging": {"next": {"after": afters[(len(asked) - 1) % len(afters)]}}}
            return Reply.of({"results": [{"from": {"id": "5"}, "to": [{"toObjectId": len(asked)}], **more}]})
        rows = [{"id": "5", "properties": {}}] if "deals" in request.path else []
        return Reply.of({"total": len(rows), "results": rows})

    with pytest.raises(SourceError, match="deals/contacts/batch/read returns to a page"):
        extract(at(handle), "1", Window(date(2026, 9, 1), date(2026, 9, 1), current=False))
    assert len(asked) <= 3


def test_limits_are_distinguished_by_their_policy(source: Source) -> None:
    def answer(policy: str) -> Answer:
        return Answer(source, 429, {}, f'{{"message": "limit", "policyName": "{policy}"}}')

    with pytest.raises(Again) as rolling:
        raise_for_error(DECLARED.errors)(answer("TEN_SECONDLY_ROLLING"))
    assert rolling.value.wait == 10
    with pytest.raises(Again):
        raise_for_error(DECLARED.errors)(answer("SECONDLY"))
    with pytest.raises(Refused, match="limit") as daily:
        raise_for_error(DECLARED.errors)(answer("DAILY"))
    assert "after midnight" in daily.value.remedy


def test_pauses_when_an_interval_is_nearly_used_up() -> None:
    headers = {"x-hubspot-ratelimit-max": "190", "x-hubspot-ratelimit-interval-milliseconds": "10000"}
    assert [pace(DECLARED.throttle)({**headers, "x-hubspot-ratelimit-remaining": left}) for left in ("100", "29", "28")] == [0, 0, 10]
    assert pace(DECLARED.throttle)({"x-hubspot-ratelimit-daily": "650000"}) == 0
