from dataclasses import replace

from markdown_it import MarkdownIt

from verification.finding import Finding
from verification.picture import Box, Link, Picture, Row
from verification.render import render
from verification.report import Report
from verification.tests.samples import EVERY_STATUS, LOST, report


def test_the_verdict_the_finding_and_what_was_not_seen() -> None:
    text = render("markdown", report(*EVERY_STATUS))
    assert text.startswith("## ❌ refuted\n")
    assert "- `public.hero` it is lost (`models.py:7`)\n\n      find it" in text
    assert "- schema/blind: no server" in text
    assert "- neon/wrong-branch: not Neon" in text


def test_a_hostile_name_is_no_markup() -> None:
    hostile = replace(LOST, subject="a`b\n# c", message="<img src=x> @someone #1 [x](y)")
    text = render("markdown", report(replace(EVERY_STATUS[0], findings=(hostile,))))
    html = MarkdownIt("commonmark").render(text)
    assert "<code>a`b\\n# c</code>" in html
    assert "&lt;img src=x&gt;" in html
    assert "<img" not in html
    assert "<a " not in html
    assert "@someone" not in html


TEAM = Box("public.team", (Row("id", "bigint", key=True),))
HERO = Box("public.hero", (Row("team_id", "bigint"),), (Link("public.team", ("team_id",)),))


def fences(made: Report) -> list[str]:
    tokens = MarkdownIt("commonmark").parse(render("markdown", made))
    return [token.content for token in tokens if token.type == "fence" and token.info == "mermaid"]


def test_the_tables_concerned_are_drawn() -> None:
    (drawn,) = fences(replace(report(*EVERY_STATUS), picture=Picture((TEAM, HERO))))
    assert drawn.splitlines()[:4] == [
        "flowchart BT",
        '  t1["hero ⚠️ 1"]:::warning',
        '  t2["team"]',
        '  t1 -- "team_id" --> t2',
    ]


def test_nothing_is_drawn_where_no_table_is_concerned_or_too_many_are() -> None:
    boxes = tuple(Box(f"public.t{number}") for number in range(13))
    findings = tuple(replace(LOST, subject=box.name) for box in boxes)
    everywhere = report(replace(EVERY_STATUS[0], findings=findings))
    assert fences(replace(report(EVERY_STATUS[1]), picture=Picture(boxes))) == []
    assert fences(replace(everywhere, picture=Picture(boxes))) == []
    assert len(fences(replace(everywhere, picture=Picture(boxes[:12])))) == 1


def test_a_hostile_name_does_not_leave_the_diagram() -> None:
    hostile = 'public."\n```\n<img src=x>"]'
    boxes = (Box(hostile, HERO.rows, (Link("public.team", ("a\n```",)),)), TEAM)
    found = replace(EVERY_STATUS[0], findings=(replace(LOST, subject=hostile),))
    made = replace(report(found), picture=Picture(boxes))
    assert len(fences(made)) == 1
    assert "<img" not in MarkdownIt("commonmark").render(render("markdown", made))


def test_a_comment_is_never_longer_than_github_takes() -> None:
    many = tuple(Finding(f"public.t{number}", "lost " * 20) for number in range(900))
    text = render("markdown", report(replace(EVERY_STATUS[0], findings=many), *EVERY_STATUS[1:]))
    told = text.count("- `public.t")
    assert len(text) < 65_536
    assert 300 < told < 900
    assert f"\nAnd {900 - told} more; another format tells them all.\n" in text
    assert "schema/blind: no server" in text
