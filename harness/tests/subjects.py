"""Reads harness/subjects/*/subject.json and fills in what a run decides: a free port, an empty folder."""
import dataclasses
import json
import pathlib
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
    return started(
        name, transport, fill(how["command"]) if "command" in how else None, fill(how["url"]) if "url" in how else None,
        env, subject["revisions"], folder)


def revisions():
    """fixtures/revisions.json by revision."""
    entries = json.loads((programs.ROOT / "fixtures/revisions.json").read_text("utf-8"))
    return {entry["revision"]: entry for entry in entries}
