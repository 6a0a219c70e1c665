"""docs/real-world.md: every row of known faults says which checks see it, or why none does, and the checks exist."""

import json
import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
ROWS = {"A": 7, "B": 9, "C": 18, "D": 11, "E": 13, "G": 6}


def checks():
    """The ids of all checks, as `mcp-assay list` gives them."""
    found = set()
    for path in (FIXTURES / "scenarios").rglob("*.json"):
        name = path.relative_to(FIXTURES / "scenarios").with_suffix("").as_posix()
        for step in json.loads(path.read_text("utf-8"))["steps"]:
            found.update(f"{requirement}@{name}" for requirement in step.get("checks", ()))
    for path in (FIXTURES / "rules").rglob("*.json"):
        page = path.relative_to(FIXTURES / "rules").with_suffix("").as_posix()
        found.update(f"{rule['requirement']}@rules/{page}/{rule['name']}" for rule in json.loads(path.read_text("utf-8")))
    return found


def rows():
    text = (ROOT / "docs/real-world.md").read_text("utf-8")
    return re.findall(r"^\| ([A-Z]\d+) \| ([^|]+) \| (.+) \|$", text, re.M)


def test_every_row_is_there_once():
    assert [row for row, _, _ in rows()] == [f"{group}{n}" for group, last in ROWS.items() for n in range(1, last + 1)]


def test_the_checks_exist():
    known = checks()
    missing = [f"{row}: {check}" for row, _, seen_by in rows() for check in re.findall(r"`([^`@]+@[^`]+)`", seen_by) if check not in known]
    assert not missing


def test_a_row_without_a_check_says_why():
    bare = [row for row, _, seen_by in rows() if "@" not in seen_by and not re.search(r"of clients|left alone|disqualif|does not qualify|counts as", seen_by)]
    assert not bare


def test_the_requirements_of_the_second_table_exist():
    known = {r["id"] for path in (FIXTURES / "requirements").rglob("*.json") for r in json.loads(path.read_text("utf-8"))}
    text = (ROOT / "docs/real-world.md").read_text("utf-8").split("## The same behaviour, another verdict")[1]
    named = re.findall(r"`([a-z0-9-]+\.[a-z0-9-]+)`", text)
    assert named and set(named) <= known
