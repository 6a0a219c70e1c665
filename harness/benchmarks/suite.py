"""mcp-assay on the reference server: a full run of every check, and start-up."""
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import programs
import record

TITLE = "The suite"


def add_options(parser):
    parser.add_argument("--runs", type=int, default=5, help="suite: runs that each figure is the median of")


def about(told):
    return (f"Every check that applies to the reference server, in every revision, the median of {told.runs} runs. CPU time includes the servers that\n"
            "`mcp-assay` starts, peak memory is that of the largest process.")


def repeat(count, command, out=None):
    """The medians of `count` runs, and the checks of the last."""
    done = []
    for _ in range(count):
        once = programs.run(command, timeout=600)
        if once.timed_out or once.exit not in (0, 1):
            sys.exit(f"harness/bench: a run that cannot be measured\n{once.told()}")
        done.append(once)
    checks = len(record.read(out / "record.jsonl").checks) if out else 0
    middle = statistics.median
    return {
        "seconds": middle(once.seconds for once in done), "cpu": middle(once.cpu for once in done),
        "peak": middle(once.peak_kib for once in done) / 1024, "checks": checks}


def start_up(count, program):
    """Median seconds from the start of `program --version` to its end: measured here, finer than a clock tick."""
    taken = []
    for _ in range(max(count, 20)):
        begin = time.perf_counter()
        subprocess.run([program, "--version"], stdout=subprocess.DEVNULL, check=True)
        taken.append(time.perf_counter() - begin)
    return statistics.median(taken)


def rows(build, runs):
    assay, server = build / "bin/mcp-assay", build / "bin/mcp-reference-server"
    for program in (assay, server):
        if not program.exists():
            sys.exit(f"harness/bench: {program}: not built\n  -> harness/certify builds it, or name another folder with --build")
    with tempfile.TemporaryDirectory() as folder, programs.listening([server, "--http", "0"]) as url:
        transports = {
            "stdio": ["--stdio", server], "Streamable HTTP": ["--url", url], "HTTP with SSE": ["--sse-url", url.removesuffix("/mcp") + "/sse"]}
        took = {}
        for name, how in transports.items():
            out = pathlib.Path(folder) / name
            took[name] = repeat(runs, [assay, "server", *how, "--out", out], out)
            yield f"server, {name}", took[name]
        whole = {key: sum(one[key] for one in took.values()) for key in ("seconds", "cpu", "checks")}
        yield "server, all three in turn", whole | {"peak": max(one["peak"] for one in took.values())}
    yield "start-up (--version)", {"seconds": start_up(runs, assay)}


def table(found):
    yield "| run | wall time | CPU time | peak memory | checks | checks a second |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    for name, took in found:
        if "checks" not in took:
            yield f"| {name} | {took['seconds'] * 1000:.1f} ms | | | | |"
            continue
        rate = took["checks"] / took["seconds"] if took["seconds"] else 0
        yield (f"| {name} | {took['seconds']:.2f} s | {took['cpu']:.2f} s | {took['peak']:.1f} MiB "
               f"| {took['checks']} | {rate:,.0f} |")


def measure(told):
    yield from table(rows(told.build, max(told.runs, 1)))
