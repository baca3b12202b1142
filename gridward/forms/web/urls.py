"""URLs of forms."""

from django.urls import path

from gridward.forms.web import views

app_name = "forms"
urlpatterns = [
    path("forms", views.forms, name="forms"),
    path("forms/new", views.upload, name="upload"),
    path("forms/<str:form_id>", views.form, name="form"),
    path("forms/<str:form_id>/publish", views.publish, name="publish"),
    path("forms/<str:form_id>/end", views.end, name="end"),
    path("forms/<str:form_id>/workbook", views.workbook, name="workbook"),
    path("forms/<str:form_id>/xform.xml", views.xform, name="xform"),
]
