from django.urls import path

from webapp.audit import views

app_name = "audit"
urlpatterns = [
    path("", views.entries, name="list"),
    path("export.csv", views.export, name="export"),
    path("erase/", views.erase, name="erase"),
]
