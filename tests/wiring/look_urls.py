"""The addresses the frame needs by name, for drawing it without the rooms."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    """Answer with an empty page."""
    return HttpResponse()


urlpatterns = [
    path("i18n/", include("django.conf.urls.i18n")),
    path("login", nothing, name="login"),
    path("logout", nothing, name="logout"),
]
