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
_BY_NAME = (
    ("PORT", "9"),
    ("HOST", "127.0.0.1"),
    ("HOSTNAME", "127.0.0.1"),
    ("_SERVER", "127.0.0.1"),
    ("EMAIL", "verify@example.com"),
    (("_URL", "_URI", "_ORIGIN", "_ENDPOINT"), "http://localhost"),
    (("_SECONDS", "_MINUTES", "_HOURS", "_DAYS", "_SIZE", "_TIMEOUT", "_TTL", "_LIMIT"), "1"),
)
READERS = {"Config", "AutoConfig", "Env"}  # of Starlette, python-decouple, environs
OURS = ("NEON_", "VERIFY_")  # what the kit itself goes by is taken from nobody's file
_URL_WORDS = ("DATABASE", "POSTGRES", "SQLALCHEMY", "DB_", "PG")


def demanded(root: Path) -> Mapping[str, str]:
    """Variable names with a value that fits their type; what `.env` gives is not demanded."""
    given = dotenv(root)
    return {name: value for name, value in _all(root).items() if name.upper() not in given}


def given(root: Path) -> Mapping[str, str]:
    """What is demanded and stands in `.env`, wherever below the root the settings look for it."""
    known = dotenv(root)
    return {
        name: known[name.upper()]
        for name in (_all(root) if known else ())
        if name.upper() in known and not name.upper().startswith(OURS)
    }


def _all(root: Path) -> Mapping[str, str]:
    files = sources(root.resolve())
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
        for variable, converted in (*_subscripts(tree), *_asked(tree)):
            found.setdefault(variable, _value(variable, converted))
    url = nowhere(root)
    return {name: url if value == URL else value for name, value in found.items()}


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


def _subscripts(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """`os.environ["NAME"]`, and `os.getenv("..._URL")` of a database without a default.

    With each, what it is converted by, as in `int(os.environ["NAME"])`.
    """
    converted = {
        id(argument): call.func
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)
        for argument in call.args
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and last(node.value) == "environ":
            if isinstance(node.slice, ast.Constant) and isinstance(node.ctx, ast.Load):
                yield str(node.slice.value), converted.get(id(node))
        elif isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
            first = node.args[0]
            getter = last(node.func) == "getenv" or ast.unparse(node.func).endswith("environ.get")
            if getter and isinstance(first, ast.Constant) and _is_url(str(first.value)):
                yield str(first.value), converted.get(id(node))


def _asked(tree: ast.Module) -> Iterator[tuple[str, ast.expr | None]]:
    """`config("NAME")` of Starlette and decouple, `env.int("NAME")` of environs: no default."""
    readers = {
        target.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and last(node.value.func) in READERS
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "decouple":
            readers |= {alias.asname or alias.name for alias in node.names}
        if not isinstance(node, ast.Call) or len(node.args) != 1:
            continue
        typed = isinstance(node.func, ast.Attribute)
        reader = node.func.value if isinstance(node.func, ast.Attribute) else node.func
        given = {keyword.arg: keyword.value for keyword in node.keywords}
        name = getattr(node.args[0], "value", None)
        if last(reader) in readers and isinstance(name, str) and "default" not in given:
            yield name, node.func if typed else given.get("cast")


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
    return next((value for end, value in _BY_NAME if name.upper().endswith(end)), LONG)


def _is_url(name: str) -> bool:
    upper = name.upper()
    ends = upper.endswith(("URL", "URI", "DSN"))
    return ends and any(word in upper for word in _URL_WORDS)


def dotenv(root: Path) -> Mapping[str, str]:
    """The names, in capitals, and the values of the root's `.env`."""
    found: dict[str, str] = {}
    path = root / ".env"
    if path.is_file():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            name, separator, value = line.strip().removeprefix("export ").partition("=")
            if separator and not name.startswith("#"):
                found[name.strip().upper()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    """As dotenv files are read: in quotes to the closing one, else to a comment."""
    if value[:1] in {"'", '"'} and (end := value.find(value[0], 1)) > 0:
        return value[1:end]
    return value.partition(" #")[0].strip()
