from dataclasses import replace

from markdown_it import MarkdownIt

from verification.render import render
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
