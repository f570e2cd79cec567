"""Client-relationship health tracker: which clients cost more than they bring, why, and what to do."""

from clienthealth.celery import app as celery_app

__all__ = ["celery_app"]
