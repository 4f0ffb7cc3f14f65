from django.urls import path

from webapp.reports import views

app_name = "reports"
urlpatterns = [
    path("", views.new, name="new"),
    path("mine/", views.mine, name="mine"),
    path("mine/link/<str:token>/", views.link, name="link"),
    path("mine/erase/", views.erase, name="erase"),
]
