"""The environment variables that a project's settings demand, and harmless values for them."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from pathlib import Path

from verification.adoption.driver import nowhere
from verification.adoption.sources import Source, last, revisions, sources

URL = "a URL of the database"  # stands for it until the project is known
LONG = "verification-placeholder-0123456789abcdef"  # long enough for any demand on a secret
_BY_WORD = (
    (("postgresdsn", "multihostdsn"), URL),
    (("anyhttpurl", "httpurl", "anyurl"), "http://localhost"),
    (("redisdsn",), "redis://localhost:6379/0"),
    (("emailstr", "nameemail"), "verify@example.com"),
    (("list", "set", "tuple", "sequence"), "[]"),
    (("dict", "mapping"), "{}"),
    (("bool",), "false"),
    (("int", "positiveint"), "1"),
    (("float", "decimal"), "1.0"),
)
_URL_WORDS = ("DATABASE", "POSTGRES", "SQLALCHEMY", "DB_", "PG")


def demanded(root: Path) -> Mapping[str, str]:
    """Variable names with a value that fits their type; what `.env` gives is not demanded."""
    files = sources(root.resolve())
    given = set(_dotenv(root / ".env"))
    found: dict[str, str] = {}
    classes = _settings_classes(files)
    for node in classes:
        prefix = _prefix(node)
        for field in node.body:
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                name, required = _field(field, prefix)
                if required:
                    found.setdefault(name.upper(), _value(name, field.annotation))
    for tree in (*(file.tree for file in files), *revisions(root)):
        for name in _subscripts(tree):
            found.setdefault(name, _value(name, None))
    url = nowhere(root)
    return {
        name: url if value == URL else value
        for name, value in found.items()
        if name.upper() not in given
    }


def _settings_classes(files: tuple[Source, ...]) -> list[ast.ClassDef]:
    classes = [n for file in files for n in ast.walk(file.tree) if isinstance(n, ast.ClassDef)]
    known, before = {"BaseSettings"}, 0
    while len(known) > before:
        before = len(known)
        known |= {node.name for node in classes if {last(base) for base in node.bases} & known}
    return [node for node in classes if node.name in known]


def _field(field: ast.AnnAssign, prefix: str) -> tuple[str, bool]:
    assert isinstance(field.target, ast.Name)  # noqa: S101 - the caller has looked
    name, value = prefix + field.target.id, field.value
    if "ClassVar" in ast.unparse(field.annotation) or field.target.id == "model_config":
        return name, False
    if not isinstance(value, ast.Call) or last(value.func) != "Field":
        is_ellipsis = isinstance(value, ast.Constant) and value.value is ...
        return name, value is None or is_ellipsis
    keywords = {keyword.arg: keyword.value for keyword in value.keywords}
    alias = keywords.get("validation_alias") or keywords.get("alias") or keywords.get("env")
    if isinstance(alias, ast.Constant):
        name = str(alias.value)
    first = value.args[0] if value.args else keywords.get("default")
    is_ellipsis = isinstance(first, ast.Constant) and first.value is ...
    return name, (first is None or is_ellipsis) and "default_factory" not in keywords


def _prefix(node: ast.ClassDef) -> str:
    for inner in ast.walk(node):
        if isinstance(inner, ast.keyword) and inner.arg == "env_prefix":
            return str(getattr(inner.value, "value", ""))
        if (
            isinstance(inner, ast.Assign)
            and isinstance(inner.value, ast.Constant)
            and any(last(target) == "env_prefix" for target in inner.targets)
        ):
            return str(inner.value.value)
    return ""


def _subscripts(tree: ast.Module) -> Iterator[str]:
    """`os.environ["NAME"]`, and `os.getenv("..._URL")` of a database without a default."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and last(node.value) == "environ":
            if isinstance(node.slice, ast.Constant) and isinstance(node.ctx, ast.Load):
                yield str(node.slice.value)
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            first = node.args[0]
            getter = last(node.func) == "getenv" or ast.unparse(node.func).endswith("environ.get")
            if getter and isinstance(first, ast.Constant) and _is_url(str(first.value)):
                yield str(first.value)


def _value(name: str, annotation: ast.expr | None) -> str:
    if annotation is not None:
        literals = [
            node.slice
            for node in ast.walk(annotation)
            if isinstance(node, ast.Subscript) and last(node.value) == "Literal"
        ]
        for literal in literals:
            constants = [n.value for n in ast.walk(literal) if isinstance(n, ast.Constant)]
            if constants:
                return str(constants[0])
        words = {last(node).lower() for node in ast.walk(annotation)}
        for names, value in _BY_WORD:
            if words & set(names):
                return value
    if _is_url(name):
        return URL
    return LONG


def _is_url(name: str) -> bool:
    upper = name.upper()
    ends = upper.endswith(("URL", "URI", "DSN"))
    return ends and any(word in upper for word in _URL_WORDS)


def _dotenv(path: Path) -> Iterator[str]:
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, separator, _ = line.strip().removeprefix("export ").partition("=")
            if separator and not name.startswith("#"):
                yield name.strip().upper()
