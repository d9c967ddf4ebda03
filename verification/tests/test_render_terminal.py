from dataclasses import replace

from verification.finding import Finding, Location
from verification.render import render
from verification.report import Result, Status
from verification.tests.samples import EVERY_STATUS, LOST, finds, report

HOSTILE = "\x1b[2J\nred"


def test_findings_first_then_what_was_not_seen_then_the_verdict() -> None:
    assert render("terminal", report(*EVERY_STATUS)).splitlines() == [
        "x design/lost-table (warning)",
        "    public.hero: it is lost [models.py:7]",
        "        fix: find it",
        "    more: verify --explain design/lost-table",
        "",
        "? could not look: no server",
        "    schema/blind",
        "",
        "- skipped: not Neon",
        "    neon/wrong-branch",
        "",
        "refuted: 1 passed, 1 failed, 1 skipped, 1 unknown in 0.2 s (postgresql://u:***@h/d)",
    ]


def test_checks_that_could_not_look_for_one_reason_are_told_together() -> None:
    blind = EVERY_STATUS[3]
    text = render("terminal", report(blind, replace(blind, check=finds(name="a/b"))))
    assert text.count("no server") == 1
    assert "schema/blind, a/b" in text


def test_a_check_that_found_something_and_then_lost_sight_says_both() -> None:
    text = render("terminal", report(Result(finds(LOST), Status.UNKNOWN, (LOST,), "it died")))
    assert "public.hero: it is lost" in text
    assert "then it could not go on: it died" in text


def test_accepted_findings_are_told_with_their_reason() -> None:
    accepted = replace(EVERY_STATUS[1], accepted={"design/fine public.hero": "known"})
    assert "accepted: design/fine public.hero: known" in render("terminal", report(accepted))


def test_nothing_that_a_database_says_reaches_the_terminal_raw() -> None:
    finding = Finding(HOSTILE, HOSTILE, HOSTILE, Location(HOSTILE, 1))
    text = render(
        "terminal",
        replace(
            report(
                Result(finds(finding), Status.FAILED, (finding,), accepted={HOSTILE: HOSTILE}),
                Result(finds(), Status.UNKNOWN, (), HOSTILE),
                Result(finds(), Status.SKIPPED, (), HOSTILE),
            ),
            context={"dsn": HOSTILE},
        ),
    )
    assert "\x1b" not in text
    assert not any(line == "red" for line in text.splitlines())


def test_an_empty_run_says_that_it_could_not_tell() -> None:
    assert render("terminal", report()).startswith("could not tell: 0 passed")
