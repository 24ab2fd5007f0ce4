"""Questions to Airflow's REST API that get no answer."""

from __future__ import annotations

import httpx
import pytest

from multiball.runtime import airflow_api as api


def test_a_question_is_asked_again_only_as_long_as_its_server_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr(api.time, "sleep", pauses.append)

    def refused() -> httpx.Response:
        raise httpx.ConnectError("refused")

    for runs, waited in (([False], []), ([True, False], [1]), ([True] * 4, [1, 5, 15, 30])):
        pauses.clear()
        answers = iter(runs)
        with pytest.raises(httpx.ConnectError):
            api._patiently(refused, lambda answers=answers: next(answers))  # type: ignore[misc]
        assert pauses == waited
