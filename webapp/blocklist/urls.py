from django.urls import path

from webapp.blocklist import views

app_name = "blocklist"
urlpatterns = [
    path("", views.faces, name="list"),
    path("<uuid:face_id>/", views.face, name="face"),
]
