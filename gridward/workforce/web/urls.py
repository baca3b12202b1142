"""URLs of workforce."""

from django.urls import path

from gridward.workforce.web import accounts, sessions

app_name = "workforce"
urlpatterns = [
    path("login", sessions.sign_in, name="login"),
    path("logout/", sessions.sign_out, name="logout"),
    path("accounts", accounts.accounts, name="accounts"),
]
