"""Situations to find oneself in, so that what looks for them can be tried without an account."""

from __future__ import annotations

from datetime import timedelta

from verification.neon.standin.world import World, rows

LONG_AGO = timedelta(days=60)


def set_up(world: World, scene: str) -> None:
    """Put the project into a situation: `archived`, `expiring`, `crowded`, `changed`, `wide`."""
    root = world.root
    if scene == "archived":
        root.state = "archived"
    elif scene == "expiring":
        child = world.create("work", expires_at=world.now() + timedelta(minutes=5))
        child.state = "ready"
    elif scene == "crowded":
        world.create("preview/1").created_at = world.now() - LONG_AGO
    elif scene == "changed":
        child = world.create("work")
        list(rows(child.database, "CREATE TABLE hero (id bigint PRIMARY KEY)"))
    elif scene == "wide":
        world.wide = True
    elif scene == "calm":
        world.create("work", expires_at=world.now() + timedelta(days=2)).state = "ready"
