"""Reads harness/subjects/*/subject.json and fills in what a run decides: a free port, an empty folder.

Most subjects are installed with the harness. One with `install` in its file is installed apart, in its own folder, and only by
harness/setup --all-subjects; until then it is absent, and whoever wants it is told so.
"""
import dataclasses
import hashlib
import json
import os
import pathlib
import re
import socket

import programs

FOLDER = programs.HARNESS / "subjects"
SCHEMAS = programs.ROOT / "schemas/assay"


@dataclasses.dataclass
class started:
    """How to start a subject over one transport, placeholders filled in."""

    name: str
    transport: str
    command: str | None
    url: str | None
    env: dict
    revisions: list
    folder: pathlib.Path

    def arguments(self):
        """What mcp-assay is told about it."""
        own = FOLDER / self.name
        at = "--sse-url" if self.transport == "http+sse" else "--url"
        how = ["--stdio", self.command] if self.transport == "stdio" else ["--http-command", self.command, at, self.url]
        return [*how, "--subject", own / "subject.json", "--known-failures", own / "known-failures.txt"]


def names():
    return sorted(path.parent.name for path in FOLDER.glob("*/subject.json"))


def load(name):
    return json.loads((FOLDER / name / "subject.json").read_text("utf-8"))


def variants():
    """(subject, transport) of everything that can be started."""
    return [(name, transport) for name in names() for transport in load(name)["transports"]]


LISTS = ("package.json", "package-lock.json", "requirements.txt", "go.mod", "go.sum", "main.go", "Cargo.toml", "Cargo.lock")


def sources(name):
    """The files that decide what is installed: the lists in its folder, and the programs that its command builds elsewhere."""
    own = FOLDER / name
    yield from (own / one for one in LISTS if (own / one).exists())
    for manifest in re.findall(r"--manifest-path (\S+)", load(name)["install"]):
        yield own / manifest
        yield from sorted((own / manifest).parent.glob("src/**/*.rs"))


def wanted(name):
    """A digest of what is to be installed."""
    parts = [load(name)["install"].encode(), *(one.read_bytes() for one in sources(name))]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def stamp(name):
    """Where it stands what is installed of a subject that is installed apart."""
    return FOLDER / name / ".installed"


def absent(name):
    """Why the subject cannot be started; None when it can. What is installed with the harness is taken to be there."""
    if "install" not in load(name) or (stamp(name).exists() and stamp(name).read_text("utf-8") == wanted(name)):
        return None
    return f"{name} is not installed: harness/setup --all-subjects"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def prepare(name, transport, folder):
    subject = load(name)
    how = subject["transports"][transport]
    places = {"{port}": str(free_port()), "{folder}": str(folder)}

    def fill(text):
        for place, value in places.items():
            text = text.replace(place, value)
        return text

    env = {key: fill(value) for key, value in (subject.get("env", {}) | how.get("env", {})).items()}
    if "install" in subject:
        own = [FOLDER / name / part for part in ("node_modules/.bin", ".venv/bin", "bin")]
        env["PATH"] = os.pathsep.join([*map(str, own), programs.environment()["PATH"]])
    return started(
        name, transport, fill(how["command"]) if "command" in how else None, fill(how["url"]) if "url" in how else None,
        env, how.get("revisions", subject["revisions"]), folder)


def revisions():
    """fixtures/revisions.json by revision."""
    entries = json.loads((programs.ROOT / "fixtures/revisions.json").read_text("utf-8"))
    return {entry["revision"]: entry for entry in entries}
