"""The migration of a metadata database, whose server is not there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from multiball.runtime import metadata, supervision
from multiball.runtime.environment import STACK_DATABASE, airflow_environment
from multiball.warehouse import embedded_postgres
from tests.runtime import small_stack


def test_a_migration_is_one_of_the_workspaces_processes_so_that_down_ends_it_when_its_command_was_killed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(embedded_postgres, "ensure_database", lambda address, name: None)
    monkeypatch.setattr(metadata, "_remembered", lambda address: None)
    with small_stack.folder() as here, ThreadPoolExecutor() as pool:
        migration = pool.submit(metadata.prepare, here, STACK_DATABASE, airflow_environment(here))
        small_stack.until(lambda: bool(supervision.processes(here)))
        [process] = supervision.processes(here)
        assert "multiball.orchestration.migration" in process.cmdline()
        supervision.stop(here)
        with pytest.raises(metadata.MigrationFailed):
            migration.result(timeout=60)
