import pytest

from verification.finding import Location, Severity


def test_severities_are_ordered_mildest_first() -> None:
    assert sorted(Severity, key=lambda s: s.rank) == ["note", "warning", "error"]
    assert [severity.rank for severity in Severity] == [0, 1, 2]


@pytest.mark.parametrize(
    ("location", "text"),
    [(Location("models.py", 7), "models.py:7"), (Location("pyproject.toml"), "pyproject.toml")],
)
def test_a_location_is_written_as_compilers_do(location: Location, text: str) -> None:
    assert str(location) == text
