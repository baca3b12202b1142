"""URLs of governance."""

from django.urls import path

from gridward.governance.web import carry_overs, views

app_name = "governance"
urlpatterns = [
    path("orders", views.orders, name="orders"),
    path("orders/new", views.draft, name="draft"),
    path("orders/<str:order_id>", views.order, name="order"),
    path("orders/<str:order_id>/sign", views.sign, name="sign"),
    path("orders/<str:order_id>/end", views.end, name="end"),
    path("orders/<str:order_id>/extend", views.extend, name="extend"),
    path("orders/<str:order_id>/carry-over", carry_overs.propose, name="carry_over"),
    path("carry-overs/<str:carry_over_id>/sign", carry_overs.sign, name="sign_carry_over"),
    path("extensions/<str:extension_id>/sign", views.sign_extension, name="sign_extension"),
    path("ledger", views.ledger, name="ledger"),
]
