from django.urls import path

from webapp.consent import views

app_name = "consent"
urlpatterns = [
    path("portraits/<uuid:portrait_id>/consent/", views.give, name="give"),
    path("consents/<uuid:consent_id>/", views.consent, name="consent"),
    path("consents/<uuid:consent_id>/receipt.json", views.receipt, name="receipt"),
    path("consents/<uuid:consent_id>/withdraw/", views.withdraw, name="withdraw"),
]
