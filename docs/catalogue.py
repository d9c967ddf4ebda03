"""Write docs/checks/, one page a family, from the docstrings of the checks; or see it is fresh."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path

from verification.check import Check
from verification.engine import BUILT_IN, discover

FOLDER = Path(__file__).parent / "checks"
INDEX = "README.md"
NOTE = "<!-- Made from the checks' docstrings by `nox -s docs -- --write`; do not edit. -->"
LABELS = {"bad": "Found fault with", "good": "Left in peace"}
_FENCE = re.compile(
    r"^```(?P<language>\w+) (?P<verdict>bad|good)(?: (?P<name>\S+))?$", re.MULTILINE
)


def pages(checks: Sequence[Check]) -> Mapping[str, str]:
    """The pages by file name: one for every family, and an index of them all."""
    families = [
        (name, list(group)) for name, group in groupby(checks, key=lambda check: check.family)
    ]
    made = {f"{name}.md": "\n".join(_family(name, group)) for name, group in families}
    return {INDEX: "\n".join(_index(families)), **made}


def _index(families: Sequence[tuple[str, Sequence[Check]]]) -> Iterator[str]:
    total = sum(len(group) for _, group in families)
    yield from (NOTE, "", "# The checks", "", f"{total} checks in {len(families)} families.")
    for name, group in families:
        yield from ("", f"## [{name}]({name}.md)", "", _question(name), "")
        yield from ("| check | severity | the defect |", "| --- | --- | --- |")
        for check in group:
            summary = check.summary.replace("|", r"\|")
            yield f"| [`{check.id}`]({name}.md#{_anchor(check)}) | {check.severity} | {summary} |"
    yield ""


def _family(name: str, group: Sequence[Check]) -> Iterator[str]:
    yield from (NOTE, "", f"# {name}", "", _question(name), "")
    for check in group:
        defect = check.id.partition("/")[2]
        yield from (f"## {defect}", "")
        yield f"`{check.id}` · {check.severity} · looks at {_looked_at(check)}"
        yield from ("", plain_fences(check.page), "")
    yield f"One of them: `verify --only {group[0].id}`. All of them: `verify --only {name}`."
    yield ""


def _question(family: str) -> str:
    module = importlib.import_module(f"{BUILT_IN}.{family.replace('-', '_')}")
    return (module.__doc__ or "").strip()


def _looked_at(check: Check) -> str:
    return ", ".join(f"`{need}`" for need in check.needs)


def _anchor(check: Check) -> str:
    return check.id.partition("/")[2]


def plain_fences(page: str) -> str:
    """The page with `sql bad name` fences as any Markdown renderer knows them, under a label."""

    def label(match: re.Match[str]) -> str:
        name = f" (`{match['name']}`)" if match["name"] else ""
        return f"{LABELS[match['verdict']]}{name}:\n\n```{match['language']}"

    return _FENCE.sub(label, page)


def stale(wanted: Mapping[str, str], folder: Path) -> list[str]:
    """The names of the files that differ, are missing or should not be there."""
    there = {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.md"))}
    names = sorted(wanted.keys() | there.keys())
    return [name for name in names if wanted.get(name) != there.get(name)]


def write(wanted: Mapping[str, str], folder: Path) -> None:
    """Make the folder hold exactly these pages."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in folder.glob("*.md"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8")


def main(words: Sequence[str]) -> str | None:
    """Return what is wrong, for sys.exit, or nothing."""
    if unknown := set(words) - {"--write"}:
        return f"catalogue: {min(unknown)!r} means nothing here; try --write"
    wanted = pages(discover())
    if "--write" in words:
        write(wanted, FOLDER)
    if differing := stale(wanted, FOLDER):
        return f"catalogue: {', '.join(differing)} not fresh; try nox -s docs -- --write"
    return None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
