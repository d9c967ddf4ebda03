import importlib
import re
import shutil
import sys
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from verification.check import Check
from verification.config import ConfigError
from verification.engine import discover
from verification.finding import Finding, Location, Severity
from verification.picture import Box, Held, Link, Picture, Row, Score
from verification.render import render
from verification.report import Report, Result, Status
from verification.tests.samples import EVERY_STATUS, LOST, finds, report

CHROMIUM = next(
    (
        found
        for name in ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
        if (found := shutil.which(name))
    ),
    "",
)
PHONE, DESKTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 900}
ATTACK = "<script>document.title='owned'</script>"
HOSTILE = [
    ATTACK,
    "\"'><img src=x onerror=\"document.title='owned'\">",
    "{{ 7 * 7 }}{% raw %}",
    "\u202eevil\u2066",
    "\x00\x1b[2J\r\n",
    "\ud800",
    "טבלה",
    "W" * 63,
]


@cache
def crowded() -> Report:
    """A report as a real project's: every check there is, in every state, with hostile names."""
    results = []
    for number, check in enumerate(discover()):
        status = list(Status)[number % 4]
        findings = tuple(
            Finding(f"public.{name}", name, f"{name}\n{name}", Location(f"{name}.py", 3))
            for name in (HOSTILE if status is Status.FAILED else ())
        )
        reason = "" if findings else HOSTILE[number % len(HOSTILE)]
        accepted = {HOSTILE[number % len(HOSTILE)]: ATTACK} if status is Status.PASSED else {}
        results.append(Result(check, status, findings, reason, number / 100, accepted))
    return Report(
        tuple(results),
        Severity.WARNING,
        {ATTACK: "W" * 200, "dsn": HOSTILE[1]},
        picture=hostile_picture(),
    )


def hostile_picture() -> Picture:
    """Tables with hostile names that all refer to each other, locks and steps."""
    names = [f"public.{name}" for name in (*HOSTILE, *(f"table_{n}" for n in range(142)))]
    tables = tuple(
        Box(
            name,
            tuple(Row(column, column, key=at == 0) for at, column in enumerate(HOSTILE)),
            tuple(Link(other, (HOSTILE[at % 8],)) for other in names[at // 2 : at // 2 + 2]),
            absent=at == 1,
        )
        for at, name in enumerate(names)
    )
    held = tuple(
        Held("1f", Location(name, 3), name, "AccessExclusive", name, "reads and writes", at, 0.5)
        for at, name in enumerate(HOSTILE)
    )
    steps = (("DNS", 0.001), ("TCP", 0.002), ("authentication", 1.5))
    places = {f"public.{name}": (f"public.{name}", (HOSTILE[0],)) for name in HOSTILE}
    return Picture(tables, places, steps, (("1f", 8.5), ("2f", 0.1)), held, Score(9, 10, 1))


class _Tags(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.seen.append((tag, dict(attrs)))


def test_the_verdict_the_findings_and_what_was_not_seen() -> None:
    text = render("html", report(*EVERY_STATUS))
    for part in (
        "<h1>Refuted</h1>",
        "1 finding (1 warning)",
        "public.hero",
        "it is lost",
        "find it",
        "models.py:7",
        "no server",
        "not Neon",
        "postgresql://u:***@h/d",
        "0.250",
    ):
        assert part in text


@pytest.mark.parametrize(
    ("results", "words"),
    [((EVERY_STATUS[1],), "Verified"), ((EVERY_STATUS[3],), "Could not tell"), ((), "Could not")],
)
def test_every_verdict_has_its_words(results: tuple[Result, ...], words: str) -> None:
    assert f"<h1>{words}" in render("html", report(*results))


def test_a_check_that_found_something_and_then_lost_sight_says_both() -> None:
    text = render("html", report(Result(finds(LOST), Status.UNKNOWN, (LOST,), "it died")))
    assert "it is lost" in text
    assert "could not go on: <bdi>it died" in text


def test_an_accepted_finding_is_told_with_its_reason() -> None:
    accepted = replace(EVERY_STATUS[1], accepted={"design/fine public.hero": "known"})
    assert "<bdi>known</bdi>" in render("html", report(accepted))


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_hostile_name_is_only_text(hostile: str) -> None:
    finding = Finding(hostile, hostile, hostile, Location(hostile, 1))
    bare = _Tags(render("html", report(Result(finds(LOST), Status.FAILED, (LOST,), "", 0.25)))).seen
    text = render("html", report(Result(finds(finding), Status.FAILED, (finding,), "", 0.25)))
    assert [tag for tag, _ in _Tags(text).seen] == [tag for tag, _ in bare]
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\x1b\ud800]", text)
    assert "49{%" not in text


HEROES = (
    Box("public.team", (Row("id", "bigint", key=True),)),
    Box("public.hero", (Row("team_id", "bigint"),), (Link("public.team", ("team_id",)),)),
)


def test_the_diagram_marks_what_was_found_and_leads_there() -> None:
    made = replace(report(*EVERY_STATUS), picture=Picture(HEROES))
    tags = _Tags(render("html", made)).seen
    kinds = [str(each.get("class")) for tag, each in tags if tag == "svg" and "class" in each]
    assert kinds == ["box warning", "box"] * 2
    assert [each["href"] for tag, each in tags if tag == "a"].count("#f1") == 2
    assert "f1" in {each.get("id") for _, each in tags}


def test_many_tables_without_a_finding_are_listed_and_not_drawn() -> None:
    tables = tuple(Box(f"public.t{number}") for number in range(60))
    text = render("html", replace(report(EVERY_STATUS[1]), picture=Picture(tables)))
    assert "too many to draw: 60" in text
    assert 'class="box' not in text
    assert "public.t59" in text


def test_the_connection_the_locks_and_the_score_are_told() -> None:
    text = render("html", crowded())
    for part in ("1.50 s", "2.0 ms", "AccessExclusive on", "holds no lock", "90.0 %", "9 of 10"):
        assert part in text
    assert "verify --prove" in render("html", report(*EVERY_STATUS))


def test_it_asks_nothing_of_anybody() -> None:
    text = render("html", crowded())
    tags = _Tags(text).seen
    policy = next(each["content"] for _, each in tags if "http-equiv" in each)
    assert policy
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    assert not any("src" in each or "style" in each for _, each in tags)
    assert all(each["href"] and each["href"].startswith("#") for _, each in tags if "href" in each)
    assert {tag for tag, _ in tags} & {"link", "iframe", "object", "base", "form", "img"} == set()


def test_every_link_leads_somewhere_and_every_name_is_given_once() -> None:
    tags = _Tags(render("html", crowded())).seen
    names = [each["id"] for _, each in tags if "id" in each]
    links = {each["href"] for _, each in tags if "href" in each}
    assert len(names) == len(set(names))
    assert links
    assert links <= {f"#{name}" for name in names}


def test_without_jinja_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "verification.render.html")
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ConfigError, match=r"pip install 'verification-kit\[html\]'"):
        importlib.import_module("verification.render.html")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if not CHROMIUM:
        pytest.skip("there is no Chromium on this machine")
    with sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM)


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(render("html", crowded()), encoding="utf-8")
    return path


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_in_a_browser(
    browser: Browser, written: Path, viewport: dict[str, int], scheme: str, scripts: bool
) -> None:
    """Nothing is said on the console, nothing is asked for, nothing sticks out."""
    context = browser.new_context(
        viewport={"width": viewport["width"], "height": viewport["height"]},
        color_scheme="dark" if scheme == "dark" else "light",
        java_script_enabled=scripts,
    )
    page, said, asked = context.new_page(), list[str](), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(written.as_uri())
    for summary in page.locator("summary").all()[-2:]:
        summary.click()
    assert page.title() == "refuted: verification report"
    assert (said, asked) == ([], [written.as_uri()])
    assert page.locator("#filter").is_visible() is scripts
    assert page.locator(".findings .subject").first.is_visible()
    ground = page.locator("body").evaluate("body => getComputedStyle(body).backgroundColor")
    assert (sum(int(part) for part in re.findall(r"\d+", ground)) < 300) is (scheme == "dark")
    wide = page.locator("html").evaluate("html => [html.scrollWidth, innerWidth]")
    assert wide[0] <= wide[1]
    narrow = viewport is PHONE
    assert page.locator(".drawing.narrow").is_visible() is narrow
    assert page.locator(".drawing.wide").is_visible() is not narrow
    drawn = page.locator(".drawing:visible")
    assert drawn.evaluate("each => each.scrollWidth <= each.clientWidth")
    context.close()


@pytest.fixture
def page(browser: Browser, written: Path) -> Iterator[Page]:
    context = browser.new_context()
    page = context.new_page()
    page.goto(written.as_uri())
    yield page
    context.close()


def test_the_filter_leaves_what_fits_and_gives_the_rest_back(page: Page) -> None:
    entries = page.locator("[data-item]")
    before = entries.locator("visible=true").count()
    found = failing()
    page.fill("#filter", f"{found.id} WWWWW")
    left = page.locator(".findings [data-item]:visible")
    assert left.count() == 1
    assert "W" * 63 in left.inner_text()
    assert page.locator("article:visible").count() == 1
    assert re.fullmatch(r"1 of \d+ entries", page.locator("output").inner_text())
    page.fill("#filter", "nothing is called that")
    assert page.locator("main section:visible").count() == 0
    page.fill("#filter", "")
    assert entries.locator("visible=true").count() == before


def test_a_link_brings_its_section_into_view(page: Page) -> None:
    for link in page.locator("nav a").all():
        link.click()
        target = page.locator(str(link.get_attribute("href")))
        assert target.evaluate("each => each.getBoundingClientRect().top < innerHeight")


def test_a_marked_table_leads_to_its_finding(page: Page) -> None:
    mark = page.locator(".drawing:visible .box a").first
    target = page.locator(str(mark.get_attribute("href")))
    mark.click()
    assert target.evaluate("each => each.getBoundingClientRect().top < innerHeight")
    assert target.evaluate("each => each.matches(':target')")


@pytest.mark.parametrize("viewport", [PHONE, DESKTOP], ids=["phone", "desktop"])
def test_no_letter_of_the_diagram_leaves_its_table(
    browser: Browser, tmp_path: Path, viewport: dict[str, int]
) -> None:
    long = "a_name_of_sixty_three_letters_as_long_as_postgresql_allows_it_xx"
    rows = (Row(long, "character varying(200)"), Row("x", long), Row("w" * 20, long))
    tables = (Box(f"public.{long}", rows, (Link("public.other", ("x",)),)), Box("public.other"))
    (tmp_path / "a.html").write_text(
        render("html", replace(report(EVERY_STATUS[1]), picture=Picture(tables))), encoding="utf-8"
    )
    size = {"width": viewport["width"], "height": viewport["height"]}
    page = browser.new_page(viewport=size)  # type: ignore[arg-type] # a size is a dictionary too
    page.goto((tmp_path / "a.html").as_uri())
    texts = page.locator(".drawing:visible .box text")
    boxes = [each.bounding_box() for each in texts.all()]
    frame = page.locator(".drawing:visible .box .frame").first.bounding_box()
    assert frame
    assert len(boxes) >= 6
    for box in boxes:
        assert box
        assert box["width"] <= frame["width"]
    page.close()


def failing() -> Check:
    """The first check of the crowded report that found something."""
    return next(result.check for result in crowded().results if result.findings)
