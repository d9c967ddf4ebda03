"""The `verify` command: configuration in, report and exit code out."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import NoReturn, TextIO

from verification.check import Check
from verification.config import DEPTHS, Config, ConfigError
from verification.finding import Severity
from verification.redact import redact
from verification.text import described

COULD_NOT_TELL = 2
INTERRUPTED = 130
COMMANDS = {  # word -> module with main(argv) -> exit code
    "--prove": "verification.prove",
    "prove": "verification.prove",
    "init": "verification.init",
    "connect": "verification.connect.command",
    "gate": "verification.gate",
    "smoke": "verification.smoke.command",
    "standin": "verification.smoke.standin",
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns 0 verified, 1 refuted, 2 could not tell."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        if words and words[0] in COMMANDS:
            code: int = importlib.import_module(COMMANDS[words[0]]).main(words[1:])
            return code
        return _verify(_parsed(words), words)
    except (ConfigError, _Usage) as error:
        return _complain(str(error), COULD_NOT_TELL)
    except KeyboardInterrupt:
        return _complain("interrupted", INTERRUPTED)
    # Python would exit with 1 and a traceback: a refutation that nobody has made, and perhaps a
    # secret.
    except Exception as error:  # noqa: BLE001 - see above
        return _complain(f"a fault of its own: {redact(described(error))}", COULD_NOT_TELL)


def _parsed(words: Sequence[str]) -> argparse.Namespace:
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        from verification.completing import complete  # noqa: PLC0415 - a shell asks

        complete(parser)
    return parser.parse_args(words)


def _verify(options: argparse.Namespace, words: Sequence[str]) -> int:
    if options.print_completion:
        from verification.completing import code  # noqa: PLC0415 - once in a shell's life

        return _say(code(options.print_completion))
    from verification import engine  # noqa: PLC0415 - --help need not import what runs checks

    root = Path(options.root)
    if not root.is_dir():
        raise _Usage(f"--root {options.root}: there is no such folder")
    if options.watch:
        from verification.watching import watch  # noqa: PLC0415 - only for development

        return watch([word for word in words if word != "--watch"], root)
    config = _configured(Config.load(root), options)
    found = engine.discover(config.checks, config.folders)
    if options.explain:
        (check,) = _exactly_one(engine.select(found, [options.explain]), options.explain)
        return _say(f"{check.id} ({check.severity})\n\n{check.page}")
    chosen = engine.select(found, config.only, config.ignore)
    if options.list:
        width = max((len(check.id) for check in chosen), default=0)
        return _say(
            "\n".join(
                f"{check.id:{width}}  {check.severity:7}  {check.summary}" for check in chosen
            )
        )
    if not chosen:
        raise _Usage("no check is selected, so nothing would be verified")
    return _run(chosen, config, options.report)


def _run(chosen: Sequence[Check], config: Config, wanted: Sequence[str]) -> int:
    from verification import engine  # noqa: PLC0415 - only a run needs these six
    from verification.adoption import complete  # noqa: PLC0415
    from verification.dressing import dressed  # noqa: PLC0415
    from verification.progress import Progress  # noqa: PLC0415
    from verification.render import formats, render, renderer  # noqa: PLC0415
    from verification.target import Target  # noqa: PLC0415

    asked = [name.partition("=")[::2] for name in wanted]
    for name, _ in asked:
        if name not in formats():
            raise _Usage(f"--report {name}: the formats are {', '.join(formats())}")
        renderer(name)  # what it needs and does not find is told before the run, not after
    config = complete(config, os.environ)
    if not config.only:
        _something(config)
    with Target(config=config) as target:
        with Progress(chosen, sys.stderr, os.environ) as progress:
            report = engine.run(chosen, target, config.fail_on, config.accept, progress.heard)
        report = replace(report, context=target.context, picture=target.picture)
        if not (config.only or config.ignore):  # a part of the checks is no ground for a deploy
            report = replace(report, evidence=target["evidence"])
        # Told before anything is taken down: what goes wrong there must not cost the report.
        for name in [name for name, path in asked if not path] or ["terminal"]:
            text = render(name, report)
            _say(dressed(text, sys.stdout, os.environ) if name == "terminal" else text)
        for name, path in asked:
            if path:
                _write(f"--report {name}={path}", Path(path), render(name, report))
    return report.exit_code


def _something(config: Config) -> None:
    """Whatever is verified where there is nothing would be no verdict on anything."""
    from verification.revisions import find  # noqa: PLC0415 - only a run needs it

    said = config.app or config.metadata or config.models or config.checks
    url = os.environ.get(config.database_url_variable, "").strip()
    if not (said or url or find(config.root, config.alembic)):
        raise _Usage(
            f"there is nothing to verify below {config.root.name}: no FastAPI application, no"
            f" models, no Alembic, no {config.database_url_variable}; try --root DIR"
        )


def _write(wanted: str, path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise _Usage(f"{wanted}: {error.strerror or error}") from None


def _configured(config: Config, options: argparse.Namespace) -> Config:
    return replace(
        config,
        only=tuple(options.only) or config.only,
        ignore=(*config.ignore, *options.ignore),
        fail_on=Severity(options.fail_on) if options.fail_on else config.fail_on,
        depth=options.depth or config.depth,
        seed=config.seed if options.seed is None else options.seed,
    )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="verify",
        description="Prove that the database is what the code believes it is.",
        epilog="exit code: 0 verified, 1 refuted, 2 could not tell",
        allow_abbrev=False,
    )
    parser.add_argument("--list", action="store_true", help="list the checks and stop")
    parser.add_argument("--explain", metavar="ID", help="show a check's page and stop")
    parser.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a check, family or pattern"
    )
    parser.add_argument(
        "--ignore", action="append", default=[], metavar="NAME", help="leave these out"
    )
    severities = [str(severity) for severity in Severity]
    parser.add_argument("--fail-on", choices=severities, help="mildest finding that refutes")
    parser.add_argument("--depth", choices=DEPTHS, help="how long searches may look")
    parser.add_argument("--seed", type=int, metavar="N", help="search elsewhere than last time")
    parser.add_argument(
        "--report", action="append", default=[], metavar="NAME[=PATH]", help="another format"
    )
    parser.add_argument("--watch", action="store_true", help="again whenever a file changes")
    parser.add_argument(
        "--print-completion", choices=("bash", "zsh", "fish"), help="what the shell has to evaluate"
    )
    parser.add_argument("--root", default=".", metavar="DIR", help="where pyproject.toml lies")
    return parser


class _Usage(Exception):
    """The command line cannot be carried out; the message is one line."""


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise _Usage(f"{message}; try verify --help")


def _exactly_one(checks: Sequence[Check], name: str) -> Sequence[Check]:
    if len(checks) != 1:
        raise _Usage(f"--explain {name}: name one check; verify --list shows them")
    return checks


def _say(text: str) -> int:
    sys.stdout.write(_sayable(text.rstrip("\n"), sys.stdout) + "\n")
    return 0


def _complain(text: str, code: int) -> int:
    sys.stderr.write(_sayable(f"verify: {text}", sys.stderr) + "\n")
    return code


def _sayable(text: str, stream: TextIO) -> str:
    """The text with what this terminal cannot show escaped, for it would refuse all of it."""
    encoding = stream.encoding or "utf-8"
    return text.encode(encoding, "backslashreplace").decode(encoding)
