from django.urls import path

from engagements.views import clients, contracts, rates

app_name = "engagements"
urlpatterns = [
    path("clients/new/", clients.client_create, name="client_create"),
    path("clients/<int:pk>/edit/", clients.client_edit, name="client_edit"),
    path("clients/<int:pk>/contacts/new/", clients.contact_create, name="contact_create"),
    path("clients/<int:pk>/contact-hours/", clients.contact_hours, name="contact_hours"),
    path("clients/<int:pk>/contracts/new/", contracts.contract_create, name="contract_create"),
    path("contacts/<int:pk>/edit/", clients.contact_edit, name="contact_edit"),
    path("contacts/<int:pk>/delete/", clients.contact_delete, name="contact_delete"),
    path("contracts/<int:pk>/edit/", contracts.contract_edit, name="contract_edit"),
    path("settings/rates/", rates.rates, name="rates"),
    path("settings/rates/new/", rates.rate_create, name="rate_create"),
    path("settings/rates/<int:pk>/edit/", rates.rate_edit, name="rate_edit"),
    path("settings/rates/<int:pk>/delete/", rates.rate_delete, name="rate_delete"),
    path("settings/fx/", rates.fx, name="fx"),
    path("settings/fx/new/", rates.fx_create, name="fx_create"),
    path("settings/fx/<int:pk>/edit/", rates.fx_edit, name="fx_edit"),
    path("settings/fx/<int:pk>/delete/", rates.fx_delete, name="fx_delete"),
]
