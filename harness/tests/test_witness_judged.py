"""harness/witness/judged: which checks others were judged by, and which nobody was."""
import sys

import programs
import pytest

JUDGED = programs.HARNESS / "witness/judged"

pytestmark = pytest.mark.subject


def judged(mcp_assay, *arguments):
    return programs.run([sys.executable, JUDGED, *arguments], timeout=280, env={"ASSAY_BUILD": str(mcp_assay.parents[1])})


def test_a_check_is_missing_until_a_server_is_judged_by_it(mcp_assay):
    done = judged(mcp_assay, "--only", "sdk-typescript-v2-modern")
    assert done.exit == 0, done.told()
    rows = {cells[1].strip(): cells[2] for cells in (line.split("|") for line in done.out.splitlines()) if len(cells) == 4}
    assert "on 1 servers" in done.out, done.out
    # It has no tasks, and nobody shakes hands with it.
    assert "`tasks-extension.task-marked@task-to-its-end`" in rows["extensions/tasks"], done.out
    assert "get-on-a-modern-server" not in rows["basic/transports/streamable-http"], done.out
    assert not done.left, done.left


def test_a_part_is_not_written_down(mcp_assay, tmp_path):
    page = tmp_path / "page.md"
    page.write_text("## Checks that no other server was judged by\n\nold\n")
    done = judged(mcp_assay, "--only", "sdk-typescript-v2-modern", "--write", page)
    assert done.exit == 1 and "every subject" in done.err, done.told()
    assert page.read_text().endswith("old\n")
