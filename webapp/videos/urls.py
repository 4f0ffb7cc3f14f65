from django.urls import path

from webapp.moderation import appeal_views
from webapp.videos import proof, views

app_name = "videos"
urlpatterns = [
    path("", views.videos, name="list"),
    path("new/", views.new, name="new"),
    path("<uuid:job_id>/", views.video, name="video"),
    path("<uuid:job_id>/status/", views.status, name="status"),
    path("<uuid:job_id>/cancel/", views.cancel, name="cancel"),
    path("<uuid:job_id>/retry/", views.retry, name="retry"),
    path("<uuid:job_id>/appeal/", appeal_views.make, name="appeal"),
    path("<uuid:job_id>/watch/", views.watch, name="watch"),
    path("<uuid:job_id>/poster/", views.poster, name="poster"),
    path("<uuid:job_id>/download/", views.download, name="download"),
    path("<uuid:job_id>/proof/", proof.proof, name="proof"),
    path("<uuid:job_id>/captions.vtt", views.subtitles, {"form": "vtt"}, name="captions"),
    path("<uuid:job_id>/captions.srt", views.subtitles, {"form": "srt"}, name="captions-srt"),
]
