"""A key that opens more than it is for."""

from collections.abc import Iterator

from verification.check import check
from verification.finding import Finding, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.transport import NeonError


@check(Severity.WARNING)
def overreaching_api_key(neon: Neon) -> Iterator[Finding]:
    """The API key reaches other projects than the one it is used for.

    A key in a CI system is read by everybody who can change a workflow. One of a person or an
    organisation can delete every project; one of a project cannot even delete that one.

    ```env bad
    NEON_API_HOST=standin:wide
    ```

    ```env good
    NEON_API_HOST=standin:calm
    ```
    """
    try:
        others = [project for project in neon.projects() if project != neon.project]
    except NeonError as error:
        raise Unknown(str(error)) from None
    if others:
        yield Finding(
            "NEON_API_KEY",
            f"the key reaches {len(others)} other project(s) as well",
            "make a key for this project alone, and revoke this one",
        )
