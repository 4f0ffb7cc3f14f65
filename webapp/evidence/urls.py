from django.urls import path

from webapp.evidence import views

app_name = "evidence"
urlpatterns = [
    path("review/<uuid:job_id>/evidence/", views.packages, name="packages"),
    path("evidence/<uuid:package_id>.zip", views.download, name="download"),
]
