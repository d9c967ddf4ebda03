import pytest

from verification.redact import redact

CANARY = "Kanarien-7f3a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (f"postgresql://u:{CANARY}@h/d", "postgresql://u:***@h/d"),
        (
            f"postgresql+psycopg2://u:{CANARY}@h:5432/d?x=1",
            "postgresql+psycopg2://u:***@h:5432/d?x=1",
        ),
        (f"postgresql://u:ab@{CANARY}@h/d", "postgresql://u:***@h/d"),
        (f"postgresql://:{CANARY}@h/d", "postgresql://:***@h/d"),
        (f"host=h password={CANARY} user=u", "host=h password=*** user=u"),
        (f"password='{CANARY} it\\'s' user=u", "password=*** user=u"),
        (f'connect(password="{CANARY}")', "connect(password=***)"),
        (f"{{'user': 'u', 'password': '{CANARY}'}}", "{'user': 'u', 'password': ***}"),
        (f'{{"password": "{CANARY}"}}', '{"password": ***}'),
        (
            f"postgresql://h/d?user=u&password={CANARY}&x=1",
            "postgresql://h/d?user=u&password=***&x=1",
        ),
        (f"PGPASSWORD={CANARY} psql", "PGPASSWORD=*** psql"),
        (f"sslpassword={CANARY}", "sslpassword=***"),
        ("key napi_abc123def456 refused", "key napi_*** refused"),
        ("npg_AbC123xyz789", "npg_***"),
    ],
)
def test_what_looks_like_a_secret_is_masked(text: str, shown: str) -> None:
    assert redact(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        'FATAL: password authentication failed for user "u"',
        "fe_sendauth: no password supplied",
        "postgresql://u@h/d",
        "https://docs.example/page?x=1",
        "public.user.password_hash is NULL",
        "CHECK (length(password) > 8)",
        "mail to a@b.example or c@d.example",
    ],
)
def test_what_does_not_is_left_alone(text: str) -> None:
    assert redact(text) == text


def test_known_secrets_are_masked_wherever_they_stand() -> None:
    text = f"said x{CANARY}y, {CANARY!r} and {CANARY.encode()!r}"
    assert CANARY not in redact(text, {CANARY})


def test_the_longest_secret_is_masked_first() -> None:
    assert redact("p%40ss-word", {"p%40ss", "p%40ss-word"}) == "***"


def test_a_one_letter_secret_does_not_garble_everything() -> None:
    assert redact("a table", {"a", ""}) == "a table"


def test_a_password_that_is_a_plain_word_is_masked_as_a_word_only() -> None:
    """Else postgres:postgres would make every postgresql:// unreadable, and names ambiguous."""
    assert redact("postgresql said postgres", {"postgres"}) == "postgresql said ***"
    assert redact("public.app_user", {"app"}) == "public.app_user"
