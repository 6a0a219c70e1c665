"""harness/repeat: the same verdicts again and again, and a server that changes its mind is found out."""
import shlex

import programs
import pytest

REPEAT = programs.HARNESS / "repeat"
MUTANT = programs.ROOT / "fixtures/mutants/server/utilities/pagination/accepts-foreign-cursors.json"


def repeat(mcp_assay, *arguments):
    return programs.run([REPEAT, "--build", mcp_assay.parent.parent, *arguments], timeout=280)


@pytest.mark.parametrize("load", [[], ["--loaded"]])
def test_the_reference_is_judged_alike(mcp_assay, reference_server, load):
    done = repeat(mcp_assay, "--runs", "4", *load, "--only", "@server/utilities/", "--only", "@basic/patterns/", "reference")
    assert done.exit == 0, done.told()
    rows = [line.split("|")[1:-1] for line in done.out.splitlines()[2:]]
    assert [row[0].strip() for row in rows] == ["reference, stdio", "reference, streamable-http", "reference, http+sse"], done.out
    assert all(int(row[4]) > 5 and int(row[5]) == 0 for row in rows), done.out
    assert not done.left, done.left


def test_a_difference_is_told(mcp_assay, reference_server, tmp_path):
    # The first process of all keeps the requirement, the others break it.
    server = shlex.quote(str(reference_server))
    command = f"mkdir {tmp_path}/first 2>/dev/null && exec {server} || exec {server} --fault @{MUTANT}"
    done = repeat(mcp_assay, "--runs", "2", "--only", "server/utilities/pagination/unknown-cursor", "--stdio", command)
    assert done.exit == 1, done.told()
    assert "pagination.invalid-cursor-rejected@server/utilities/pagination/unknown-cursor[" in done.out, done.out
    assert "pass 1 times" in done.out and "fail 1 times" in done.out, done.out
