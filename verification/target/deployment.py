"""Whether the database to verify is anybody's, and as whom the service reaches it."""

from collections.abc import Mapping

from verification.catalog import Catalog, Role
from verification.databases.explicit import VARIABLE
from verification.databases.reader import Reader
from verification.dsn import Dsn, MalformedDsn
from verification.finding import NotApplicable
from verification.target.fact import Facts, fact

BOOTSTRAP = 10  # the oid of the role that initdb makes


@fact
def deployment(environment: Mapping[str, str], target: Facts) -> Dsn:
    """The database to verify, where it is more than a copy that the kit has made.

    A rehearsal, and whatever else lies on the server that the kit may use as it likes, is reached
    as that server's superuser: this says nothing about the role of a service.
    """
    try:
        target["url"]
    except NotApplicable as reason:
        raise NotApplicable(f"{reason}: a rehearsal has no role of the service's own") from None
    dsn: Dsn = target["dsn"]
    try:
        scratch = Dsn.parse(environment.get(VARIABLE, ""))
    except MalformedDsn:
        return dsn
    if (dsn.host, dsn.port) == (scratch.host, scratch.port):
        raise NotApplicable(f"the database is on the disposable server that {VARIABLE} names")
    return dsn


@fact
def bootstrap(deployment: Dsn, connection: Reader) -> bool:
    """Whether the service is the very superuser that a server of this machine was made with.

    So is whoever connects to a container of a developer or of a CI run.
    """
    ((oid,),) = connection.rows("SELECT oid FROM pg_roles WHERE rolname = current_user")
    return bool(oid == BOOTSTRAP and is_near(deployment))


@fact
def role(bootstrap: bool, deployed: Catalog) -> Role:
    """The role that the service runs as, where it can be told from a throwaway superuser."""
    if bootstrap or deployed.role is None:
        raise NotApplicable("the role is the first superuser of a server of this machine")
    return deployed.role


def is_near(dsn: Dsn) -> bool:
    """On this machine, or beside it under a name without a dot, as containers have."""
    host = (dsn.parameters.get("hostaddr") or dsn.host).strip("[]")
    if ":" in host:
        return host == "::1"
    return host.startswith(("/", "127.")) or "." not in host
