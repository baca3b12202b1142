"""URLs of workforce."""

from django.urls import path

from gridward.workforce.web import accounts, sessions, tokens

app_name = "workforce"
urlpatterns = [
    path("login", sessions.sign_in, name="login"),
    path("logout/", sessions.sign_out, name="logout"),
    path("accounts", accounts.accounts, name="accounts"),
    path("tokens", tokens.tokens, name="tokens"),
    path("tokens/issue", tokens.issue, name="token_issue"),
    path("tokens/<str:ref>/end", tokens.end, name="token_end"),
]
