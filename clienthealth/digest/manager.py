"""An account manager's week: flags and levels of own clients, good news, incidents to complete."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from clienthealth.base.links import absolute
from clienthealth.digest import items
from clienthealth.digest.incidents import of_week
from clienthealth.digest.items import Item
from clienthealth.digest.weeks import Days
from clienthealth.health import wording
from clienthealth.health.levels import Level
from clienthealth.health.models import LevelChange
from issues.models import Flag, Incident

NO_RANK = -1


def week_of(user: Any, days: Days) -> list[Item]:
    """Most important first: what got worse, what waits, what got better."""
    flags = list(
        Flag.objects.visible_to(user)
        .open()
        .filter(raised_on__range=days)
        .select_related("client__latest")
        .order_by("-raised_on", "client__name_key")
    )
    flagged = {flag.client_id for flag in flags}
    moved = [move for move in _moves(user, days) if move.client_id not in flagged]
    moved.sort(key=lambda move: (-_rank(move.to_level), move.client.name_key))
    return [
        *(items.raised(flag, items.latest_of(flag)) for flag in flags),
        *(_worse(move) for move in moved if _rank(move.to_level) > _rank(move.from_level)),
        *_incidents(user, days),
        *(_gone(move) for move in moved if move.to_level is None),
        *(_better(move) for move in moved if move.to_level and _rank(move.to_level) < _rank(move.from_level)),
    ]


def _rank(level: str | None) -> int:
    return Level(level).rank if level else NO_RANK


def _moves(user: Any, days: Days) -> list[LevelChange]:
    """Each client's last change of the week, from where the week began; none where it came back to where it was."""
    rows = LevelChange.objects.visible_to(user).filter(day__range=days)
    rows = rows.exclude(Q(client__status="parted") | Q(from_level=None, to_level=Level.HEALTHY))
    last: dict[int, LevelChange] = {}
    for row in rows.select_related("client__latest").order_by("day"):
        if before := last.get(row.client_id):
            row.from_level = before.from_level
        last[row.client_id] = row
    return [row for row in last.values() if row.from_level != row.to_level]


def _worse(move: LevelChange) -> Item:
    steps = {
        Level.WATCH: _("Ask the client directly within five working days, and note the causes."),
        Level.REPAIR: _("Agree a joint plan with the client within seven days."),
        Level.CONSIDER: _("Look with the ops director at what can be repaired."),
    }
    after = Level(move.to_level or Level.WATCH)
    word = wording.level_word(after)
    return Item(
        title=_("%(client)s: %(level)s") % {"client": move.client.name, "level": wording.mid_sentence(word)},
        text=_moved_words(move),
        step=steps[after],
        href=absolute("dashboard:client", move.client_id),
        short=_("%(client)s at %(level)s") % {"client": move.client.name, "level": word},
        tone=after.value,
        clients=(move.client_id,),
        trend=items.trend_of(items.latest_of(move)),
    )


def _better(move: LevelChange) -> Item:
    word = wording.level_word(move.to_level)
    return Item(
        title=_("%(client)s is better: %(level)s") % {"client": move.client.name, "level": wording.mid_sentence(word)},
        text=_moved_words(move),
        step=_("Note what helped, while you remember it."),
        href=absolute("dashboard:client", move.client_id),
        short=_("%(client)s back at %(level)s") % {"client": move.client.name, "level": word},
        tone="healthy",
        trend=items.trend_of(items.latest_of(move)),
    )


def _gone(move: LevelChange) -> Item:
    """A level that is no longer shown: by itself that is no alarm."""
    return Item(
        title=_("%(client)s has no level any more") % {"client": move.client.name},
        text=_moved_words(move),
        step=_("Check that its time is logged and its contract recorded."),
        href=absolute("dashboard:client", move.client_id),
        short=_("%(client)s without a level") % {"client": move.client.name},
    )


def _moved_words(move: LevelChange) -> str:
    words = {
        "before": wording.level_word(move.from_level),
        "after": wording.level_word(move.to_level),
        "day": wording.day(move.day),
        "why": wording.change_words(move),
    }
    return (_("From %(before)s to %(after)s on %(day)s. %(why)s") % words).strip()


def _incidents(user: Any, days: Days) -> list[Item]:
    found, older = of_week(Incident.objects.visible_to(user), days)
    if not found:
        return []
    newest = absolute("issues:incident_edit", found[0].pk)
    return items.to_complete(found, older, _("Say whose side it was and why, starting with the newest."), newest)
