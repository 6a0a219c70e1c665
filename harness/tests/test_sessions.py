"""How mcp-assay spreads its scenarios over sessions, seen in the records of its runs."""
import contextlib
import http.client
import http.server
import json
import threading
import urllib.parse

import programs
import pytest

REVISION = "2025-11-25"


@contextlib.contextmanager
def in_front_of(url, refuses):
    """The server at `url`, but that it refuses what `refuses(body, session)` tells it to with a status: the address of that."""
    behind = urllib.parse.urlsplit(url)

    class handler(http.server.BaseHTTPRequestHandler):
        # HTTP/1.0, as http.server has it: a response ends with its connection, so that streams need no framing.
        disable_nagle_algorithm = True

        def do_POST(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            if status := refuses(body, self.headers.get("Mcp-Session-Id")):
                self.send_error(status)
                return
            connection = http.client.HTTPConnection(behind.hostname, behind.port, timeout=20)
            connection.request(self.command, behind.path, body, dict(self.headers))
            came = connection.getresponse()
            self.send_response(came.status)
            for name, value in came.getheaders():
                if name.lower() not in ("content-length", "transfer-encoding", "connection"):
                    self.send_header(name, value)
            self.end_headers()
            while some := came.read1(65_536):
                self.wfile.write(some)

        do_DELETE = do_POST

        def do_GET(self):
            self.send_error(405)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.handle_error = lambda *_: None  # streams are cut in the middle here
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/mcp"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def of_one_session(url):
    """The server at `url`, but that it takes a single `initialize`."""
    opened = threading.Lock()
    return in_front_of(url, lambda body, _: 400 if b'"initialize"' in body and not opened.acquire(blocking=False) else None)


def of_weak_sessions(url, blow):
    """The server at `url`, but that a session ends in which `blow` was sent, as soon as that was answered."""
    ended = set()

    def refuses(body, session):
        if session in ended:
            return 404
        if blow in body:
            ended.add(session)
        return None

    return in_front_of(url, refuses)


def of_one_slow_call(url, call, until):
    """The server at `url`, but that it takes up what has `call` in it only once something with `until` in it has come."""
    came = threading.Event()

    def refuses(body, _):
        if until in body:
            came.set()
        if call in body:
            assert came.wait(timeout=60)
        return None

    return in_front_of(url, refuses)


def by_session(record):
    """{session: (purpose, the scenarios that ran in it)}"""
    found = {line["session"]: (line["purpose"], []) for line in record.sessions}
    for line in record.entries:
        if line["type"] == "mark" and line["what"] == "begin" and "/" in line["scenario"]:
            found[line["session"]][1].append(line["scenario"])
    return found


def shared(record):
    return [scenarios for purpose, scenarios in by_session(record).values() if purpose == "shared"]


@pytest.fixture
def server(reference_server):
    with programs.listening([reference_server, "--http", "0"]) as url:
        yield url


def test_sessions_share_the_scenarios_of_a_server_over_http(judge, server):
    done = judge("server", "--url", server, "--revision", REVISION)
    shares = shared(done.record)
    assert len(shares) == 4 and all(len(share) > 8 for share in shares)
    every = [scenario for share in shares for scenario in share]
    assert len(every) == len(set(every))


def test_a_session_that_waits_leaves_its_turns_to_the_others(judge, server):
    # The call is of a long scenario, which comes early; the level is set in the last one of those that share sessions.
    with of_one_slow_call(server, b'"progressToken":"assay-until-the-answer"', b'"set level"') as url:
        # There is no stream of a GET, for which some would wait to the deadline.
        done = judge("server", "--url", url, "--revision", REVISION, "--skip", "*resumed*", "--skip", "*over-http*", "--deadline", "answer=30s")
    shares = shared(done.record)
    slow = [share for share in shares if "basic/patterns/progress/tokens-of-two-calls" in share]
    assert len(shares) == 4 and len(slow) == 1
    assert len(slow[0]) < 10 and sum(map(len, shares)) > 100, list(map(len, shares))


def test_every_session_is_opened_without_what_belongs_to_another(judge, server):
    done = judge("server", "--url", server, "--revision", REVISION)
    openings = [line for line in done.record.entries if line["type"] == "out" and '"method":"initialize"' in line.get("text", "") and line["frame"] == 1]
    assert len(openings) > 3
    for line in openings:
        assert not {name.lower() for name, _ in line["headers"]} & {"mcp-session-id"}, line


def test_a_session_more_needs_scenarios_enough(judge, server):
    done = judge("server", "--url", server, "--revision", REVISION, "--only", "tools.*", exits=(0, 1, 3))
    shares = shared(done.record)
    assert len(shares) <= 2 and all(shares), shares


def test_one_connection_at_a_time_is_one_shared_session(judge, server):
    done = judge("server", "--url", server, "--revision", REVISION, "--revision", "2025-06-18", "--jobs", "1")
    assert len(shared(done.record)) == 2  # one for each revision


def test_a_server_of_one_session_is_judged_in_it(judge, server):
    usual = shared(judge("server", "--url", server, "--revision", REVISION).record)
    with of_one_session(server) as url:
        done = judge("server", "--url", url, "--revision", REVISION)
    shares = shared(done.record)
    assert len(shares[0]) == sum(map(len, usual)) and not any(shares[1:])
    ran = set(shares[0])
    outcomes = {check["outcome"] for check in done.record.checks if check["by"] in ran}
    assert "pass" in outcomes and done.record.outcomes["error"] == 0
    assert not [check for check in done.record.checks if check["by"] in ran and check["outcome"] == "blocked" and "open" in json.dumps(check)]


def test_stdio_is_one_process_for_those_that_share_it(judge, reference_server):
    done = judge("server", "--stdio", str(reference_server), "--revision", REVISION)
    assert len(shared(done.record)) == 1


def test_what_broke_the_session_before_a_scenario_is_not_laid_to_its_charge(judge, server):
    usual = judge("server", "--url", server, "--revision", REVISION).record
    with of_weak_sessions(server, b'"method":"notifications/assay/unknown"}') as url:
        done = judge("server", "--url", url, "--revision", REVISION, exits=(0, 1)).record
    sessions = [scenarios for scenarios in shared(done) if "basic/transports/streamable-http/posted-unknown-notification" in scenarios]
    assert sessions and sessions[0][-1] == "basic/transports/streamable-http/posted-unknown-notification"
    assert len(shared(done)) > len(shared(usual))  # the others go on in a session of their own
    together = {scenario for scenarios in shared(usual) for scenario in scenarios}
    assert not [check for check in done.checks if check["by"] in together and check["outcome"] == "fail"]
