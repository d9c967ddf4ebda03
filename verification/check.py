"""A check is a generator function; everything else about it is read off that function."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from verification.finding import Finding, Severity

Body = Callable[..., Iterator[Finding]]


@dataclass(frozen=True, slots=True)
class Check:
    """One named defect. Calling it with the facts it needs yields its findings."""

    body: Body
    severity: Severity

    @property
    def family(self) -> str:
        """The folder the check lives in, as in `design`."""
        return self.body.__module__.split(".")[-2]

    @property
    def id(self) -> str:
        """`family/defect-name`, read off the folder and the file."""
        name = self.body.__module__.rsplit(".", 1)[-1]
        return f"{self.family}/{name}".replace("_", "-")

    @property
    def needs(self) -> tuple[str, ...]:
        """The names of the facts it takes, in order."""
        return tuple(inspect.signature(self.body).parameters)

    @property
    def page(self) -> str:
        """The manual page: the whole docstring."""
        return inspect.getdoc(self.body) or ""

    @property
    def summary(self) -> str:
        """The first line of the page."""
        return self.page.partition("\n")[0]

    def __call__(self, **facts: object) -> Iterator[Finding]:
        """Run the body on the facts."""
        return self.body(**facts)


def check(severity: Severity) -> Callable[[Body], Check]:
    """Make a check of a generator function; being in a checks folder is being registered."""

    def wrap(body: Body) -> Check:
        return Check(body, severity)

    return wrap
