import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from verification.cli import main
from verification.completing import SHELLS

VERIFY = Path(sys.executable).with_name("verify")


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_is_told_what_to_evaluate(
    shell: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--print-completion", shell]) == 0
    code = capsys.readouterr().out
    assert "verify" in code
    binary = shutil.which(shell)
    if binary:  # the shell itself finds no fault with it
        checked = subprocess.run(  # noqa: S603 - our own words
            [binary, "-n"], input=code, capture_output=True, text=True, check=False, timeout=20
        )
        assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("verify --prin", {"--print-completion "}),
        ("verify --only design/unindexed", {"design/unindexed-foreign-key "}),
        ("verify --fail-on w", {"warning "}),
    ],
)
def test_bash_completes(line: str, offered: set[str]) -> None:
    """What the code for bash asks, asked by a real bash that has evaluated it."""
    bash = shutil.which("bash")
    if not bash or not VERIFY.exists():
        pytest.skip("there is no bash, or the command is not installed")
    script = (
        f'eval "$({VERIFY} --print-completion bash)"\n'
        f'COMP_LINE="{line}" COMP_POINT={len(line)} COMP_TYPE=9 COMP_KEY=9\n'
        f"COMP_WORDS=({line}) COMP_CWORD={len(line.split()) - 1}\n"
        "_python_argcomplete verify 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\"\n"
    )
    done = subprocess.run(  # noqa: S603 - our own words
        [bash, "--norc", "-c", script],
        env={**os.environ, "PATH": f"{VERIFY.parent}:{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert set(done.stdout.splitlines()) == offered, done.stderr


def test_without_argcomplete_it_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete.shell_integration", None)
    assert main(["--print-completion", "bash"]) == 2
    assert "pip install 'verification-kit[completion]'" in capsys.readouterr().err


def test_a_shell_that_asks_where_argcomplete_is_missing_is_not_answered(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "argcomplete", None)
    monkeypatch.setenv("_ARGCOMPLETE", "1")
    assert main(["--list", "--only", "design/narrow-key"]) == 0
    assert "design/narrow-key" in capsys.readouterr().out
