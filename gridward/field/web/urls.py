"""URLs of field."""

from django.urls import path

from gridward.field.web import answered, devices, handheld, openrosa

app_name = "field"
urlpatterns = [
    path("duty/devices", devices.devices, name="devices"),
    path("duty/devices/enrol", devices.enrol, name="enrol"),
    path("duty/devices/<str:device_id>/end", devices.end, name="device_end"),
    path("handheld/", handheld.handheld, name="handheld"),
    path("handheld/<path:name>", handheld.handheld, name="handheld_file"),
    path("answers", answered.submissions, name="answers"),
    path("answers/<str:submission_id>", answered.submission, name="answer"),
    path("answers/<str:submission_id>/open", answered.opened, name="answer_open"),
    path("duty/devices/collect", devices.collect, name="collect"),
    path("openrosa/<str:token>/formList", openrosa.form_list, name="rosa_list"),
    path("openrosa/<str:token>/forms/<str:form_id>", openrosa.form, name="rosa_form"),
    path("openrosa/<str:token>/forms/<str:form_id>/manifest", openrosa.manifest, name="rosa_manifest"),
    path("openrosa/<str:token>/forms/<str:form_id>/tasks.csv", openrosa.tasks, name="rosa_tasks"),
    path("openrosa/<str:token>/integrity", openrosa.integrity, name="rosa_integrity"),
    path("openrosa/<str:token>/submission", openrosa.submission, name="rosa_submission"),
]
