import json
from dataclasses import replace
from typing import Any

from verification.render import render
from verification.tests.samples import EVERY_STATUS, LOST, report


def run_of(*results: Any) -> Any:
    (run,) = json.loads(render("sarif", report(*results)))["runs"]
    return run


def test_every_check_is_a_rule_and_every_finding_a_result() -> None:
    run = run_of(*EVERY_STATUS)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["design/lost-table", "design/fine", "neon/wrong-branch", "schema/blind"]
    (result,) = run["results"]
    assert (rules[result["ruleIndex"]], result["level"]) == ("design/lost-table", "warning")
    assert result["message"]["text"] == "public.hero: it is lost\n\nFix: find it"
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "models.py"
    assert place["region"] == {"startLine": 7}


def test_what_could_not_be_looked_at_is_not_read_as_clean() -> None:
    (invocation,) = run_of(*EVERY_STATUS)["invocations"]
    assert invocation["executionSuccessful"] is False
    (told,) = invocation["toolExecutionNotifications"]
    assert told["message"]["text"] == "schema/blind could not look: no server"


def test_a_fingerprint_stays_while_the_wording_changes() -> None:
    reworded = replace(LOST, message="gone", location=None)
    first, second = (
        run_of(replace(EVERY_STATUS[0], findings=(finding,)))["results"][0]
        for finding in (LOST, reworded)
    )
    assert first["partialFingerprints"] == second["partialFingerprints"]
    place = second["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "pyproject.toml"


def test_every_rule_has_what_github_demands() -> None:
    for rule in run_of(*EVERY_STATUS)["tool"]["driver"]["rules"]:
        assert rule["fullDescription"]["text"] == "A table is lost. For good."
        assert rule["help"]["text"]
