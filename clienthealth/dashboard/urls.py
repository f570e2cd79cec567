"""Pages that show figures, settings and the state of the installation."""

from django.urls import path

from clienthealth.dashboard.views import client, drilldown, flags, mails, portfolio, probes, settings, system, today

app_name = "dashboard"
urlpatterns = [
    path("", today.today, name="today"),
    path("portfolio/", portfolio.portfolio, name="portfolio"),
    path("clients/<int:client_id>/", client.client, name="client"),
    path("clients/<int:client_id>/incidents/", client.incidents, name="incidents"),
    path("clients/<int:client_id>/restated/", client.restated, name="restated"),
    path("clients/<int:client_id>/effort/", drilldown.effort, name="effort"),
    path("clients/<int:client_id>/revenue/", drilldown.revenue, name="revenue"),
    path("flags/", flags.flags, name="flags"),
    path("flags/<int:flag_id>/", flags.flag, name="flag"),
    path("settings/", settings.index, name="settings"),
    path("settings/organisation/", settings.organisation, name="organisation"),
    path("mails/", mails.mails, name="mails"),
    path("mails/<int:mail_id>/", mails.mail, name="mail"),
    path("mails/<int:mail_id>/html/", mails.mail_html, name="mail_html"),
    path("mails/<int:mail_id>/again/", mails.mail_again, name="mail_again"),
    path("system/", system.system, name="system"),
    path("healthz", probes.healthz, name="healthz"),
    path("readyz", probes.readyz, name="readyz"),
]
