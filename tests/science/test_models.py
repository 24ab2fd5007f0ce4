"""The models against published answers, against known truth, and against the published formulas."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import Any

import numpy as np
import pytest
from science.conftest import Order, simulate
from scipy.optimize import approx_fprime
from scipy.special import hyp2f1

from multiball.science import bg_nbd, gamma_gamma
from multiball.science.expectation import expected_margin, expected_orders
from multiball.science.likelihood import Fit, Inconclusive
from multiball.science.purchases import Purchases

CALIBRATION_END = date(1997, 9, 30)


@pytest.fixture(scope="module")
def calibration(published_purchases: list[Order]) -> dict[str, dict[date, float]]:
    by_customer: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    for customer, day, value in published_purchases:
        if day <= CALIBRATION_END:
            by_customer[customer][day] += float(value or 0)
    return by_customer


def test_the_public_purchases_give_the_published_parameters_of_buying(calibration: dict[str, dict[date, float]]) -> None:
    x = np.array([len(days) - 1.0 for days in calibration.values()])
    last = np.array([float((max(days) - min(days)).days) for days in calibration.values()])
    observed = np.array([float((CALIBRATION_END - min(days)).days) for days in calibration.values()])
    fit = bg_nbd.fit(x, last, observed)
    r, alpha_days, a, b = fit.parameters
    assert len(x) == 2357
    assert [round(float(value), 3) for value in (r, alpha_days / 7, a, b)] == pytest.approx([0.243, 4.414, 0.793, 2.426], abs=0.001)
    assert fit.log_likelihood + x.sum() * np.log(7) == pytest.approx(-9582.4, abs=0.05)


def test_the_public_purchases_give_the_published_parameters_of_value(calibration: dict[str, dict[date, float]]) -> None:
    repeats = [[value for day, value in days.items() if day > min(days) and value > 0] for days in calibration.values()]
    repeats = [values for values in repeats if values]
    fit = gamma_gamma.fit(np.array([float(len(values)) for values in repeats]), np.array([sum(values) for values in repeats]))
    assert len(repeats) == 946
    assert fit.parameters == pytest.approx([6.25, 3.74, 15.44], abs=0.01)


@pytest.mark.parametrize("parameters", [(0.9, 54.0, 0.8, 2.4), (0.5, 60.0, 1.0, 3.0)])
def test_known_parameters_are_recovered_within_their_intervals(parameters: tuple[float, ...]) -> None:
    inside = np.zeros(4)
    for seed in range(8):
        customers = simulate(3000, parameters, seed)  # type: ignore[arg-type]
        fit = bg_nbd.fit(customers.x, customers.last, customers.observed)
        inside += np.abs(np.log(fit.parameters / parameters)) < 3 * np.sqrt(np.diag(fit.log_covariance))
    assert inside.min() >= 7


def test_known_parameters_of_margins_are_recovered() -> None:
    chance = np.random.default_rng(5)
    purchases = chance.integers(1, 9, 5000).astype(float)
    total = chance.gamma(4 * purchases) / chance.gamma(5, 1 / 80, 5000)
    fit = gamma_gamma.fit(purchases, total)
    assert np.abs(np.log(fit.parameters / [4, 5, 80])).max() < 3 * np.sqrt(np.diag(fit.log_covariance)).max()
    assert gamma_gamma.expected_value(fit.parameters, np.zeros(1), np.zeros(1)) == pytest.approx(4 * 80 / 4, rel=0.03)


@pytest.mark.parametrize("a", [0.4, 0.999, 1.7])
def test_expected_purchases_are_those_of_the_published_formula(a: float) -> None:
    r, alpha, b = 0.6, 40.0, 2.3
    x, observed, ahead = np.array([0.0, 1.0, 4.0, 30.0]), np.array([10.0, 200.0, 400.0, 700.0]), np.array([30.0, 365.0, 1095.0])
    with_hypergeometric = [
        (a + b + n - 1)
        / (a - 1)
        * (1 - ((alpha + T) / (alpha + T + t)) ** (r + n) * hyp2f1(r + n, b + n, a + b + n - 1, t / (alpha + T + t)))
        for n, T in zip(x, observed, strict=True)
        for t in ahead
    ]
    ours = bg_nbd.purchases_if_alive(np.array([r, alpha, a, b]), x, observed, ahead)
    assert ours.ravel() == pytest.approx(with_hypergeometric, rel=1e-6)


def test_where_the_published_formula_loses_its_digits_ours_does_not() -> None:
    x, observed, ahead = np.array([0.0, 12.0, 4000.0]), np.array([100.0, 300.0, 900.0]), np.array([365.0])
    near = [bg_nbd.purchases_if_alive(np.array([0.6, 40.0, a, 2.3]), x, observed, ahead) for a in (1 - 1e-9, 1.0, 1 + 1e-9)]
    assert near[0] == pytest.approx(near[1], rel=1e-6) and near[2] == pytest.approx(near[1], rel=1e-6)
    assert np.isfinite(near[1]).all() and (np.diff(near[1][:, 0]) > 0).all()


def test_gradients_are_those_of_the_likelihoods() -> None:
    x, last, observed = np.array([0.0, 1.0, 7.0]), np.array([0.0, 20.0, 60.0]), np.array([50.0, 90.0, 61.0])
    at = np.array([0.6, 12.0, 0.8, 2.1])
    numeric = approx_fprime(at, lambda p: bg_nbd.log_likelihood(p, x, last, observed, np.ones(3))[0], 1e-6)
    assert bg_nbd.log_likelihood(at, x, last, observed, np.ones(3))[1] == pytest.approx(numeric, rel=1e-4)
    at, total = np.array([3.0, 4.0, 15.0]), np.array([20.0, 33.0, 400.0])
    numeric = approx_fprime(at, lambda p: gamma_gamma.log_likelihood(p, x + 1, total)[0], 1e-6)
    assert gamma_gamma.log_likelihood(at, x + 1, total)[1] == pytest.approx(numeric, rel=1e-4)


def known(customers: Any, value: np.ndarray) -> Purchases:
    number = len(customers.x)
    return Purchases(
        until=CALIBRATION_END,
        end=CALIBRATION_END,
        customers=[str(each) for each in range(number)],
        repeats=customers.x,
        last=np.round(customers.last),
        observed=np.round(customers.observed),
        valued=customers.x,
        valued_margin=customers.x * value,
        later=np.zeros(number),
        later_margin=0.0,
        at_a_loss=0,
        of_unknown_margin=0,
        kept_share=1.0,
    )


def true_orders(customers: Any, days: float) -> np.ndarray:
    """What customers whose rates and probabilities are known will buy on average; nothing, once they left."""
    return np.where(customers.alive, -np.expm1(-customers.rate * customers.leaving * days) / customers.leaving, 0.0)


def test_the_intervals_of_totals_cover_what_the_true_parameters_expect() -> None:
    parameters = (0.9, 54.0, 0.8, 2.4)
    truth = Fit(np.array(parameters), np.eye(4) * 1e-12, 0.0)
    hits = 0
    for seed in range(8):
        customers = simulate(1500, parameters, 100 + seed)
        chance = np.random.default_rng(seed)
        mean = 1 / chance.gamma(5, 1 / 80, 1500)
        value = np.array([chance.gamma(4, each, max(int(n), 1)).mean() for each, n in zip(mean, customers.x, strict=True)])
        purchases = known(customers, value)
        valued = purchases.valued > 0
        worth = gamma_gamma.fit(purchases.valued[valued], purchases.valued_margin[valued])
        buying = bg_nbd.fit(purchases.repeats, purchases.last, purchases.observed)
        groups = np.zeros(1500, np.int64)
        _, total = expected_margin(buying, worth, purchases, 0.1, groups, 1)
        of_truth = Fit(np.array([4.0, 5.0, 80.0]), np.eye(3) * 1e-12, 0.0)
        _, right = expected_margin(truth, of_truth, purchases, 0.1, groups, 1)
        hits += int(total.low[0, 0] <= right.expected[0, 0] <= total.high[0, 0])
        assert (total.low < total.expected).all() and (total.expected < total.high).all()
        assert right.high[0, 0] / right.low[0, 0] < 1.001
    assert hits >= 5


def test_expected_orders_are_what_the_customers_true_rates_bring() -> None:
    customers = simulate(20000, (0.9, 54.0, 0.8, 2.4), 7)
    purchases = known(customers, np.ones(20000))
    ours = expected_orders(bg_nbd.fit(purchases.repeats, purchases.last, purchases.observed), purchases)
    assert ours.sum(axis=0) == pytest.approx([true_orders(customers, 365.25 * years).sum() for years in (1, 2, 3)], rel=0.05)
    alive = bg_nbd.p_alive(np.array([0.9, 54.0, 0.8, 2.4]), customers.x, customers.last, customers.observed)
    thirds = np.array_split(np.argsort(alive, kind="stable"), 3)
    assert [alive[third].mean() for third in thirds] == pytest.approx([customers.alive[third].mean() for third in thirds], abs=0.02)


def test_discounting_takes_from_later_margins_what_the_rate_says() -> None:
    customers = simulate(1500, (0.9, 54.0, 0.8, 2.4), 3)
    purchases = known(customers, np.full(1500, 10.0))
    buying = bg_nbd.fit(purchases.repeats, purchases.last, purchases.observed)
    value = Fit(np.array([4.0, 5.0, 80.0]), np.eye(3) * 1e-4, 0.0)
    groups = np.zeros(1500, np.int64)
    free, discounted = (expected_margin(buying, value, purchases, rate, groups, 1)[0].expected for rate in (0.0, 0.1))
    worth = gamma_gamma.expected_value(value.parameters, purchases.valued, purchases.valued_margin)
    assert free == pytest.approx(expected_orders(buying, purchases) * worth[:, None], rel=1e-9)
    share = discounted.sum(axis=0) / free.sum(axis=0)
    assert 1.1**-0.55 < share[0] < 1.1**-0.35 and 1.1**-1.5 < share[2] < share[1] < share[0]


def test_thin_or_uninformative_data_cannot_tell() -> None:
    few = simulate(60, (0.3, 300.0, 0.8, 2.4), 1)
    with pytest.raises(Inconclusive, match="50 are needed"):
        bg_nbd.fit(few.x, few.last, few.observed)
    ones, hundred = np.ones(200), np.full(200, 100.0)
    with pytest.raises(Inconclusive):
        bg_nbd.fit(ones, hundred, hundred)
    with pytest.raises(Inconclusive, match="50 are needed"):
        gamma_gamma.fit(np.ones(10), np.arange(1.0, 11))
    with pytest.raises(Inconclusive):
        gamma_gamma.fit(np.full(100, 3.0), np.full(100, 30.0))
