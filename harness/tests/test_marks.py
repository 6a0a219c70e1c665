"""The comments `// [requirement.id]` in the reference, which `mcp-assay explain` shows: each names a requirement, and what a mutant
can break has its place.
"""
import json
import re

import programs

MARK = re.compile(r"\[([a-z0-9-]+\.[a-z0-9-]+)\]")


def fixtures(folder):
    return [json.loads(path.read_text("utf-8")) for path in sorted((programs.ROOT / "fixtures" / folder).rglob("*.json"))]


def marks():
    """{requirement: first place}"""
    found = {}
    for path in sorted((programs.ROOT / "reference").rglob("*.[ch]pp")):
        if {"test", "bench", "fuzz"} & set(path.parts):
            continue
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
            for requirement in MARK.findall(line.partition("//")[2]):
                found.setdefault(requirement, f"{path.relative_to(programs.ROOT)}:{number}")
    return found


def test_each_mark_names_a_requirement():
    known = {one["id"] for page in fixtures("requirements") for one in page}
    assert {requirement: place for requirement, place in marks().items() if requirement not in known} == {}


def test_what_a_mutant_breaks_has_its_place_in_the_reference():
    broken = {mutant["breaks"] for mutant in fixtures("mutants")}
    assert len(broken) > 300 and broken - set(marks()) == set()
