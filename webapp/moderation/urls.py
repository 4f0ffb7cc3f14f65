from django.urls import path

from webapp.moderation import views

app_name = "moderation"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:job_id>/", views.held, name="held"),
    path("<uuid:job_id>/decide/", views.decide, name="decide"),
]
