"""A PostgreSQL that is thrown away: starts one on a free port of 127.0.0.1, prints its URL, and removes it when its input ends.

Its input ends with whoever started it, however that one dies. Each line ``restart`` of it restarts the server without a shutdown, as after
a crash, and is answered with a line. Where there is no server to start, Debian's is installed if this is root; exit code 3 if there is none
to be had, 1 if it does not start.
"""

import os
import pwd
import random
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SETTINGS = (
    *("listen_addresses=127.0.0.1", "unix_socket_directories=", "max_connections=200", "lc_messages=C"),
    *("fsync=off", "full_page_writes=off"),  # it outlives its processes' deaths, not the machine's
)
WHEREVER = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
"""Where distributions keep a server's programs when they are not on the path."""


PORTS = range(20_000, 32_000)
"""Below those that the system gives to clients: one of them could take ours during a restart."""


class NoServer(Exception):
    """There is no PostgreSQL to start; the message says why, and what to do."""


class Failed(Exception):
    """A program of PostgreSQL's failed; the message is what it said."""


def programs() -> Path:
    """The folder of ``initdb`` and ``pg_ctl``; installs Debian's package if need be and possible."""
    if (found := _found()) is not None:
        return found
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise NoServer("no PostgreSQL server is installed; install one (on Debian: apt-get install postgresql)")
    _install()
    if (found := _found()) is None:
        raise NoServer("apt-get installed postgresql, and there is no initdb all the same")
    return found


def _found() -> Path | None:
    on_path = shutil.which("initdb")
    here = [Path(on_path).resolve().parent] if on_path else []
    kept = [folder for pattern in WHEREVER for folder in sorted(Path("/").glob(pattern[1:]), reverse=True)]
    return next((folder for folder in (*here, *kept) if (folder / "initdb").exists() and (folder / "pg_ctl").exists()), None)


def _install() -> None:
    sys.stderr.write("== postgresql (Debian package)\n")
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for arguments in (["update"], ["install", "-y", "--no-install-recommends", "postgresql"]):
        command = ["apt-get", "-qq", "-o", "DPkg::Lock::Timeout=120", *arguments]
        ran = subprocess.run(command, env=quiet, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise NoServer(f"{' '.join(command)} failed: {ran.stderr.strip()[-500:]}")


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """A server of our own: its programs, its folder, its port, and the account it runs as (``None``: ours)."""

    bin: Path
    folder: Path
    port: int
    account: pwd.struct_passwd | None

    @property
    def url(self) -> str:
        return f"postgresql://warmline@127.0.0.1:{self.port}/warmline"

    def start(self) -> None:
        """Make it and start it, with an empty database in it."""
        if self.account is not None:
            os.chown(self.folder, self.account.pw_uid, self.account.pw_gid)
        self._run(
            "initdb", "--username=warmline", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"
        )
        options = " ".join(f"-c {setting}" for setting in (*SETTINGS, f"port={self.port}"))
        self._run("pg_ctl", "start", "--wait", "--silent", f"--log={self.folder / 'log'}", f"--options={options}")
        self._run("createdb", "--host=127.0.0.1", f"--port={self.port}", "--username=warmline", "warmline")

    def restart(self) -> None:
        """End every process of it at once, and start it again: it recovers from its log."""
        self._run("pg_ctl", "restart", "--wait", "--silent", "--mode=immediate", f"--log={self.folder / 'log'}")

    def stop(self) -> None:
        """End it, if it runs."""
        if (self.folder / "data" / "postmaster.pid").exists():
            self._run("pg_ctl", "stop", "--wait", "--silent", "--mode=immediate")

    def _run(self, program: str, *arguments: str) -> None:
        place = {**os.environ, "PGDATA": str(self.folder / "data")}
        said = self.folder / f"said-{program}"  # a pipe would stay open for as long as the server runs
        with said.open("w") as file:
            ran = subprocess.run(
                [self.bin / program, *arguments],
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=None if self.account is None else [],
                env=place,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                check=False,
            )
        if ran.returncode:
            raise Failed(f"{program} failed: {said.read_text('utf-8', 'replace').strip()[-500:]}")


def free_port() -> int:
    """A port that nobody has at the moment."""
    for port in random.sample(PORTS, len(PORTS)):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise Failed(f"every port from {PORTS[0]} to {PORTS[-1]} is taken")


def account() -> pwd.struct_passwd | None:
    """Whom a server may run as: PostgreSQL refuses to be root."""
    if os.geteuid() != 0:
        return None
    named = {one.pw_name: one for one in pwd.getpwall()}
    return named.get("postgres") or named["nobody"]


def main(arguments: Sequence[str]) -> int:
    """Keep one for as long as there is input."""
    if arguments:
        sys.stdout.write(f"{__doc__}\n")
        return 0 if arguments[0] in ("-h", "--help") else 2
    folder = Path(tempfile.mkdtemp(prefix="warmline-postgres-"))
    try:
        cluster = Cluster(bin=programs(), folder=folder, port=free_port(), account=account())
        try:
            cluster.start()
            _serve(cluster)
        finally:
            cluster.stop()
    except (NoServer, Failed) as error:
        sys.stderr.write(f"throwaway_postgres: {error}\n")
        return 3 if isinstance(error, NoServer) else 1
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return 0


def _serve(cluster: Cluster) -> None:
    print(cluster.url, flush=True)
    while line := sys.stdin.readline():
        if line.strip() == "restart":
            cluster.restart()
            print("restarted", flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
