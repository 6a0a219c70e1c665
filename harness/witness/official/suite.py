"""Runs the official conformance suite against the reference pair, and reads what it found.

The suite is the npm package @modelcontextprotocol/conformance in two pinned versions (package.json); it needs Node.js 22,
which harness/setup installs. A run counts checks from the files that the suite writes, not from its output.
"""
import dataclasses
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[1] / "tests"))
import programs  # noqa: E402

VERSIONS = {"0.1": "conformance-0.1", "0.2": "conformance-0.2"}

# Checks in which the suite asks for what the specification does not, each with the clause in our words. Not a list of our
# failures: a check of ours that fails belongs in no list.
SUITE_IS_WRONG = {}

# Scenarios for an extension that the reference does not have: not run. (The extension is optional and not declared.)
OTHER_EXTENSIONS = ("sep-2640-",)

# The suite looks at the first page of a list only, so everything has to be on it.
PAGE = ["--page-size", "100"]

SHORT = {
    "server": ["server-stateless", "caching", "tools-call-with-progress", "input-required-result-multi-round", "http-header-validation"],
    "client": ["tools_call", "request-metadata"],
}


@dataclasses.dataclass
class outcome:
    """What one scenario of the suite said: how many of its checks ended how, and those that are not good."""

    scenario: str
    exit: int
    counts: dict
    bad: list

    @property
    def good(self):
        return self.exit == 0 and not self.bad


@dataclasses.dataclass
class part:
    """One invocation of the suite, for the table: its version, the role of ours, and what it was asked to run."""

    version: str
    role: str
    what: str
    outcomes: list

    @property
    def good(self):
        return bool(self.outcomes) and all(one.good for one in self.outcomes)

    def count(self, status):
        return sum(one.counts.get(status, 0) for one in self.outcomes)


def entry(version):
    return HERE / "node_modules" / VERSIONS[version] / "dist/index.js"


def installed():
    return all(entry(version).exists() for version in VERSIONS)


def install():
    """Installs the pinned versions beside this file."""
    subprocess.run(["npm", "ci", "--silent", "--prefix", HERE], check=True, env=programs.environment({"npm_config_engine_strict": "false"}))


def suite(version, *arguments, timeout=300):
    return programs.run(["node", entry(version), *arguments], timeout=timeout)


def statuses(folder):
    """{scenario folder: checks} of what the suite wrote."""
    return {path.parent.name: json.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*/checks.json"))}


def outcome_of(scenario, exit, checks):
    counts = {}
    bad = []
    for check in checks:
        counts[check["status"]] = counts.get(check["status"], 0) + 1
        if check["status"] in ("FAILURE", "WARNING") and check["id"] not in SUITE_IS_WRONG:
            bad.append(f"{check['id']}: {check.get('errorMessage') or check.get('description', '')}")
    return outcome(scenario, exit, counts, bad)


def scenario_name(folder):
    """The suite names folders role-scenario-time; the time is 24 characters."""
    name = folder[:-25]
    return name.removeprefix("server-") if name.startswith("server-") else name


def server(version, what, url):
    """One run against a server that listens: `what` are the suite's options."""
    with tempfile.TemporaryDirectory() as folder:
        done = suite(version, "server", "--url", url, *what, "-o", folder)
        found = statuses(pathlib.Path(folder))
    outcomes = [outcome_of(scenario_name(name), 0, checks) for name, checks in found.items()]
    if done.exit != 0 or done.timed_out or not outcomes:
        outcomes.append(outcome("the suite itself", done.exit or 1, {}, [done.told()]))
    return part(version, "server", " ".join(what), outcomes)


def client(version, scenario, revision, command):
    """One scenario against a client that the suite starts."""
    with tempfile.TemporaryDirectory() as folder:
        which = ["--spec-version", revision] if version != "0.1" else []
        done = suite(version, "client", "--command", command, "--scenario", scenario, *which, "-o", folder, timeout=60)
        checks = [check for some in statuses(pathlib.Path(folder)).values() for check in some]
    bad = outcome_of(scenario, done.exit, checks)
    if done.exit != 0 or not checks:
        bad.bad.append(done.told())
    return bad


def listed(version, role):
    """(scenario, revisions) that the suite has for a role, in its order; an extension has the revision 'extension'."""
    found = []
    for line in suite(version, "list", f"--{role}").out.splitlines():
        if line.startswith("  - "):
            name, _, rest = line[4:].partition(" [")
            found.append((name, rest.rstrip("]").split(",") if rest else []))
    return found


def whole_server(binary):
    """Everything that the suite asks of a server."""
    runs = [
        ("0.2", ["--requirements", "2025-11-25"]),
        ("0.2", ["--requirements", "2026-07-28"]),
        ("0.2", ["--suite", "all", "--spec-version", "2025-06-18"]),
        ("0.2", ["--suite", "all", "--spec-version", "2025-11-25"]),
        ("0.2", ["--suite", "all", "--spec-version", "2026-07-28"]),
        ("0.1", ["--suite", "all"]),
    ]
    for version, what in runs:
        with programs.listening([binary, "--http", "0", *PAGE]) as url:
            yield server(version, what, url)


def whole_client(binary):
    """Every scenario without authorization that the suite has for a client, in each revision that it names for it."""
    for version in VERSIONS:
        by_revision = {}
        for scenario, revisions in listed(version, "client"):
            if scenario.startswith(("auth/", *OTHER_EXTENSIONS)):
                continue
            for revision in revisions:
                by_revision.setdefault(revision if version != "0.1" else "all", {})[scenario] = revision
        for revision, scenarios in sorted(by_revision.items()):
            yield part(version, "client", revision, [client(version, one, its, binary) for one, its in scenarios.items()])


def short_server(binary):
    with programs.listening([binary, "--http", "0", *PAGE]) as url:
        for scenario in SHORT["server"]:
            yield server("0.2", ["--scenario", scenario, "--spec-version", "2026-07-28"], url)


def short_client(binary):
    for scenario in SHORT["client"]:
        yield part("0.2", "client", scenario, [client("0.2", scenario, "2026-07-28", binary)])
