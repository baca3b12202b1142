import inspect

import pytest

from gridward.country.api import PROBLEMS, WARNINGS, CountryPack, UnknownCountry, pack

OFFERED = sorted(name for name in vars(CountryPack) if not name.startswith("_"))


@pytest.mark.parametrize("name", ["cn", "xx"])
def test_each_pack_offers_everything_under_the_same_face(name):
    country = pack(name)

    assert country.name == name
    for offered in OFFERED:
        promised = getattr(CountryPack, offered)
        if inspect.isfunction(promised):
            given = inspect.signature(getattr(type(country), offered))
            assert given == inspect.signature(promised), offered
        else:
            assert getattr(country, offered)


@pytest.mark.parametrize("name", ["cn", "xx"])
def test_a_pack_offers_nothing_that_others_lack(name):
    public = sorted(member for member in dir(pack(name)) if not member.startswith("_"))

    assert public == OFFERED


def test_an_unknown_country_is_refused_by_name():
    with pytest.raises(UnknownCountry, match="atlantis"):
        pack("atlantis")


def test_a_warning_is_one_of_the_problems():
    assert WARNINGS < PROBLEMS
