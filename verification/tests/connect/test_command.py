import subprocess
import sys
import time
from pathlib import Path

import pytest

from verification.connect.command import main
from verification.databases import Server
from verification.tests.connect.listening import listening, silent

SECRET = "npg_Sup3rSecret"


def test_shows_who_answers_and_how_fast(
    disposable_server: Server, capsys: pytest.CaptureFixture[str]
) -> None:
    dsn = disposable_server.dsn
    wanted = disposable_server.secured(dsn) if disposable_server.ca_file else dsn
    assert main([wanted.reveal()]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert "cold" in out
    assert "warm" in out
    assert "writable" in out
    assert dsn.password not in out
    if disposable_server.ca_file:
        assert "its name is proven" in out
        assert "channel binding offered" in out


def test_the_url_may_come_from_the_environment(
    disposable_server: Server,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        '[tool.verification]\ndatabase-url-variable = "SHOP_URL"\n', encoding="utf-8"
    )
    monkeypatch.setenv("SHOP_URL", disposable_server.dsn.reveal() + "\n")
    assert main(["--root", str(tmp_path), "--brief"]) == 0
    monkeypatch.delenv("SHOP_URL")
    assert main(["--root", str(tmp_path)]) == 2
    assert "SHOP_URL is not set" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ([f"mysql://u:{SECRET}@h/d"], 2, "got mysql"),
        ([f"postgresql://u:{SECRET}@x@h/d"], 2, "percent-encode"),
        ([f"postgresql://u:{SECRET}/x@h/d"], 2, "percent-encode"),
        ([f"postgresql://u:{SECRET}#x@h/d"], 2, "percent-encode"),
        ([f"postgresql://u:{SECRET}@h/d\nx"], 2, "line break"),
        ([f"u:{SECRET}@h/d"], 2, "expected postgresql://"),
        ([f"postgresql://u:{SECRET}@127.0.0.1:9/d"], 1, "TCP (retryable)"),
        ([f"postgresql://u:{SECRET}@nowhere.invalid/d"], 1, "DNS (retryable)"),
        (["--wait", "soon", "postgresql://h/d"], 2, "--wait soon"),
        (["--nonsense", f"postgresql://u:{SECRET}@h/d"], 2, "--nonsense"),
        (["one", f"postgresql://u:{SECRET}@h/d"], 2, "unrecognized"),
    ],
)
def test_bad_input_is_one_clear_line_without_the_secret(
    arguments: list[str], code: int, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert said in err
    assert SECRET not in err


def test_a_server_that_never_answers_is_given_up(capsys: pytest.CaptureFixture[str]) -> None:
    with listening(silent) as port:
        begun = time.monotonic()
        assert main(["--wait", "1.5s", f"postgresql://u:{SECRET}@127.0.0.1:{port}/d"]) == 1
    assert time.monotonic() - begun < 4
    assert "TCP is accepted" in capsys.readouterr().err


def test_costs_little_to_start() -> None:
    """Processor time, which other programs on the machine do not add to."""

    def took(code: str) -> float:
        asked = [sys.executable, "-c", f"{code}; import time; print(time.process_time())"]
        runs = [subprocess.run(asked, check=True, capture_output=True) for _ in range(5)]  # noqa: S603 - our own arguments
        return min(float(run.stdout) for run in runs)

    bare = took("pass")
    whole = took("import verification.connect.command, psycopg2, verification.connect.handshake")
    assert whole - bare < 0.15
