"""URLs of field."""

from django.urls import path

from gridward.field.web import answered, devices, handheld, helping, instructions, openrosa

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
    path("duty/instructions", instructions.instructions, name="instructions"),
    path("duty/instructions/write", instructions.write, name="instruction_write"),
    path("duty/instructions/<str:instruction_id>", instructions.instruction, name="instruction"),
    path("duty/instructions/<str:instruction_id>/end", instructions.take_back, name="instruction_end"),
    path("duty/help", helping.calls, name="help"),
    path("duty/help/banner", helping.banner, name="help_banner"),
    path("duty/help/<str:call_id>/take", helping.take, name="help_take"),
    path("duty/help/<str:call_id>/close", helping.close, name="help_close"),
    path("duty/clock", helping.on_duty, name="on_duty"),
    path("openrosa/<str:token>/formList", openrosa.form_list, name="rosa_list"),
    path("openrosa/<str:token>/forms/<str:form_id>", openrosa.form, name="rosa_form"),
    path("openrosa/<str:token>/forms/<str:form_id>/manifest", openrosa.manifest, name="rosa_manifest"),
    path("openrosa/<str:token>/forms/<str:form_id>/tasks.csv", openrosa.tasks, name="rosa_tasks"),
    path("openrosa/<str:token>/integrity", openrosa.integrity, name="rosa_integrity"),
    path("openrosa/<str:token>/submission", openrosa.submission, name="rosa_submission"),
]
