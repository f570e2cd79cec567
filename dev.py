#!/usr/bin/env python3
"""The one entry point: set up, run, test, check and format this project.

    python3 dev.py run        a working installation with demo data at http://127.0.0.1:8000/
    python3 dev.py test       the test suite, on SQLite and on Postgres

Standard library only, because it runs before anything is installed. What it starts runs in `.venv`, which it makes.
"""

from __future__ import annotations

import argparse
import contextlib
import ctypes
import errno
import hashlib
import http.client
import importlib.util
import json
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
LOCKS = ROOT / "requirements"
SOURCES = ("manage.py", "dev.py", "clienthealth", "accounts", "engagements", "issues", "tests")
DJADE = ("djade", "--target-version", "5.2")
SLOW_GROUPS = ("fault", "load", "browser")

READY_SECONDS = 60.0
STOP_SECONDS = 7.0  # then the rest is killed, so that Ctrl-C is over within 8 seconds
KEEP_LOG_BYTES = 5_000_000
PYTEST_NO_TESTS = 5


class Refused(Exception):
    """Something the person at the keyboard can put right; the text says how."""


# --- small tools ---------------------------------------------------------------------------------------------------


def say(text: str = "") -> None:
    print(text, flush=True)


@contextlib.contextmanager
def step(what: str) -> Iterator[None]:
    """Name a step before it starts, and say how many seconds it took."""
    print(f"  {what} … ", end="", flush=True)
    began = time.monotonic()
    try:
        yield
    except BaseException:
        say("stopped")
        raise
    say(f"{time.monotonic() - began:.1f} s")


def data_dir() -> Path:
    return Path(os.environ.get("DATA_DIR") or ROOT / "var").absolute()


def call(command: Sequence[str | Path], env: Mapping[str, str] | None = None) -> str:
    """Run a command quietly and return its standard output; its whole output is shown only if it fails."""
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        shown = "\n".join((done.stdout + done.stderr).strip().splitlines()[-30:])
        words = " ".join(Path(part).name for part in map(str, command[:4]))
        raise Refused(f"`{words} …` ended with exit code {done.returncode}:\n{shown}")
    return done.stdout


@contextlib.contextmanager
def only_one(path: Path, note: str, busy: str, wait: bool = False) -> Iterator[None]:
    """Hold a lock file. The kernel releases it however this process ends, so it never has to be removed by hand."""
    import fcntl  # here, so that the version check in main() is reached on every system

    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            message = busy.format(holder=lock.read().strip() or "another process")
            if not wait:
                raise Refused(message) from None
            say(message)
            fcntl.flock(lock, fcntl.LOCK_EX)
        lock.truncate(0)
        lock.write(note)
        lock.flush()
        yield


# --- setup ---------------------------------------------------------------------------------------------------------


def setup(*names: str, optional: Sequence[str] = ()) -> None:
    """Make .venv and install the named locks, skipping what is there already."""
    with only_one(ROOT / "var" / "setup.lock", f"process {os.getpid()}", "Waiting: {holder} is setting up.", wait=True):
        for name in names:
            if not installed(name):
                make_venv()
                with step(f"packages from requirements/{name}.txt, a minute at most the first time"):
                    install(name)
        for name in optional:
            install_if_possible(name)


def digest(name: str) -> str:
    return hashlib.sha256((LOCKS / f"{name}.txt").read_bytes()).hexdigest()


def stamps() -> dict[str, str]:
    """The locks installed in .venv, as name → hash. Kept inside .venv so that both go together."""
    with contextlib.suppress(OSError, ValueError):
        return dict(json.loads((VENV / "installed.json").read_text()))
    return {}


def stamp(**entries: str) -> None:
    (VENV / "installed.json").write_text(json.dumps({**stamps(), **entries}, indent=1))


def installed(name: str) -> bool:
    return PYTHON.exists() and stamps().get(name) == digest(name)


def make_venv() -> None:
    usable = PYTHON.exists() and subprocess.run([PYTHON, "-c", "import pip"], capture_output=True).returncode == 0
    if usable:
        return
    if importlib.util.find_spec("ensurepip") is None:
        raise Refused(
            "Python cannot make a virtual environment here: run `apt install python3-venv`, then start again."
        )
    with step("virtual environment .venv"):
        # --clear also repairs a half-made one, and one whose Python has gone.
        call([sys.executable, "-m", "venv", "--clear", VENV])


def install(name: str) -> None:
    options = ["--quiet", "--disable-pip-version-check", "--no-input", "--require-hashes", "--only-binary", ":all:"]
    call([PYTHON, "-m", "pip", "install", *options, "-r", LOCKS / f"{name}.txt"])
    # The dev lock pins every runtime package at the same version (a test holds that), so it stands for both.
    stamp(**{each: digest(each) for each in {"dev": ("runtime", "dev")}.get(name, (name,))})


def install_if_possible(name: str) -> None:
    """Install an optional lock. A failure is one line, and is not tried again until the lock changes."""
    failed = f"failed {digest(name)}"
    if installed(name) or (stamps().get(name) == failed and not strict()):
        return
    try:
        with step(f"packages from requirements/{name}.txt"):
            install(name)
    except Refused as refusal:
        stamp(**{name: failed})
        say(f"  requirements/{name}.txt could not be installed and is optional: {str(refusal).splitlines()[-1]}")


def strict() -> bool:
    return os.environ.get("STRICT", "") not in ("", "0")


# --- run -----------------------------------------------------------------------------------------------------------


def commands(python: str | Path, data: Path, host: str, port: int) -> dict[str, list[str]]:
    """The processes of an installation. The tests start these too, so what is tested is what runs."""
    celery = [str(python), "-m", "celery", "-A", "clienthealth"]
    # One worker on one host has nobody to gossip with, and the embedded broker cannot carry it.
    alone = ["--without-gossip", "--without-mingle", "--without-heartbeat"]
    schedule = str(data / "celerybeat-schedule")
    return {
        "web": [str(python), "manage.py", "serve", "--host", host, "--port", str(port)],
        "worker": [*celery, "worker", "--concurrency", "1", "--loglevel", "WARNING", *alone],
        "beat": [*celery, "beat", "--schedule", schedule, "--pidfile=", "--loglevel", "WARNING"],
    }


def check_port(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left by ourselves is free
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                reason = f"Port {port} is taken by another program. Choose another, for example: --port {port + 1}"
            elif error.errno == errno.EACCES:
                reason = f"Port {port} needs special rights. Choose one above 1023, for example: --port 8000"
            else:
                reason = f"Cannot listen on {host} port {port}: {error.strerror or error}."
            raise Refused(reason) from None


def answers(host: str, port: int) -> bool:
    """Whether the web process says it is alive."""
    connection = http.client.HTTPConnection(host, port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def end_with_parent() -> None:
    """In a child, before its program starts: ask to be ended when the supervisor is killed. Linux only."""
    if sys.platform == "linux":
        pr_set_pdeathsig = 1
        ctypes.CDLL(None).prctl(pr_set_pdeathsig, signal.SIGTERM)


class Children:
    """Processes that live and end together.

    Each has a process group of its own: a Ctrl-C in the terminal reaches only this supervisor, which then asks each
    main process to end. (Signalling whole groups makes a Celery worker's pool die under it, with errors and lost work.)
    """

    def __init__(self) -> None:
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stop_asked = False

    def watch_signals(self) -> None:
        def ask(_number: int, _frame: object) -> None:
            self.stop_asked = True

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, ask)

    def start(self, name: str, command: Sequence[str], env: Mapping[str, str], log: Path | None = None) -> None:
        with contextlib.ExitStack() as opened:
            output = opened.enter_context(open(log, "ab")) if log else None
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                process_group=0,
                preexec_fn=end_with_parent,
            )

    def ended(self) -> str | None:
        return next((name for name, process in self.processes.items() if process.poll() is not None), None)

    def wait_until(self, ready: Callable[[], bool], seconds: float) -> bool:
        """True once ready; False when asked to stop, when a child has ended, or when the time is over."""
        until = time.monotonic() + seconds
        while not self.stop_asked and self.ended() is None and time.monotonic() < until:
            if ready():
                return True
            time.sleep(0.1)
        return False

    def stop(self) -> list[str]:
        """End all of them; returns the names of those that had to be killed."""
        running = {name: process for name, process in self.processes.items() if process.poll() is None}
        for process in running.values():
            process.terminate()
        until = time.monotonic() + STOP_SECONDS
        while any(process.poll() is None for process in running.values()) and time.monotonic() < until:
            time.sleep(0.05)
        killed = [name for name, process in running.items() if process.poll() is None]
        for process in self.processes.values():
            with contextlib.suppress(OSError):  # nobody left in the group is the good case
                os.killpg(process.pid, signal.SIGKILL)
        for process in self.processes.values():
            process.wait(timeout=1)
        return killed


def open_log(data: Path, name: str) -> Path:
    """The log file of a process; the last one is put aside when it has grown large."""
    path = data / "log" / f"{name}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.exists() and path.stat().st_size > KEEP_LOG_BYTES:
        path.replace(path.with_suffix(".log.1"))
    return path


def supervise(children: Children, ready: Callable[[], bool], greeting: Callable[[], None], data: Path) -> int:
    """Stay until asked to stop (exit code 0) or until a child ends by itself (1)."""
    try:
        if children.wait_until(ready, READY_SECONDS):
            greeting()
            children.wait_until(lambda: False, float("inf"))
        if children.stop_asked:
            say("\nStopping …")
            return 0
        report_end(children, data)
        return 1
    finally:
        began = time.monotonic()
        killed = children.stop()
        say(f"Stopped in {time.monotonic() - began:.1f} s.")
        if killed:
            say(f"Did not end in time and was killed: {', '.join(killed)}. The next start takes up its work.")


def report_end(children: Children, data: Path) -> None:
    name = children.ended()
    if name is None:
        say(f"The web server gave no answer within {READY_SECONDS:.0f} s.")
        return
    code = children.processes[name].returncode
    how = f"ended by itself with exit code {code}" if code >= 0 else f"was killed by signal {-code}"
    say(f"The {name} process {how}.")
    log = data / "log" / f"{name}.log"
    if log.exists():
        say(f"The end of {log}:\n" + "\n".join(log.read_text(errors="replace").splitlines()[-15:]))


def run(options: argparse.Namespace) -> int:
    began = time.monotonic()
    data = data_dir()
    address = f"http://{f'[{options.host}]' if ':' in options.host else options.host}:{options.port}/"
    busy = f"Already running on the data in {data}: {{holder}}. Stop that one first; two would disturb each other."
    with only_one(data / "run.lock", f"process {os.getpid()} at {address}", busy):
        check_port(options.host, options.port)
        setup("runtime")
        env = {**os.environ, "PYTHONUNBUFFERED": "1", "HOST": options.host, "PORT": str(options.port)}
        with step("database"):
            call([PYTHON, "manage.py", "migrate", "--no-input", "--verbosity", "0"], env)
        sign_ins = "" if options.empty else demo(env)
        return start(options, data, env, lambda: greet(address, sign_ins, data, began))


def demo(env: Mapping[str, str]) -> str:
    with step("demo data, unless there is data already"):
        return call([PYTHON, "manage.py", "demo", "--if-empty"], env).strip()


def start(options: argparse.Namespace, data: Path, env: Mapping[str, str], greeting: Callable[[], None]) -> int:
    children = Children()
    children.watch_signals()
    for name, command in commands(PYTHON, data, options.host, options.port).items():
        children.start(name, command, env, None if name == "web" else open_log(data, name))
    near = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(options.host, options.host)
    return supervise(children, lambda: answers(near, options.port), greeting, data)


def greet(address: str, sign_ins: str, data: Path, began: float) -> None:
    say(f"\nReady after {time.monotonic() - began:.1f} s: {address}")
    if sign_ins:
        say(sign_ins)
    say(f"Worker and scheduler write to {data / 'log'}. Ctrl-C stops everything.")


# --- test ----------------------------------------------------------------------------------------------------------


def test(options: argparse.Namespace, extra: Sequence[str]) -> int:
    setup("dev", optional=["services"])
    groups = [group for group in SLOW_GROUPS if getattr(options, group)] or [""]
    for group in groups:
        for database in databases(options.db):
            code = pytest_run(group, database, options.long, extra)
            # A failure ends the whole run here: the last line then tells of the failure, not of a later success.
            if code != 0:
                return code
    return 0


def databases(wanted: str) -> list[str]:
    if wanted != "both":
        return [wanted]
    there = subprocess.run([PYTHON, "-m", "tests.services"], cwd=ROOT, capture_output=True).returncode == 0
    if there or strict():
        return ["sqlite", "postgres"]  # in strict mode the second run says what is missing, and fails
    say("No Postgres found (TEST_DATABASE_URL, the wheel of requirements/services.txt, PATH): running on SQLite alone.")
    return ["sqlite"]


def processors() -> int:
    """Those this process may use: in a container fewer than the machine has."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def pytest_run(group: str, database: str, long: bool, extra: Sequence[str]) -> int:
    # Load tests measure, so they get the machine to themselves.
    processes = 0 if group == "load" else min(processors(), 8)
    command = [str(PYTHON), "-m", "pytest", "-n", str(processes), "--db", database]
    command += ["--group", group] if group else []
    command += ["--long"] if long else []
    command += ["--strict-services"] if strict() else []
    say(f"\n{' '.join(['pytest', *command[3:], *extra])}")
    code = foreground([*command, *extra])
    if code == PYTEST_NO_TESTS and group:
        say(f"Nothing to run in the group {group}.")
        return 0
    return code


def foreground(command: Sequence[str]) -> int:
    """Run a command that shares the terminal, and so its Ctrl-C: it gets time to clear up and to say what it found."""
    with subprocess.Popen(command, cwd=ROOT) as process:
        try:
            return process.wait()
        except KeyboardInterrupt:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            process.terminate()
            raise


# --- check and format ----------------------------------------------------------------------------------------------


def lock_problems(text: str) -> list[str]:
    """What a lock must not hold: options, addresses (they would name a machine's package source), unhashed lines."""
    problems = [f"option or address: {line}" for line in text.splitlines() if re.search(r"^--|://", line)]
    logical = re.sub(r"\\\n", " ", text).splitlines()
    needs = [line for line in logical if line.strip() and not line.lstrip().startswith("#")]
    return problems + [f"no hash: {line.split()[0]}" for line in needs if "--hash=sha256:" not in line]


def check_locks() -> int:
    found = [
        f"{path.name}: {problem}" for path in sorted(LOCKS.glob("*.txt")) for problem in lock_problems(path.read_text())
    ]
    for line in found:
        say(line)
    return 1 if found else 0


def templates() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted((ROOT / "templates").rglob("*.html"))]


def check(_options: argparse.Namespace) -> int:
    setup("dev")
    with tempfile.TemporaryDirectory(prefix="clienthealth-check-") as folder:
        # Loading the settings must neither need nor touch the data of this installation.
        env = {**os.environ, "DATA_DIR": folder, "DATABASE_URL": f"sqlite:///{folder}/check.sqlite3"}
        env |= {"REDIS_URL": "", "SECRET_KEY": secrets.token_urlsafe(50)}
        results = {name: checked(name, command, env) for name, command in checks().items()}
    results["locks"] = check_locks() == 0
    failed = [name for name, good in results.items() if not good]
    say(f"\nFailed: {', '.join(failed)}" if failed else "\nAll checks passed.")
    return 1 if failed else 0


def checks() -> dict[str, list[str]]:
    present = [name for name in SOURCES if (ROOT / name).exists()]
    found = {
        "format": ["ruff", "format", "--check", *present],
        "lint": ["ruff", "check", *present],
        "types": ["mypy"],
        "migrations": ["manage.py", "makemigrations", "--check", "--dry-run", "--verbosity", "1"],
    }
    if templates():
        found["template lint"] = ["djlint", "--lint", "--quiet", "templates"]
        found["template format"] = [*DJADE, "--check", *templates()]
    return found


def checked(name: str, command: Sequence[str], env: Mapping[str, str]) -> bool:
    say(f"\n{name}: {' '.join(command[:3])}")
    return tool(command, env) == 0


def tool(command: Sequence[str], env: Mapping[str, str] | None = None) -> int:
    program = [str(PYTHON), command[0]] if command[0].endswith(".py") else [str(VENV / "bin" / command[0])]
    return subprocess.run([*program, *command[1:]], cwd=ROOT, env=env).returncode


def fmt(_options: argparse.Namespace) -> int:
    setup("dev")
    present = [name for name in SOURCES if (ROOT / name).exists()]
    steps = [["ruff", "check", "--fix", *present], ["ruff", "format", *present]]
    steps += [[*DJADE, *templates()]] if templates() else []
    codes = [tool(command) for command in steps]
    return codes[0]  # djade and the formatter report changes by their exit code; only unfixed lint is a failure


def shots(_options: argparse.Namespace) -> int:
    setup("dev", optional=["services"])
    return subprocess.run([PYTHON, "-m", "tests.browser.shots"], cwd=ROOT).returncode


# --- command line --------------------------------------------------------------------------------------------------


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(prog="dev.py", description=(__doc__ or "").split("\n")[0])
    sub = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = sub.add_parser("setup", help="make .venv and install the packages")
    one.add_argument("--dev", action="store_true", help="with the tools for tests and checks")
    one = sub.add_parser("run", help="start web, worker and scheduler")
    one.add_argument("--host", default=os.environ.get("HOST") or "127.0.0.1", help="address to listen on")
    one.add_argument("--port", type=port_number, default=os.environ.get("PORT") or 8000, help="default: 8000")
    one.add_argument("--empty", action="store_true", help="without demo data")
    one = sub.add_parser("test", help="run the tests; further arguments go to pytest", allow_abbrev=False)
    one.add_argument("--db", choices=("sqlite", "postgres", "both"), default="both", help="default: both")
    one.add_argument("--long", action="store_true", help="the slow groups at full length")
    for group in SLOW_GROUPS:
        one.add_argument(f"--{group}", action="store_true", help=f"only the slow group {group}")
    sub.add_parser("check", help="format, lint, types, templates, migrations, locks")
    sub.add_parser("fmt", help="put the sources into the house format")
    sub.add_parser("shots", help="take the screenshots of the documentation")
    return top


def port_number(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"{text} is no port; give a number from 1 to 65535")
    return int(text)


def run_setup(options: argparse.Namespace) -> int:
    setup("dev" if options.dev else "runtime", optional=["services"] if options.dev else [])
    say("Ready: .venv/bin/python manage.py …")
    return 0


def interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def main(arguments: Sequence[str]) -> int:
    if sys.version_info < (3, 11):  # noqa: UP036  reached on older ones too, and says so instead of failing oddly
        say(f"Python 3.11 or newer is needed; this is {sys.version.split()[0]}. Try for example: python3.11 dev.py …")
        return 1
    # Set by hand, because a shell starts background jobs with SIGINT ignored.
    signal.signal(signal.SIGINT, interrupt)
    signal.signal(signal.SIGTERM, interrupt)
    options, extra = parser().parse_known_args(arguments)
    if extra and options.command != "test":
        parser().error(f"unknown: {' '.join(extra)}")
    todo = {"setup": run_setup, "run": run, "check": check, "fmt": fmt, "shots": shots}
    try:
        return test(options, extra) if options.command == "test" else todo[options.command](options)
    except Refused as refusal:
        print(f"\n{refusal}", file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        say("\nStopped.")
        return 0 if options.command == "run" else 130


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
