"""A lost or another identity key is noticed before anything is hashed with it, on both engines."""

from __future__ import annotations

import hashlib
import hmac
from pathlib import Path

import pytest

from multiball.cli.health_checks import run_checks
from multiball.cli.main import run
from multiball.landing import land
from multiball.landing.identity_key import stored_fingerprint
from multiball.runtime import secret_file
from multiball.settings import Workspace
from multiball.shapes import InputError
from multiball.warehouse import Warehouse, open_warehouse
from tests.landing.conftest import KEY, ORDERS, WINDOW, Landing, vintages

ORDER = ("orders", [{"order_id": "1", "email": "anna@example.org"}])


def test_the_first_load_stores_a_keyed_digest_and_not_the_key(warehouse: Warehouse, landing: Landing) -> None:
    assert stored_fingerprint(warehouse) is None
    for _ in range(2):
        landing(ORDER)
    rows = warehouse.read_raw("multiball", "select * from raw_multiball.identity_key").to_pylist()
    assert [row["fingerprint"] for row in rows] == [
        hmac.new(KEY.encode(), b"fingerprint of the identity key", hashlib.sha256).hexdigest()[:16]
    ]
    assert KEY not in repr(rows)


@pytest.mark.parametrize("other", ["another key", KEY + " ", KEY.upper()])
def test_another_key_stops_the_load_before_it_extracts_and_says_what_to_restore(warehouse: Warehouse, landing: Landing, other: str) -> None:
    landing(ORDER)

    def never_read():
        raise AssertionError("extracted")
        yield

    with pytest.raises(InputError, match=r"MULTIBALL_IDENTITY_KEY: .*not the one that raw was landed with.*var/secrets.env"):
        land(
            warehouse,
            source="shop",
            connector="shop",
            account="1",
            entities=[ORDERS],
            window=WINDOW,
            pages=never_read(),
            run_id="x",
            identity_key=other,
        )
    assert vintages(warehouse, ORDERS) == 1
    landing(("orders", [{"order_id": "2", "email": "anna@example.org"}]))
    keys = warehouse.read_raw("shop", "select distinct email_key from raw_shop.orders").num_rows
    assert keys == 1, "the right key goes on joining the same person"


def test_no_set_up_generates_a_new_key_when_raw_has_hashes_of_an_old_one(workspace: Workspace, landing: Landing) -> None:
    here = secret_file.ensure(workspace)
    key = here.secrets["MULTIBALL_IDENTITY_KEY"]
    landing(ORDER, identity_key=key)
    file = here.var / "secrets.env"
    kept = file.read_text()
    for left in ("", "\n".join(line for line in kept.splitlines() if "IDENTITY" not in line), kept.replace(key, "")):
        file.write_text(left)
        with pytest.raises(InputError, match="identity key is missing, and raw was landed with one"):
            secret_file.ensure(Workspace(workspace.home))
        assert file.read_text() == left
    file.unlink()
    with pytest.raises(InputError, match="identity key is missing"):
        secret_file.ensure(Workspace(workspace.home))
    file.write_text(f"MULTIBALL_IDENTITY_KEY={key}\n")
    assert secret_file.ensure(Workspace(workspace.home)).secrets["MULTIBALL_IDENTITY_KEY"] == key


def test_a_key_of_the_environment_is_not_doubled_in_the_file(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MULTIBALL_IDENTITY_KEY", "from a vault")
    secret_file.ensure(workspace)
    assert "IDENTITY_KEY" not in (workspace.var / "secrets.env").read_text()


def test_doctor_shows_a_key_that_is_missing_or_another_one(workspace: Workspace, landing: Landing) -> None:
    def found() -> tuple[bool, str]:
        finding = next(finding for finding in run_checks(Workspace(workspace.home)) if finding.subject == "identity key")
        return finding.passed, finding.state + finding.remedy

    assert found() == (True, "none generated yet; multiball up generates one")
    here = secret_file.ensure(workspace)
    assert found() == (True, "not used yet")
    landing(ORDER, identity_key=here.secrets["MULTIBALL_IDENTITY_KEY"])
    passed, said = found()
    assert passed and stored_fingerprint(open_warehouse(here)) in said
    (here.var / "secrets.env").write_text("MULTIBALL_IDENTITY_KEY=other\n")
    passed, said = found()
    assert not passed and "backup of var/secrets.env" in said
    (here.var / "secrets.env").unlink()
    assert not found()[0]


def test_an_import_without_the_key_is_wrong_input_with_exit_code_2(
    workspace: Workspace, landing: Landing, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    landing(ORDER)
    (tmp_path / "leads.csv").write_text("id,created\n1,2026-10-01\n")
    (tmp_path / "leads.yml").write_text(
        "version: 1\nsource: leads\naccount: brand\nfile: {path: leads.csv}\n"
        "entities:\n  - entity: lead\n    fields: {lead_id: id, created_at: created, origin: {constant: form}}\n"
    )
    monkeypatch.setenv("MULTIBALL_HOME", str(workspace.home))
    assert run(["import", str(tmp_path / "leads.yml"), "--no-publish"]) == 2
    said = capsys.readouterr().err
    assert "identity key is missing" in said and said.count("\n") == 1, said
