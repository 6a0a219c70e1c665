#!/usr/bin/env python3
"""The table of how far the specification is covered, from `mcp-assay list --coverage`.

    coverage.py BIN           print it; BIN: the folder of the programs
    coverage.py BIN --write   put it into README.md, between its two comments
"""

import argparse
import json
import pathlib
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
README = ROOT / "README.md"
BEGIN, END = "<!-- coverage: harness/tools/coverage.py -->\n", "<!-- end of coverage -->\n"
COLUMNS = ("statements", "cited", "exempt", "requirements", "observed", "proved")


def table(programs):
    """One row a revision, over all of its pages."""
    command = [str(pathlib.Path(programs) / "mcp-assay"), "--data", str(ROOT), "list", "--coverage", "--format", "json"]
    pages = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    sums = {}
    for page in pages:
        row = sums.setdefault(page["revision"], dict.fromkeys(COLUMNS, 0))
        for column in COLUMNS:
            value = page[column]
            row[column] += sum(value.values()) if isinstance(value, dict) else value
    lines = ["| revision | " + " | ".join(COLUMNS) + " |", "| --- |" + " ---: |" * len(COLUMNS)]
    lines += [f"| {revision} | " + " | ".join(str(row[column]) for column in COLUMNS) + " |" for revision, row in sums.items()]
    return "\n".join(lines) + "\n"


def written():
    """The table that README.md has."""
    text = README.read_text("utf-8")
    return text[text.index(BEGIN) + len(BEGIN) : text.index(END)].strip("\n") + "\n"


def main():
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("programs")
    options.add_argument("--write", action="store_true")
    chosen = options.parse_args()
    fresh = table(chosen.programs)
    if not chosen.write:
        sys.stdout.write(fresh)
        return
    text = README.read_text("utf-8")
    start, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    README.write_text(text[:start] + "\n" + fresh + "\n" + text[end:], "utf-8")


if __name__ == "__main__":
    main()
