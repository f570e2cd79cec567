"""The outbox: one mail per person and key, written at the last moment, never sent twice, never lost in silence."""

import email
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
import time_machine

from accounts.models import User
from clienthealth.base import outbox, post, upkeep, work
from clienthealth.base.letters import Letter
from clienthealth.base.models import Mail, Work
from tests.cast import *  # noqa: F403  fixtures of these tests
from tests.smtp import MailServer

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


@pytest.fixture
def clock() -> Iterator[Any]:
    with time_machine.travel(START, tick=False) as moving:
        yield moving


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Path:
    settings.EMAIL_FILE_PATH = tmp_path / "mail"
    settings.DEFAULT_FROM_EMAIL = "health@agency.test"
    return tmp_path / "mail"


@pytest.fixture(autouse=True)
def wrote(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Addresses a letter was written for by the kind `note`, whose letter says who reads it."""
    found: list[str] = []

    def compose(mail: Mail) -> Letter:
        found.append(mail.recipient.email)
        name = mail.recipient.get_full_name()
        return Letter(f"For {name}", f".Dear {name},\n.\nGrüße", f"<p>Dear {name}</p>", {"X-Test": "1"}, {"items": 2})

    monkeypatch.setitem(outbox.KINDS, "note", outbox.Kind("note", "Note", compose))
    return found


@pytest.fixture
def server(settings: Any) -> Iterator[MailServer]:
    with MailServer() as running:
        settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", running.port, 0.3
        yield running


def planned(*people: User) -> list[Mail]:
    return outbox.plan("note", "2026-03", people)


def deliver(mail: Mail, now: datetime | None = None) -> str:
    """The state it ended in, or when it is to be tried again."""
    try:
        return outbox.deliver(mail.pk, now or datetime.now(UTC))
    except work.Later as later:
        return f"later {later.at:%d %H:%M}"


def stored(mail: Mail) -> Mail:
    return Mail.objects.get(pk=mail.pk)


def test_mail_is_planned_once_per_person_and_key(manager: User, director: User) -> None:
    first = planned(manager, director)
    assert [each.pk for each in planned(manager, director)] == [each.pk for each in first]
    assert Mail.objects.count() == Work.objects.filter(job="mail").count() == 2
    outbox.plan("note", "2026-04", [manager])
    assert Mail.objects.count() == 3
    assert len(set(Mail.objects.values_list("message_id", flat=True))) == 3


def test_mail_becomes_a_file_that_people_can_read(manager: User, folder: Path, wrote: list[str], clock: Any) -> None:
    (mail,) = planned(manager)
    assert wrote == [], "written when it is sent, not before"
    assert deliver(mail) == "sent"
    assert [path.name for path in folder.iterdir()] == [f"note-2026-03-{mail.pk}.eml"]
    raw = (folder / mail.file_name).read_bytes()
    assert "Grüße".encode() in raw
    message = email.message_from_bytes(raw, policy=default)
    assert message["Message-ID"] == mail.message_id
    assert (message["To"], message["Subject"], message["X-Test"]) == ("Mara <mara@agency.test>", "For Mara", "1")
    assert message["Date"] == "Mon, 09 Mar 2026 08:00:00 +0000"
    assert message.get_body(("html",)).get_content().strip() == "<p>Dear Mara</p>"
    row = stored(mail)
    assert (row.to, row.subject, row.details, row.ended_at) == ("mara@agency.test", "For Mara", {"items": 2}, START)


def test_sent_mail_is_never_sent_again(manager: User, folder: Path, wrote: list[str]) -> None:
    (mail,) = planned(manager)
    assert [deliver(mail) for _ in range(3)] == ["sent"] * 3
    planned(manager)
    for each in Work.objects.all():
        work.run(each.pk)
        work.run(each.pk)
    assert wrote == ["mara@agency.test"]
    assert Work.objects.get().result == {"state": "sent"}


def test_server_takes_the_mail_whole(manager: User, server: MailServer) -> None:
    (mail,) = planned(manager)
    assert deliver(mail) == "sent"
    (taken,) = server.taken
    assert taken.to == "mara@agency.test"
    assert taken.message["Message-ID"] == mail.message_id
    assert taken.message.get_body(("plain",)).get_content().splitlines() == [".Dear Mara,", ".", "Grüße"]
    assert max(map(len, taken.raw.splitlines())) < 120


def test_sending_is_stored_when_the_last_byte_leaves(manager: User, server: MailServer) -> None:
    (mail,) = planned(manager)
    seen = []
    original = outbox._begin_sending

    def look(each: Mail) -> None:
        assert server.taken == []
        original(each)
        seen.append((stored(each).state, len(server.taken)))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(outbox, "_begin_sending", look)
        assert deliver(mail) == "sent"
    assert seen == [("sending", 0)]


@pytest.mark.parametrize("code", [550, 553])
def test_refusal_of_the_recipient_ends_it_with_the_servers_words(manager: User, server: MailServer, code: int) -> None:
    server.refuse["mara@agency.test"] = code
    (mail,) = planned(manager)
    assert deliver(mail) == "refused"
    assert stored(mail).reason == f"{code} not now, <mara@agency.test>"
    assert deliver(mail) == "refused"
    assert server.calls == 1


def test_refusal_of_the_content_ends_it(manager: User, server: MailServer) -> None:
    server.answer["mara@agency.test"] = 554
    (mail,) = planned(manager)
    assert deliver(mail) == "refused"
    assert stored(mail).reason == "554 that is that"


def test_busy_server_is_tried_again_after_growing_waits(manager: User, server: MailServer, clock: Any) -> None:
    server.busy["mara@agency.test"] = [451] * 7
    (mail,) = planned(manager)
    found = []
    for _ in range(8):
        found.append(deliver(mail))
        clock.move_to(stored(mail).due_at)
    assert found == [
        *("later 09 08:01", "later 09 08:06", "later 09 08:21", "later 09 09:21", "later 09 12:21"),
        *("later 09 18:21", "later 10 00:21", "sent"),
    ]
    assert server.counts() == {"mara@agency.test": 1}


def test_end_of_mail_answered_by_not_now_is_no_doubt(manager: User, server: MailServer, clock: Any) -> None:
    server.answer["mara@agency.test"] = 452
    (mail,) = planned(manager)
    assert deliver(mail) == "later 09 08:01"
    assert stored(mail).state == "planned"
    del server.answer["mara@agency.test"]
    clock.shift(60)
    assert deliver(mail) == "sent"


def test_mail_is_given_up_after_three_days(manager: User, server: MailServer, clock: Any) -> None:
    server.busy["mara@agency.test"] = [451] * 99
    (mail,) = planned(manager)
    while stored(mail).state == "planned":
        clock.move_to(stored(mail).due_at)
        deliver(mail)
    row = stored(mail)
    assert (row.state, row.reason) == ("refused", "given up: 451 not now, <mara@agency.test>")
    assert timedelta(days=3) <= row.ended_at - START < timedelta(days=3, hours=6)
    assert row.attempts < 20


@pytest.mark.parametrize("where", ["banner", "data"])
def test_silence_before_the_content_is_tried_again(
    manager: User, server: MailServer, where: str, settings: Any, clock: Any
) -> None:
    server.hang = where
    (mail,) = planned(manager)
    assert deliver(mail) == "later 09 08:01"
    server.hang = ""
    clock.shift(60)
    assert deliver(mail) == "sent"


def test_server_that_is_not_there_is_asked_once_and_the_others_wait(
    manager: User, director: User, settings: Any, clock: Any
) -> None:
    with MailServer() as gone:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", gone.port
    one, other = planned(manager, director)
    assert deliver(one) == "later 09 08:01"
    assert "refused" in stored(one).reason.lower()
    assert deliver(other) == "later 09 08:05"
    assert stored(other).attempts == 0


@pytest.mark.parametrize("how", ["drop", "hang"])
def test_lost_answer_makes_it_uncertain_and_it_stays_so(
    manager: User, server: MailServer, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(post, "ANSWER_TIMEOUTS", 0.3)
    if how == "drop":
        server.drop.add("mara@agency.test")
    else:
        server.hang = "dot"
    (mail,) = planned(manager)
    assert deliver(mail) == "uncertain"
    server.drop.clear()
    server.hang = ""
    assert [deliver(mail) for _ in range(3)] == ["uncertain"] * 3
    assert server.counts() == {"mara@agency.test": 1}
    assert stored(mail).reason


def left(mail: Mail, state: str) -> None:
    """As a sender leaves it who is killed while the mail is in this state."""
    Mail.objects.filter(pk=mail.pk).update(
        state=state, lease_token="dead", lease_until=START + timedelta(seconds=9), attempts=1
    )


def test_claim_that_runs_out_is_sent_by_the_next(manager: User, server: MailServer, clock: Any) -> None:
    (mail,) = planned(manager)
    left(mail, "claimed")
    assert deliver(mail) == "later 09 08:00"
    assert server.calls == 0
    clock.shift(10)
    assert deliver(mail) == "sent"


def test_mail_left_in_sending_becomes_uncertain_and_nothing_is_sent(
    manager: User, server: MailServer, clock: Any
) -> None:
    (mail,) = planned(manager)
    left(mail, "sending")
    assert deliver(mail) == "later 09 08:00"
    clock.shift(10)
    assert deliver(mail) == "uncertain"
    assert server.calls == 0


def test_sender_whose_claim_was_taken_over_stops_before_the_last_byte(
    manager: User, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    (mail,) = planned(manager)
    later = datetime.now(UTC) + outbox.CLAIM + timedelta(seconds=1)
    begin, states = outbox._begin_sending, []

    def overtaken(slow: Mail) -> None:
        monkeypatch.setattr(outbox, "_begin_sending", begin)
        states.append(deliver(mail, later))
        begin(slow)

    monkeypatch.setattr(outbox, "_begin_sending", overtaken)
    assert deliver(mail) == "sent"
    assert (states, server.calls) == (["sent"], 2)
    assert server.counts() == {"mara@agency.test": 1}, "two senders, one mail"


def test_late_answer_settles_what_was_called_uncertain(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    (mail,) = planned(manager)
    late = datetime.now(UTC) + outbox.CLAIM + outbox.ANSWER
    states = []

    def slow(_message: Any, _sender: str, _to: str, _name: str, verge: post.Verge) -> None:
        verge()
        states.append(deliver(mail, late))

    monkeypatch.setattr(post, "send", slow)
    assert deliver(mail) == "sent"
    assert (states, stored(mail).state) == (["uncertain"], "sent")


def test_recipient_who_may_not_sign_in_any_more_gets_nothing(manager: User, wrote: list[str]) -> None:
    (mail,) = planned(manager)
    User.objects.update(is_active=False)
    assert deliver(mail) == "skipped"
    assert wrote == []
    assert stored(mail).reason == "the recipient may not sign in any more"


def test_mail_that_went_with_its_recipient_leaves_no_work_in_trouble(manager: User, wrote: list[str]) -> None:
    (mail,) = planned(manager)
    manager.delete()
    for each in Work.objects.all():
        work.run(each.pk)
    assert (Work.objects.get().state, wrote) == ("done", [])
    assert deliver(mail) == "gone"


def test_unwanted_mail_is_skipped_with_the_reason(manager: User, monkeypatch: pytest.MonkeyPatch) -> None:
    def compose(_mail: Mail) -> Letter:
        raise outbox.Unwanted("switched off")

    monkeypatch.setitem(outbox.KINDS, "note", outbox.Kind("note", "Note", compose))
    (mail,) = planned(manager)
    assert (deliver(mail), stored(mail).reason) == ("skipped", "switched off")


def test_letter_that_cannot_be_written_is_tried_again_and_harms_no_other(
    manager: User, director: User, monkeypatch: pytest.MonkeyPatch, clock: Any
) -> None:
    compose = outbox.KINDS["note"].compose

    def broken(mail: Mail) -> Letter:
        if mail.recipient == manager:
            raise KeyError("a secret")
        return compose(mail)

    monkeypatch.setitem(outbox.KINDS, "note", outbox.Kind("note", "Note", broken))
    one, other = planned(manager, director)
    assert (deliver(one), deliver(other)) == ("later 09 08:01", "sent")
    assert stored(one).reason == "could not be written: KeyError"


def test_person_may_send_an_uncertain_mail_again_and_once(manager: User, director: User, server: MailServer) -> None:
    (mail,) = planned(manager)
    Mail.objects.update(state="uncertain")
    assert outbox.send_again(mail, director, turn=1)
    assert not outbox.send_again(mail, director, turn=1), "the second click decides nothing"
    row = stored(mail)
    assert (row.state, row.turn, row.asked_by, row.message_id) == ("planned", 2, director, mail.message_id)
    assert sorted(Work.objects.values_list("key", flat=True)) == [f"{mail.pk}.1", f"{mail.pk}.2"]
    for each in Work.objects.all():
        work.run(each.pk)
    assert server.counts() == {"mara@agency.test": 1}


@pytest.mark.parametrize("state", ["planned", "claimed", "sending", "sent", "skipped"])
def test_only_refused_and_uncertain_mails_are_sent_again(manager: User, director: User, state: str) -> None:
    (mail,) = planned(manager)
    Mail.objects.update(state=state)
    assert not outbox.send_again(mail, director, turn=1)
    assert stored(mail).state == state


def test_names_and_subjects_add_no_header(manager: User, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def compose(_mail: Mail) -> Letter:
        return Letter("Hello\r\nBcc: all@evil.test\u202e", "text", "<p>text</p>")

    monkeypatch.setitem(outbox.KINDS, "note", outbox.Kind("note", "Note", compose))
    type(manager.person).objects.filter(pk=manager.person_id).update(name='Mara" <x@evil.test>\nBcc: y@evil.test')
    (mail,) = planned(manager)
    assert deliver(mail) == "sent"
    message = email.message_from_bytes((folder / mail.file_name).read_bytes(), policy=default)
    assert message["Bcc"] is None
    assert [each.addr_spec for each in message["To"].addresses] == ["mara@agency.test"]
    assert message["Subject"] == "Hello Bcc: all@evil.test"


def test_long_identifiers_and_links_stay_in_one_piece(
    manager: User, folder: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = f"<https://agency.test/{'x' * 150}>"
    letter = Letter("Grüße " * 40, "text", "<p>text</p>", {"List-Unsubscribe": link})
    monkeypatch.setitem(outbox.KINDS, "note", outbox.Kind("note", "Note", lambda _mail: letter))
    settings.DEFAULT_FROM_EMAIL = f"Health <health@{'long-' * 10}name.test>"
    (mail,) = planned(manager)
    assert deliver(mail) == "sent"
    lines = (folder / mail.file_name).read_bytes().decode().split("\r\n")
    assert f"List-Unsubscribe: {link}" in lines
    assert f"Message-ID: {mail.message_id}" in lines


def test_mails_of_more_than_a_year_ago_go_with_their_files(manager: User, director: User, folder: Path) -> None:
    old, young = planned(manager, director)
    deliver(old)
    deliver(young)
    now = datetime.now(UTC)
    Mail.objects.filter(pk=old.pk).update(created_at=now - timedelta(days=367))
    assert upkeep.purge_mails(now) == 1
    assert list(Mail.objects.all()) == [young]
    assert [path.name for path in folder.iterdir()] == [young.file_name]
