import json
from dataclasses import replace

from verification.finding import Finding
from verification.render import render
from verification.render.json import VERSION
from verification.report import Result, Status
from verification.tests.samples import EVERY_STATUS, finds, report


def test_the_whole_report() -> None:
    document = json.loads(render("json", report(*EVERY_STATUS)))
    results = document.pop("results")
    assert document == {
        "version": VERSION,
        "verdict": "refuted",
        "exit_code": 1,
        "fail_on": "warning",
        "counts": {"passed": 1, "failed": 1, "skipped": 1, "unknown": 1},
        "context": {"dsn": "postgresql://u:***@h/d"},
        "evidence": {},
    }
    assert [result["status"] for result in results] == ["failed", "passed", "skipped", "unknown"]
    assert results[0] == {
        "check": "design/lost-table",
        "severity": "warning",
        "summary": "A table is lost.",
        "status": "failed",
        "reason": "",
        "seconds": 0.25,
        "findings": [
            {
                "key": "design/lost-table public.hero",
                "subject": "public.hero",
                "message": "it is lost",
                "fix": "find it",
                "location": {"file": "models.py", "line": 7},
            }
        ],
        "accepted": {},
    }


def test_a_finding_without_a_place_has_none() -> None:
    finding = Finding("a", "b")
    document = json.loads(render("json", report(Result(finds(), Status.FAILED, (finding,)))))
    assert document["results"][0]["findings"][0]["location"] is None


def test_any_name_survives() -> None:
    for hostile in ('"', "\x00", "\u2028", "亀", "\x1b[0m", "\ud800"):
        made = report(replace(EVERY_STATUS[3], reason=hostile))
        text = render("json", made)
        assert json.loads(text)["results"][0]["reason"] == hostile
        assert text.isascii()
