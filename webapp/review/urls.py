from django.urls import path

from webapp.review import views

app_name = "review"
urlpatterns = [
    path("", views.queue, name="queue"),
    path("<uuid:job_id>/", views.video, name="video"),
    path("statements/<uuid:consent_id>/open/", views.open_statement, name="open-statement"),
    path("<uuid:job_id>/decide/", views.decide, name="decide"),
]
