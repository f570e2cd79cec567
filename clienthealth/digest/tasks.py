"""The digest as scheduled work: once a week, one mail for each person who may sign in and wants it."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from clienthealth.base import outbox
from clienthealth.base.letters import Letter
from clienthealth.base.models import Mail, Organisation, Work
from clienthealth.base.work import job
from clienthealth.digest import letters
from clienthealth.digest.choice import KIND
from clienthealth.digest.weeks import Week, due_week
from clienthealth.health.beginning import has_begun
from engagements.models import Client

DIGEST = "digest"


def digest_due(local: datetime, of: Organisation) -> str | None:
    """The ISO week whose digest is due by now, as "2026-W47"; None before Monday at eight.

    Where there are clients the first one waits for the first night: before it there is nothing to tell of them, and it
    would be the week's only mail.
    """
    week = due_week(local)
    return str(week) if week and (has_begun() or not Client.objects.exists()) else None


@job(DIGEST, period=digest_due)
def plan_digest(work: Work) -> dict[str, Any]:
    """Plan the mails of the slot's week."""
    return {"planned": len(plan(Week.parse(work.key), recipients()))}


def recipients() -> Any:
    """Everybody who may sign in and has not switched the digest off."""
    return User.objects.filter(is_active=True, digest=User.Digest.WEEKLY).order_by("email")


def plan(week: Week, users: Iterable[User]) -> list[Mail]:
    """One mail each; those planned before stay as they are."""
    return outbox.plan(KIND, str(week), users)


@outbox.kind(KIND, _("Weekly digest"))
def compose(mail: Mail) -> Letter:
    """The digest as its reader may see it now."""
    return letters.compose(mail.recipient, Week.parse(mail.key))
