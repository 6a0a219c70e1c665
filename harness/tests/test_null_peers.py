"""Servers of no use: mcp-assay ends in time, leaves a complete record and no process, stays small, and passes nothing.

The peers themselves are tested first, so that none of them becomes useful by mistake.
"""
import json
import shlex
import subprocess

import client
import null_peer
import programs
import pytest
import subjects

INITIALIZE, _ = client.first_request(subjects.revisions()["2025-11-25"])
BOUND = 60  # seconds for a run over all revisions
MEMORY = 80 * 1024  # KiB: five revisions at once, each with a line up to the limit of 4 MiB and its copy on the way, and the suite itself
PATIENCE = ("--deadline", "start=6s", "--deadline", "answer=3s")  # most of them never answer
NOT_MET = (1, 3)  # the gate is not met, or there was too little to say so
NOT_PASSING = [*null_peer.NULL_PEERS, *null_peer.BAD_INPUT]


def command(kind, *more):
    return ["/usr/bin/env", "python3", programs.NULL_PEER, kind, *more]


def say(kind, *messages):
    lines = b"".join(json.dumps(message).encode() + b"\n" for message in messages)
    return programs.run(command(kind), timeout=20, stdin=lines)


# --- the peers --------------------------------------------------------------------------------------------------------


def test_silent_says_nothing():
    done = say("silent", INITIALIZE, INITIALIZE)
    assert (done.exit, done.out, done.err) == (0, "", "")


def test_refuser_exits_at_once():
    done = say("refuser")
    assert done.exit == 1 and done.out == "" and done.err


def test_not_found_answers_requests_with_an_error():
    done = say("not-found", INITIALIZE, {"jsonrpc": "2.0", "method": "notifications/initialized"})
    assert [json.loads(line)["error"]["code"] for line in done.out.splitlines()] == [-32601]


def test_empty_echo_and_liar():
    assert say("empty", INITIALIZE).out == "{}\n"
    assert json.loads(say("echo", INITIALIZE).out) == INITIALIZE
    lie = json.loads(say("liar", INITIALIZE).out)
    assert lie["id"] == INITIALIZE["id"] and lie["result"]["protocolVersion"] == INITIALIZE["params"]["protocolVersion"]


def test_garbage_is_not_json():
    line = say("garbage", INITIALIZE).out
    assert line
    with pytest.raises(ValueError):
        json.loads(line)


def test_crash_dies_of_a_signal():
    assert say("crash", INITIALIZE).exit == -6
    assert say("crash").exit == 0


def test_flood_does_not_end_by_itself():
    with programs.start(command("flood"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        lines = 0
        while lines < 10_000:
            lines += process.stdout.read(65_536).count(b"\n")
        assert process.poll() is None


def test_noise_comes_before_json():
    lines = say("noise", INITIALIZE).out.splitlines()
    assert lines[0] == "Welcome!" and "result" in json.loads(lines[-1])


def test_late_answers_with_the_next_message():
    done = say("late", INITIALIZE, INITIALIZE | {"id": 2})
    assert [json.loads(line)["id"] for line in done.out.splitlines()] == [INITIALIZE["id"]]


@pytest.mark.parametrize("kind, size", [("long-line", null_peer.LONG), ("brackets", 2 * null_peer.DEEP)])
def test_big_answers_are_made_without_memory(kind, size):
    counted = f"{shlex.join(map(str, command(kind)))} | wc -c"
    done = programs.run(["/bin/sh", "-c", counted], timeout=30, stdin=json.dumps(INITIALIZE).encode() + b"\n")
    assert size * 0.99 < int(done.out) < size * 1.01
    assert done.peak_kib < 40_000


def test_never_closes_outlives_the_end_of_input():
    with programs.start(command("never-closes"), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(json.dumps(INITIALIZE).encode() + b"\n")
        assert programs.read_line(process.stdout, 20)
        process.stdin.close()
        process.terminate()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(0.3)


@pytest.mark.parametrize("kind, status", [("not-found", 404), ("empty", 200), ("echo", 200), ("liar", 200), ("noise", 200)])
def test_http_status(kind, status):
    with programs.listening(command(kind, "--http", "0")) as url:
        assert client.ask_http(url, INITIALIZE)[0] == status


def test_http_brackets_are_too_deep_for_most():
    with programs.listening(command("brackets", "--http", "0")) as url, pytest.raises(RecursionError):
        client.ask_http(url, INITIALIZE)


def test_http_refuser_has_no_open_port():
    with programs.listening(command("refuser", "--http", "0")) as url:
        with pytest.raises(OSError, match="refused"):
            client.ask_http(url, INITIALIZE)


@pytest.mark.parametrize("kind", ["crash", "silent", "garbage", "late"])
def test_http_gives_no_answer(kind):
    with programs.listening(command(kind, "--http", "0")) as url:
        with pytest.raises((OSError, client.urllib.error.URLError, client.http.client.HTTPException)):
            client.ask_http(url, INITIALIZE, timeout=0.5)


# --- what mcp-assay makes of them -------------------------------------------------------------------------------------


def passes_nothing(done):
    passed = [check for check in done.record.checks if check["outcome"] == "pass"]
    assert not passed, f"{len(passed)} checks pass, e.g. {passed[0]}"
    assert done.record.outcomes.get("error", 0) == 0, done.record.outcomes
    assert done.run.peak_kib <= MEMORY, f"{done.run.peak_kib} KiB"


@pytest.mark.parametrize("kind", NOT_PASSING)
def test_nothing_passes_over_stdio(judge, kind):
    passes_nothing(judge("server", "--stdio", shlex.join(map(str, command(kind))), *PATIENCE, timeout=BOUND, exits=NOT_MET))


@pytest.mark.parametrize("kind", NOT_PASSING)
def test_nothing_passes_over_http(judge, kind):
    with programs.listening(command(kind, "--http", "0")) as url:
        passes_nothing(judge("server", "--url", url, *PATIENCE, timeout=BOUND, exits=NOT_MET))


@pytest.mark.parametrize("kind", NOT_PASSING)
def test_nothing_passes_over_sse(judge, kind):
    with programs.listening(command(kind, "--http", "0")) as url:
        passes_nothing(judge("server", "--sse-url", url, *PATIENCE, timeout=BOUND, exits=NOT_MET))


def test_a_command_that_does_not_exist_is_said_so(judge):
    done = judge("server", "--stdio", "no-such-command-anywhere", timeout=BOUND, exits=(1, 2, 3))
    assert "no-such-command-anywhere" in done.run.out + done.run.err
    assert done.record.outcomes.get("pass", 0) == 0
