"""The harness's own tools: a test that cannot see a hang, a leak or a crash would pass on anything."""
import json
import subprocess
import sys

import count
import programs
import pytest
import record

PYTHON = sys.executable


def test_run_tells_output_and_exit_code():
    done = programs.run(["/bin/sh", "-c", "cat; echo no >&2; exit 3"], timeout=20, stdin=b"yes\n")
    assert (done.exit, done.out, done.err, done.timed_out, done.left) == (3, "yes\n", "no\n", False, [])


def test_run_ends_what_hangs():
    done = programs.run(["/bin/sh", "-c", "cat /dev/zero > /dev/null"], timeout=0.3)
    assert done.timed_out and done.exit == -9 and done.seconds < 10


def test_run_finds_what_was_left_running():
    left = "setsid tail -f /dev/null >/dev/null 2>&1 </dev/null & exit 0"
    done = programs.run(["/bin/sh", "-c", left], timeout=20)
    assert done.exit == 0
    assert any("tail" in command for command in done.left), done.left


def test_run_measures_memory_of_the_program_alone():
    ballast = bytearray(150_000_000)
    ballast[::4096] = b"x" * len(ballast[::4096])
    small = programs.run(["/bin/true"], timeout=20)
    large = programs.run([PYTHON, "-c", "x = b'x' * 80_000_000"], timeout=20)
    assert small.peak_kib < 20_000 < 80_000 < large.peak_kib < 120_000
    assert len(ballast)


def test_a_program_that_does_not_exist_is_no_timeout():
    done = programs.run(["/nowhere/at-all"], timeout=20)
    assert done.exit == 127 and "No such file" in done.err


def test_start_ends_with_the_block():
    with programs.start(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(b"line\n")
        assert programs.read_line(process.stdout, 20) == b"line\n"
    assert process.returncode == -9


def test_read_line_has_a_limit():
    with programs.start(["/bin/cat"], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        with pytest.raises(TimeoutError):
            programs.read_line(process.stdout, 0.1)


def write_record(path, *lines):
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_record_is_read(tmp_path):
    header, check, footer = {"type": "header"}, {"type": "check", "outcome": "pass"}, {"type": "footer", "complete": True}
    found = record.read(write_record(tmp_path / "a", header, {"type": "in"}, check, footer))
    assert found.complete and found.outcomes == {"pass": 1} and found.lines["in"] == 1
    assert not record.read(write_record(tmp_path / "b", header, check)).complete
    assert not record.read(write_record(tmp_path / "c", header, check, footer | {"complete": False})).complete
    for wrong in ([check, footer], [header, footer, check], [header, header, footer]):
        with pytest.raises(AssertionError):
            record.read(write_record(tmp_path / "d", *wrong))


JUNIT = """<testsuite><testcase name="a" status="run"><system-out>All tests passed (12 assertions in 4 test cases)
</system-out></testcase><testcase name="b" status="fail"><failure/><system-out>test cases:  5 |  3 passed | 2 failed
assertions: 9 | 7 passed | 2 failed</system-out></testcase><testcase name="c" status="fail"><failure/></testcase></testsuite>"""


def test_catch2_programs_count_as_their_test_cases(tmp_path):
    path = tmp_path / "ctest-dev.xml"
    path.write_text(JUNIT)
    assert count.count(path) == (7, 3, 0)


def test_pytest_cases_count_once(tmp_path):
    path = tmp_path / "pytest.xml"
    path.write_text('<s><testcase name="a"/><testcase name="b"><failure/></testcase><testcase name="c"><skipped/></testcase></s>')
    assert count.count(path) == (1, 1, 1)


def closing_line(*arguments):
    done = programs.run([PYTHON, count.__file__, *arguments], timeout=20)
    return done.exit, done.out.splitlines()[-1]


def test_the_closing_line_fails_for_whatever_failed(tmp_path):
    path = tmp_path / "pytest.xml"
    path.write_text('<s><testcase name="a"/></s>')
    assert closing_line(str(path)) == (0, "1 passed, 0 failed")
    assert closing_line("--broken", "1", str(path)) == (1, "1 passed, 1 failed")
    assert closing_line() == (1, "0 passed, 1 failed")


@pytest.mark.parametrize("script", ["setup", "build", "test", "certify", "bench"])
def test_scripts_explain_themselves(script):
    shown = programs.run([programs.HARNESS / script, "--help"], timeout=20)
    assert shown.exit == 0 and f"harness/{script}" in shown.out, shown.told()


@pytest.mark.parametrize("script, wrong", [
    ("setup", "--nonsense"), ("build", "nonsense"), ("test", "--nonsense"), ("test", "--preset=nonsense"), ("certify", "--nonsense"),
    ("bench", "--nonsense"),
])
def test_scripts_refuse_what_they_do_not_know(script, wrong):
    refused = programs.run([programs.HARNESS / script, wrong], timeout=20)
    assert refused.exit == 2 and "nonsense" in refused.err, refused.told()
