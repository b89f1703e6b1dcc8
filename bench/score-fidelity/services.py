# SPDX-License-Identifier: Apache-2.0
"""Three real services, each asked by its own load generator: nginx by wrk, redis by
redis-benchmark, PostgreSQL by pgbench. All of Debian 12, all on loopback, all below one directory.
"""
import contextlib
import os
import pathlib
import pwd
import re
import shutil
import socket
import subprocess
import time

PAGE_BYTES = 16 << 10
REDIS_REQUESTS = 6000
NGINX = """daemon off; worker_processes 1; pid {directory}/nginx.pid; error_log {directory}/nginx.log;
events {{ worker_connections 64; }}
http {{ access_log off; client_body_temp_path {directory}; proxy_temp_path {directory};
fastcgi_temp_path {directory}; uwsgi_temp_path {directory}; scgi_temp_path {directory};
server {{ listen 127.0.0.1:{port}; root {directory}; }} }}
"""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def wait_for(port: int, within_s: float = 20):
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"nothing listens on 127.0.0.1:{port} after {within_s:.0f} s")


def output(command: list[str], **options) -> str:
    ended = subprocess.run(command, capture_output=True, text=True, timeout=120, **options)
    if ended.returncode != 0:
        raise RuntimeError(f"{command[0]}: {ended.stderr.strip() or ended.stdout.strip()}")
    return ended.stdout


class Services:
    """Running from start() to the end of the context."""

    def __init__(self, directory: pathlib.Path):
        self.directory = directory
        self.ports = {name: free_port() for name in ("nginx", "redis", "postgres")}
        self.processes: list[subprocess.Popen] = []
        # PostgreSQL refuses to run as root.
        self.user = "postgres" if os.getuid() == 0 else None
        self.binaries = max(pathlib.Path("/usr/lib/postgresql").glob("*/bin"))

    def __enter__(self) -> "Services":
        with contextlib.ExitStack() as undo:
            undo.callback(self.stop)
            self.start_nginx()
            self.start_redis()
            self.start_postgres()
            undo.pop_all()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        for process in reversed(self.processes):
            process.terminate()
        for process in self.processes:
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        shutil.rmtree(self.directory / "postgres", ignore_errors=True)

    def launch(self, command: list[str], **options):
        # In this session, as the load is: see load.py.
        self.processes.append(
            subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL, **options)
        )

    def start_nginx(self):
        (self.directory / "page").write_bytes(b"x" * PAGE_BYTES)
        (self.directory / "page").chmod(0o644)
        self.directory.chmod(0o755)
        configuration = self.directory / "nginx.conf"
        configuration.write_text(NGINX.format(directory=self.directory, port=self.ports["nginx"]))
        self.launch(["/usr/sbin/nginx", "-c", str(configuration), "-p", str(self.directory)])
        wait_for(self.ports["nginx"])

    def start_redis(self):
        self.launch(["redis-server", "--port", str(self.ports["redis"]), "--bind", "127.0.0.1",
                     "--save", "", "--dir", str(self.directory)])
        wait_for(self.ports["redis"])

    def start_postgres(self):
        data = self.directory / "postgres"
        data.mkdir()
        if self.user:
            account = pwd.getpwnam(self.user)
            os.chown(data, account.pw_uid, account.pw_gid)
        data.chmod(0o700)
        options = {"user": self.user, "cwd": "/"}
        output([str(self.binaries / "initdb"), "-D", str(data / "data"), "-A", "trust", "-U",
                "postgres"], **options)
        self.launch([str(self.binaries / "postgres"), "-D", str(data / "data"), "-p",
                     str(self.ports["postgres"]), "-c", "listen_addresses=127.0.0.1", "-k", str(data)],
                    **options)
        wait_for(self.ports["postgres"])
        deadline = time.monotonic() + 20
        while True:  # it listens a little before it answers
            try:
                output(self.pgbench("-i", "-s", "2", "-q"))
                return
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def pgbench(self, *arguments: str) -> list[str]:
        return [str(self.binaries / "pgbench"), "-h", "127.0.0.1", "-p",
                str(self.ports["postgres"]), "-U", "postgres", *arguments, "postgres"]

    def ask(self, name: str, seconds: int) -> dict[str, float]:
        """Milliseconds a request took in the mean, one client asking one after the other."""
        ask = {"nginx": self.ask_nginx, "redis": self.ask_redis, "postgres": self.ask_postgres}
        return {name: ask[name](seconds)}

    def ask_nginx(self, seconds: int) -> float:
        said = output(["wrk", "-t1", "-c1", f"-d{seconds}s",
                       f"http://127.0.0.1:{self.ports['nginx']}/page"])
        found = re.search(r"^Requests/sec:\s+([0-9.]+)", said, re.M)
        if not found or float(found.group(1)) == 0:
            raise RuntimeError(f"wrk said nothing of use: {said}")
        return 1000 / float(found.group(1))

    def ask_redis(self, _: int) -> float:
        said = output(["redis-benchmark", "-p", str(self.ports["redis"]), "-c", "1", "-n",
                       str(REDIS_REQUESTS), "-t", "get", "-q", "--csv"])
        return 1000 / float(said.strip().splitlines()[-1].split(",")[1].strip('"'))

    def ask_postgres(self, seconds: int) -> float:
        said = output(self.pgbench("-n", "-c", "1", "-T", str(seconds)))
        found = re.search(r"^latency average = ([0-9.]+) ms", said, re.M)
        if not found:
            raise RuntimeError(f"pgbench said nothing of use: {said}")
        return float(found.group(1))
