import subprocess
from pathlib import Path

import pytest

from verification.checks.configuration.committed_secret import committed_secret
from verification.config import Config
from verification.engines.secrets import literals, secrets

AT = "@"  # so that no line of this file looks like what it tests
REAL = "kV9x2Lq" + "Pz7w"
HOST = "ep-cool-rain-12345678.eu-central-1.aws.neon.tech"


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://app:{REAL}{AT}{HOST}/app",
        f"DATABASE_URL='postgres://app:{REAL}{AT}db.shop.io:5432/app?sslmode=require'",
        f"url = postgresql+asyncpg://app:{REAL}{AT}10.0.0.7/app",
        "PGPASSWORD=npg" + "_hPnM8vRZc3Xy",
        "key: napi" + "_" + "k3J9d8Qw7Lm2Xz5Vb6Nc1Rt4Yp0Ga8Hs",
    ],
)
def test_real_secrets_are_seen(text: str) -> None:
    assert list(secrets(text))


@pytest.mark.parametrize(
    "text",
    [
        f"postgresql://postgres:postgres{AT}db.shop.io/app",
        f"postgresql://USER:PASSWORD{AT}{HOST}/app",
        f"postgresql://app:${{PASSWORD}}{AT}{HOST}/app",
        f"postgresql://app:<password>{AT}{HOST}/app",
        f"postgresql://app:***{AT}{HOST}/app",
        f"postgresql://app:%(password)s{AT}{HOST}/app",
        f"postgresql://app:{{password}}{AT}{{host}}/app",
        f"postgresql://app:{REAL}{AT}localhost/app",
        f"postgresql://app:{REAL}{AT}database:5432/app",
        f"postgresql://app:{REAL}{AT}127.0.0.1/app",
        f"postgresql://app:{REAL}{AT}db.example.com/app",
        f"postgresql://app:{REAL}{AT}db.example/app",
        f"postgresql://app:{REAL}{AT}$HOST/app",
        f"postgresql://alex:AbC123dEf{AT}ep-cool-darkness-123456.us-east-2.aws.neon.tech/dbname",
        f"postgresql://app{AT}{HOST}/app",
        "npg_secret",
        "npg_AbC123xyz789",
        "napi_abc123def456",
        "https://user:pass@shop.io/",
    ],
)
def test_what_only_stands_in_for_one_is_left_in_peace(text: str) -> None:
    assert list(secrets(text)) == []


def test_only_what_git_tracks_is_read(tmp_path: Path) -> None:
    line = f"URL = 'postgresql://app:{REAL}{AT}{HOST}/app'\n"
    (tmp_path / "tracked.py").write_text(f"\n{line}")
    (tmp_path / ".env").write_text(line)
    (tmp_path / "data.bin").write_bytes(b"\xff\xfe" + line.encode())
    findings = list(committed_secret(config=Config(root=tmp_path)))
    assert [str(finding.location) for finding in findings] == ["tracked.py:2"]
    assert REAL not in str(findings)
    for command in ("init -q", "add tracked.py"):
        subprocess.run(["git", *command.split()], cwd=tmp_path, check=True)  # noqa: S603, S607 - our own arguments
    (tmp_path / "untracked.py").write_text(line)
    assert len(list(committed_secret(config=Config(root=tmp_path)))) == 1
    subprocess.run(["git", "add", "-f", ".env"], cwd=tmp_path, check=True)  # noqa: S607 - the same
    found = {str(f.location) for f in committed_secret(config=Config(root=tmp_path))}
    assert found == {"tracked.py:2", ".env:1"}


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        (f'POSTGRES_PASSWORD: str = "{REAL}"', True),
        (f'db_password: SecretStr = SecretStr("{REAL}")', True),
        (f'database_password: str = Field(default="{REAL}")', True),
        (f"os.environ.get('PGPASSWORD', '{REAL}')", True),
        ('POSTGRES_PASSWORD: str = "changethis"', False),
        ('POSTGRES_PASSWORD: str = "MyPassword123"', False),
        ('POSTGRES_PASSWORD: str = ""', False),
        (f'db_password_hash = hashed("{REAL}")', False),
        (f'reset_password_token = "{REAL}"', False),
    ],
)
def test_a_password_as_the_default_of_a_setting(text: str, *, seen: bool) -> None:
    assert bool(list(literals(text))) is seen
