"""A slice of `harness/bench soak`: what the server keeps of abandoned sessions is bounded."""
import sys

import programs

sys.path.insert(0, str(programs.HARNESS / "benchmarks"))
import soak  # noqa: E402


def test_abandoned_sessions_are_forgotten(reference_server):
    with programs.listening([reference_server, "--http", "0"]) as url:
        memory = [kept for _, kept in soak.steps(url, 5000)]
    # From 1,000 sessions on each new one takes the place of another. One keeps about 6 KiB, so 2,500 more would show.
    assert memory[-1] < memory[len(memory) // 2] + 4, memory
