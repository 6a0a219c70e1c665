"""mcp-assay beside the official conformance suite: the same servers, in one run, over HTTP at the newest revision with sessions."""
import argparse
import importlib.util
import pathlib
import statistics
import sys
import tempfile

import client
import programs
import record
import subjects


def module(name, path):
    """A module by its path, for another one has its name."""
    spec = importlib.util.spec_from_file_location(name, path)
    found = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


official = module("official_suite", programs.HARNESS / "witness/official/suite.py")

TITLE = "Beside the official suite"
REVISION = [name for name, entry in subjects.revisions().items() if entry["era"] == "legacy"][-1]
VERSION = "0.2"
SERVERS = ("server-everything", "sdk-typescript-v1", "sdk-go")  # sdk-go is the everything-server of an official SDK: it has the contract
JUDGED = {"pass", "fail"}


def add_options(parser):
    parser.add_argument("--server", metavar="NAME=URL", action="append", default=[], type=named,
                        help="official: measure this one too; it listens already")


def named(text):
    """("name", "http://...")"""
    name, separator, url = text.partition("=")
    if not (name and separator and url.startswith(("http://", "https://"))):
        raise argparse.ArgumentTypeError(f"{text}: is not NAME=URL, as in everything=http://localhost:3000/mcp")
    return name, url


def about(told):
    return (f"Each server listens at one address, and both suites ask it in turn at {REVISION}: the median of {told.runs} runs. The official\n"
            f"suite is `@modelcontextprotocol/conformance` in the version that `harness/witness/official` pins as {VERSION}, with all its server\n"
            "scenarios for the revision. A check counts when it was judged: passed or failed, and with the official suite warned of, too. It\n"
            "counts its check of schemas again in each scenario, where our rules count once a run; *different* counts that once, too.\n"
            "sdk-typescript-v1 leaves one of our requests without an answer (docs/findings.md), and 5 s are waited for it."
            + ("\nThe last rows are of servers that listened already (`--server`)." if told.server else ""))


def theirs(url):
    """One run of the official suite: (seconds, checks, different ones)."""
    with tempfile.TemporaryDirectory() as folder:
        done = official.suite(VERSION, "server", "--url", url, "--suite", "all", "--spec-version", REVISION, "-o", folder, timeout=600)
        found = [check["id"] for checks in official.statuses(pathlib.Path(folder)).values() for check in checks
                 if check["status"] in ("SUCCESS", "FAILURE", "WARNING")]
    if done.timed_out or not found:
        sys.exit(f"harness/bench: a run of the official suite that cannot be measured\n{done.told()}")
    return done.seconds, len(found), len(set(found))


def ours(assay, url, subject):
    """One run of mcp-assay, with the subject's file if it has one: (seconds, checks)."""
    with tempfile.TemporaryDirectory() as folder:
        done = programs.run([assay, "server", "--url", url, "--revision", REVISION, *(["--subject", subject] if subject else []),
                             "--format", "none", "--out", folder], timeout=600)
        if done.timed_out or done.exit not in (0, 1):
            sys.exit(f"harness/bench: a run that cannot be measured\n{done.told()}")
        outcomes = record.read(pathlib.Path(folder) / "record.jsonl").outcomes
    return done.seconds, sum(outcomes[outcome] for outcome in JUDGED)


def compare(told, name, url, subject):
    """A row: in turn, so that what else the machine does meets both alike."""
    pairs = [(theirs(url), ours(told.build / "bin/mcp-assay", url, subject)) for _ in range(max(told.runs, 1))]
    (their_seconds, their_checks, different), (our_seconds, our_checks) = (
        [statistics.median(column) for column in zip(*side)] for side in zip(*pairs))
    return (f"| {name} | {their_seconds:.2f} s | {their_checks:.0f} | {different:.0f} | {our_seconds:.2f} s | {our_checks:.0f} "
            f"| {our_seconds / their_seconds:.2f} | {our_checks / their_checks:.1f} | {our_checks / different:.1f} |")


def measure(told):
    if not official.installed():
        official.install()
    yield ("| server | official suite | its checks | different | mcp-assay | its checks | wall time, ours to theirs | checks, ours to theirs "
           "| different checks |")
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    for name in SERVERS:
        if reason := subjects.absent(name):
            print(f"harness/bench: left out: {reason}", file=sys.stderr)
            continue
        with tempfile.TemporaryDirectory() as folder:
            how = subjects.prepare(name, "streamable-http", pathlib.Path(folder))
            with client.serving(how.command, how.url, env=how.env):
                yield compare(told, name, how.url, subjects.FOLDER / name / "subject.json")
    for name, url in told.server:
        yield compare(told, name, url, None)
