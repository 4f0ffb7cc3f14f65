from django.urls import path

from webapp.consent import asking_views, views

app_name = "consent"
urlpatterns = [
    path("portraits/<uuid:portrait_id>/consent/", views.give, name="give"),
    path("portraits/<uuid:portrait_id>/consent/me/", views.myself, name="myself"),
    path("portraits/<uuid:portrait_id>/consent/nobody/", views.nobody, name="nobody"),
    path("portraits/<uuid:portrait_id>/ask/", asking_views.ask, name="ask"),
    path("portraits/<uuid:portrait_id>/ask/revoke/", asking_views.revoke, name="revoke"),
    path("consents/<uuid:consent_id>/", views.consent, name="consent"),
    path("consents/<uuid:consent_id>/receipt.json", views.receipt, name="receipt"),
    path("consents/<uuid:consent_id>/withdraw/", views.withdraw, name="withdraw"),
]
