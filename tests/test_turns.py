"""Variants take turns, so that each is tested within as many runs as there are variants."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
FILE = """
import pytest

@pytest.mark.parametrize("engine", [pytest.param(name, marks=pytest.mark.in_turn(place, 3)) for place, name in enumerate("abc")])
def test_in_turn(engine):
    pass

def test_always():
    pass
"""
CONFTEST = """
import pytest, turns

def pytest_addoption(parser):
    turns.add_option(parser)

def pytest_configure(config):
    config.addinivalue_line("markers", "in_turn(place, of): .")

def pytest_report_header(config):
    return turns.header(config)

def pytest_collection_modifyitems(config, items):
    items[:] = [item for item in items if turns.is_due(item)]
"""


def passed(pytester: pytest.Pytester, *options: str) -> set[str]:
    result = pytester.runpytest_inprocess("-v", *options)
    return {line.split(" ")[0].split("::")[1] for line in result.outlines if "PASSED" in line}


def test_every_variant_has_its_turn_and_other_tests_always_run(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(FILE)
    variants = [passed(pytester, "--turn", str(turn)) - {"test_always"} for turn in (7, 8, 9)]
    assert sorted(map(sorted, variants)) == [["test_in_turn[a]"], ["test_in_turn[b]"], ["test_in_turn[c]"]]
    assert passed(pytester, "--turn", "all") == {"test_in_turn[a]", "test_in_turn[b]", "test_in_turn[c]", "test_always"}
    assert len(passed(pytester)) == 2


def test_a_run_prints_how_to_repeat_it_and_refuses_an_invalid_turn(pytester: pytest.Pytester) -> None:
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(FILE)
    pytester.runpytest_inprocess("--turn", "7").stdout.fnmatch_lines(["turn 7 of *--turn 7 repeats it*"])
    assert pytester.runpytest_inprocess("--turn", "x").ret == pytest.ExitCode.USAGE_ERROR
