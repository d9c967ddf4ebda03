from datetime import UTC, datetime, timedelta

import pytest

from verification.neon.client import PAGE, Neon
from verification.neon.standin.running import Standin
from verification.neon.standin.world import Line, Refused, World
from verification.neon.transport import NeonError, Transport
from verification.tests.neon.conftest import no_pause

SOON = datetime.now(UTC) + timedelta(hours=1)


def test_the_life_of_a_branch(neon: Neon, running: Standin) -> None:
    made = neon.create("preview/1", expires_at=SOON)
    assert made.branch.state == "ready"
    assert made.branch.parent_id == running.world.root.id
    assert made.branch.expires_at == SOON.replace(microsecond=0)
    (endpoint,) = made.endpoints
    assert (endpoint.kind, endpoint.disabled) == ("read_write", False)
    assert neon.branch("preview/1") == neon.branch(made.branch.id) == made.branch
    assert {branch.name for branch in neon.branches()} == {"main", "preview/1"}
    neon.suspend(endpoint.id)
    assert neon.endpoints(made.branch.id)[0].state == "idle"
    neon.start(endpoint.id)
    assert neon.restore(made.branch.id, running.world.root.id).id == made.branch.id
    assert neon.compare(made.branch.id, running.world.root.id, "neondb") == ""
    neon.delete(made.branch.id)
    neon.delete(made.branch.id)  # 204: gone already
    assert [branch.name for branch in neon.branches()] == ["main"]


def test_names_are_matched_exactly(neon: Neon) -> None:
    neon.create("preview/12")
    with pytest.raises(NeonError, match="no branch named 'preview/1'"):
        neon.branch("preview/1")


@pytest.mark.parametrize("name", ["br-nothing-12345678", "nothing"])
def test_an_unknown_branch(neon: Neon, name: str) -> None:
    with pytest.raises(NeonError) as caught:
        neon.branch(name)
    assert caught.value.status == 404


def test_what_must_not_be_deleted_is_refused(neon: Neon, running: Standin) -> None:
    with pytest.raises(NeonError, match="default or protected"):
        neon.delete(running.world.root.id)


def test_a_name_that_is_taken(neon: Neon) -> None:
    neon.create("one")
    with pytest.raises(NeonError) as caught:
        neon.create("one")
    assert caught.value.status == 409


@pytest.mark.parametrize("status", [423, 429, 503])
def test_what_neon_has_not_begun_is_sent_again(neon: Neon, running: Standin, status: int) -> None:
    running.world.refusals += [Refused(status, "not now")] * 3
    assert neon.create("later").branch.name == "later"
    assert running.world.refusals == []


def test_reading_is_tried_again_and_writing_is_not(neon: Neon, running: Standin) -> None:
    running.world.refusals += [Refused(502, "bad gateway")] * 2
    assert list(neon.branches())
    running.world.refusals.append(Refused(500, "lost"))
    with pytest.raises(NeonError) as caught:
        neon.create("never")
    assert caught.value.status == 500
    assert [branch.name for branch in neon.branches()] == ["main"]


def test_gives_up_in_the_end(neon: Neon, running: Standin) -> None:
    running.world.refusals += [Refused(423, "project already has running operations")] * 100
    with pytest.raises(NeonError, match="running operations"):
        neon.create("never")
    running.world.refusals.clear()


def test_pagination_ends_although_every_page_names_a_next_one(neon: Neon, running: Standin) -> None:
    world = running.world
    real = world.root
    for number in range(2 * PAGE - 1):
        line = Line(f"br-{number}", f"b{number}", real.database, world.now(), real.id)
        world.branches[line.id] = line
    try:
        assert len(list(neon.branches())) == 2 * PAGE
    finally:
        for id_ in [id_ for id_ in world.branches if id_ != real.id]:
            del world.branches[id_]


def test_an_operation_that_never_ends(
    neon: Neon, running: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = running.world.job(running.world.root, "apply_config")
    monkeypatch.setattr(World, "look", lambda *_: job)  # it makes no progress
    answer = {"operations": [{"id": job.id, "action": "apply_config", "status": "running"}]}
    with pytest.raises(NeonError, match="apply_config is running after 0 s"):
        neon.settle(answer, deadline=0)
    answer["operations"][0]["status"] = "error"
    with pytest.raises(NeonError, match="ended with an error"):
        neon.settle(answer)


def test_a_branch_that_does_not_become_ready_is_deleted_again(
    neon: Neon, running: Standin, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(neon, "settle", interrupted)
    with pytest.raises(KeyboardInterrupt):
        neon.create("half")
    assert [branch.name for branch in running.world.branches.values()] == ["main"]


def test_a_wrong_key_is_one_line_and_is_never_shown(running: Standin) -> None:
    key = "napi_" + "q" * 40
    with Neon(key, running.world.project, running.base, no_pause) as client:
        with pytest.raises(NeonError) as caught:
            list(client.branches())
        assert caught.value.status == 401
        shown = f"{caught.value}{caught.value!r}{client!r}{Transport(key)!r}"
    assert key not in shown
    assert "\n" not in shown
    for broken in ("", "with space", "line\nbreak", "ümlaut"):
        with pytest.raises(NeonError, match="the API key is empty or contains"):
            Transport(broken)


def test_no_network() -> None:
    with (
        Neon("napi_x", "p", "http://127.0.0.1:9", no_pause) as client,
        pytest.raises(NeonError, match="no answer, ConnectError"),
    ):
        list(client.branches())


def test_a_key_of_one_project_reaches_no_other(neon: Neon) -> None:
    assert neon.projects() == []
    assert not neon.reaches("somebody-elses")
