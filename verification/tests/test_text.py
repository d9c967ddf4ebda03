import pytest

from verification.text import plain


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("public.hero", "public.hero"),
        ("żółw 亀", "żółw 亀"),
        ("", ""),
        ("two\nlines", "two\\nlines"),
        ("\x1b[31mred\x1b[0m", "\\x1b[31mred\\x1b[0m"),
        ("gnp\u202e.exe", "gnp\\u202e.exe"),
        ("a\u2028b", "a\\u2028b"),
        ("lone \ud800", "lone \\ud800"),
    ],
)
def test_nothing_unprintable_reaches_a_terminal(text: str, shown: str) -> None:
    assert plain(text) == shown
    assert plain(text).isprintable()
