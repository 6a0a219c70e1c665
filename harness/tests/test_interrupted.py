"""Ctrl-C and SIGTERM in the middle of a run: the record is complete, the exit code says so, and no subject stays."""
import os
import select
import signal
import subprocess

import programs
import pytest
import record

SUBJECTS = {
    "stdio": ["server", "--stdio", "echo $$ > {fifo}; exec cat > /dev/null"],
    "http without an address": ["server", "--http-command", "echo $$ > {fifo}; exec tail -f /dev/null"],
    "client": ["client", "--command", "echo $$ > {fifo}; exec tail -f /dev/null; :"],
    "streamable-http": ["server", "--http-command", "echo $$ > {fifo}; exec env PYTHONUNBUFFERED=1 python3 {peer} silent --http {{port}}",
                        "--url", "http://127.0.0.1:{{port}}/mcp"],
}


@pytest.mark.parametrize("subject", SUBJECTS)
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_a_complete_record_and_no_subject(mcp_assay, tmp_path, subject, how):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    arguments = [part.format(fifo=fifo, peer=programs.NULL_PEER) for part in SUBJECTS[subject]]
    command = [mcp_assay, *arguments, "--revision", "2025-11-25", "--out", tmp_path / "out"]
    with programs.start(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        with open(fifo) as started:
            pid = int(started.readline())
        handle = os.pidfd_open(pid)
        process.send_signal(how)
        assert process.wait(20) == 3
        assert select.select([handle], [], [], 5)[0], "the subject still runs"
        os.close(handle)
    found = record.read(tmp_path / "out" / "record.jsonl")
    assert found.footer["complete"] is False and found.footer["exit_code"] == 3
    assert found.checks and not any(check["outcome"] == "pass" for check in found.checks)
    assert (tmp_path / "out" / "report.html").exists()
