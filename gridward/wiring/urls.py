"""All URLs of the house, room by room. Every one goes through the endpoint wrapper (see tests/house)."""

from importlib.util import find_spec

from django.conf import settings
from django.conf.urls.i18n import urlpatterns as language_urls
from django.urls import include, path

from gridward.wiring import api, pages

handler400 = "gridward.wiring.pages.request_bad"
handler404 = "gridward.wiring.pages.page_missing"
handler500 = "gridward.wiring.pages.page_failed"

urlpatterns = [
    path("", pages.home, name="home"),
    path("healthz", pages.health, name="health"),
    path("i18n/", include(language_urls)),
    path("api/v1/", include((api.urls(), "api"))),
    *[
        path("", include(f"gridward.{room}.web.urls"))
        for room in settings.ROOMS
        if find_spec(f"gridward.{room}.web") and find_spec(f"gridward.{room}.web.urls")
    ],
]
