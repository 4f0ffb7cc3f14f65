from django.urls import path

from webapp.moderation import appeal_views, views

app_name = "moderation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:job_id>/", views.held, name="held"),
    path("<uuid:job_id>/decide/", views.decide, name="decide"),
    path("<uuid:job_id>/appeal/", appeal_views.show, name="appeal"),
    path("<uuid:job_id>/appeal/answer/", appeal_views.answer, name="answer"),
]
