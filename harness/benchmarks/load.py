"""Our server beside servers on the official SDKs, all on the same work in one run, over HTTP on 127.0.0.1.

wrk (Debian package of that name) holds N connections open. First each asks as soon as it is answered: that gives the requests
per second that the server is able to do. Then all of them together ask PACE times a second, which none of the servers finds
hard that is worth a look: that gives the time an answer takes. The requests are `tools/list` (eight tools) and `tools/call`
of `add_numbers`. Every request is checked by status, and one by what it says before the clock starts.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

import client
import page
import processes
import programs
import subjects

TITLE = "Servers under load"
PACE = 2000
WITNESS = page.ROOT / "harness/witness"
BUILT = page.ROOT / "build/witness"


def add_options(parser):
    parser.add_argument("--seconds", type=int, default=3, help="load: of each measurement")
    parser.add_argument("--connections", type=int, action="append", help="load: 1, 10, 100 and 1000 without it")
    parser.add_argument("--only", action="append", default=[], help="load: servers whose name has this")
    parser.add_argument("--era", choices=["legacy", "modern"], default="modern", help="load: of the requests")


def about(told):
    return f"""`wrk` holds the connections open, for {bounded(told)} seconds each time. *requests/s*, its latencies and CPU: every connection asks
as soon as it is answered. *at {PACE:,}/s*: all connections together ask that often. CPU and memory are those of the server's
processes. `tools/list` answers with eight tools, `tools/call` adds two numbers; {told.era} era, JSON answers where the SDK has the
choice. Versions: docs/witnesses.md."""


def bounded(told):
    return min(max(told.seconds, 1), 60)


PYTHON = os.environ.get("WITNESS_PYTHON", sys.executable)

# wrk has no p95 of its own; the script prints what is wanted, in microseconds, and numbers the requests.
SCRIPT = """
local threads = 0
function setup(thread)
  thread:set("base", threads * 1000000000)
  threads = threads + 1
end
local count = 0
wrk.method = "POST"
%s
function request() -- an id is used once in a session
  count = count + 1
  return wrk.format(nil, nil, nil, '{"jsonrpc":"2.0","id":' .. string.format("%%d", base + count) .. ',' .. [==[%s]==])
end
done = function(summary, latency)
  local bad = summary.errors
  print(string.format("RESULT %%d %%d %%d %%d %%d %%d", summary.requests, summary.duration, latency:percentile(50),
    latency:percentile(95), latency:percentile(99), bad.connect + bad.read + bad.write + bad.status + bad.timeout))
end
"""
DELAY = "function delay() return math.random(0, %d) end\n"


def built(name, *command):
    """A program that harness/witness/matrix builds; it is built here when it is missing and there is a toolchain."""
    program = BUILT / name
    if not program.exists() and shutil.which(command[0]):
        subprocess.run(command, cwd=WITNESS / name.split("/")[0], check=True)
    return program if program.exists() else None


def servers(told):
    """name -> command; PORT is in its environment. JSON answers where a server has the choice, as ours does."""
    found = {
        "reference": f"{told.build}/bin/mcp-reference-server --http $PORT --page-size 8",
        "TypeScript v1": f"node {WITNESS}/typescript/server_v1.mjs",
        "TypeScript v2": f"node {WITNESS}/typescript/server_v2.mjs",
        "Python": f"{PYTHON} {WITNESS}/python/server.py",
        "Go": built("go/server", "go", "build", "-o", BUILT / "go/server", "./server"),
        "Rust": built("rust/release/server", "cargo", "build", "--release", "--quiet", "--target-dir", BUILT / "rust"),
    }
    if told.era == "modern":
        del found["TypeScript v1"]
    for name in [name for name, command in found.items() if not command]:
        print(f"{name} is left out: it is not built, and there is no toolchain", file=sys.stderr)
        del found[name]
    return {name: command for name, command in found.items() if not told.only or any(one.lower() in name.lower() for one in told.only)}


def headers(era, entry, url, method, name):
    """What a request needs: a session of its own in the legacy era, mirrored headers in the modern one."""
    common = {"Accept": "application/json, text/event-stream", "Content-Type": "application/json", "MCP-Protocol-Version": entry["revision"]}
    if era == "modern":
        return common | {"Mcp-Method": method} | ({"Mcp-Name": name} if name else {})
    status, told, _ = client.ask_http(url, client.first_request(entry)[0])
    assert status == 200, status
    session = {"Mcp-Session-Id": told["Mcp-Session-Id"]} if told["Mcp-Session-Id"] else {}
    client.ask_http(url, {"jsonrpc": "2.0", "method": "notifications/initialized"}, common | session)
    return common | session


def body(era, entry, method, name):
    params = {"name": name, "arguments": {"a": 2, "b": 3}} if name else {}
    if era == "modern":
        params["_meta"] = {"io.modelcontextprotocol/protocolVersion": entry["revision"], "io.modelcontextprotocol/clientCapabilities": {}}
    return {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}


def run(entry, url, process, connections, seconds, headers, rest, pace=None):
    """One measurement: (requests/s, latencies, errors, CPU ms a request, MiB), or None when wrk had nothing to say."""
    lines = "\n".join(f"wrk.headers[{json.dumps(key)}] = {json.dumps(value)}" for key, value in headers.items())
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(SCRIPT % (lines, rest) + (DELAY % (2000 * connections // pace) if pace else ""))
        script.flush()
        before = processes.used(process)[0]
        done = programs.run(["wrk", "-t", min(2, connections), "-c", connections, "-d", f"{seconds}s", "-s", script.name, url], timeout=seconds + 30)
        after, memory = processes.used(process)
    found = re.search(r"RESULT (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.out)
    if not found:
        return None
    requests, duration, *latencies, errors = map(int, found.groups())
    return requests * 1e6 / max(duration, 1), latencies, errors, (after - before) * 1000 / max(requests, 1), memory / 1024


def rows(told, name, entry, url, process):
    for method, tool in (("tools/list", None), ("tools/call", "add_numbers")):
        message = body(told.era, entry, method, tool)
        sent = headers(told.era, entry, url, method, tool)
        status, _, answer = client.ask_http(url, message, sent)
        if status != 200 or "result" not in (answer or {}) or answer["result"].get("isError"):
            yield f"| {name} | {method} | | does not do the work: {status} {str(answer)[:100]} |"
            continue
        rest = json.dumps({key: value for key, value in message.items() if key not in ("jsonrpc", "id")})[1:]
        for connections in told.connections or [1, 10, 100, 1000]:
            fast = run(entry, url, process, connections, bounded(told), sent, rest)
            if not fast:
                yield f"| {name} | {method} | {connections} | no result |"
                continue
            rate, latencies, errors, cpu, memory = fast
            cells = [f"{rate:,.0f}", *(f"{one / 1000:.2f}" for one in latencies), f"{cpu:.3f}", f"{memory:.0f}"]
            paced = run(entry, url, process, connections, bounded(told), sent, rest, PACE) if connections > 1 else None
            cells += [f"{one / 1000:.2f}" for one in paced[1]] if paced else ["", "", ""]
            cells.append(str(errors + (paced[2] if paced else 0)))
            yield f"| {name} | {method} | {connections:,} | " + " | ".join(cells) + " |"


def measure(told):
    if not shutil.which("wrk"):
        sys.exit("harness/bench load: wrk is not installed\n  -> it is a Debian package of that name")
    entry = [one for one in subjects.revisions().values() if one["era"] == told.era][-1]
    yield f"| server | request | connections | requests/s | p50 ms | p95 ms | p99 ms | CPU ms/request | memory MiB | at {PACE:,}/s: p50 ms | p95 ms | p99 ms | errors |"
    yield "| --- | --- |" + " --: |" * 11
    for name, command in servers(told).items():
        port = subjects.free_port()
        url = f"http://127.0.0.1:{port}/mcp"
        env = {"PORT": str(port), "JSON_RESPONSES": "yes", "NODE_ENV": "production", "MODERN": "yes" if told.era == "modern" else "no"}
        with client.serving(f"exec {command} 2>/dev/null", url, env=env):
            yield from rows(told, name, entry, url, processes.by_port(port))
