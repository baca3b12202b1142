"""URLs of dispatch."""

from django.urls import path

from gridward.dispatch.web import budgets, corrections, doors, duty, handovers, views

app_name = "dispatch"
urlpatterns = [
    path("today", views.today, name="today"),
    path("today/<str:task_id>", views.work, name="work"),
    path("today/<str:task_id>/phone", views.phone, name="phone"),
    path("today/<str:task_id>/visit", views.visit, name="visit"),
    path("today/<str:task_id>/reveal", views.reveal, name="reveal"),
    path("doors", doors.doors, name="doors"),
    path("doors/look", doors.look, name="door_look"),
    path("today/<str:task_id>/handover", handovers.offer, name="offer"),
    path("tasks/<str:task_id>/handover", handovers.offer_by_centre, name="offer_by_centre"),
    path("handovers", handovers.handovers, name="handovers"),
    path("handovers/<str:handover_id>/accept", handovers.accept, name="accept"),
    path("handovers/<str:handover_id>/decline", handovers.decline, name="decline"),
    path("budgets", budgets.overview, name="budgets"),
    path("budgets/<str:measure>", budgets.grids, name="budget_grids"),
    path("duty", duty.duty, name="duty"),
    path("duty/absences", duty.enter, name="absence_enter"),
    path("duty/absences/<str:absence_id>/end", duty.back, name="back"),
    path("duty/<str:code>/name", duty.name, name="name"),
    path("today/<str:task_id>/correct", corrections.correct, name="correct"),
    path("tasks/<str:task_id>/correct", corrections.correct_by_centre, name="correct_by_centre"),
    path("corrections", corrections.corrections, name="corrections"),
    path("corrections/<str:correction_id>", corrections.correction, name="correction"),
    path("corrections/<str:correction_id>/open", corrections.open_correction, name="correction_open"),
    path("corrections/<str:correction_id>/accept", corrections.accept, name="correction_accept"),
    path("corrections/<str:correction_id>/reject", corrections.reject, name="correction_reject"),
    path("tasks", views.tasks, name="tasks"),
    path("tasks/passes", views.passes, name="passes"),
    path("tasks/<str:task_id>", views.task, name="task"),
    path("tasks/<str:task_id>/release", views.release, name="release"),
    path("tasks/<str:task_id>/open", views.open_household, name="open_household"),
]
