"""Situations to find oneself in, so that what looks for them can be tried without an account."""

from __future__ import annotations

from datetime import timedelta

from verification.neon.standin.world import World, rows

LONG_AGO = timedelta(days=60)
SLUGGISH = 3.3  # seconds
NEVER = "The endpoint has been disabled. Enable it using Neon API and retry."


def set_up(world: World, scene: str) -> None:
    """Put the project into a situation, as in `archived`, `crowded` or `asleep`."""
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
    elif scene in {"asleep", "sluggish", "comatose"}:
        child = world.create("work", expires_at=world.now() + timedelta(days=2))
        child.state = "ready"
        compute = world.compute(child)
        world.suspend(compute)
        if scene == "sluggish":
            compute.waking = SLUGGISH
        elif scene == "comatose":
            compute.state, compute.after_suspension = "active", NEVER
