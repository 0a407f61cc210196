"""The page that says why records are one edition."""

import re
from dataclasses import replace

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from hyllan.catalogue import services, why_words
from hyllan.catalogue.engine.matching import CAP, Reason, explain
from hyllan.catalogue.engine.matching.compare import OUTCOMES
from hyllan.catalogue.engine.matching.model import CONTRADICTIONS
from hyllan.catalogue.models import Edition, MatchDecision, MatchKey, Record
from hyllan.catalogue.tests.make import NOON
from hyllan.catalogue.tests.make_decided import EMIL, edition, record, records_of
from hyllan.catalogue.tests.make_editions import work
from hyllan.catalogue.tests.test_pages import page
from hyllan.region.engine.roles import SYSTEM, Role
from hyllan.region.queries import actor
from hyllan.region.tests import make as region

pytestmark = pytest.mark.django_db
LATER = replace(EMIL, year=1971, isbns=("9789129657586",), extent="127 s.")
# What may stand in a form, and what a reader must not find
BUTTONS = ("Split it out", "Join them", "Take it back", "It is the same edition")


def why(client: Client, of: Edition) -> str:
    return page(client, f"/en/record/{of.pk}/why/")


def as_staff(client: Client, code: str = "LUND") -> Client:
    client.force_login(region.person(Role.LIBRARY_STAFF, library=region.library(code)))
    return client


def test_the_records_stand_side_by_side_and_what_differs_is_said(client: Client) -> None:
    other = replace(EMIL, publisher="Raben och Sjogren AB", extent="135 s. : ill.")
    shown = why(client, edition(("ESLOV", EMIL), ("LUND", EMIL), ("OSBY", other)))

    assert "3 records describe this edition." in shown
    line = "Emil i Lönneberga 1963 Rabén &amp; Sjögren 9789129688313 135 s."
    assert f"Eslov {line} Lund {line} Osby Emil i Lönneberga 1963 Raben och Sjogren AB differs" in (
        shown
    )


def test_each_record_says_what_holds_it_there(client: Client) -> None:
    shown = why(client, edition(("ESLOV", EMIL), ("LUND", EMIL)))

    assert (
        "Eslov Most like the record of Lund: over 99.9 % sure that they are one edition."
        " Year: the same · ISBN: the same · Extent: the same."
    ) in shown
    assert "Language Swedish Swedish the same weighs next to nothing" in shown
    assert re.search("ISBN 9789129688313 9789129688313 the same speaks very strongly for", shown)


def test_a_record_that_others_hold_there_says_from_whom_it_is_far(client: Client) -> None:
    far = replace(EMIL, year=1999, isbns=(), extent="90 s.", publisher="Bonnier")
    between = replace(EMIL, isbns=(), extent="")

    shown = why(client, edition(("ESLOV", EMIL), ("LUND", between), ("OSBY", far)))

    assert re.search(
        r"Osby Most like .* The model alone would not have joined them .*"
        r"Least like the record of Eslov: .* % ?. Other records hold them together",
        shown,
    )


def test_an_edition_much_like_it_is_shown_with_its_probability(client: Client) -> None:
    one = edition(("LUND", EMIL))
    edition(("OSBY", replace(EMIL, isbns=(), extent="", publisher="", year=1964)))
    edition(("ESLOV", replace(EMIL, language="eng", languages=("eng",))))
    edition(("ESLOV", replace(EMIL, title="Bröderna Lejonhjärta", isbns=(), year=1973)))

    near = why(client, one).partition("Much alike, but not joined")[2].partition("same work")[0]

    assert re.search(
        r"Book, 1964\. A record of Osby\. Probability .* the record of Lund: [\d.]+ %\.", near
    )
    assert "A record of Eslov. They are in different languages." in near
    assert "Lejonhjärta" not in near


def test_what_shares_only_a_junk_key_is_no_near_miss(client: Client) -> None:
    one, other = edition(("LUND", EMIL)), edition(("OSBY", replace(EMIL, isbns=(), year=1964)))
    MatchKey.objects.all().delete()
    MatchKey.objects.create(key=7, record_id=records_of(one)[0])
    MatchKey.objects.create(key=7, record_id=records_of(other)[0])
    alike = "A record of Osby"
    assert alike in why(client, one)

    crowd = edition(("ESLOV", replace(EMIL, title="Annat")))
    rows = [
        Record(source=record(crowd).source, identifier=f"crowd:{at}", datestamp=NOON, raw=b"")
        for at in range(CAP)
    ]
    MatchKey.objects.exclude(key=7).delete()
    MatchKey.objects.bulk_create(
        MatchKey(key=7, record=row) for row in Record.objects.bulk_create(rows)
    )

    assert alike not in why(client, one)


def test_editions_of_the_work_say_what_they_share(client: Client) -> None:
    emil = work("Emil")
    one = edition(("LUND", EMIL), of=emil)
    edition(("OSBY", LATER), of=emil)
    edition(("ESLOV", replace(EMIL, title="Nåt annat", main_entry="Ek, Bo", year=1980)), of=emil)

    shown = why(client, one)

    assert "They share the title Emil i Lönneberga, by Lindgren, Astrid." in shown
    assert "They share nothing themselves" in shown


def test_the_original_title_is_what_a_translation_shares(client: Client) -> None:
    emil = work("Emil")
    edition(("LUND", EMIL), of=emil)
    english = replace(
        EMIL, title="Emil's pranks", uniform_title="Emil i Lönneberga", language="eng"
    )

    shown = why(client, edition(("OSBY", english), of=emil))

    assert "They share the original title Emil i Lönneberga, by Lindgren, Astrid." in shown


def test_readers_see_the_reasons_but_neither_buttons_nor_names(client: Client) -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL))
    edition(("OSBY", replace(EMIL, isbns=(), year=1964)))
    by = region.person(Role.LIBRARY_STAFF)
    services.split_record(record_id=records_of(one)[0], reason="Hemligt", by=actor(by), now=NOON)

    shown = why(client, one)

    assert "Not one edition : Emil i Lönneberga (Lund) is kept apart from" in shown
    assert [text for text in (*BUTTONS, "Hemligt", by.name) if text in shown] == []


def test_staff_see_the_buttons_where_their_library_has_a_record(client: Client) -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL))
    edition(("OSBY", replace(EMIL, isbns=(), year=1964)))
    by = region.person(Role.LIBRARY_STAFF)
    services.split_record(record_id=records_of(one)[0], reason="Bilderbok", by=actor(by), now=NOON)

    ours, theirs = why(as_staff(client), one), why(as_staff(client, "MALMO"), one)

    assert [text for text in (*BUTTONS, "Bilderbok", by.name) if text not in ours] == []
    assert [text for text in BUTTONS if text in theirs] == []
    assert "Bilderbok" in theirs


def test_buttons_say_the_word_and_take_it_back(client: Client) -> None:
    one, other = edition(("LUND", EMIL), ("ESLOV", EMIL)), edition(("OSBY", LATER))
    a, b = records_of(one)
    (c,) = records_of(other)
    staff, address = as_staff(client), f"/en/record/{one.pk}"

    def post(deed: str, **fields: object) -> str:
        answer = staff.post(f"{address}/{deed}/", fields, follow=True)
        assert answer.redirect_chain == [(f"{address}/why/", 302)]
        return answer.content.decode()

    told = post("split-record", record=a, reason="Bilderbok")
    assert "Saved. The catalogue follows within a minute." in told
    assert "A change is waiting" in told
    post("take-back", decision=MatchDecision.objects.get().pk)
    post("join-editions", other=f"https://hyllan.example/sv/record/{other.pk}/")
    post("join-works", other=other.pk)

    pairs = MatchDecision.objects.order_by("level", "record")
    assert list(pairs.values_list("record", "other", "level", "together")) == [
        (a, c, "edition", True),
        (b, c, "edition", True),
        (a, c, "work", True),
        (b, c, "work", True),
    ]
    assert "alone in its work" in post("split-edition")
    assert "no edition with the number 0" in post("join-editions", other="Emil")
    assert "no longer in the catalogue" in post("split-record")


def test_deeds_are_for_staff_and_administrators_alone(client: Client) -> None:
    one = edition(("LUND", EMIL), ("ESLOV", EMIL))
    deeds = ("split-record", "split-edition", "join-editions", "join-works", "take-back")
    addresses = [f"/record/{one.pk}/{deed}/" for deed in deeds]

    nobody = {client.post(address).status_code for address in addresses}
    client.force_login(region.resident())
    resident = {client.post(address).status_code for address in addresses}

    assert (nobody, resident) == ({302}, {403})


def test_the_record_page_leads_staff_here_and_readers_not(client: Client) -> None:
    one = edition(("LUND", EMIL))
    address, link = f"/en/record/{one.pk}/", f'href="/en/record/{one.pk}/why/"'

    reader = client.get(address).content.decode()
    staff = as_staff(client).get(address).content.decode()

    assert (link in reader, link in staff) == (False, True)


def test_an_edition_that_went_into_another_leads_there(client: Client) -> None:
    one, other = edition(("LUND", EMIL)), edition(("OSBY", EMIL))
    Edition.objects.filter(pk=one.pk).update(merged_into=other)

    answer = client.get(f"/en/record/{one.pk}/why/")

    assert (answer.status_code, answer["Location"]) == (302, f"/en/record/{other.pk}/why/")


def test_an_edition_that_is_gone_is_not_found(client: Client) -> None:
    one = edition(("LUND", EMIL))
    Edition.objects.filter(pk=one.pk).update(gone=True)

    assert {client.get(f"/record/{pk}/why/").status_code for pk in (one.pk, 12345)} == {404}


def test_many_records_are_shown_a_page_at_a_time(client: Client) -> None:
    one = edition(*((f"LIB{at:02}", EMIL) for at in range(33)))

    first = page(client, f"/en/record/{one.pk}/why/")
    second = page(client, f"/en/record/{one.pk}/why/", page="2")

    assert "33 records describe this edition." in first
    assert ("Lib19" in first, "Lib20 Emil" in first) == (True, False)
    assert ("Lib32 Most like" in second, "Lib19 Most like" in second) == (True, False)


def test_the_page_costs_the_same_queries_however_much_there_is(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    emil = work("Emil")
    small = edition(("LUND", EMIL), ("ESLOV", EMIL), of=emil)
    edition(("OSBY", LATER), of=emil)
    services.split_record(record_id=records_of(small)[0], reason="", by=SYSTEM, now=NOON)
    staff = as_staff(client)
    why(staff, small)
    with django_assert_num_queries(17) as counted:
        why(staff, small)

    large = edition(*((f"LIB{at:02}", EMIL) for at in range(30)), of=work("Stor"))
    record(large, "LUND")
    for year in range(1990, 2010):
        edition(("OSBY", replace(LATER, year=year)), of=large.work)
    services.split_record(record_id=records_of(large)[0], reason="", by=SYSTEM, now=NOON)

    with django_assert_num_queries(len(counted)):
        why(staff, large)


def test_every_outcome_and_contradiction_has_words() -> None:
    for what, outcomes in OUTCOMES.items():
        for outcome in outcomes[1:]:
            reason = Reason(what, "", "", outcome, 1.0)
            assert why_words.question(what)
            assert why_words.outcome(reason)
    assert set(why_words.CONTRADICTIONS) == set(CONTRADICTIONS)


def test_weights_are_said_by_how_much_they_tell() -> None:
    def said(weight: float, *, against: str = "") -> str:
        return why_words.weight(Reason("isbn", "", "", "agree", weight), against)

    assert [said(weight) for weight in (6.0, 3.0, 0.5, 0.1, -0.1, -0.5, -3.0, -6.0)] == [
        "speaks very strongly for",
        "speaks strongly for",
        "speaks for",
        "weighs next to nothing",
        "weighs next to nothing",
        "speaks against",
        "speaks strongly against",
        "speaks very strongly against",
    ]
    assert said(0.0, against="isbn") == "makes it impossible"


def test_probabilities_are_never_said_to_be_whole() -> None:
    assert [why_words.percent(each) for each in (1.0, 0.9951, 0.7, 0.004, 0.0)] == [
        "over 99.9 %",
        "99.5 %",
        "70 %",
        "0.4 %",
        "under 0.1 %",
    ]
    assert explain(EMIL, EMIL).probability < 1.0


@pytest.fixture(autouse=True)
def _no_slots(settings: Settings) -> None:
    settings.HYLLAN_CATALOGUE_SLOTS = ""
