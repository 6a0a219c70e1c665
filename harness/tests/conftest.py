"""Fixtures of the harness: the programs under test, and a runner that judges a server and reads its record."""
import dataclasses
import pathlib

import programs
import pytest
import record


def need(name):
    path = programs.built(name)
    if not path.exists():
        pytest.fail(f"{path}: not built; harness/test builds it, ASSAY_BUILD names another build folder", pytrace=False)
    return path


@pytest.fixture
def mcp_assay():
    return need("mcp-assay")


@pytest.fixture
def reference_server():
    return need("mcp-reference-server")


@pytest.fixture
def reference_client():
    return need("mcp-reference-client")


@dataclasses.dataclass
class judged:
    """A finished run of mcp-assay and the record it left."""

    run: programs.finished
    record: record.record
    report: str


@pytest.fixture
def judge(mcp_assay, tmp_path):
    """judge("server", "--stdio", "cmd", timeout=60): runs mcp-assay, insists on a clean end and a complete record."""
    count = 0

    def judge_now(*arguments, timeout=60, env=None, exits=(0, 1)) -> judged:
        nonlocal count
        count += 1
        out = tmp_path / f"out-{count}"
        done = programs.run([mcp_assay, *arguments, "--out", out], timeout=timeout, env=env)
        assert not done.timed_out, done.told()
        assert done.exit in exits, done.told()
        assert not done.left, f"left running: {done.left}\n{done.told()}"
        found = record.read(pathlib.Path(out) / "record.jsonl")
        assert found.header and found.complete, f"the record is not complete\n{done.told()}"
        assert found.checks or found.states, f"the record says nothing\n{done.told()}"
        assert found.footer["exit_code"] == done.exit, done.told()
        return judged(done, found, (out / "report.txt").read_text("utf-8"))

    return judge_now
