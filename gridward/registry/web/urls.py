"""URLs of the register."""

from django.urls import path

from gridward.registry.web import views

app_name = "registry"
urlpatterns = [path("premises", views.premises, name="premises")]
