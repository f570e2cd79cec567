"""The demo agency comes in by the front door, tells its stories, and touches nobody's data."""

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from accounts.models import User
from clienthealth.base.models import Organisation
from clienthealth.demo import SIGN_INS
from clienthealth.health.models import LatestFigures
from engagements.models import Client, TimeEntry
from issues.models import Flag

pytestmark = pytest.mark.django_db


def demo(*arguments: str) -> str:
    out = io.StringIO()
    call_command("demo", *arguments, stdout=out, stderr=io.StringIO())
    return out.getvalue()


def test_demo_tells_its_stories() -> None:
    counts: dict[str, Any] = json.loads(demo("--json"))
    assert counts["clients"] == Client.objects.count() == 13
    assert counts["time_entries"] == TimeEntry.objects.count() > 5000
    levels = dict(LatestFigures.objects.values_list("client__name", "level"))
    assert (levels["Birchwood Hotels"], levels["Solaris Fitness"]) == ("healthy", "consider")
    assert levels["Vela Insurance"] is None
    assert {"watch", "repair"} & set(levels.values())
    statuses = set(LatestFigures.objects.values_list("status", flat=True))
    assert statuses >= {"ok", "undefined", "insufficient", "inactive"}
    assert set(Flag.objects.open().values_list("client__name", flat=True)) >= {"Solaris Fitness", "Riverside Museum"}
    assert Organisation.objects.get().is_demo


def test_printed_sign_ins_work() -> None:
    printed = demo()
    for email, role, password in SIGN_INS:
        user = User.objects.get(email=email)
        assert (user.role, user.check_password(password)) == (role, True)
        assert f"{email}" in printed
        assert password in printed


def test_demo_refuses_a_database_with_clients_unless_forced() -> None:
    Client.objects.create(name="Ours")
    with pytest.raises(CommandError, match="There are clients already"):
        demo()
    assert Client.objects.count() == 1
    demo("--force")
    assert Client.objects.filter(name="Ours").exists()


def test_demo_if_empty_leaves_a_real_installation_alone_and_names_no_sign_ins() -> None:
    User.objects.create_superuser("root@agency.example", "a-long-password-of-mine")
    assert demo("--if-empty").strip() == ""
    assert not Client.objects.exists()
