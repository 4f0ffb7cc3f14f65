from django.urls import path

from webapp.audit import public

app_name = "log"
urlpatterns = [
    path("", public.page, name="page"),
    path("head", public.head, name="head"),
    path("entries", public.entries, name="entries"),
    path("proof/inclusion", public.inclusion, name="inclusion"),
    path("proof/consistency", public.consistency, name="consistency"),
    path("key", public.key, name="key"),
]
