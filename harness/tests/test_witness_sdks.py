"""The reference pair with the official SDKs that harness/setup installs: one revision of each era here, everything by
harness/witness/matrix, which ASSAY_WITNESS=full runs.
"""
import os
import sys

import programs
import pytest

MATRIX = programs.HARNESS / "witness/matrix"
FULL = os.environ.get("ASSAY_WITNESS") == "full"

pytestmark = pytest.mark.subject


@pytest.mark.parametrize("name", ["TypeScript v1", "TypeScript v2", "Python"])
def test_each_works_with_the_other(reference_server, reference_client, name):
    some = [] if FULL else ["--revision", "2025-11-25", "--revision", "2026-07-28"]
    done = programs.run([sys.executable, MATRIX, "--only", name, *some], timeout=1200 if FULL else 300, env={"ASSAY_BUILD": str(reference_server.parents[1])})
    rows = [line for line in done.out.splitlines() if line.startswith(f"| {name} |")]
    assert done.exit == 0, done.told()
    # Both roles, over both transports.
    assert len(rows) >= 4 and all(row.count("| ok ") >= 8 for row in rows), done.out


def test_a_broken_pair_is_seen(reference_server, tmp_path):
    """The table has to be able to say no: a server that does not answer calls."""
    fault = '{"breaks":"tools.call-result-shape","role":"server","rewrite":{"match":{"/direction":"out","/request/method":"tools/call"},"patch":[{"op":"remove","path":"/result/content"}]}}'
    folder = tmp_path / "bin"
    folder.mkdir()
    for name, more in (("mcp-reference-server", f" --fault '{fault}'"), ("mcp-reference-client", "")):
        program = folder / name
        program.write_text(f'#!/bin/sh\nexec {reference_server.parent / name} "$@"{more}\n')
        program.chmod(0o755)
    done = programs.run([sys.executable, MATRIX, "--only", "Python", "--revision", "2025-11-25"], timeout=300, env={"ASSAY_BUILD": str(tmp_path)})
    assert done.exit == 1 and "FAILED Python client 2025-11-25" in done.out, done.told()
