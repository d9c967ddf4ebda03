import shlex
import subprocess

import pytest

from verification.service.exchange import Request
from verification.service.scripting import Step, curl

ID = "6f1d3c8a-0b1e-4c39-9a55-0c7f1d2e3b4a"


def words(line: str) -> list[str]:
    """What a shell makes of it."""
    done = subprocess.run(  # noqa: S603 - what is tested
        ["bash", "-c", f"curl() {{ printf '%s\\0' \"$@\"; }}; {line}"],  # noqa: S607 - any bash
        capture_output=True,
        check=True,
    )
    return [part.decode("utf-8", "surrogateescape") for part in done.stdout.split(b"\0")[:-1]]


@pytest.mark.parametrize("body", ['{"a": "it\'s"}', "$HOME `ls`\n\x01é\\", "\udc80", "a\x7f!"])
def test_the_shell_sends_exactly_what_was_sent(body: str) -> None:
    request = Request("POST", "/heroes?q=a&b=%20", body, {"content-type": "text/plain"})
    assert words(curl(request)) == [
        *("-X", "POST", "http://127.0.0.1:8000/heroes?q=a&b=%20"),
        *("-H", "content-type: text/plain", "--data-raw", body),
    ]


def test_a_key_that_is_made_anew_is_taken_from_its_answer() -> None:
    step = Step(Request.of("POST", "/heroes", {"name": "a"}), f'{{"data": {{"id": "{ID}"}}}}')
    line = curl(Request.of("PUT", f"/heroes/{ID}", {"leader": ID}), [step])
    assert ID not in line
    assert line.startswith("ID1=$(curl -X POST http://127.0.0.1:8000/heroes")
    assert "['\"'\"'data'\"'\"']" in line
    _, _, last = line.partition(" && ")
    sent = words(f"ID1=7; {last}")
    assert sent[2] == "http://127.0.0.1:8000/heroes/7"
    assert sent[-1] == '{"leader": "7"}'


def test_credentials_are_a_variable() -> None:
    request = Request("GET", "/me").signed({"Authorization": "$AUTHORIZATION"})
    assert shlex.split(curl(request))[-1] == "Authorization: $AUTHORIZATION"
    assert words("AUTHORIZATION=x; " + curl(request))[-1] == "Authorization: x"
