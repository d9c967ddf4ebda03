"""Find out what a project is by reading its source, so that nobody has to say it."""

from verification.adoption.driver import driver_of, nowhere
from verification.adoption.finding_out import Found, complete, find_out
from verification.adoption.settings import demanded
from verification.adoption.writing import section

__all__ = ["Found", "complete", "demanded", "driver_of", "find_out", "nowhere", "section"]
