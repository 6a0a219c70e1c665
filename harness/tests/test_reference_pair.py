"""The reference client and the reference server together, over stdio and over HTTP: what one of them alone does not show."""
import contextlib
import json

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
