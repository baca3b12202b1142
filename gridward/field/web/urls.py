"""URLs of field."""

from django.urls import path

from gridward.field.web import devices, handheld

app_name = "field"
urlpatterns = [
    path("duty/devices", devices.devices, name="devices"),
    path("duty/devices/enrol", devices.enrol, name="enrol"),
    path("duty/devices/<str:device_id>/end", devices.end, name="device_end"),
    path("handheld/", handheld.handheld, name="handheld"),
    path("handheld/<path:name>", handheld.handheld, name="handheld_file"),
]
