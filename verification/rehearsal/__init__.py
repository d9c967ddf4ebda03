"""Revisions run on rows that they did not write: what fails, and what is lost."""

from verification.rehearsal.living import Trouble, troubles
from verification.rehearsal.rehearsing import Rehearsal, rehearse
from verification.rehearsal.survival import Loss

__all__ = ["Loss", "Rehearsal", "Trouble", "rehearse", "troubles"]
