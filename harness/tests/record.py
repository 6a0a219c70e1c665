"""Reads a run record (record.jsonl, schemas/assay/record.json) as far as the tests need it, by its own code.

A header comes first, a footer last; without a footer nothing may be concluded.
"""
import collections
import dataclasses
import json


@dataclasses.dataclass
class record:
    header: dict
    checks: list
    states: list
    sessions: list
    entries: list  # what went on in the sessions, in order
    lines: collections.Counter
    footer: dict | None

    @property
    def outcomes(self):
        """How many checks have which outcome."""
        return collections.Counter(check["outcome"] for check in self.checks)

    @property
    def complete(self):
        return self.footer is not None and self.footer["complete"]


def read(path):
    found = record({}, [], [], [], [], collections.Counter(), None)
    with open(path, encoding="utf-8") as lines:
        for number, text in enumerate(lines, 1):
            line = json.loads(text)
            kind = line["type"]
            found.lines[kind] += 1
            assert (kind == "header") == (number == 1), f"{path}:{number}: {kind}: the header is the first line, and only that"
            assert found.footer is None, f"{path}:{number}: {kind}: a line after the footer"
            if kind == "header":
                found.header = line
            elif kind == "check":
                found.checks.append(line)
            elif kind == "state":
                found.states.append(line)
            elif kind == "session":
                found.sessions.append(line)
            elif kind in ("mark", "in", "out"):
                found.entries.append(line)
            elif kind == "footer":
                found.footer = line
    return found
