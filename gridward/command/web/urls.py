"""URLs of the centres."""

from django.urls import path

from gridward.command.web import views

app_name = "command"
urlpatterns = [
    path("board", views.board, name="board"),
    path("board/coverage", views.coverage, name="coverage"),
    path("board/status.json", views.status, name="status"),
    path("board/why/<str:measure>", views.why, name="why"),
    path("areas", views.areas, name="areas"),
    path("areas/<str:code>", views.area, name="area"),
]
