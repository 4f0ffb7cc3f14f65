"""Addresses for people without an account: sitters who were asked, and whoever checks a receipt."""

from django.urls import path

from webapp.consent import agree_views, code_views, portal_views, public

app_name = "sitter"
urlpatterns = [
    path("consent.pem", public.key, name="key"),
    path("agree/", agree_views.agree, name="agree"),
    path("agree/link/<str:token>/", agree_views.link, name="agree-link"),
    path("agree/picture/", agree_views.picture, name="asked-picture"),
    path("agree/sound/", agree_views.sound, name="asked-sound"),
    path("agree/finish/", agree_views.finish, name="finish"),
    path("agree/refuse/", agree_views.refuse, name="refuse"),
    path("agree/later/", agree_views.too_often, name="too-often"),
    path("sitter/", portal_views.portal, name="portal"),
    path("sitter/link/<str:token>/", portal_views.link, name="portal-link"),
    path("sitter/code/", code_views.code, name="code"),
    path("sitter/code/again/", code_views.again, name="code-again"),
    path("sitter/consents/<uuid:consent_id>/picture/", portal_views.picture, name="picture"),
    path("sitter/consents/<uuid:consent_id>/withdraw/", portal_views.withdraw_consent, name="withdraw-consent"),
    path(
        "sitter/consents/<uuid:consent_id>/purposes/<slug:purpose>/withdraw/",
        portal_views.withdraw_purpose,
        name="withdraw-purpose",
    ),
    path("sitter/videos/<uuid:job_id>/watch/", portal_views.watch, name="watch"),
    path("sitter/videos/<uuid:job_id>/withdraw/", portal_views.withdraw_video, name="withdraw-video"),
    path("sitter/withdraw/", portal_views.withdraw_everything, name="withdraw-everything"),
    path("sitter/data.json", portal_views.data, name="data"),
    path("sitter/erase/", portal_views.erase, name="erase"),
    path("sitter/leave/", portal_views.leave, name="leave"),
]
