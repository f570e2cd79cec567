"""dev.py and tests/services.py: what starts, supervises and clears up everything else."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

import dev
from tests import services

SUPERVISOR = """
    import sys
    from pathlib import Path
    import dev

    dev.STOP_SECONDS = 1.0  # for the sake of the test's own time
    data = Path(sys.argv[1])
    children = dev.Children()
    children.watch_signals()
    for name, program in CHILDREN.items():
        children.start(name, [sys.executable, "-c", program], {}, dev.open_log(data, name))
    raise SystemExit(dev.supervise(children, lambda: all((data / name).exists() for name in CHILDREN), greet, data))
"""
# Each leaves a file named after itself once it can take signals, holding its process id.
OBEDIENT = "import os, sys, time; open({path!r}, 'w').write(str(os.getpid())); time.sleep(60)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + OBEDIENT
NOTING_CTRL_C = (
    "import signal, sys; signal.signal(signal.SIGINT, lambda *_: print('interrupted', flush=True)); " + OBEDIENT
)
ENDING = "import time; print('the reason'); time.sleep(0.3); raise SystemExit(3)"


def supervisor(folder: Path, **children: str) -> subprocess.Popen[str]:
    programs = {name: text.format(path=str(folder / name)) for name, text in children.items()}
    greet = "def greet():\n    print('ready', flush=True)\n"
    script = f"CHILDREN = {programs!r}\n{greet}{textwrap.dedent(SUPERVISOR)}"
    command = [sys.executable, "-c", script, str(folder)]
    return subprocess.Popen(command, cwd=dev.ROOT, stdout=subprocess.PIPE, text=True, process_group=0)


def alive(process_id: int) -> bool:
    """Whether a process runs; one that has ended and only waits to be collected does not."""
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    state = Path(f"/proc/{process_id}/stat")
    return not state.exists() or state.read_text().rpartition(")")[2].split()[0] != "Z"


def wait_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout
    assert process.stdout.readline() == "ready\n"


# --- supervising ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_supervisor_asked_to_stop_ends_all_with_exit_code_0(tmp_path: Path, number: signal.Signals) -> None:
    process = supervisor(tmp_path, web=OBEDIENT, worker=OBEDIENT)
    wait_ready(process)
    process.send_signal(number)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "killed" not in output
    assert [name for name in ("web", "worker") if alive(int((tmp_path / name).read_text()))] == []


def test_supervisor_kills_who_does_not_stop_in_time(tmp_path: Path) -> None:
    process = supervisor(tmp_path, web=OBEDIENT, worker=STUBBORN)
    wait_ready(process)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert dev.STOP_SECONDS <= 7  # the rest of 8 seconds is for the killing
    assert process.returncode == 0
    assert "Did not end in time and was killed: worker." in output
    assert not alive(int((tmp_path / "worker").read_text()))


def test_ctrl_c_in_the_terminal_does_not_reach_the_children(tmp_path: Path) -> None:
    process = supervisor(tmp_path, web=NOTING_CTRL_C)
    wait_ready(process)
    os.killpg(process.pid, signal.SIGINT)  # a terminal signals the whole group in front
    process.communicate(timeout=30)
    assert (tmp_path / "log" / "web.log").read_text() == ""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is needed")
def test_killed_supervisor_leaves_no_child(tmp_path: Path) -> None:
    process = supervisor(tmp_path, web=OBEDIENT)
    wait_ready(process)
    process.kill()
    process.communicate(timeout=30)
    assert services.wait_for(lambda: not alive(int((tmp_path / "web").read_text())), what="the end of the child")


def test_child_that_ends_by_itself_stops_all_and_is_named(tmp_path: Path) -> None:
    process = supervisor(tmp_path, web=OBEDIENT, worker=ENDING)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 1
    assert "The worker process ended by itself with exit code 3." in output
    assert "the reason" in output
    assert not (tmp_path / "web").exists() or not alive(int((tmp_path / "web").read_text()))


def test_log_grown_large_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "KEEP_LOG_BYTES", 3)
    dev.open_log(tmp_path, "worker").write_text("1234")
    assert not dev.open_log(tmp_path, "worker").exists()
    assert (tmp_path / "log" / "worker.log.1").read_text() == "1234"


@pytest.mark.fault
def test_run_starts_the_application_and_ctrl_c_ends_it(tmp_path: Path) -> None:
    if not dev.installed("runtime"):
        pytest.skip("needs the .venv of dev.py setup")
    port = str(services.free_port())
    env = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "DATA_DIR": str(tmp_path / "data")}
    command = [sys.executable, "dev.py", "run", "--empty", "--port", port]
    process = subprocess.Popen(command, cwd=dev.ROOT, env=env, stdout=subprocess.PIPE, text=True, process_group=0)
    assert process.stdout
    said = []
    for line in process.stdout:
        said.append(line)
        if "Ctrl-C stops everything" in line:
            break
    assert dev.answers("127.0.0.1", int(port)), said
    second = subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, check=False)
    assert (second.returncode, f"process {process.pid} at http://127.0.0.1:{port}/" in second.stderr) == (1, True)
    began = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=30)
    assert process.returncode == 0
    assert time.monotonic() - began < 8
    assert not dev.answers("127.0.0.1", int(port))


# --- refusals ------------------------------------------------------------------------------------------------------


def test_taken_port_is_refused_naming_the_option() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(dev.Refused, match=rf"Port {port} is taken .* --port {port + 1}"):
            dev.check_port("127.0.0.1", port)
    dev.check_port("127.0.0.1", port)


def test_second_start_on_the_same_data_is_refused(tmp_path: Path) -> None:
    lock = tmp_path / "run.lock"
    with (
        dev.only_one(lock, "process 7", "busy: {holder}"),
        pytest.raises(dev.Refused, match="busy: process 7"),
        dev.only_one(lock, "process 8", "busy: {holder}"),
    ):
        pytest.fail("two hold the lock")
    with dev.only_one(lock, "process 9", "busy: {holder}"):
        assert lock.read_text() == "process 9"


def test_old_python_is_told_the_version_needed(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 9, 2))
    monkeypatch.setattr(sys, "version", "3.9.2 (default)")
    assert dev.main(["run"]) == 1
    assert capsys.readouterr().out.startswith("Python 3.11 or newer is needed; this is 3.9.2.")


def test_argument_of_another_command_is_refused(capsys: Any) -> None:
    with pytest.raises(SystemExit) as stopped:
        dev.main(["check", "--fault"])
    assert stopped.value.code == 2
    assert "--fault" in capsys.readouterr().err


# --- installing ----------------------------------------------------------------------------------------------------


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """A folder with locks and a .venv that looks complete; `installs` notes what pip would have been called for."""
    (tmp_path / "requirements").mkdir()
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    (tmp_path / ".venv" / "bin" / "python").symlink_to(sys.executable)
    for name in ("runtime", "dev", "services"):
        (tmp_path / "requirements" / f"{name}.txt").write_text(name)
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "LOCKS", tmp_path / "requirements")
    monkeypatch.setattr(dev, "VENV", tmp_path / ".venv")
    monkeypatch.setattr(dev, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.delenv("STRICT", raising=False)
    found = SimpleNamespace(folder=tmp_path, installs=[], broken=set())

    def call(command: Sequence[object], env: object = None) -> str:
        name = Path(str(command[-1])).stem
        found.installs.append(name)
        if name in found.broken:
            raise dev.Refused("pip said much\nno wheel for this system")
        return ""

    monkeypatch.setattr(dev, "call", call)
    return found


def test_setup_installs_once_until_the_lock_changes(project: SimpleNamespace) -> None:
    dev.setup("runtime")
    dev.setup("runtime")
    assert project.installs == ["runtime"]
    (project.folder / "requirements" / "runtime.txt").write_text("another")
    dev.setup("runtime")
    assert project.installs == ["runtime", "runtime"]


def test_dev_packages_stand_for_the_runtime_packages(project: SimpleNamespace) -> None:
    dev.setup("dev")
    dev.setup("runtime")
    assert project.installs == ["dev"]


def test_failed_install_is_tried_again(project: SimpleNamespace) -> None:
    project.broken = {"runtime"}
    for _ in range(2):
        with pytest.raises(dev.Refused, match="no wheel"):
            dev.setup("runtime")
    assert project.installs == ["runtime", "runtime"]


def test_optional_packages_fail_in_one_line_and_once(
    project: SimpleNamespace, capsys: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.broken = {"services"}
    dev.setup(optional=["services"])
    dev.setup(optional=["services"])
    assert project.installs == ["services"]
    assert capsys.readouterr().out.splitlines()[1:] == [
        "  requirements/services.txt could not be installed and is optional: no wheel for this system"
    ]
    monkeypatch.setenv("STRICT", "1")
    dev.setup(optional=["services"])
    assert project.installs == ["services", "services"]


def test_missing_venv_module_names_the_package(project: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    (project.folder / ".venv" / "bin" / "python").unlink()
    monkeypatch.setattr(dev.importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(dev.Refused, match="apt install python3-venv"):
        dev.setup("runtime")


# --- the test command ----------------------------------------------------------------------------------------------


@pytest.fixture
def pytest_runs(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """`dev.py test` with pytest replaced: `codes` are its exit codes in turn, `seen` the commands."""
    runs = SimpleNamespace(codes=[], seen=[])

    def run(command: Sequence[object], **_options: object) -> SimpleNamespace:
        if "tests.services" in command:
            return SimpleNamespace(returncode=0)
        runs.seen.append(" ".join(map(str, command[3:])))
        return SimpleNamespace(returncode=runs.codes.pop(0))

    monkeypatch.setattr(dev, "setup", lambda *_names, **_options: None)
    monkeypatch.setattr(dev, "processors", lambda: 2)
    monkeypatch.setattr(dev.subprocess, "run", run)
    monkeypatch.setattr(dev, "foreground", lambda command: run(command).returncode)
    monkeypatch.delenv("STRICT", raising=False)
    return runs


def test_test_runs_both_databases_and_passes_arguments_on(pytest_runs: SimpleNamespace) -> None:
    pytest_runs.codes = [0, 0]
    assert dev.main(["test", "-k", "ratio", "tests/health"]) == 0
    assert pytest_runs.seen == ["-n 2 --db sqlite -k ratio tests/health", "-n 2 --db postgres -k ratio tests/health"]


@pytest.mark.parametrize(("codes", "result", "count"), [([1], 1, 1), ([0, 1], 1, 2), ([5], 5, 1), ([0, 0], 0, 2)])
def test_test_stops_at_the_first_failure(
    pytest_runs: SimpleNamespace, codes: list[int], result: int, count: int
) -> None:
    pytest_runs.codes = codes
    assert dev.main(["test"]) == result
    assert len(pytest_runs.seen) == count


def test_empty_slow_group_is_no_failure(pytest_runs: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STRICT", "1")
    pytest_runs.codes = [5, 0]
    assert dev.main(["test", "--fault", "--load", "--db", "sqlite", "--long"]) == 0
    assert pytest_runs.seen == [
        "-n 2 --db sqlite --group fault --long --strict-services",
        "-n 0 --db sqlite --group load --long --strict-services",
    ]


def test_test_goes_on_without_postgres_unless_strict(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(dev.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    monkeypatch.delenv("STRICT", raising=False)
    assert dev.databases("both") == ["sqlite"]
    assert capsys.readouterr().out.count("\n") == 1
    monkeypatch.setenv("STRICT", "1")
    assert dev.databases("both") == ["sqlite", "postgres"]


# --- servers for the tests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("option", "code", "line"),
    [("--db=postgres", 0, "1 skipped"), ("--strict-services", 4, "none planted")],
)
def test_missing_postgres_skips_the_run_or_fails_it(tmp_path: Path, option: str, code: int, line: str) -> None:
    plugin = """
        from tests import services
        def none():
            raise services.NotAvailable("none planted")
        services.find_postgres = none
    """
    (tmp_path / "no_postgres.py").write_text(textwrap.dedent(plugin))
    hidden = {"TEST_DATABASE_URL", "CLIENTHEALTH_TEST_RUN", "PYTEST_XDIST_WORKER", "DJANGO_SETTINGS_MODULE"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env["PYTHONPATH"] = f"{tmp_path}{os.pathsep}{dev.ROOT}"
    one = f"{Path(__file__).relative_to(dev.ROOT)}::test_taken_port_is_refused_naming_the_option"
    command = [sys.executable, "-m", "pytest", "-p", "no_postgres", "-p", "no:xdist", "--db", "postgres", option, one]
    done = subprocess.run(command, cwd=dev.ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == code, done.stdout + done.stderr
    assert line in (done.stdout + done.stderr).strip().splitlines()[-1]


def test_killed_test_run_leaves_neither_process_nor_folder(tmp_path: Path) -> None:
    script = """
        import time
        from tests import services
        run = services.Run.begin("clienthealth-reaped-")
        process = run.popen(["sleep", "600"])
        print(process.pid, run.folder, flush=True)
        time.sleep(600)
    """
    command = [sys.executable, "-c", textwrap.dedent(script)]
    process = subprocess.Popen(command, cwd=dev.ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout
    started, folder = process.stdout.readline().split()
    assert alive(int(started))
    process.kill()
    process.wait()
    services.wait_for(lambda: not alive(int(started)) and not Path(folder).exists(), what="the clearing up")


def test_newest_whole_server_is_chosen(tmp_path: Path) -> None:
    for version, programs in {"9": ["initdb", "postgres"], "15": ["initdb", "postgres"], "16": ["initdb"]}.items():
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        for program in programs:
            (folder / program).touch()
    assert services.newest(tmp_path.glob("*/bin")) == tmp_path / "15" / "bin"
    assert services.newest([]) is None


def test_live_apps_are_migrated_and_apart(live_app: services.LiveApp, run: services.Run) -> None:
    count = (
        "from clienthealth.base.models import Organisation as O; O.objects.update(name='first'); print(O.objects.get())"
    )
    assert live_app.manage("shell", "--no-imports", "-c", count).stdout.strip() == "first"
    with pytest.raises(AssertionError, match=r"manage\.py migrate --nonsense gave"):
        live_app.manage("migrate", "--nonsense")


def test_commands_need_no_argument_of_the_environment() -> None:
    found = dev.commands("python", Path("/data"), "127.0.0.1", 8000)
    assert list(found) == ["web", "worker", "beat"]
    assert found["web"] == ["python", "manage.py", "serve", "--host", "127.0.0.1", "--port", "8000"]


def test_options_of_run_have_defaults(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOST", "PORT"):
        monkeypatch.delenv(name, raising=False)
    assert vars(dev.parser().parse_args(["run"])) == vars(
        argparse.Namespace(command="run", host="127.0.0.1", port=8000, empty=False)
    )
    monkeypatch.setenv("PORT", "8123")
    assert dev.parser().parse_args(["run"]).port == 8123
