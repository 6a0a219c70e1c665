"""Reads a run record (record.jsonl): a header, frames, checks, and a footer without which nothing may be concluded."""
import dataclasses
import json

KINDS = ("header", "footer", "check", "frame")


@dataclasses.dataclass
class record:
    header: dict
    checks: list
    frames: int
    footer: dict | None

    @property
    def outcomes(self):
        """How many checks have which outcome."""
        counts = {}
        for check in self.checks:
            counts[check["outcome"]] = counts.get(check["outcome"], 0) + 1
        return counts


def kind_of(line):
    """A line says what it is: by its member `type`, or as an object with that one member."""
    if line.get("type") in KINDS:
        return line["type"], line
    for kind in KINDS:
        if kind in line:
            return kind, line[kind]
    return None, line


def read(path):
    found = record(header={}, checks=[], frames=0, footer=None)
    with open(path, encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            kind, line = kind_of(json.loads(text))
            assert found.footer is None, f"{path}:{number}: a line after the footer"
            if kind == "header":
                assert number == 1, f"{path}:{number}: the header is not the first line"
                found.header = line
            elif kind == "check":
                found.checks.append(line)
            elif kind == "frame":
                found.frames += 1
            elif kind == "footer":
                found.footer = line
    return found
