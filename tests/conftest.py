"""What every test stands on: a throw-away environment, one of the two databases, and real servers on request.

    pytest --db sqlite|postgres      which database the whole run uses (default sqlite)
    pytest --group fault|load|browser    that slow group instead of the ordinary tests; --long at full length
    pytest --strict-services         a missing server is a failure, not a skip (outside a developer's machine)

The application reads its settings once, so the environment has to be complete before they are loaded, and they have to
be loaded before the first test module or conftest file below this one imports a model. pytest reads the options later
than that; hence the look ahead in pytest_addoption. With xdist the first process makes the environment and starts
Postgres; the worker processes inherit it through their variables, and each keeps its own folder and its own databases.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import hypothesis
import pytest

from tests import services

SLOW_GROUPS = {"fault", "load", "browser"}
SHARED = "CLIENTHEALTH_TEST_RUN"  # the folder of the whole run; set means: we are a worker process of it
NO_POSTGRES = "CLIENTHEALTH_TEST_NO_POSTGRES"  # why Postgres cannot be had
RUN_KEY = pytest.StashKey[services.Run]()


# --- the environment of the run ------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    group = parser.getgroup("clienthealth")
    group.addoption("--db", choices=("sqlite", "postgres"), default="sqlite", help="the database of the whole run")
    group.addoption("--group", action="append", default=[], choices=sorted(SLOW_GROUPS), help="run this slow group")
    group.addoption("--long", action="store_true", help="slow groups at full length")
    group.addoption("--strict-services", action="store_true", help="a missing Postgres, Redis or browser fails")
    config = pluginmanager.getplugin("pytestconfig")
    if is_worker():
        set_up_worker()
    else:
        options = parser.parse_known_args(list(config.invocation_params.args))
        config.stash[RUN_KEY] = set_up_run(options.db)
        if "browser" in options.group:
            # Playwright's loop runs in the test's thread; Django takes it for asynchronous code and would refuse.
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    load_django()
    # Found examples must not depend on chance or on how busy the machine is: the suite says the same on every run.
    hypothesis.settings.register_profile("suite", deadline=None, derandomize=True)
    hypothesis.settings.load_profile("suite")


def is_worker() -> bool:
    return SHARED in os.environ and "PYTEST_XDIST_WORKER" in os.environ


def set_up_run(database: str) -> services.Run:
    run = services.Run.begin()
    url = f"sqlite:///{run.folder / 'unused.sqlite3'}"  # Django's test database is in memory
    if database == "postgres":
        # The server itself is started in pytest_configure; the settings need no more than its address.
        url = os.environ.get("TEST_DATABASE_URL") or services.postgres_url(services.free_port())
    data = run.folder / "main"
    data.mkdir()
    for name in services.application_variables() | {NO_POSTGRES}:
        os.environ.pop(name, None)
    os.environ.update(services.app_environment(data, url), HYPOTHESIS_STORAGE_DIRECTORY=str(run.folder / "hypothesis"))
    os.environ[SHARED] = str(run.folder)
    return run


def set_up_worker() -> None:
    data = Path(os.environ[SHARED]) / os.environ["PYTEST_XDIST_WORKER"]
    data.mkdir(exist_ok=True)
    os.environ["DATA_DIR"] = str(data)


def load_django() -> None:
    import django
    from django.conf import settings

    if settings.configured:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests choose the settings and their environment.")
    os.environ["DJANGO_SETTINGS_MODULE"] = "clienthealth.settings"
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]  # quick; the real one is slow on purpose
    settings.CELERY_BROKER_URL = "memory://"  # messages of in-process tests go nowhere; live_app has the real broker
    settings.CELERY_BROKER_TRANSPORT_OPTIONS = {}
    django.setup()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(config: pytest.Config) -> None:
    # A worker process loads Django as above, after its own folder is set, not as early as this variable makes it.
    os.environ.pop("DJANGO_SETTINGS_MODULE", None)


def pytest_configure(config: pytest.Config) -> None:
    given = "postgres" if uses_postgres() else "sqlite"
    if config.getoption("--db") != given:
        raise pytest.UsageError("Give --db on the command line itself; it is needed before pytest reads other places.")
    if given == "sqlite" or is_worker() or "TEST_DATABASE_URL" in os.environ:
        return
    try:
        port = services.port_of(os.environ["DATABASE_URL"])
        services.Postgres(config.stash[RUN_KEY], port).start()
    except services.NotAvailable as reason:
        if config.getoption("--strict-services"):
            raise pytest.UsageError(str(reason)) from None
        os.environ[NO_POSTGRES] = str(reason)


def pytest_unconfigure(config: pytest.Config) -> None:
    run = config.stash.get(RUN_KEY, None)
    if run is None:
        return
    if not is_worker() and "TEST_DATABASE_URL" in os.environ and uses_postgres():
        databases(run).drop_template()
    run.end()


def uses_postgres() -> bool:
    return os.environ["DATABASE_URL"].startswith("postgres")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    wanted = set(config.getoption("--group"))
    kept: list[pytest.Item] = []
    left: list[pytest.Item] = []
    for item in items:
        slow = SLOW_GROUPS & {mark.name for mark in item.iter_markers()}
        (kept if (slow & wanted if wanted else not slow) else left).append(item)
    items[:] = kept
    if left:
        config.hook.pytest_deselected(items=left)
    if reason := os.environ.get(NO_POSTGRES):
        for item in items:
            item.add_marker(pytest.mark.skip(reason=reason))


# --- fixtures ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def run(request: pytest.FixtureRequest) -> services.Run:
    """This process's folder, and the registry of the processes it starts."""
    stash = request.config.stash
    if RUN_KEY not in stash:
        stash[RUN_KEY] = services.Run.begin()
    return stash[RUN_KEY]


@pytest.fixture(scope="session")
def unavailable(request: pytest.FixtureRequest) -> Callable[[object], None]:
    """Skip the test for want of a server, or fail it in strict runs."""

    def end(reason: object) -> None:
        if request.config.getoption("--strict-services"):
            pytest.fail(str(reason), pytrace=False)
        pytest.skip(str(reason))

    return end


@pytest.fixture(scope="session")
def long_run(request: pytest.FixtureRequest) -> bool:
    """Whether slow tests shall run at full length."""
    return bool(request.config.getoption("--long"))


@pytest.fixture(scope="session")
def redis_url(run: services.Run, unavailable: Callable[[object], None]) -> str:
    """A Redis of this test process alone. Flush it as you like; to stop it, ask for private_redis."""
    if given := os.environ.get("TEST_REDIS_URL"):
        number = int("".join(filter(str.isdecimal, os.environ.get("PYTEST_XDIST_WORKER", ""))) or 0)
        return services.with_database(given, str(number))
    try:
        return services.Redis(run).start().url
    except services.NotAvailable as reason:
        unavailable(reason)
        raise


@pytest.fixture
def private_redis(run: services.Run, unavailable: Callable[[object], None]) -> Iterator[services.Redis]:
    """A Redis to stop, crash and start again."""
    try:
        server = services.Redis(run).start()
    except services.NotAvailable as reason:
        unavailable(reason)
        raise
    yield server
    server.stop()


@pytest.fixture
def private_postgres(run: services.Run, unavailable: Callable[[object], None]) -> Iterator[services.Postgres]:
    """A Postgres to stop, crash and start again; empty, see its url and services.Databases."""
    try:
        server = services.Postgres(run).start()
    except services.NotAvailable as reason:
        unavailable(reason)
        raise
    yield server
    server.stop()


def databases(run: services.Run) -> services.Databases:
    return services.Databases(run, Path(os.environ[SHARED]), os.environ["DATABASE_URL"] if uses_postgres() else None)


@pytest.fixture
def live_app(run: services.Run) -> Iterator[services.LiveApp]:
    """An installation of its own on a real database, for tests of commands and of running processes."""
    data = run.folder / f"app-{secrets.token_hex(4)}"
    data.mkdir()
    maker = databases(run)
    url = maker.new(data)
    app = services.LiveApp(run, data, url)
    yield app
    app.close()
    maker.drop(url)
    shutil.rmtree(data, ignore_errors=True)


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, Any], unavailable: Callable[[object], None]
) -> dict[str, Any]:
    """The machine's Chromium instead of a downloaded one, kept from calling anybody."""
    programs = ("chromium", "chromium-browser", "google-chrome")
    program = next(filter(None, map(shutil.which, programs)), None)
    if program is None:
        unavailable("no browser: install chromium")
    silent = ["--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-quic"]
    plain = ["--no-sandbox", "--disable-gpu", "--no-first-run"]
    return {**browser_type_launch_args, "executable_path": program, "args": [*plain, *silent]}
