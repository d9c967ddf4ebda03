"""Find out what a project is by reading its source, so that nobody has to say it."""

from verification.adoption.finding_out import Found, complete, find_out
from verification.adoption.settings import NOWHERE, demanded
from verification.adoption.writing import section

__all__ = ["NOWHERE", "Found", "complete", "demanded", "find_out", "section"]
