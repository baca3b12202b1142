"""URLs of governance."""

from django.urls import path

from gridward.governance.web import views

app_name = "governance"
urlpatterns = [
    path("orders", views.orders, name="orders"),
    path("orders/new", views.draft, name="draft"),
    path("orders/<str:order_id>", views.order, name="order"),
    path("orders/<str:order_id>/sign", views.sign, name="sign"),
    path("orders/<str:order_id>/end", views.end, name="end"),
    path("ledger", views.ledger, name="ledger"),
]
