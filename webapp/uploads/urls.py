from django.urls import path

from webapp.uploads import views

app_name = "uploads"
urlpatterns = [
    path("portraits/new/", views.new_portrait, name="portrait-new"),
    path("portraits/<uuid:portrait_id>/", views.portrait, name="portrait"),
    path("portraits/<uuid:portrait_id>/status/", views.portrait_status, name="portrait-status"),
    path("portraits/<uuid:portrait_id>/face/", views.choose_face, name="portrait-face"),
    path("portraits/<uuid:portrait_id>/picture/", views.portrait_picture, name="portrait-picture"),
    path("portraits/<uuid:portrait_id>/film/", views.portrait_film, name="portrait-film"),
    path("portraits/<uuid:portrait_id>/delete/", views.delete_portrait, name="portrait-delete"),
    path("recordings/new/", views.new_recording, name="recording-new"),
    path("recordings/write/", views.write_recording, name="recording-write"),
    path("recordings/<uuid:recording_id>/", views.recording, name="recording"),
    path("recordings/<uuid:recording_id>/status/", views.recording_status, name="recording-status"),
    path("recordings/<uuid:recording_id>/sound/", views.recording_sound, name="recording-sound"),
    path("recordings/<uuid:recording_id>/delete/", views.delete_recording, name="recording-delete"),
]
