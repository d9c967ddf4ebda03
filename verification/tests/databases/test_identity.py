import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from verification.databases import disposable_server
from verification.databases.identity import NOBODY, Identity, Way, works
from verification.tests.databases.processes import bindir, owner

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become somebody else")
FIRST_QUERY = """
import os
from verification.databases import disposable_server
with disposable_server(os.environ) as server:
    with server.clone(server.create()) as copy:
        print(server.source)
"""


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


@as_root
@pytest.mark.parametrize("way", [Way.OTHER_USER, Way.NAMESPACE])
def test_another_user_keeps_nothing_of_root(way: Way, tmp_path: Path) -> None:
    if not works(way):
        pytest.skip(f"not possible here: {way.value}")
    with (tmp_path / "out").open("wb") as output:
        ask = ["/bin/sh", "-c", "id -u; id -G; grep CapEff /proc/self/status"]
        Identity(way).spawn(ask, os.environ, output).wait()
    user, groups, rights = (tmp_path / "out").read_text().splitlines()
    assert int(user) == NOBODY
    assert set(groups.split()) == {str(NOBODY)}
    assert int(rights.split()[1], 16) == 0
