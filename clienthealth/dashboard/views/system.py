"""The state of the installation, for those who keep it running."""

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.rights import Right, may, right_required
from clienthealth.base.models import Heartbeat, Work
from clienthealth.dashboard import mails, state
from clienthealth.health.models import Night, Snapshot, Status
from clienthealth.imports.models import Import

LINES = 10


@require_safe
@right_required(Right.SEE_SYSTEM)
def system(request: HttpRequest) -> HttpResponse:
    now = timezone.now()
    night = Night.objects.newest()
    trouble = Work.objects.filter(Q(troubled=True) | Q(state=Work.State.GIVEN_UP)).order_by("-created_at")
    context = {
        "now": now,
        "night": night,
        "night_part": state.night(now),
        "clients": Snapshot.objects.filter(day=night.day).count() if night else 0,
        "sufficient": Snapshot.objects.filter(day=night.day, status__in=(Status.OK, Status.UNDEFINED)).count()
        if night
        else 0,
        "beats": state.heartbeats(now),
        "seen": {beat.name: beat.seen_at for beat in Heartbeat.objects.all()},
        "broker": state.broker_answers(),
        "oldest": state.oldest_due(now),
        "trouble": trouble[:LINES],
        "finished": Work.objects.filter(state=Work.State.DONE).order_by("-finished_at")[:LINES],
        "outbox": mails.outbox_of(request.user),
        "names_files": may(request.user, Right.IMPORT_FILES),
        "imports": Import.objects.select_related("author__person").order_by("-pk")[:LINES],
    }
    return render(request, "dashboard/system.html", context)
