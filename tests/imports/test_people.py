"""People, their titles and rates, and exchange rates: what comes in and what is rejected."""

from datetime import date
from pathlib import Path

import pytest

from accounts.models import JobTitle, Person, User
from engagements.models import (
    CostRate,
    FxRate,
    TimeEntry,
)
from tests.imports.folders import counts, import_one, rejections, run_import, small_agency, write

pytestmark = pytest.mark.django_db


def test_people_with_a_role_may_sign_in(tmp_path: Path) -> None:
    text = (
        "email,name,role,job_title,active\n"
        "Ann@Agency.Test,Ann Able,account_manager,Lead,\n"
        "bob@agency.test,Bob,,Designer,yes\n"
        "gone@agency.test,,member,,no\n"
        ",Cleo  Carr,,,\n"
        ",,member,,\n"
        ",Dan,member,,\n"
        "no-address,Eve,,,\n"
        "f@agency.test,Fay,owner,,\n"
    )
    report = import_one(write(tmp_path, people=text), "people")

    assert counts(report) == (4, 0, 0, 0, 4)
    assert rejections(report) == [
        (6, "email", "", "bad_value"),
        (7, "email", "", "bad_value"),
        (8, "email", "no-address", "bad_value"),
        (9, "role", "owner", "bad_value"),
    ]
    people = Person.objects.values_list("email", "name", "name_key", "job_title", "is_active")
    assert sorted(people, key=str) == [
        ("ann@agency.test", "Ann Able", "ann able", "Lead", True),
        ("bob@agency.test", "Bob", "bob", "Designer", True),
        ("gone@agency.test", "gone", "gone", "", False),
        (None, "Cleo  Carr", "cleo carr", "", True),
    ]
    users = User.objects.order_by("email").values_list("email", "role", "is_active", "person__email")
    assert list(users) == [
        ("ann@agency.test", "account_manager", True, "ann@agency.test"),
        ("gone@agency.test", "member", False, "gone@agency.test"),
    ]
    assert not User.objects.get(email="ann@agency.test").has_usable_password()


def test_people_known_by_email_else_by_name_are_updated(tmp_path: Path) -> None:
    Person.objects.create(name="Ann Able", email="ann@agency.test")
    Person.objects.create(name="Bob")
    text = "email,name,role\nANN@agency.test,Ann A. Able,member\nbob@agency.test,BOB,\n"

    report = import_one(write(tmp_path, people=text), "people")

    assert counts(report) == (0, 2, 0, 0, 0)
    assert list(Person.objects.order_by("pk").values_list("email", "name", "name_key")) == [
        ("ann@agency.test", "Ann A. Able", "ann a. able"),
        ("bob@agency.test", "BOB", "bob"),
    ]
    assert [user.email for user in User.objects.all()] == ["ann@agency.test"]


def test_role_and_activity_of_a_user_follow_the_file(tmp_path: Path) -> None:
    write(tmp_path, people="email,role\nann@agency.test,member\n")
    run_import(tmp_path)
    User.objects.update(password="kept")

    run_import(write(tmp_path, people="email,role,active\nann@agency.test,ops_director,no\n"))
    assert User.objects.values_list("role", "is_active", "password").get() == ("ops_director", False, "kept")
    run_import(write(tmp_path, people="email,role,active\nann@agency.test,,yes\n"))
    assert User.objects.values_list("role", "is_active").get() == ("ops_director", True)


def test_user_who_signs_in_by_another_email_stays_the_only_one(tmp_path: Path) -> None:
    write(tmp_path, people="email,role\nann@agency.test,member\n")
    run_import(tmp_path)
    User.objects.update(email="ann@home.test")

    run_import(write(tmp_path, people="email,role\nann@agency.test,ops_director\n"))
    assert User.objects.values_list("email", "role").get() == ("ann@home.test", "ops_director")


def test_sign_in_withdrawn_by_a_person_stays_withdrawn(tmp_path: Path) -> None:
    write(tmp_path, people="email,role,active\nann@agency.test,member,yes\n")
    run_import(tmp_path)
    User.objects.update(is_active=False)

    assert counts(import_one(tmp_path, "people")) == (0, 0, 1, 0, 0)
    assert not User.objects.get().is_active


def test_two_people_of_one_name_are_ambiguous(tmp_path: Path) -> None:
    for address in ("a@agency.test", "b@agency.test"):
        Person.objects.create(name="Sam Same", email=address)
    text = "email,client,date,minutes\nsam  same,,2026-03-02,60\nb@agency.test,,2026-03-02,60\n"

    report = import_one(write(tmp_path, time=text), "time")

    assert rejections(report) == [(2, "email", "sam  same", "ambiguous_person")]
    assert TimeEntry.objects.get().person.email == "b@agency.test"


def test_unknown_people_come_into_being_without_sign_in(tmp_path: Path) -> None:
    text = (
        "email,client,date,minutes\n"
        "New Name,Acme,2026-03-02,60\nnew  name,Acme,2026-03-02,60\nx@y.test,Acme,2026-03-02,60\n"
    )
    run_import(small_agency(tmp_path, time=text))

    assert sorted(Person.objects.values_list("name", "email"), key=str) == [
        ("Ann Able", "ann@agency.test"),
        ("Bob", "bob@agency.test"),
        ("New Name", None),
        ("x", "x@y.test"),
    ]
    assert [user.email for user in User.objects.all()] == ["ann@agency.test"]


def test_a_rejected_row_brings_nobody_in(tmp_path: Path) -> None:
    run_import(small_agency(tmp_path, time="email,client,date,minutes\nNobody,Nowhere,2026-03-02,60\n"))
    assert not Person.objects.filter(name="Nobody").exists()


def test_roles_are_dated_titles(tmp_path: Path) -> None:
    text = (
        "email,job_title,effective_from\nANN@agency.test,Head,2026-02-01\nbob,Designer,2026-02-01\n,Lead,2026-01-01\n"
    )
    report = import_one(small_agency(tmp_path, roles=text), "roles")

    assert rejections(report) == [(4, "email", "", "unknown_person")]
    assert list(JobTitle.objects.values_list("person__name", "job_title", "effective_from")) == [
        ("Ann Able", "Head", date(2026, 2, 1)),
        ("Bob", "Designer", date(2026, 2, 1)),
    ]


def test_rates_of_a_person_a_title_and_everybody(tmp_path: Path) -> None:
    text = (
        "email,job_title,effective_from,cost_per_hour\n"
        "ann@agency.test,,2025-01-01,50\n"
        ",Senior  Lead,2025-01-01,42.5\n"
        ",,2025-01-01,40.00\n"
        "ann@agency.test,Lead,2025-01-01,50\n"
        ",,2025-02-01,\n"
        ",,2025-03-01,12.345\n"
    )
    report = import_one(small_agency(tmp_path, rates=text), "rates")

    assert rejections(report) == [
        (5, "job_title", "Lead", "bad_value"),
        (6, "cost_per_hour", "", "missing_amount"),
        (7, "cost_per_hour", "12.345", "bad_number"),
    ]
    rates = CostRate.objects.order_by("pk").values_list("person__name", "job_title", "job_title_key", "cents_per_hour")
    assert list(rates) == [
        ("Ann Able", "", "", 5000),
        (None, "Senior  Lead", "senior lead", 4250),
        (None, "", "", 4000),
    ]


def test_exchange_rates(tmp_path: Path) -> None:
    rows = ["usd,2026-01-01,0.9", "PLN,2026-01-01,0.2312345678", "GBP,2026-01-01,0", "EURO,2026-01-01,1"]
    text = "\n".join(["currency,effective_from,rate", *rows])
    report = import_one(write(tmp_path, fx=text), "fx")

    assert rejections(report) == [(4, "rate", "0", "bad_number"), (5, "currency", "EURO", "bad_value")]
    assert list(FxRate.objects.values_list("currency", "rate_e10")) == [("PLN", 2_312_345_678), ("USD", 9 * 10**9)]
