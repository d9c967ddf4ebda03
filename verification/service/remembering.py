"""What has shown a fault is written down: the next run asks it first, and a person runs it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path, PurePath
from typing import Any

from verification.service.exchange import Request
from verification.service.judging import Fault
from verification.service.scripting import Step, script

FILE = "failures.json"


@dataclass(frozen=True, slots=True)
class Memory:
    """A folder with the requests that have shown a fault, and a script for each."""

    folder: Path

    def recall(self) -> list[Fault]:
        """What was written down by the last run; nothing where it cannot be read."""
        try:
            written = json.loads((self.folder / FILE).read_text(encoding="utf-8"))
            return [fault_of(each) for each in written]
        except (OSError, ValueError, LookupError, TypeError):
            return []

    def keep(self, faults: Sequence[Fault]) -> list[Fault]:
        """Write down these, each told of its script, and forget the others, if we may."""
        if not faults and not self.folder.is_dir():
            return []
        place = PurePath(*self.folder.parts[-2:])
        faults = [replace(fault, script=str(place / name_of(fault))) for fault in faults]
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in self.folder.glob("*.py"):
                old.unlink()
            text = json.dumps([asdict(fault) for fault in faults], indent=1)
            (self.folder / FILE).write_text(text + "\n", encoding="utf-8")
            for fault in faults:
                (self.folder / name_of(fault)).write_text(script_of(fault), encoding="utf-8")
        except OSError:
            return [replace(fault, script="") for fault in faults]
        return faults


def fault_of(written: Mapping[str, Any]) -> Fault:
    """A fault as JSON has kept it."""
    steps = tuple(Step(Request(**each["request"]), each["body"]) for each in written["steps"])
    return Fault(**{**written, "request": Request(**written["request"]), "steps": steps})


def faults_of(written: Iterable[Mapping[str, Any]]) -> list[Fault]:
    """Several of them."""
    return [fault_of(each) for each in written]


def name_of(fault: Fault) -> str:
    """The file of its script."""
    return re.sub(r"\W+", "-", f"{fault.kind}-{fault.subject}").strip("-").lower() + ".py"


def script_of(fault: Fault) -> str:
    """A Python program that shows it again."""
    says = f"{fault.subject}: {fault.says}"
    name = name_of(fault)
    return script(name, says, fault.held, fault.request, fault.steps, fault.status)
