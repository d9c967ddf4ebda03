"""`verify init`: write `[tool.verification]` from what the project's source shows."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from verification.adoption import demanded, find_out, section
from verification.config import Config, ConfigError
from verification.report import Report, key

GRACE = timedelta(days=90)
REASON = "there when verification was adopted; say here why it may stay, or mend it"


def main(argv: Sequence[str]) -> int:
    """Returns 0 where the section was written. Raises ConfigError where it cannot be."""
    options = _parser().parse_args(argv)
    root = Path(options.root).resolve()
    path = root / "pyproject.toml"
    text = path.read_text(encoding="utf-8") if path.exists() else ""
    try:
        tables = tomllib.loads(text).get("tool", {})
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"pyproject.toml cannot be read: {error}") from None
    added = ""
    if "verification" not in tables:
        found = find_out(root)
        if not (found.app or found.metadata):
            raise ConfigError(f"no FastAPI application and no models were found below {root.name}")
        given = {*os.environ, *_urls(root)}
        needed = {name: value for name, value in demanded(root).items() if name not in given}
        added = section(found, needed)
    elif not options.baseline:
        raise ConfigError("pyproject.toml has [tool.verification] already; nothing was changed")
    _append(path, text, added)
    sys.stdout.write(added)
    if options.baseline:
        accepted = "\n".join(_accepted(_verified(root))) + "\n"
        _append(path, path.read_text(encoding="utf-8"), accepted)
        sys.stdout.write(accepted)
    return 0


def _urls(root: Path) -> tuple[str, str]:
    config = Config(root=root)
    return config.database_url_variable, config.migration_url_variable


def _append(path: Path, before: str, added: str) -> None:
    """Replace the file at once, so that an interruption leaves the old one whole."""
    if added.strip():
        gap = "\n" if before else ""
        new = path.with_name(f".{path.name}.new")
        new.write_text(before + gap + added, encoding="utf-8")
        new.replace(path)


def _verified(root: Path) -> Report:
    from verification import engine  # noqa: PLC0415 - only a baseline runs the checks
    from verification.target import Target  # noqa: PLC0415

    config = replace(Config.load(root), accept=())
    with Target(config=config) as target:
        return engine.run(
            engine.select(engine.discover(config.checks, config.folders)), target, config.fail_on
        )


def _accepted(report: Report) -> Iterator[str]:
    until = (datetime.now(UTC) + GRACE).date()
    yield "[tool.verification.accept]"
    for check, finding in report.findings:
        entry = f"{{ reason = {json.dumps(REASON)}, until = {until} }}"
        yield f"{json.dumps(key(check, finding), ensure_ascii=False)} = {entry}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="verify init", description=__doc__)
    parser.add_argument(
        "--baseline", action="store_true", help="accept today's findings for ninety days"
    )
    parser.add_argument("--root", default=".", metavar="DIR", help="where pyproject.toml lies")
    return parser
