"""Which language a page speaks: the one that was chosen, else the browser's if we speak it, else the city's."""

import pytest
from django.test import Client


@pytest.mark.parametrize(
    ("accepts", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9", "zh-Hans"),
        ("zh-TW,zh;q=0.9", "zh-Hant"),
        ("zh-HK", "zh-Hant"),
        ("zh", "zh-Hans"),
        ("de-DE,de;q=0.9", "zh-Hans"),
        ("de,en;q=0.5,zh;q=0.1", "en"),
        ("", "zh-Hans"),
        ("../../etc;q=x", "zh-Hans"),
    ],
)
@pytest.mark.django_db
def test_a_page_speaks_the_browser_s_language_if_we_do_and_else_the_city_s(
    accepts: str, language: str
) -> None:
    answer = Client().get("/login", headers={"accept-language": accepts})

    assert f'<html lang="{language}">' in answer.content.decode()
    assert "accept-language" in answer.headers["Vary"].lower()


@pytest.mark.parametrize(
    ("wish", "language"), [("en", "en"), ("zh-hant", "zh-Hant"), ("xx", "zh-Hans"), ("", "zh-Hans")]
)
@pytest.mark.django_db
def test_a_language_that_was_chosen_wins_over_the_browser_s(wish: str, language: str) -> None:
    client = Client(headers={"accept-language": "zh-cn"})

    client.post("/i18n/setlang/", {"language": wish, "next": "/login"})

    assert f'<html lang="{language}">' in client.get("/login").content.decode()


@pytest.mark.parametrize("place", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
@pytest.mark.django_db
def test_choosing_a_language_leads_to_no_other_host(place: str) -> None:
    answer = Client().post("/i18n/setlang/", {"language": "en", "next": place})

    assert answer.status_code == 302
    assert answer.headers["Location"] == "/"
