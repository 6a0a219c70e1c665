"""Slices of `harness/bench`: that they measure and write; what abandoned sessions cost is bounded. No figure is judged."""
import argparse
import shutil
import sys

import programs
import pytest

sys.path.insert(0, str(programs.HARNESS / "benchmarks"))
import load  # noqa: E402
import page  # noqa: E402
import soak  # noqa: E402


def test_abandoned_sessions_are_forgotten(reference_server):
    with programs.listening([reference_server, "--http", "0"]) as url:
        memory = [kept for _, kept in soak.steps(url, 2500)]
    # From 1,000 sessions on each new one takes the place of another. One keeps about 6 KiB, so 1,250 more would show.
    assert memory[-1] < memory[len(memory) // 2] + 4, memory


@pytest.mark.skipif(not shutil.which("wrk"), reason="wrk is not installed")
@pytest.mark.parametrize("era", ["legacy", "modern"])
def test_our_server_does_the_work_under_load(reference_server, era):
    parser = argparse.ArgumentParser()
    load.add_options(parser)
    told = parser.parse_args(["--seconds", "1", "--connections", "10", "--only", "reference", "--era", era])
    told.build = reference_server.parents[1]
    head, _, *rows = load.measure(told)
    assert [row.split(" | ")[1] for row in rows] == ["tools/list", "tools/call"], rows
    for row in rows:
        cells = dict(zip(head.split(" | "), row.split(" | ")))
        assert cells["errors |"] == "0 |" and cells["requests/s"] != "0", row


def test_a_section_is_written_in_its_place(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "PAGE", tmp_path / "benchmarks.md")
    page.write("One", ["first"])
    page.write("Two", ["second"])
    page.write("One", ["third"])
    text = page.PAGE.read_text("utf-8")
    assert text.startswith(page.INTRO) and "first" not in text
    assert text.index("## One\n\nthird\n") < text.index("## Two\n\nsecond\n")
