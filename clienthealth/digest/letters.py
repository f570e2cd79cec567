"""How a digest looks as a mail: the same report as text and as HTML with its styles inside."""

from typing import Any

import css_inline
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from clienthealth.base.letters import Letter, domain
from clienthealth.base.links import absolute
from clienthealth.base.organisation import organisation
from clienthealth.base.outbox import Unwanted
from clienthealth.digest.choice import address_of, wants_digest
from clienthealth.digest.report import Report, report_for
from clienthealth.digest.weeks import Week
from clienthealth.health import wording
from clienthealth.health.models import Night

# Rules for dark screens and phones cannot stand beside the text, so they stay in the head; nothing is fetched.
_inliner = css_inline.CSSInliner(keep_at_rules=True, load_remote_stylesheets=False)


def compose(user: Any, week: Week) -> Letter:
    """The week's letter to this user, with the rights of this moment. Raises Unwanted for whoever switched it off."""
    if not wants_digest(user):
        raise Unwanted(_("switched off by the recipient"))
    of = organisation()
    with timezone.override(of.zone_info):
        report = report_for(user, week, of, timezone.now())
        return written(report, week, user, of.name)


def written(report: Report, week: Week, user: Any, organisation_name: str) -> Letter:
    """The report as a letter."""
    off = address_of(user)
    context = {
        "report": report,
        "number": week.monday.strftime("%V"),
        "days": report.days,
        "name": user.get_short_name(),
        "organisation_name": organisation_name or _("Client health"),
        "today": absolute("dashboard:today"),
        "choice": absolute("digest:choice"),
        "off": off,
        "as_of": as_of(report.night),
        "preview": report.items[0].text if report.items else as_of(report.night),
    }
    return Letter(
        subject=report.subject,
        text=render_to_string("digest/mail.txt", context),
        html=_inliner.inline(render_to_string("digest/mail.html", context)),
        headers={
            "List-Id": f"<digest.{domain()}>",
            "List-Unsubscribe": f"<{off}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
        details={"items": len(report.items), "covered_to": report.days.last.isoformat()},
    )


def as_of(night: Night | None) -> str:
    """Which night the figures are of and when they were computed, in the zone that is active."""
    if night is None:
        return _("No figures have been computed yet.")
    computed = date_format(timezone.localtime(night.computed_at), "j M Y, H:i")
    words = {"day": wording.day(night.day), "at": computed, "zone": timezone.get_current_timezone_name()}
    return _("Figures to the end of %(day)s, computed %(at)s (%(zone)s).") % words
