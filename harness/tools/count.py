"""Adds up what ctest and pytest wrote as JUnit files and prints the closing line: N passed, N failed.

A Catch2 program counts as its test cases; one that crashed counts as one failure. The exit code says whether all passed.
"""
import argparse
import pathlib
import re
import xml.etree.ElementTree as xml

ALL_PASSED = re.compile(r"^All tests passed \(.*?(\d+) test cases?\)", re.M)
SOME_FAILED = re.compile(r"^test cases:\s*(\d+)\s*\|(.*)$", re.M)


def of_catch2(case):
    """(passed, failed) of one Catch2 program from the summary it prints."""
    text = "".join(case.itertext())
    if found := ALL_PASSED.search(text):
        return int(found.group(1)), 0
    if found := SOME_FAILED.search(text):
        passed = sum(int(n) for n in re.findall(r"(\d+) (?:passed|failed as expected)", found.group(2)))
        return passed, int(found.group(1)) - passed
    return 0, 0


def count(path):
    """(passed, failed, skipped) of one JUnit file."""
    passed = failed = skipped = 0
    for case in xml.parse(path).getroot().iter("testcase"):
        bad = case.find("failure") is not None or case.find("error") is not None or case.get("status") == "fail"
        if case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            skipped += 1
            continue
        inner_passed, inner_failed = of_catch2(case) if path.name.startswith("ctest") else (0, 0)
        if inner_passed + inner_failed == 0 or (bad and inner_failed == 0):
            inner_passed, inner_failed = (inner_passed, inner_failed + 1) if bad else (inner_passed + 1, inner_failed)
        passed, failed = passed + inner_passed, failed + inner_failed
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broken", type=int, default=0, help="steps that failed before they could count")
    parser.add_argument("files", nargs="*", type=pathlib.Path)
    arguments = parser.parse_args()
    passed, failed, skipped = 0, arguments.broken, 0
    for path in arguments.files:
        if path.exists():
            passed, failed, skipped = (a + b for a, b in zip((passed, failed, skipped), count(path)))
    if passed == 0 and failed == 0:
        failed = 1  # nothing ran: that is no success
    print(f"{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""))
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
