"""A project whose migrations are Flask-Migrate's, whether or not Flask can be imported here."""

from importlib.util import find_spec
from pathlib import Path

import pytest

from verification.databases import Server
from verification.finding import Unknown
from verification.revisions import load
from verification.revisions.flask_migrate import _candidates

REVISION = """
from alembic import op
revision, down_revision = "1", None
def upgrade():
    op.execute("CREATE TABLE hero (id int)")
"""
ENV = """
from flask import current_app
current_app.migrate()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    (folder / "alembic.ini").write_text("[alembic]\n")
    (folder / "env.py").write_text(ENV)
    (folder / "versions" / "1_start.py").write_text(REVISION)
    return tmp_path


def test_the_revisions_lie_beside_the_configuration(project: Path) -> None:
    assert load(project, project / "migrations" / "alembic.ini", {}).heads == ("1",)


@pytest.mark.skipif(find_spec("flask") is not None, reason="Flask is installed")
def test_without_flask_one_line_says_so(project: Path, disposable_server: Server) -> None:
    migrations = load(project, project / "migrations" / "alembic.ini", {})
    with pytest.raises(Unknown, match="asks for a Flask application, and flask is not installed"):
        migrations.upgrade(disposable_server.create())


def test_where_the_application_may_be(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLASK_APP", raising=False)
    (project / ".flaskenv").write_text("export FLASK_APP=shop.py  # the entry\n")
    (project / "shop.py").write_text("app = create_app()\n")
    (project / "models.py").write_text("db = SQLAlchemy()\n")
    (project / "web").mkdir()
    (project / "web" / "__init__.py").write_text("def create_app():\n    return Flask('x')\n")
    assert list(_candidates(project)) == ["shop.py", "shop", "web"]
