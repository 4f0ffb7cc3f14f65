from django.urls import path

from webapp.consent.live import views

app_name = "live"
urlpatterns = [
    path("portraits/<uuid:portrait_id>/live/", views.begin, name="begin"),
    path("live/waiting/", views.waiting, name="waiting"),
    path("live/<uuid:challenge_id>/", views.page, name="page"),
    path("live/<uuid:challenge_id>/draw/", views.draw, name="draw"),
    path("live/<uuid:challenge_id>/film/", views.film, name="film"),
    path("live/<uuid:challenge_id>/appeal/", views.appeal, name="appeal"),
    path("live/<uuid:challenge_id>/status/", views.status, name="status"),
    path("live/<uuid:challenge_id>/portrait/", views.portrait, name="portrait"),
    path("live/<uuid:challenge_id>/review/", views.review, name="review"),
    path("live/<uuid:challenge_id>/open/", views.open_film, name="open"),
    path("live/<uuid:challenge_id>/clip/", views.clip, name="clip"),
]
