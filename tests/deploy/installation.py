"""An installation as docker-compose.yml describes it, without containers: its commands, its variables, real servers.

Each service runs in a copy of what the image holds, with no variable but those compose and the image give it. Only
addresses differ, and they differ in the environment alone: names of services become ports of this machine.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests import services
from tests.deploy import shipped


def end(run: services.Run, process: subprocess.Popen[bytes], grace_seconds: float) -> tuple[int, bool]:
    """The exit code after SIGTERM, and whether anything of its group is left. Raises when the time is not enough."""
    process.terminate()
    code = process.wait(grace_seconds)
    left = services.exists(process.pid)
    run.forget(process)
    return code, left


class Installation:
    def __init__(self, run: services.Run, folder: Path, dotenv: Mapping[str, str], local: Mapping[str, str]) -> None:
        """`local` maps an address inside the network, such as db:5432, to one of this machine."""
        self.run = run
        self.folder = folder
        self.port = services.free_port()
        self.image = shipped.lay_out_image(folder / "app")
        self.before = shipped.contents(self.image)
        self.local = {**local, "0.0.0.0": "127.0.0.1"}  # noqa: S104
        self.services = shipped.ours(shipped.services({**shipped.FILLED, **dotenv}))
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def environment(self, name: str) -> dict[str, str]:
        """What a container of this service would see, with the addresses of this machine."""
        data = self.folder / f"{name}-data"
        if not data.exists():
            data.mkdir()
            if owner := self.user():
                os.chown(data, owner["user"], owner["group"])
        found = {**shipped.image_environment(), **self.services[name].env}
        for inside, here in self.local.items():
            found = {variable: value.replace(inside, here) for variable, value in found.items()}
        path = shipped.python_path(Path(sys.executable))
        return {**found, "PATH": path, "DATA_DIR": str(data), "PORT": str(self.port)}

    def user(self) -> dict[str, Any]:
        """Whom processes run as: nobody, where this is root and nobody can reach the interpreter."""
        places = [Path(sys.executable).resolve(), Path(sys.executable).parent.absolute(), self.image]
        return services.unprivileged() if all(map(services.reachable_by_all, places)) else {}

    def start(self, name: str) -> None:
        with open(self.folder / f"{name}.log", "ab") as log:
            options = {"cwd": self.image, "env": self.environment(name), "stdout": log, "stderr": log}
            self.running[name] = self.run.popen(self.services[name].command, **options, **self.user())

    def finish(self, *command: str, service: str = "web") -> subprocess.CompletedProcess[str]:
        """Run a command of this service to its end, as `docker compose run` or `exec` would."""
        done = subprocess.run(
            command, cwd=self.image, env=self.environment(service), capture_output=True, text=True, check=False,
            timeout=120, **self.user(),
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done

    def manage(self, *arguments: str) -> str:
        return self.finish("python", "manage.py", *arguments).stdout

    def json(self, *arguments: str) -> Any:
        return json.loads(self.manage(*arguments, "--json"))

    def healthy(self) -> bool:
        """What the health check of the web service says."""
        command = self.services["web"].raw["healthcheck"]["test"][1:]
        return subprocess.run(command, env=self.environment("web"), capture_output=True).returncode == 0

    def stop(self, name: str) -> tuple[int, bool]:
        return end(self.run, self.running.pop(name), self.services[name].grace_seconds)

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def close(self) -> None:
        for process in self.running.values():
            services.stop_process(process)
            self.run.forget(process)
        with contextlib.suppress(OSError):
            shipped.remove(self.folder)
