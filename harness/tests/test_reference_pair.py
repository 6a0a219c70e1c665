"""The reference client and the reference server together, over stdio and over HTTP: what one of them alone does not show."""
import contextlib
import json
import os
import pty
import subprocess

import programs
import pytest

LEGACY, MODERN = "2025-11-25", "2026-07-28"


@contextlib.contextmanager
def pair(client, server, over, revision):
    """A function that runs the client with these arguments at its end, with the server at its other side"""
    def run(*arguments, options=(), **more):
        return programs.run([client, "--revision", revision, *options, *to, *arguments], timeout=30, **more)

    if over == "stdio":
        to = ["--stdio", str(server)]
        yield run
    else:
        with programs.listening([server, "--http", "0"]) as url:
            to = [url]
            yield run


@pytest.fixture(params=["stdio", "http"])
def over(request):
    return request.param


@pytest.mark.parametrize("revision", [LEGACY, MODERN])
@pytest.mark.parametrize("tool, arguments, exit, said", [
    ("slow_compute", {"seconds": 0.3, "label": "x"}, 0, "Computed x."),
    ("confirm_delete", {"filename": "a"}, 0, "Deleted a"),
    ("multi_input", {}, 0, "Both questions"),
    ("failing_job", {}, 1, "fails"),
    ("protocol_error_job", {}, 1, "-32603"),
])
def test_calls_become_tasks(reference_client, reference_server, over, revision, tool, arguments, exit, said):
    with pair(reference_client, reference_server, over, revision) as run:
        done = run("call", tool, json.dumps(arguments), options=["--task"])
        assert done.exit == exit and said in done.out + done.err, done.told()
        assert "task " in done.err and ": working" in done.err, done.told()


def test_without_the_wish_the_choice_is_a_plain_call(reference_client, reference_server, over):
    with pair(reference_client, reference_server, over, LEGACY) as run:
        done = run("call", "slow_compute", '{"seconds":0}')
        assert done.exit == 0 and "task " not in done.err, done.told()
        done = run("call", "greet", '{"name":"Ada"}', options=["--task"])
        assert done.exit == 0 and "Hello, Ada!" in done.out and "task " not in done.err, done.told()


def test_tasks_of_a_session_are_listed(reference_client, reference_server, over):
    with pair(reference_client, reference_server, over, LEGACY) as run:
        calls = ["call", "slow_compute", '{"seconds":0}'] * 7
        done = run(*calls, "tasks", options=["--task"])
        assert done.exit == 0, done.told()
        assert [line.split()[-1] for line in done.out.splitlines()[7:]] == ["completed"] * 7


def test_a_modern_task_outlives_the_client(reference_client, reference_server):
    with pair(reference_client, reference_server, "http", MODERN) as run:
        slow = run("call", "slow_compute", '{"seconds":50}', options=["--max-timeout", "0.5"])
        assert slow.exit == 1 and "has not ended" in slow.err, slow.told()
        task = slow.err.split("task ")[1].split(":")[0]
        shown = run("task", task)
        assert shown.exit == 0 and json.loads(shown.out)["status"] == "cancelled", shown.told()
        again = run("task-result", task)
        assert again.exit == 1 and "cancelled" in again.err, again.told()
        unknown = run("task", "no-such-task")
        assert unknown.exit == 1 and "-32602" in unknown.err, unknown.told()


@pytest.mark.parametrize("tool, arguments, said", [
    ("test_sampling_as_task", {"prompt": "?"}, "LLM response: An answer without a model."),
    ("test_elicitation_as_task", {}, "Hello, text!"),
])
def test_the_server_makes_tasks_of_its_questions(reference_client, reference_server, over, tool, arguments, said):
    with pair(reference_client, reference_server, over, LEGACY) as run:
        done = run("call", tool, json.dumps(arguments))
        assert done.exit == 0 and said in done.out, done.told()


@contextlib.contextmanager
def at_a_terminal(command, typed):
    """The client with a terminal as its input, where a user types this; its exit code and what it wrote"""
    keyboard, screen = pty.openpty()
    try:
        with programs.start(command, stdin=screen, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            os.write(keyboard, typed)
            out, err = process.communicate(timeout=30)
            yield process.returncode, out.decode(), err.decode()
    finally:
        os.close(keyboard)
        os.close(screen)


@pytest.mark.parametrize("revision", [LEGACY, MODERN])
@pytest.mark.parametrize("typed, exit, said", [(b"y\n", 0, "The page was visited"), (b"n\n", 1, "not visited"), (b"\x04", 1, "not visited")])
def test_a_page_is_visited_when_the_user_says_so(reference_client, reference_server, revision, typed, exit, said):
    command = [reference_client, "--revision", revision, "--open-urls", "ask", "--stdio", str(reference_server), "call", "test_elicitation_url"]
    with at_a_terminal(command, typed) as (code, out, err):
        assert code == exit and said in out, (code, out, err)
        assert "https://example.com/assay/elicitation\n" in err and "at the host example.com\n" in err


def test_a_call_that_needs_a_visit_first(reference_client, reference_server):
    command = [reference_client, "--revision", LEGACY, "--open-urls", "ask", "--stdio", str(reference_server), "call", "test_url_elicitation_required"]
    with at_a_terminal(command, b"y\ny\nn\n") as (code, out, err):
        assert code == 1 and "-32042" in err and err.count("https://example.com/assay/elicitation\n") == 2, (code, out, err)


def test_without_a_terminal_nobody_is_asked(reference_client, reference_server):
    asking = programs.run([reference_client, "--open-urls", "ask", "--stdio", reference_server, "list"], timeout=30)
    assert asking.exit == 2 and "terminal" in asking.err, asking.told()
    for revision in (LEGACY, MODERN):
        with pair(reference_client, reference_server, "stdio", revision) as run:
            done = run("call", "test_elicitation_url")
            assert done.exit == 1 and "example.com" not in done.out + done.err, done.told()


TRACE = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01"


@pytest.mark.parametrize("options, environment, sent", [
    (["--traceparent", TRACE], {}, {"traceparent": TRACE}),
    ([], {"TRACEPARENT": TRACE, "TRACESTATE": "a=1", "BAGGAGE": "b=2"}, {"traceparent": TRACE, "tracestate": "a=1", "baggage": "b=2"}),
    ([], {"TRACEPARENT": "none", "TRACESTATE": "a=1"}, {}),
])
def test_the_trace_is_handed_on(reference_client, reference_server, tmp_path, options, environment, sent):
    log = tmp_path / "sent"
    server = f"tee {log} | {reference_server}"
    done = programs.run([reference_client, "--revision", MODERN, *options, "--stdio", server, "list"], timeout=30,
                        env=programs.environment(environment))
    assert done.exit == 0, done.told()
    for line in log.read_text().splitlines():
        meta = json.loads(line)["params"]["_meta"]
        assert {key: meta[key] for key in ("traceparent", "tracestate", "baggage") if key in meta} == sent


def test_no_trace_is_made_up(reference_client, reference_server):
    refused = programs.run([reference_client, "--traceparent", TRACE.upper(), "--stdio", reference_server, "list"], timeout=30)
    assert refused.exit == 2 and "traceparent" in refused.err, refused.told()


DEAF = """
import json, sys
for line in sys.stdin:
    asked = json.loads(line)
    if asked["method"] == "initialize":
        said = {"protocolVersion": asked["params"]["protocolVersion"], "capabilities": {}, "serverInfo": {"name": "deaf", "version": "1"}}
        print(json.dumps({"jsonrpc": "2.0", "id": asked["id"], "result": said}), flush=True)
"""


def test_a_connection_without_pongs_is_over(reference_client, reference_server, over, tmp_path):
    deaf = tmp_path / "deaf.py"
    deaf.write_text(DEAF)
    pinged = ["--revision", LEGACY, "--ping-every", "0.1", "--timeout", "0.5"]
    done = programs.run([reference_client, *pinged, "--stdio", f"python3 {deaf}", "listen"], timeout=30)
    assert done.exit == 1 and "does not answer pings" in done.err, done.told()
    with pair(reference_client, reference_server, over, LEGACY) as run:
        alive = run("call", "slow_compute", '{"seconds":1}', options=["--ping-every", "0.1"])
        assert alive.exit == 0 and "Computed" in alive.out, alive.told()


def test_a_client_without_pongs_is_over(reference_client, reference_server):
    pinging = [reference_server, "--ping-every", "0.1", "--timeout", "0.5"]
    hello = {"protocolVersion": LEGACY, "capabilities": {}, "clientInfo": {"name": "deaf", "version": "1"}}
    sent = [{"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello}, {"jsonrpc": "2.0", "method": "notifications/initialized"}]
    with programs.start(pinging, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        process.stdin.write("".join(json.dumps(one) + "\n" for one in sent).encode())
        process.stdin.flush()
        assert json.loads(programs.read_line(process.stdout, 20))["id"] == 1
        assert json.loads(programs.read_line(process.stdout, 20))["method"] == "ping"
        assert b"does not answer pings" in programs.read_line(process.stderr, 20)
        assert process.wait(10) == 1
    server = " ".join(map(str, pinging))
    alive = programs.run([reference_client, "--revision", LEGACY, "--stdio", server, "call", "slow_compute", '{"seconds":1}'], timeout=30)
    assert alive.exit == 0 and "Computed" in alive.out, alive.told()
    with programs.listening([*pinging, "--http", "0"]) as url:
        alive = programs.run([reference_client, "--revision", LEGACY, url, "call", "slow_compute", '{"seconds":1}'], timeout=30)
        assert alive.exit == 0 and "Computed" in alive.out, alive.told()
