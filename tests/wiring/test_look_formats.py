"""Figures, shares and time limits as people read them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import translation

from gridward.kernel.web import formats

NOW = datetime(2020, 2, 14, 6, 48, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "written"),
    [(48216, "48,216"), (0, "0"), (None, "–"), ("", "–"), (1234.56, "1,234.6"), ("T-1", "T-1")],
)
@pytest.mark.parametrize("language", ["en", "zh-hans", "zh-hant"])
def test_figures_are_grouped_by_three_in_every_language(language, value, written):
    with translation.override(language):
        assert formats.number(value) == written


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [(41973, 48216, "87.0 %"), (9999, 10000, "99.9 %"), (10000, 10000, "100.0 %"), (0, 7, "0.0 %")],
)
def test_a_share_says_hundred_only_when_nothing_is_left(part, whole, written):
    assert formats.percent(part, whole) == written


def test_a_share_of_nothing_is_a_dash():
    assert formats.percent(0, 0) == "–"
    assert formats.percent(None, 5) == "–"


def test_moments_are_written_in_the_city_s_time():
    assert formats.moment(NOW) == "2020-02-14 14:48"
    assert formats.day(datetime(2020, 2, 14, 20, 0, tzinfo=UTC)) == "2020-02-15"
    assert formats.day(date(2020, 2, 14)) == "2020-02-14"


def test_a_moment_of_today_needs_no_date():
    assert formats.clock(NOW - timedelta(minutes=1), NOW) == "14:47"
    assert formats.clock(NOW - timedelta(days=1), NOW) == "2020-02-13 14:48"


@pytest.mark.parametrize(
    ("left", "tone", "english", "chinese"),
    [
        (timedelta(minutes=35), "warn", "35 min left", "剩 35 分钟"),
        (timedelta(hours=5), "quiet", "5 h left", "剩 5 小时"),
        (timedelta(days=3), "quiet", "3 days left", "剩 3 天"),
        (-timedelta(hours=2, minutes=5), "bad", "2 h late", "超时 2 小时"),
    ],
)
def test_a_time_limit_says_what_is_left_or_how_long_it_is_over(left, tone, english, chinese):
    with translation.override("en"):
        assert formats.remaining(NOW + left, NOW) == (tone, english)
    with translation.override("zh-hans"):
        assert formats.remaining(NOW + left, NOW) == (tone, chinese)


def test_no_time_limit_is_a_dash():
    assert formats.remaining(None, NOW) == ("quiet", "–")
