from dataclasses import replace

from verification.render import render
from verification.tests.samples import EVERY_STATUS, LOST, report


def test_a_finding_is_an_annotation_at_its_place() -> None:
    first, unknown, verdict = render("github", report(*EVERY_STATUS)).splitlines()
    assert first == (
        "::warning title=design/lost-table,file=models.py,line=7::"
        "public.hero: it is lost%0Afix: find it"
    )
    assert unknown == "::error title=schema/blind::could not look: no server"
    assert verdict == "refuted"


def test_a_hostile_name_starts_no_command_of_its_own() -> None:
    hostile = replace(LOST, subject="x\n::set-output name=a::b", message="50%")
    text = render("github", report(replace(EVERY_STATUS[0], findings=(hostile,))))
    assert len(text.splitlines()) == 2
    assert "x%0A::set-output name=a::b: 50%25" in text
