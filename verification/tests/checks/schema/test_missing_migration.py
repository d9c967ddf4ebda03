"""Models and migrations of a rich project: nothing is told of them, and each change of one is."""

import contextlib
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from verification.check import Check
from verification.config import Config
from verification.databases import Server
from verification.engine import discover, look
from verification.report import Status
from verification.target import Target
from verification.testing import _forgotten, _fresh_models

WORKSHOP = Path(__file__).parents[2] / "projects" / "workshop"
MODELS = (WORKSHOP / "workshop_models.py").read_text(encoding="utf-8")
CHECK = {check.id: check for check in discover()}["schema/missing-migration"]
HERO = "public.hero"

# What a developer changes in the models, and forgets to migrate: the text before, the text after,
# and everything that is told.
FORGOTTEN = {
    ("String(40), unique=True", "String(41), unique=True"): ["shop.team.name type"],
    ("String(40), unique=True", "String(40)"): ["shop.team.uq_team_name"],
    ("Identity(start=10", "Identity(always=True, start=10"): ["shop.team.id identity"],
    ("Identity(start=10", "Identity(start=11"): ["shop.team_id_seq start"],
    ("SmallInteger, server", "Integer, server"): ["shop.team.small type"],
    ('text("-1")', 'text("-2")'): ["shop.team.neg default"],
    ('server_default="1.5"', ""): ["shop.team.ratio default"],
    ("the 'teams'; all", "the teams"): ["shop.team comment"],
    ('its "name"', "its name"): ["shop.team.name comment"],
    ("age < 200", "age < 300"): [f"{HERO}.ck_hero_age_sane definition"],
    ("'green')", "'green', 'blue')"): [f"{HERO}.ck_hero_colors definition"],
    ('UniqueConstraint("name", "team_id"),', ""): [f"{HERO}.uq_hero_name"],
    ('"email", deferrable=True, initially="DEFERRED"', '"email"'): [
        f"{HERO}.uq_hero_email deferrable"
    ],
    ('where=text("active")', 'where=text("off")'): ["public.ix_active_name predicate"],
    ('include=["age"]', 'include=["room"]'): ["public.ix_cov include"],
    ("func.lower(", "func.upper("): ["public.ix_lower expressions"],
    ('sa.desc("created")', '"created"'): ["public.ix_desc orders"],
    ("jsonb_path_ops", "jsonb_ops"): ["public.ix_gin opclasses"],
    (", postgresql_nulls_not_distinct=True", ""): ["public.ix_nnd nulls_not_distinct"],
    ('("during", "&&"),', '("during", "&&"), where=text("room > 0"),'): [
        f"{HERO}.no_overlap definition"
    ],
    ('ondelete="SET NULL",\n            onupdate', 'ondelete="CASCADE",\n            onupdate'): [
        f"{HERO}.fk_hero_boss_id_hero on_delete"
    ],
    ("String(50), index=True", "String(50)"): ["public.ix_hero_name"],
    ("name || ' !'", "name || ' ?'"): [f'{HERO}."full" generated'],
    ("pg.CITEXT", "Text"): [f"{HERO}.email type"],
    ("boss_id: Mapped[int | None]", "boss_id: Mapped[int]"): [f"{HERO}.boss_id nullable"],
    ('green = "g"\n\n\nclass StrColor', 'green = "g"\n    blue = "b"\n\n\nclass StrColor'): [
        "public.color labels",
        "shop.rank_two labels",
    ],
    ("server_default=true()", "server_default=false()"): [f"{HERO}.active default"],
    ("pg.ARRAY(String(20))", "pg.ARRAY(String(30))"): [f"{HERO}.tags type"],
    ('collation="C"', ""): [f"{HERO}.ci collation"],
    ("precision=3", "precision=4"): [f"{HERO}.p3 type"],
    ("VALUE > 0", "VALUE > 1"): ["public.posint.posint_check definition"],
    ("RANGE (at)", "LIST (at)"): ["public.ev partition_key"],
    ('prefixes=["UNLOGGED"]', "prefixes=[]"): ["public.cache persistence"],
    ('"z > 0 OR z IS NULL"', '"z > 1 OR z IS NULL"'): [
        '"Odd Schema"."Quoted Täble"."Quoted Täble_z_check" definition'
    ],
    ('CheckConstraint("z < 100"),', ""): ['"Odd Schema"."Quoted Täble"."Quoted Täble_z_check1"'],
    ("decimal_places=3", "decimal_places=2"): ["public.sm.price type"],
    ("uuid.uuid4, unique=True", "uuid.uuid4"): ["public.sm.sm_uid_key"],
    ("    blob: bytes\n", ""): ["public.sm.blob"],
    ("    day: date\n    at:", "    day: date\n    extra: int\n    at:"): ["public.sm.extra"],
    ("increment=10", "increment=20"): ["shop.ticket increment"],
    ('Table(\n    "ev"', 'Table(\n    "ev2"'): ["public.ev", "public.ev2"],
}


@contextlib.contextmanager
def project(root: Path, server: Server, models: str, **known: object) -> Iterator[Target]:
    """The workshop with these models."""
    (root / "migrations" / "versions").mkdir(parents=True)
    for name in ("pyproject.toml", "migrations/env.py", "migrations/versions/0001_everything.py"):
        (root / name).write_text((WORKSHOP / name).read_text(encoding="utf-8"), encoding="utf-8")
    (root / "workshop_models.py").write_text(models, encoding="utf-8")
    sys.modules.pop("workshop_models", None)  # another one may be open around this one
    given = {"config": Config.load(root), "environment": {}, "server": server, **known}
    with _forgotten(root), _fresh_models(), Target(**given) as target:
        yield target


def told(check: Check, target: Target) -> list[str]:
    """The subjects of the findings; anything but a plain answer is a failure."""
    result = look(check, target)
    assert result.status in {Status.PASSED, Status.FAILED}, result.reason
    return [finding.subject for finding in result.findings]


@pytest.fixture(scope="module")
def built(
    disposable_server: Server, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Mapping[str, object]]:
    """What the workshop's migrations build."""
    root = tmp_path_factory.mktemp("workshop").resolve() / "project"
    with project(root, disposable_server, MODELS) as target:
        assert told(CHECK, target) == []
        yield {name: target[name] for name in ("template", "migrated", "inclusion")}


@pytest.mark.parametrize("change", FORGOTTEN, ids=" becomes ".join)
def test_a_forgotten_change_is_told_once(
    change: tuple[str, str],
    built: Mapping[str, object],
    disposable_server: Server,
    tmp_path: Path,
) -> None:
    assert change[0] in MODELS
    models = MODELS.replace(*change, 1)
    with project(tmp_path.resolve() / "project", disposable_server, models, **built) as target:
        assert told(CHECK, target) == FORGOTTEN[change]


FILTERS = """
def include_object(thing, name, kind, reflected, compare_to):
    return not (kind == "table" and name in {"ev", "theirs"}) and name != "neg"

def include_name(name, kind, parents):
    return not (kind == "table" and name == "named")
"""


def test_what_env_py_keeps_out_is_not_the_models_business(
    disposable_server: Server, tmp_path: Path
) -> None:
    models = MODELS.replace('Table(\n    "ev"', 'Table(\n    "ev2"').replace(
        'text("-1")', 'text("-2")'
    )
    root = tmp_path.resolve() / "project"
    with project(root, disposable_server, models) as target:
        env = root / "migrations" / "env.py"
        text = env.read_text(encoding="utf-8").replace("\nengine =", f"{FILTERS}\nengine =")
        options = "include_object=include_object, include_name=include_name"
        env.write_text(text.replace("=TARGET", f"=TARGET, {options}"), encoding="utf-8")
        revision = root / "migrations" / "versions" / "0001_everything.py"
        more = "\n".join(
            f'    op.execute("CREATE TABLE {name} (id int PRIMARY KEY)")'
            for name in ("theirs", "named", "forgotten", "ours.table")
        ).replace("ours.table", "elsewhere.it")
        source = revision.read_text(encoding="utf-8")
        place = '    op.execute("CREATE VIEW'
        made = '    op.execute("CREATE SCHEMA elsewhere")\n' + more + "\n" + place
        revision.write_text(source.replace(place, made), encoding="utf-8")
        assert told(CHECK, target) == ["public.ev2", "public.forgotten"]
