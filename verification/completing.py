"""What a shell completes: `verify --print-completion SHELL`, and the names of checks."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path

from verification.config import Config, ConfigError

SHELLS = ("bash", "zsh", "fish")


def code(shell: str) -> str:
    """What the shell has to evaluate once. Raises ConfigError where argcomplete is missing."""
    try:
        from argcomplete.shell_integration import shellcode  # noqa: PLC0415 - an extra
    except ImportError:
        raise ConfigError(
            "--print-completion needs argcomplete; try pip install 'verification-kit[completion]'"
        ) from None
    return shellcode(["verify"], shell=shell)


def complete(parser: argparse.ArgumentParser) -> None:
    """Answer the shell that asks, and exit; nothing where argcomplete is missing."""
    try:
        import argcomplete  # noqa: PLC0415 - an extra
    except ImportError:
        return
    for action in parser._actions:  # noqa: SLF001 - argparse has no other way to them
        if action.dest in {"only", "ignore", "explain"}:
            action.completer = _names  # type: ignore[attr-defined] # what argcomplete looks for
    argcomplete.autocomplete(parser)


def _names(parsed_args: argparse.Namespace, **_: object) -> Iterable[str]:
    from verification import engine  # noqa: PLC0415 - only for these words

    try:
        config = Config.load(Path(parsed_args.root or "."))
        checks = engine.discover(config.checks, config.folders)
    except ConfigError:
        checks = engine.discover()
    return {check.id for check in checks} | {check.family for check in checks}
