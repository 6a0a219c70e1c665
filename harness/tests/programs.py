"""Where the programs are, and how the tests start them: always with a time limit, and always to their very end.

`run` waits for a program to finish, and tells what it left running; `start` is for servers that stay, and gives them a mark
in their environment, by which whatever they started is found and killed, whatever process group or session that moved to.
"""
import contextlib
import dataclasses
import json
import os
import pathlib
import re
import select
import signal
import subprocess
import sys
import tempfile
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
HARNESS = ROOT / "harness"
MEASURE = HARNESS / "tools/measure.py"
NULL_PEER = HARNESS / "null_peers/null_peer.py"
MARK = "ASSAY_HARNESS_MARK"
LISTENING = re.compile(r"listening on (https?://127\.0\.0\.1:\d+\S*)")
KEPT = 1_000_000  # characters of output that a test gets to see


def built(name):
    """The path of a program of the build in use: ASSAY_BUILD, or build/dev."""
    return pathlib.Path(os.environ.get("ASSAY_BUILD", ROOT / "build/dev")) / "bin" / name


def environment(extra=None):
    """What subjects and our programs are given: no more than they need, the project's Node.js and Python first."""
    kept = {name: os.environ[name] for name in ("HOME", "LANG", "TMPDIR", "ASAN_OPTIONS", "UBSAN_OPTIONS") if name in os.environ}
    path = [HARNESS / "node_modules/.bin", ROOT / ".venv/bin", os.environ.get("PATH", "/usr/bin:/bin")]
    return kept | {"PATH": os.pathsep.join(map(str, path))} | (extra or {})


@dataclasses.dataclass
class finished:
    """A program that has ended, and what it took."""

    command: list
    exit: int
    out: str
    err: str
    seconds: float
    cpu: float
    peak_kib: int
    timed_out: bool
    left: list

    def told(self):
        """All of it for the message of a failed assertion."""
        return (
            f"{' '.join(map(str, self.command))}\nexit {self.exit} after {self.seconds} s"
            f"{' (timed out)' if self.timed_out else ''}\n--- stdout\n{self.out[-4000:]}\n--- stderr\n{self.err[-4000:]}"
        )


def kill_marked(mark):
    """Kills the processes whose environment has the mark."""
    needle = f"{MARK}={mark}".encode()
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            with contextlib.suppress(OSError):
                if needle in (folder / "environ").read_bytes():
                    os.kill(int(folder.name), signal.SIGKILL)


def run(command, timeout, env=None, stdin=b""):
    """Runs `command` in the project's root; after `timeout` seconds its process group is killed."""
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        report = folder / "report"
        (folder / "in").write_bytes(stdin)
        with open(folder / "in") as source, open(folder / "out", "w") as out, open(folder / "err", "w") as err:
            subprocess.run(
                [sys.executable, "-I", "-S", MEASURE, "--timeout", str(timeout), report, *map(str, command)],
                stdin=source, stdout=out, stderr=err, cwd=ROOT, env=environment(env), check=False)
        took = json.loads(report.read_text())
        texts = []
        for name in ("out", "err"):
            with open(folder / name, encoding="utf-8", errors="replace") as text:
                texts.append(text.read(KEPT))
    return finished(
        command=list(command), exit=took["exit"], out=texts[0], err=texts[1], seconds=took["seconds"],
        cpu=took["user"] + took["system"], peak_kib=took["peak_kib"], timed_out=took["timed_out"], left=took["left"])


def read_line(stream, timeout):
    """The next line of a pipe opened unbuffered in binary, or an error when none comes in time."""
    line = b""
    while not line.endswith(b"\n"):
        if not select.select([stream], [], [], timeout)[0]:
            raise TimeoutError(f"no line within {timeout} s, only {line[:200]!r}")
        byte = stream.read(1)
        if not byte:
            raise EOFError(f"the output ended with {line[:200]!r}")
        line += byte
    return line


@contextlib.contextmanager
def start(command, env=None, **pipes):
    """A process that runs while the block does; afterwards it and all that it started are killed."""
    mark = uuid.uuid4().hex
    process = subprocess.Popen(
        list(map(str, command)), cwd=ROOT, env=environment({MARK: mark} | (env or {})), bufsize=0, start_new_session=True, **pipes)
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        kill_marked(mark)
        for pipe in (process.stdin, process.stdout, process.stderr):
            if pipe:
                pipe.close()


@contextlib.contextmanager
def listening(command, timeout=20, env=None):
    """Starts a server that says `listening on URL` on stderr; gives the URL."""
    with start(command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        while not (found := LISTENING.search(read_line(process.stderr, timeout).decode("utf-8", "replace"))):
            pass
        yield found.group(1)
