"""A client of a few lines, to see that a server starts and answers its first request. It judges nothing."""
import contextlib
import http.client
import json
import os
import select
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request

import programs

ME = {"name": "assay-harness", "version": "1.0"}


def first_request(entry):
    """What opens a conversation in this revision (an entry of fixtures/revisions.json): (message, HTTP headers)."""
    revision = entry["revision"]
    if entry["era"] == "legacy":
        params = {"protocolVersion": revision, "capabilities": {}, "clientInfo": ME}
        return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}, {}
    prefix = "io.modelcontextprotocol/"
    meta = {prefix + "protocolVersion": revision, prefix + "clientInfo": ME, prefix + "clientCapabilities": {}}
    message = {"jsonrpc": "2.0", "id": 1, "method": "server/discover", "params": {"_meta": meta}}
    return message, {"MCP-Protocol-Version": revision, "Mcp-Method": "server/discover"}


def revisions_in(answer):
    """The revisions that the answer to a first request names."""
    result = answer.get("result", {})
    return result.get("supportedVersions") or [result.get("protocolVersion")]


def ask_stdio(command, message, env=None, timeout=30):
    """Starts the server, sends one request, returns its answer."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with programs.start(["/bin/sh", "-c", command], env=env, **pipes) as process:
        process.stdin.write(json.dumps(message).encode() + b"\n")
        while (answer := json.loads(programs.read_line(process.stdout, timeout))).get("id") != message["id"]:
            pass
        return answer


@contextlib.contextmanager
def serving(command, url, env=None, timeout=30):
    """Starts an HTTP server and waits until its port accepts connections."""
    address = urllib.parse.urlsplit(url)
    pipes = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
    with programs.start(["/bin/sh", "-c", command], env=env, **pipes) as process:
        end = time.monotonic() + timeout
        gone = os.pidfd_open(process.pid)
        waiting_for = [gone, process.stderr]
        try:
            while True:
                with contextlib.suppress(ConnectionRefusedError), socket.create_connection((address.hostname, address.port), 5):
                    break
                # Servers say something when they are ready; for those that do not, it is tried again.
                ready = select.select(waiting_for, [], [], 0.2)[0]
                assert gone not in ready, f"{command}: ended before it listened at {url}"
                if process.stderr in ready and not os.read(process.stderr.fileno(), 65_536):
                    waiting_for.remove(process.stderr)
                assert time.monotonic() < end, f"{command}: does not listen at {url} after {timeout} s"
            yield url
        finally:
            os.close(gone)


def ask_http(url, message, headers=None, timeout=30):
    """POSTs one request; returns (status, headers, answer or None). An event stream is read up to the answer."""
    request = urllib.request.Request(url, json.dumps(message).encode(), method="POST", headers={
        "Content-Type": "application/json", "Accept": "application/json, text/event-stream"} | (headers or {}))
    try:
        response = urllib.request.urlopen(request, timeout=timeout)
    except urllib.error.HTTPError as refused:
        response = refused
    with response:
        if response.headers.get_content_type() == "text/event-stream":
            for line in response:
                answer = json.loads(line[5:]) if line.startswith(b"data:") and line[5:].strip() else {}
                if answer.get("id") == message["id"]:
                    return response.status, response.headers, answer
            return response.status, response.headers, None
        body = response.read()
        is_json = response.headers.get_content_type() == "application/json"
        return response.status, response.headers, json.loads(body) if body and is_json else None


def ask_sse(url, message, timeout=30):
    """Opens the stream at `url`, POSTs one request to the address that it names, and returns the answer from the stream."""
    with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": "text/event-stream"}), timeout=timeout) as stream:
        kind = ""
        for line in stream:
            name, _, value = line.decode("utf-8").strip().partition(":")
            if name == "event":
                kind = value.strip()
            elif name == "data" and kind == "endpoint":
                ask_http(urllib.parse.urljoin(url, value.strip()), message, timeout=timeout)
            elif name == "data" and json.loads(value).get("id") == message["id"]:
                return json.loads(value)
    raise EOFError(f"{url}: the stream ended without an answer")
