"""The official conformance suite on the reference pair: a short slice here, everything by harness/witness/official/run.

Skipped where the suite is not installed. ASSAY_WITNESS=full makes it the whole suite, which takes minutes.
"""
import os
import sys

import programs
import pytest

sys.path.insert(0, str(programs.HARNESS / "witness/official"))
import suite  # noqa: E402

FULL = os.environ.get("ASSAY_WITNESS") == "full"

pytestmark = [
    pytest.mark.subject,
    pytest.mark.skipif(not suite.installed(), reason="the official suite is not installed: harness/witness/official/run does it"),
]


def check(parts):
    found = list(parts)
    assert found
    for one in found:
        assert one.good, "\n".join(f"{one.version} {one.what}: {each.scenario}: {each.bad}" for each in one.outcomes if not each.good)
        assert one.count("SUCCESS") > 0, one.what


def test_server_is_green(reference_server):
    check((suite.whole_server if FULL else suite.short_server)(reference_server))


def test_client_is_green(reference_client):
    check((suite.whole_client if FULL else suite.short_client)(reference_client))


def test_a_broken_server_is_not_green(reference_server):
    """The witness has to be able to say no: a server that names no tools."""
    fault = '{"breaks":"tools.list-result-shape","role":"server","rewrite":{"match":{"/direction":"out","/request/method":"tools/list"},"patch":[{"op":"remove","path":"/result/tools"}]}}'
    with programs.listening([reference_server, "--http", "0", "--fault", fault]) as url:
        one = suite.server("0.2", ["--scenario", "tools-list", "--spec-version", "2026-07-28"], url)
    assert not one.good and any("tools-list" in each.scenario for each in one.outcomes)


def test_a_suite_that_does_not_run_is_not_green():
    one = suite.server("0.2", ["--scenario", "no-such-scenario"], "http://127.0.0.1:9/mcp")
    assert not one.good
