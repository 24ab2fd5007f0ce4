import numpy as np
import pytest
from scipy import stats

from sandbox.world.chance import Chance

KEYS = np.arange(40_000)


def test_equal_seed_purpose_and_key_give_equal_numbers_whatever_was_asked_before():
    first, second = Chance(3), Chance(3)
    second.uniform("something else", KEYS)
    assert (first.uniform("a", KEYS) == second.uniform("a", KEYS)).all()
    assert (first.uniform("a", KEYS[::-1]) == first.uniform("a", KEYS)[::-1]).all()


@pytest.mark.parametrize("other", [Chance(4).uniform("a", KEYS), Chance(3).uniform("b", KEYS), Chance(3).uniform("a", KEYS, 1)])
def test_another_seed_purpose_or_key_gives_unrelated_numbers(other):
    assert abs(np.corrcoef(Chance(3).uniform("a", KEYS), other)[0, 1]) < 0.02


@pytest.mark.parametrize(
    ("drawn", "distribution"),
    [
        (Chance(5).uniform("u", KEYS), stats.uniform()),
        (Chance(5).normal("n", KEYS), stats.norm()),
        (Chance(5).gamma("g", 0.9, 2.0, KEYS), stats.gamma(0.9, scale=2.0)),
        (Chance(5).beta("b", 0.8, 2.4, KEYS), stats.beta(0.8, 2.4)),
        (Chance(5).exponential("e", 3.0, KEYS), stats.expon(scale=3.0)),
    ],
)
def test_numbers_follow_their_distribution(drawn, distribution):
    assert stats.kstest(drawn, distribution.cdf).pvalue > 0.001


@pytest.mark.parametrize("mean", [0.3, 6.0, 400.0])
def test_poisson_counts_have_their_mean_and_variance(mean):
    drawn = Chance(5).poisson("p", mean, KEYS)
    assert drawn.mean() == pytest.approx(mean, rel=0.03)
    assert drawn.var() == pytest.approx(mean, rel=0.05)


def test_choice_follows_the_weights():
    share = np.bincount(Chance(5).choice("c", (1, 3, 6), KEYS)) / len(KEYS)
    assert share == pytest.approx((0.1, 0.3, 0.6), abs=0.01)
