from django.urls import path

from webapp.consent import public

app_name = "sitter"
urlpatterns = [
    path("consent.pem", public.key, name="key"),
]
