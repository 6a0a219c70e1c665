#!/usr/bin/env python3
"""A server that is of no use in one chosen way: no conforming runner may find anything to pass in it.

    null_peer.py KIND [--http PORT]

Speaks over stdio, or over HTTP on 127.0.0.1 (port 0: the system chooses) and then prints one line to stderr:
listening on http://127.0.0.1:PORT/mcp. Only the standard library is used, memory stays small whatever is sent.
"""
import argparse
import http.server
import json
import os
import random
import resource
import signal
import sys
import threading

NULL_PEERS = {
    "silent": "reads everything, says nothing",
    "refuser": "exits at once; over HTTP the port refuses connections",
    "not-found": "answers error -32601 to everything; over HTTP status 404",
    "empty": "answers {} to everything",
    "echo": "sends back what it got",
    "garbage": "answers with bytes that are neither JSON nor UTF-8; over HTTP every other time not even HTTP",
    "crash": "dies of a signal at the first message",
    "flood": "sends notifications without end, asked or not",
    "liar": "answers every request with success and everything a result could hold",
}
BAD_INPUT = {
    "noise": "prints a banner before it lies",
    "long-line": "answers with one string of 100 MB",
    "brackets": "answers with 100,000 brackets, one in the other",
    "late": "gives each answer only when the next message comes",
    "never-closes": "answers error -32601, and ignores the end of input and SIGTERM; over HTTP no response ends",
}
LONG = 100_000_000
DEEP = 100_000
CHUNK = b"x" * 65_536


def parsed(message):
    """The message as an object; what is none counts as an empty one."""
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def error_for(message):
    return {"jsonrpc": "2.0", "id": parsed(message).get("id"), "error": {"code": -32601, "message": "no such method"}}


def lie_for(message):
    """Success, whatever was asked: the members of all results at once, with the requested revision echoed."""
    request = parsed(message)
    params = request.get("params")
    params = params if isinstance(params, dict) else {}
    meta = params.get("_meta")
    meta = meta if isinstance(meta, dict) else {}
    revision = params.get("protocolVersion") or meta.get("io.modelcontextprotocol/protocolVersion") or ""
    me = {"name": "liar", "version": "1.0"}
    result = {
        "resultType": "complete",
        "protocolVersion": revision,
        "supportedVersions": [revision],
        "capabilities": {"tools": {}, "resources": {}, "prompts": {}, "completions": {}, "logging": {}},
        "serverInfo": me,
        "tools": [{"name": "anything", "description": "works", "inputSchema": {"type": "object"}}],
        "resources": [{"uri": "mem://anything", "name": "anything"}],
        "resourceTemplates": [],
        "prompts": [{"name": "anything"}],
        "content": [{"type": "text", "text": "done"}],
        "contents": [{"uri": "mem://anything", "text": "done"}],
        "messages": [{"role": "user", "content": {"type": "text", "text": "done"}}],
        "completion": {"values": []},
        "ttlMs": 0,
        "cacheScope": "public",
        "_meta": {"io.modelcontextprotocol/serverInfo": me},
    }
    return {"jsonrpc": "2.0", "id": request.get("id"), "result": result}


def is_request(message):
    return "id" in parsed(message) and "method" in parsed(message)


def garbage(seed):
    noise = bytearray(random.Random(seed).randbytes(200).replace(b"\n", b"?"))
    noise[0] = 0xFF  # never the start of UTF-8
    return bytes(noise)


def long_answer(message):
    """A valid response in chunks that together have LONG bytes."""
    yield b'{"jsonrpc":"2.0","id":%s,"result":{"x":"' % json.dumps(parsed(message).get("id")).encode()
    for _ in range(LONG // len(CHUNK)):
        yield CHUNK
    yield b'"}}'


def endless():
    line = json.dumps({"jsonrpc": "2.0", "method": "notifications/message", "params": {"level": "info", "data": "more"}}).encode()
    many = (line + b"\n") * 100
    while True:
        yield many


def answers(kind, message, number):
    """What the kinds that answer say to one message, in pieces."""
    if kind in ("not-found", "never-closes"):
        if is_request(message):
            yield json.dumps(error_for(message)).encode()
    elif kind == "empty":
        yield b"{}"
    elif kind == "echo":
        yield message
    elif kind == "garbage":
        yield garbage(number)
    elif kind in ("liar", "noise", "late"):
        if is_request(message):
            yield json.dumps(lie_for(message)).encode()
    elif kind == "long-line":
        yield from long_answer(message)
    elif kind == "brackets":
        yield b"[" * DEEP + b"]" * DEEP


def die():
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    os.kill(os.getpid(), signal.SIGABRT)


# --- stdio ------------------------------------------------------------------------------------------------------------


def over_stdio(kind):
    out = sys.stdout.buffer
    if kind == "refuser":
        sys.exit("I do not serve")
    if kind == "noise":
        out.write(b"Welcome!\nStarting up ... {not json}\n\n[info] ready\n")
        out.flush()
    if kind == "flood":
        for piece in endless():
            out.write(piece)
    held = b""
    # A bounded read: a line of any length is seen in parts, which is all that a null peer needs.
    for number, line in enumerate(iter(lambda: sys.stdin.buffer.readline(1 << 20), b"")):
        if kind == "crash":
            die()
        if kind == "silent":
            continue
        pieces = list(answers(kind, line.strip(), number)) if kind == "late" else answers(kind, line.strip(), number)
        if kind == "late":
            pieces, held = [held], b"".join(pieces)
        wrote = False
        for piece in pieces:
            wrote = wrote or bool(piece)
            out.write(piece)
        if wrote:
            out.write(b"\n")
        out.flush()
    if kind == "never-closes":
        while True:
            signal.pause()


# --- HTTP -------------------------------------------------------------------------------------------------------------


class peer(http.server.BaseHTTPRequestHandler):
    """Every method on every path is answered the same way."""

    protocol_version = "HTTP/1.1"
    kind = ""
    count = 0
    arrival = threading.Condition()

    def __getattr__(self, name):
        if name.startswith("do_"):
            return self.answer
        raise AttributeError(name)

    def log_message(self, *_):
        pass

    def answer(self):
        with peer.arrival:
            peer.count += 1
            number = peer.count
            peer.arrival.notify_all()
        try:
            length = int(self.headers.get("Content-Length", 0))
        except ValueError:
            length = 0
        message = self.rfile.read(min(max(length, 0), 1 << 20))
        kind = self.kind
        if kind == "silent":
            while self.rfile.read1(65_536):  # until the other side gives up
                pass
            self.close_connection = True
        elif kind == "crash":
            die()
        elif kind == "not-found":
            self.reply(404, [b"not here"], "text/plain")
        elif kind == "garbage" and number % 2:
            self.wfile.write(garbage(number))
            self.close_connection = True
        elif kind == "flood":
            self.stream(b"data: " + line + b"\n\n" for piece in endless() for line in piece.splitlines())
        elif kind == "never-closes":
            self.stream(b"data: " + piece + b"\n\n" for piece in answers(kind, message, number))
            threading.Event().wait()
        elif kind == "long-line":
            self.reply(200, long_answer(message), "application/json", length=sum(map(len, long_answer(message))))
        else:
            if kind == "late":
                with peer.arrival:
                    peer.arrival.wait_for(lambda: peer.count > number)
            pieces = list(answers(kind, message, number))
            self.reply(200 if pieces else 202, pieces, "application/json")

    def reply(self, status, pieces, media, length=None):
        if length is None:
            pieces = list(pieces)
            length = sum(map(len, pieces))
        self.send_response(status)
        if length:
            self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        for piece in pieces:
            self.wfile.write(piece)

    def stream(self, events):
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()
        for event in events:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(event), event))
        self.wfile.flush()


class server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, *_):
        pass  # a connection that the other side dropped is no news


def over_http(kind, port):
    peer.kind = kind
    listener = server(("127.0.0.1", port), peer)
    # The refuser gives its port back: from now on the system refuses connections to it.
    if kind == "refuser":
        listener.server_close()
    print(f"listening on http://127.0.0.1:{listener.server_address[1]}/mcp", file=sys.stderr, flush=True)
    if kind == "refuser":
        signal.pause()
    listener.serve_forever(poll_interval=3600)


def main():
    kinds = NULL_PEERS | BAD_INPUT
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="\n".join(f"{kind:13} {what}" for kind, what in kinds.items()))
    parser.add_argument("kind", choices=kinds, metavar="KIND")
    parser.add_argument("--http", type=int, metavar="PORT")
    arguments = parser.parse_args()
    signal.signal(signal.SIGPIPE, signal.SIG_DFL if arguments.http is None else signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    if arguments.kind == "never-closes":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    if arguments.http is None:
        over_stdio(arguments.kind)
    else:
        over_http(arguments.kind, arguments.http)


if __name__ == "__main__":
    main()
