from django.urls import path

from webapp.lookup import views

app_name = "lookup"
urlpatterns = [
    path("look-up/", views.new, name="new"),
    path("look-up/<uuid:look_up_id>/", views.look_up, name="look-up"),
    path("look-up/<uuid:look_up_id>/status/", views.status, name="status"),
    path("manifests/<str:code>.c2pa", views.manifest, name="manifest"),
    path("root.pem", views.root, name="root"),
]
