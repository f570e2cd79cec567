"""How a file becomes records: encoding, delimiter, header, caps, and what refuses a file."""

from pathlib import Path

import pytest

from clienthealth.imports import reading
from clienthealth.imports.encodings import likeliest_code_page
from engagements.models import Client, TimeEntry
from tests.imports.folders import (
    PEOPLE,
    counts,
    import_one,
    refusal,
    rejections,
    run_import,
    small_agency,
    table_sizes,
    write,
)

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("Студия Ёлка", "cp1251"),
        ("Москва, правки и звонок клиенту", "cp1251"),
        ("Łódź Media", "cp1250"),
        ("Świat Kawy", "cp1250"),
        ("poprawki, żółta wersja", "cp1250"),
        ("będzie się działo", "cp1250"),
        ("Dvořák, Český dům", "cp1250"),
        ("Café Noir", "cp1252"),
        ("Müller & Söhne, Größe", "cp1252"),
        ("crème brûlée à la pêche, où est le cœur", "cp1252"),
        ("Mañana, año, ¿qué?", "cp1252"),
        ("Smørrebrød på Ærø", "cp1252"),
    ],
)
def test_code_page_is_guessed_from_the_letters_and_reported(tmp_path: Path, text: str, page: str) -> None:
    write(tmp_path, clients=f"client\n{text.replace(',', '')}\n".encode(page))

    report = import_one(tmp_path, "clients")

    assert report["encoding"] == page
    assert Client.objects.get().name == text.replace(",", "")


def test_without_evidence_the_western_page_is_taken() -> None:
    assert likeliest_code_page([b"\xe4"]) == "cp1252"


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_needs_no_guess(tmp_path: Path, codec: str) -> None:
    write(tmp_path, clients="client\nŁódź Студия\n".encode(codec))

    assert import_one(tmp_path, "clients")["encoding"] == codec.removesuffix("-sig")
    assert Client.objects.get().name == "Łódź Студия"


def test_encoding_option_overrides_the_guess(tmp_path: Path) -> None:
    write(tmp_path, clients="client\nПривет\n".encode("koi8-r"))

    assert import_one(tmp_path, "clients", encoding="koi8-r")["encoding"] == "koi8-r"
    assert Client.objects.get().name == "Привет"


def test_wrong_encoding_is_refused_with_the_option_that_helps(tmp_path: Path) -> None:
    write(tmp_path, clients="client\nŁódź\n".encode("cp1250"))

    assert "clients.csv cannot be read as utf-8" in refusal(tmp_path, encoding="utf-8")
    assert "--encoding" in refusal(tmp_path, encoding="utf-8")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_delimiters_and_line_ends(tmp_path: Path, delimiter: str, newline: str) -> None:
    rows = [["\ufeff Client ", "*STATUS*", "exempt"], ["Acme", "prospect", "no"], ["Zenith", "", "yes"]]
    write(tmp_path, clients=newline.join(delimiter.join(row) for row in rows))

    report = import_one(tmp_path, "clients")

    assert (report["delimiter"], report["header_record"], counts(report)) == (delimiter, 1, (2, 0, 0, 0, 0))
    assert list(Client.objects.values_list("name", "status", "is_exempt")) == [
        ("Acme", "prospect", False),
        ("Zenith", "active", True),
    ]


def test_records_are_counted_and_blank_ones_ignored(tmp_path: Path) -> None:
    text = (
        "email,client,date,minutes,note\n"
        'ann@agency.test,Acme,2026-03-02,60,"first\nsecond ""line"""\n'
        "\n"
        ",, ,,\n"
        "ann@agency.test,Acme,2026-13-02,60,\n"
        "\n"
    )
    report = import_one(small_agency(tmp_path, time=text), "time")

    assert counts(report) == (1, 0, 0, 3, 1)
    assert rejections(report) == [(5, "date", "2026-13-02", "bad_date")]
    assert TimeEntry.objects.get().note == 'first\nsecond "line"'


def test_records_that_sum_up_others_are_ignored(tmp_path: Path) -> None:
    sums = ["Total", " TOTAL: ", "subtotal", "Razem", "SUMA :", "Итого", "Summe", "Total for Acme", "total  "]
    text = "client,status\n" + "".join(f"{first},oops\n" for first in sums) + "Totality,\nTotal fortune,\nSums,\n"
    report = import_one(write(tmp_path, clients=text), "clients")

    assert counts(report) == (3, 0, 0, len(sums), 0)
    assert [client.name for client in Client.objects.all()] == ["Sums", "Total fortune", "Totality"]


def test_header_may_stand_below_other_records(tmp_path: Path) -> None:
    write(tmp_path, clients="Export of clients\n\nclient;status\nAcme;prospect\n")

    report = import_one(tmp_path, "clients")

    assert (report["header_record"], report["delimiter"], counts(report)) == (3, ";", (1, 0, 0, 0, 0))


def test_short_records_are_filled_and_long_ones_rejected(tmp_path: Path) -> None:
    write(tmp_path, clients="client,status,exempt\nAcme\nZenith,active,no,,\nNadir,active,no,oops\n")

    report = import_one(tmp_path, "clients")

    assert rejections(report) == [(4, "", "oops", "bad_value")]
    assert [client.name for client in Client.objects.all()] == ["Acme", "Zenith"]


def test_unknown_column_refuses_the_whole_folder_by_name(tmp_path: Path) -> None:
    before = table_sizes()
    text = refusal(small_agency(tmp_path, costs="client,date,amount,colour\nAcme,2026-01-01,5,red\n"))

    assert "costs.csv has the unknown column colour" in text
    assert table_sizes() == before


def test_missing_column_refuses_by_name(tmp_path: Path) -> None:
    assert "lacks the column start" in refusal(write(tmp_path / "a", contracts="client,contract,kind,currency,fee\n"))
    assert "lacks the column email / job_title" in refusal(
        write(tmp_path / "b", rates="effective_from,cost_per_hour\n")
    )


def test_repeated_column_refuses_by_name(tmp_path: Path) -> None:
    assert "clients.csv has the column status twice" in refusal(write(tmp_path, clients="client,status,Status\nA,,\n"))


def test_folder_with_an_unknown_table_is_refused_by_its_name(tmp_path: Path) -> None:
    assert "clocks.csv" in refusal(small_agency(tmp_path, clocks="a,b\n"))
    assert not Client.objects.exists()


def test_file_names_are_case_blind_and_other_files_are_left_aside(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(tmp_path, clients="client\nAcme\n")
    (tmp_path / "clients.csv").rename(tmp_path / "Clients.CSV")
    (tmp_path / "notes.txt").write_text("hello")

    [report] = run_import(tmp_path)

    assert (report["file"], report["kind"]) == ("Clients.CSV", "clients")


def test_two_files_of_one_kind_are_refused(tmp_path: Path) -> None:
    write(tmp_path, clients="client\nAcme\n")
    (tmp_path / "CLIENTS.csv").write_text("client\nZenith\n")

    assert "both CLIENTS.csv and clients.csv" in refusal(tmp_path)


@pytest.mark.parametrize("content", [b"", b"\n\n,,\n", b"\xef\xbb\xbf"])
def test_empty_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "clients.csv is empty" in refusal(write(tmp_path, clients=content))


def test_nothing_to_read_is_refused(tmp_path: Path) -> None:
    assert "holds no file" in refusal(tmp_path)
    assert "does not exist" in refusal(tmp_path / "nowhere.csv")


def test_header_alone_is_a_file_without_rows(tmp_path: Path) -> None:
    assert counts(import_one(write(tmp_path, clients="client\n"), "clients")) == (0, 0, 0, 0, 0)


def test_single_file_is_known_by_option_name_or_columns(tmp_path: Path) -> None:
    odd = tmp_path / "export-7.txt"
    odd.write_text(PEOPLE)
    assert [each["kind"] for each in run_import(odd, kind="people")] == ["people"]
    assert [each["kind"] for each in run_import(odd)] == ["people"]
    named = tmp_path / "People.tsv"
    named.write_text(PEOPLE.replace(",", "\t"))
    assert [(each["kind"], each["delimiter"]) for each in run_import(named)] == [("people", "\t")]


def test_undecidable_kind_is_refused_with_the_option_that_settles_it(tmp_path: Path) -> None:
    odd = tmp_path / "export-7.txt"
    odd.write_text("a,b\n1,2\n")
    assert "--kind" in refusal(odd)


def test_caps_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, clients="client\nAcme\nZenith\nNadir\n")
    monkeypatch.setattr(reading, "MAX_RECORDS", 2)
    assert "more than 2 records" in refusal(tmp_path)
    monkeypatch.setattr(reading, "MAX_BYTES", 10)
    assert "larger than 0 MB" in refusal(tmp_path)
    wide = write(tmp_path / "wide", clients=",".join(["client", *map(str, range(100))]) + "\n")
    monkeypatch.setattr(reading, "MAX_BYTES", 10_000)
    assert "101 columns" in refusal(wide)
    assert not Client.objects.exists()
