"""The Celery application. Messages carry ids and mean "look now"; the database is the record of work."""

import os
from typing import Any

from celery import Celery
from celery.signals import before_task_publish, celeryd_init, setup_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clienthealth.settings")

app = Celery("clienthealth")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@celeryd_init.connect
def ask_often(**_: Any) -> None:
    """A worker on the embedded broker looks for messages every 0.3 s, and notices as soon that it is told to stop.

    The transport takes no setting for it. Imported here because it is slow to load and only a worker needs it.
    """
    if app.conf.broker_url.startswith("sqla+"):
        from kombu.transport import sqlalchemy

        sqlalchemy.Transport.polling_interval = 0.3


@setup_logging.connect
def use_django_logging(**_: Any) -> None:
    """Keep the handlers of settings.LOGGING; Celery would otherwise install its own."""


@before_task_publish.connect(sender="base.sweep")
def note_beat(**_: Any) -> None:
    """Only beat publishes the sweep, so each publication is beat's heartbeat."""
    from clienthealth.base.work import beat_of_heart  # Django's apps are loaded by now, not at import

    beat_of_heart("beat")
