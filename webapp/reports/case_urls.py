from django.urls import path

from webapp.reports import case_views

app_name = "cases"
urlpatterns = [
    path("", case_views.waiting, name="waiting"),
    path("videos/<uuid:job_id>/", case_views.case, name="case"),
    path("<uuid:report_id>/", case_views.loose, name="loose"),
]
