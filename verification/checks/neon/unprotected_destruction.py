"""Tests that may do anything, on a branch that matters."""

from collections.abc import Iterator, Mapping

from verification.check import check
from verification.connect.answer import Unanswered
from verification.connect.asking import ask
from verification.databases.explicit import VARIABLE
from verification.dsn import Dsn, MalformedDsn
from verification.finding import Finding, NotApplicable, Severity, Unknown
from verification.neon.client import Neon
from verification.neon.dsn import is_neon
from verification.neon.transport import BASE, NeonError


@check(Severity.ERROR)
def unprotected_destruction(environment: Mapping[str, str]) -> Iterator[Finding]:
    """The server for disposable databases is a Neon branch that is not proven to be disposable.

    On `VERIFY_SCRATCH_URL` databases are made, filled, broken and dropped. On the default branch,
    or a protected one, that costs connections, storage and locks where the customers' data is.
    What cannot be proven to be another branch counts as one: give `NEON_API_KEY` and
    `NEON_PROJECT_ID`, or leave the variable unset and use the embedded server.

    ```env bad
    VERIFY_SCRATCH_URL=postgresql://a:b@ep-cool-rain-12345678.eu-central-1.aws.neon.tech/app
    ```

    ```env good
    VERIFY_SCRATCH_URL=$SERVER
    ```
    """
    text = environment.get(VARIABLE, "").strip()
    if not text:
        raise NotApplicable(f"{VARIABLE} is not set: the disposable server is this machine's own")
    try:
        dsn = Dsn.parse(text)
    except MalformedDsn as error:
        raise Unknown(f"{VARIABLE}: {error}") from None
    if is_neon(dsn) and (why := _doubt(dsn, environment)):
        yield Finding(VARIABLE, why, "use a branch made for it, or unset the variable")


def _doubt(dsn: Dsn, environment: Mapping[str, str]) -> str:
    """Why the branch must not be used; empty where it may."""
    key, project = environment.get("NEON_API_KEY", ""), environment.get("NEON_PROJECT_ID", "")
    if not key or not project:
        return "nothing proves that the branch is disposable: NEON_API_KEY is not set"
    try:
        id_ = ask(dsn).identity.branch
        with Neon(key, project, environment.get("NEON_API_HOST") or BASE) as neon:
            branch = neon.branch(id_)
    except (Unanswered, NeonError) as error:
        return f"nothing proves that the branch is disposable: {error}"
    return f"{branch.name} is {branch.untouchable}" if branch.untouchable else ""
