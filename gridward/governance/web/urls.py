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
    path("orders/<str:order_id>/extend", views.extend, name="extend"),
    path("extensions/<str:extension_id>/sign", views.sign_extension, name="sign_extension"),
    path("ledger", views.ledger, name="ledger"),
]
