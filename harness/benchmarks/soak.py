"""Sessions that clients open and abandon: what our server keeps of them is bounded.

Each session (legacy Streamable HTTP) is opened as clients do, and calls a tool that reports progress, so that the server has a
stream with events to replay. Then nobody comes back: no DELETE, no GET.
"""
import http.client
import json
import urllib.parse

import client
import processes
import programs
import subjects

TITLE = "Sessions that are abandoned"
HEADERS = {"Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
STEPS = 10


def add_options(parser):
    parser.add_argument("--sessions", type=int, default=100_000, help="soak: to open")


def about(told):
    return f"""{told.sessions:,} sessions are opened and abandoned, each after a call that reported progress, over one connection. The server keeps
1,000 of them; the others are over (404)."""


class visitor:
    """Opens sessions at a server, all over one connection."""

    def __init__(self, url, entry):
        address = urllib.parse.urlsplit(url)
        self.connection = http.client.HTTPConnection(address.hostname, address.port, timeout=60)
        self.path = address.path
        self.opening = client.first_request(entry)[0]

    def post(self, message, session=None):
        """(status, headers) of the answer, which is read to its end."""
        self.connection.request("POST", self.path, json.dumps(message), HEADERS | ({"Mcp-Session-Id": session} if session else {}))
        response = self.connection.getresponse()
        response.read()
        return response.status, response.headers

    def abandon(self):
        """Opens a session, calls a tool in it, and leaves; its id."""
        status, headers = self.post(self.opening)
        assert status == 200, status
        session = headers["Mcp-Session-Id"]
        assert self.post({"jsonrpc": "2.0", "method": "notifications/initialized"}, session)[0] == 202
        params = {"name": "test_tool_with_progress", "_meta": {"progressToken": "p"}}
        assert self.post({"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": params}, session)[0] == 200
        return session

    def is_alive(self, session):
        return self.post({"jsonrpc": "2.0", "id": 3, "method": "ping"}, session)[0] == 200


def steps(url, sessions):
    """Before them and after each part of the sessions (how many so far, MiB); at the end, whether the first and the last are alive."""
    entry = [one for one in subjects.revisions().values() if one["era"] == "legacy"][-1]
    them = visitor(url, entry)
    process = processes.by_port(urllib.parse.urlsplit(url).port)
    first = last = None
    yield 0, processes.used(process)[1] / 1024
    for step in range(STEPS):
        for _ in range(sessions * (step + 1) // STEPS - sessions * step // STEPS):
            last = them.abandon()
            first = first or last
        yield sessions * (step + 1) // STEPS, processes.used(process)[1] / 1024
    assert not them.is_alive(first) or sessions <= 1000
    assert them.is_alive(last)


def measure(told):
    with programs.listening([told.build / "bin/mcp-reference-server", "--http", "0"]) as url:
        yield "| sessions so far | memory MiB |"
        yield "| --: | --: |"
        for sessions, memory in steps(url, max(told.sessions, STEPS)):
            yield f"| {sessions:,} | {memory:.1f} |"
