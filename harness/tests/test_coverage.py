"""The README's table of coverage is what the data give now."""

import json
import subprocess
import sys

from programs import ROOT, built

sys.path.insert(0, str(ROOT / "harness/tools"))

import coverage  # noqa: E402  (the tool beside the tests, not the package)


def test_the_table_is_fresh():
    assert coverage.written() == coverage.table(built("mcp-assay").parent), "harness/tools/coverage.py BIN --write makes it anew"


def test_every_statement_but_those_on_authorization_is_accounted_for():
    command = [str(built("mcp-assay")), "--data", str(ROOT), "list", "--coverage", "--format", "json"]
    pages = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    left = [
        f"{page['revision']} {page['page']}"
        for page in pages
        if page["statements"] != page["cited"] + sum(page["exempt"].values()) and not page["page"].startswith("basic/authorization")
    ]
    assert not left
