"""For a browser: one self-contained page that asks nothing of anybody and runs without scripts."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from itertools import accumulate, groupby
from pathlib import Path

from verification.check import Check
from verification.config import ConfigError
from verification.drawing import choose, draw
from verification.finding import Severity
from verification.picture import Held, Picture
from verification.report import Report, Result, Status
from verification.text import plain

try:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup
except ImportError:
    raise ConfigError(
        "the report html needs Jinja2; try pip install 'verification-kit[html]'"
    ) from None

PAGE = Path(__file__).with_name("page")
MOST = 24  # tables that are drawn; the rest is listed
WIDE, NARROW = 4, 1  # columns of tables on a desktop and on a phone
_FENCE = re.compile(
    r"^```\w+(?: (?P<verdict>bad|good))?(?: (?P<name>\S+))?\n(?P<code>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Family:
    """The checks of one family that found something, worst first."""

    name: str
    results: tuple[Result, ...]

    @property
    def total(self) -> int:
        """How many findings there are."""
        return sum(len(result.findings) for result in self.results)


@dataclass(frozen=True, slots=True)
class Passage:
    """A part of a check's page: prose, or code with what it is an example of."""

    text: str
    code: bool = False
    verdict: str = ""
    name: str = ""


def render(report: Report) -> str:
    """The whole page; what is from outside is escaped, and a browser is told to run one script."""
    environment = Environment(
        loader=FileSystemLoader(PAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"plain": plain, "lines": _lines}
    style, script = _asset("style.css"), _asset("filter.js")
    chosen = choose(report.picture, report.findings, MOST)
    if not chosen.marks and chosen.listed:
        chosen = replace(chosen, boxes=())  # too many to draw, and nothing to be shown on them
    return environment.get_template("page.html.jinja").render(
        report=report,
        families=_families(report),
        unknown=_by_reason(report, Status.UNKNOWN),
        skipped=_by_reason(report, Status.SKIPPED),
        passed=[result for result in report.results if result.status is Status.PASSED],
        accepted=[pair for result in report.results for pair in result.accepted.items()],
        severities=_severities(report),
        slowest=sorted(report.results, key=lambda result: -result.seconds),
        seconds=sum(result.seconds for result in report.results),
        passages=passages,
        numbers=_numbers(report),
        chosen=chosen,
        drawings={"wide": draw(chosen, WIDE), "narrow": draw(chosen, NARROW)},
        steps=_steps(report.picture),
        revisions=_revisions(report.picture),
        style=style,
        script=script,
        style_digest=_digest(style),
        script_digest=_digest(script),
    )


def passages(check: Check) -> Iterator[Passage]:
    """The check's page after its first line, in parts."""
    _, _, page = check.page.partition("\n")
    end = 0
    for match in _FENCE.finditer(page):
        yield from _prose(page[end : match.start()])
        yield Passage(match["code"].rstrip(), True, match["verdict"] or "", match["name"] or "")
        end = match.end()
    yield from _prose(page[end:])


def _prose(text: str) -> Iterator[Passage]:
    yield from (Passage(" ".join(each.split())) for each in text.split("\n\n") if each.strip())


def _families(report: Report) -> Sequence[Family]:
    found = [result for result in report.results if result.findings]
    found.sort(key=lambda result: (result.check.family, -result.check.severity.rank))
    groups = groupby(found, key=lambda result: result.check.family)
    return [Family(name, tuple(results)) for name, results in groups]


def _by_reason(report: Report, status: Status) -> Mapping[str, Sequence[Check]]:
    reasons: dict[str, list[Check]] = {}
    for result in report.results:
        if result.status is status:
            reasons.setdefault(result.reason, []).append(result.check)
    return reasons


def _severities(report: Report) -> Mapping[Severity, int]:
    told = [check.severity for check, _ in report.findings]
    return {each: told.count(each) for each in reversed(Severity) if each in told}


def _numbers(report: Report) -> Mapping[str, int]:
    """The number of each check's first finding; they are counted through the whole report."""
    first: dict[str, int] = {}
    for number, (check, _) in enumerate(report.findings, 1):
        first.setdefault(check.id, number)
    return first


def _steps(picture: Picture) -> Sequence[tuple[str, float, float]]:
    """Each step of the connection, when it began, and how long it took."""
    ends = [0.0, *accumulate(seconds for _, seconds in picture.steps)]
    return [(name, ends[at], seconds) for at, (name, seconds) in enumerate(picture.steps)]


def _revisions(picture: Picture) -> Sequence[tuple[str, float, Sequence[Held]]]:
    """Each revision that was looked at, the end of its last lock, and its locks."""
    return [
        (name, max((each.begin + each.seconds for each in held), default=seconds), held)
        for name, seconds in picture.revisions
        for held in [[each for each in picture.held if each.revision == name]]
    ]


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.splitlines())


def _asset(name: str) -> Markup:
    return Markup((PAGE / name).read_text(encoding="utf-8"))  # noqa: S704 - a file of the kit's own


def _digest(text: str) -> str:
    return b64encode(sha256(text.encode()).digest()).decode("ascii")
