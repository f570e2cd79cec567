"""The house rules a reader of one file cannot see: which room may know which, file sizes, no package sources named."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import dev

# From the bottom up. A room may import itself and the rooms named; a room not listed here may not exist.
ALLOWED: dict[str, set[str]] = {
    "clienthealth.base": set(),
    "accounts": {"clienthealth.base"},
}
ALLOWED["engagements"] = {"accounts", *ALLOWED["accounts"]}
ALLOWED["issues"] = {"engagements", *ALLOWED["engagements"]}
ALLOWED["clienthealth.health"] = {"issues", *ALLOWED["issues"]}
ALLOWED["clienthealth.digest"] = {"clienthealth.health", *ALLOWED["clienthealth.health"]}
ALLOWED["clienthealth.imports"] = {"clienthealth.health", *ALLOWED["clienthealth.health"]}
BELOW_PAGES = {"clienthealth.digest", "clienthealth.imports", *ALLOWED["clienthealth.digest"]}
ALLOWED["clienthealth.demo"] = BELOW_PAGES
ALLOWED["clienthealth.dashboard"] = BELOW_PAGES
ALLOWED["clienthealth.api"] = {"clienthealth.dashboard", *BELOW_PAGES}

PROJECT = "clienthealth"  # settings, urls, celery and whatever else is in no room: may know all, and no room knows it
LABELS = {room.rpartition(".")[2]: room for room in ALLOWED}
PURE = {"clienthealth/health/ratios.py", "clienthealth/health/levels.py"}
LONGEST_FILE = 600


@dataclass(frozen=True)
class Reference:
    """That a line of a file knows another module, by import or by name."""

    line: int
    target: str


def room_of(module: str) -> str | None:
    """The room a module of ours belongs to, the project itself, or None for somebody else's module."""
    inside = [room for room in ALLOWED if module == room or module.startswith(f"{room}.")]
    return inside[0] if inside else PROJECT if module.split(".")[0] == PROJECT else None


def module_of(path: str) -> str:
    return ".".join(Path(path).with_suffix("").parts).removesuffix(".__init__")


def references(path: str, source: str) -> Iterator[Reference]:
    """Everything of ours and others' a source file refers to."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Reference(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = absolute(path, node)
            # `from clienthealth import digest` names the room only by its second half.
            yield from (Reference(node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call):
            yield from named_in_call(node)
        elif isinstance(node, ast.Assign):
            yield from named_in_migration(node)


def absolute(path: str, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = list(Path(path).parent.parts)
    here = package[: len(package) - node.level + 1]
    return ".".join([*here, *filter(None, [node.module])])


def named_in_call(node: ast.Call) -> Iterator[Reference]:
    """Models and modules given as text: ForeignKey("issues.Flag"), get_model("issues", "Flag"), import_string("…")."""
    values = [*node.args, *(keyword.value for keyword in node.keywords)]
    texts = [value.value for value in values if isinstance(value, ast.Constant) and isinstance(value.value, str)]
    called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    for text in texts:
        label, _, name = text.partition(".")
        is_model = bool(re.fullmatch(r"[A-Z]\w*", name)) or (called == "get_model" and not name)
        if is_model and label in LABELS:
            yield Reference(node.lineno, LABELS[label])
        elif called in {"import_module", "import_string"}:
            yield Reference(node.lineno, text)


def named_in_migration(node: ast.Assign) -> Iterator[Reference]:
    names = {target.id for target in node.targets if isinstance(target, ast.Name)}
    if names & {"dependencies", "run_before"} and isinstance(node.value, ast.List):
        for pair in node.value.elts:
            first = pair.elts[0] if isinstance(pair, ast.Tuple) and pair.elts else None
            if isinstance(first, ast.Constant) and first.value in LABELS:
                yield Reference(pair.lineno, LABELS[str(first.value)])


def violations(path: str, source: str) -> list[str]:
    """The references of one file that go up or sideways, or that a pure module may not have."""

    def wrong(reference: Reference) -> bool:
        if path in PURE:
            return reference.target.split(".")[0] not in sys.stdlib_module_names
        target = room_of(reference.target)
        return room not in {None, PROJECT} and target not in {None, room, *ALLOWED.get(room or "", ())}

    room = room_of(module_of(path))
    return [f"{path}:{found.line} refers to {found.target}" for found in references(path, source) if wrong(found)]


def tracked() -> list[str]:
    """Files of the repository, including new ones; without git, every file outside the folders git ignores."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=dev.ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):
        ignored = {".git", ".venv", "var", "__pycache__"}
        every = (path.relative_to(dev.ROOT) for path in dev.ROOT.rglob("*"))
        listed = [str(path) for path in every if not ignored & set(path.parts)]
    return [name for name in listed if (dev.ROOT / name).is_file()]


def sources() -> dict[str, str]:
    tops = {room.split(".")[0] for room in ALLOWED}
    ours = [name for name in tracked() if name.endswith(".py") and name.split("/")[0] in tops]
    return {name: (dev.ROOT / name).read_text() for name in ours}


def test_no_room_reaches_up() -> None:
    files = sources()
    assert files
    assert [found for path, source in files.items() for found in violations(path, source)] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("clienthealth/base/work.py", "from engagements.models import Client"),
        ("clienthealth/base/work.py", "def f():\n    import accounts.models"),
        ("clienthealth/base/work.py", "from clienthealth import digest"),
        ("clienthealth/base/work.py", "from ..health import ratios"),
        ("clienthealth/base/work.py", "from clienthealth.settings import BASE_DIR"),
        ("accounts/models.py", "if TYPE_CHECKING:\n    from issues.models import Flag"),
        ("engagements/models.py", "flag = models.ForeignKey('issues.Flag', on_delete=models.CASCADE)"),
        ("engagements/models.py", "flag = models.ForeignKey(to='issues.Flag', on_delete=models.CASCADE)"),
        ("engagements/rights.py", "model = apps.get_model('health', 'Snapshot')"),
        ("engagements/rights.py", "run = import_string('clienthealth.health.nightly.run')"),
        ("engagements/migrations/0002_x.py", "class Migration:\n    dependencies = [('issues', '0001_initial')]"),
        ("clienthealth/digest/mail.py", "from clienthealth.imports import undo"),
        ("clienthealth/dashboard/views.py", "from clienthealth.api import frame"),
        ("clienthealth/health/ratios.py", "from django.db import models"),
        ("clienthealth/health/ratios.py", "import numpy"),
        ("clienthealth/health/levels.py", "from clienthealth.health import ratios"),
        ("clienthealth/health/levels.py", "from . import ratios"),
    ],
)
def test_a_planted_violation_is_found(path: str, source: str) -> None:
    assert len(violations(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("clienthealth/base/work.py", "from . import text\nimport django.db\nstart('health.nightly')"),
        ("issues/models.py", "client = models.ForeignKey('engagements.Client', on_delete=models.CASCADE)"),
        (
            "issues/migrations/0001_initial.py",
            "class Migration:\n    dependencies = [('auth', '0012_x'), ('accounts', '0001')]",
        ),
        ("clienthealth/urls.py", "from clienthealth.api import frame\nfrom accounts import urls"),
        ("clienthealth/api/routes.py", "from clienthealth.dashboard import views\nfrom clienthealth.base import text"),
        ("clienthealth/health/ratios.py", "from fractions import Fraction\nimport collections.abc"),
    ],
)
def test_what_is_allowed_is_not_found(path: str, source: str) -> None:
    assert violations(path, source) == []


def test_every_room_is_in_the_table() -> None:
    folders = {str(Path(name).parent).replace("/", ".") for name in sources() if name.endswith("/apps.py")}
    assert folders - {PROJECT} <= set(ALLOWED)


def test_files_are_short_enough_to_read() -> None:
    long = {}
    for name in tracked():
        if name.endswith(".py") and "/migrations/" not in name:
            lines = (dev.ROOT / name).read_text().count("\n")
            if lines >= LONGEST_FILE:
                long[name] = lines
    assert long == {}


def source_names() -> re.Pattern[str]:
    """Hosts that packages are fetched from. Written in pieces, so that this file does not name them either."""
    hosts = ["py" + r"pi\.org", "python" + r"hosted\.org", "np" + r"mjs\.(org|com)", "yarn" + r"pkg\.com"]
    options = [
        "index" + r"[-_]url\s*[= ]\s*\S*://",
        "find" + r"[-_]links\s*[= ]\s*\S*/",
        "trusted" + r"[-_]host\s*[= ]\s*\S",
    ]
    return re.compile("|".join([*hosts, *options]), re.IGNORECASE)


def test_no_file_names_a_package_source() -> None:
    found = []
    for name in tracked():
        text = (dev.ROOT / name).read_bytes().decode(errors="ignore")
        found += [f"{name}: {match.group()}" for match in source_names().finditer(text)]
    assert found == []


@pytest.mark.parametrize(
    "line",
    ["https://files.python" + "hosted.org/x", "--index" + "-url https://x/simple", "FIND" + "_LINKS=/srv/wheels"],
)
def test_a_planted_package_source_is_found(line: str) -> None:
    assert source_names().search(line)
