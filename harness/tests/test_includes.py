"""Who may include whom, read from the #include lines; and no revision's date in code.

The suite never includes the behaviour of the reference: one misreading must not hide in both. MAY_INCLUDE is the list of
the folders that a folder may include besides itself; what is not listed is forbidden, and so is a folder not listed.
"""
import re

import pytest
import tree

BYTES = {"reference/wire", "reference/data"}
SHARED = BYTES | {"reference/revision", "reference/jsonschema"}
SUITE = SHARED | {"reference/transport"}
JUDGES = SUITE | {"conformance/catalogue", "conformance/message", "conformance/engine"}
MAY_INCLUDE = {
    "reference/wire": set(),
    "reference/data": {"reference/wire"},
    "reference/revision": BYTES,
    "reference/jsonschema": BYTES,
    "reference/transport": BYTES,
    "reference/auth": SUITE,
    "reference/session": SUITE,
    "reference/server": SUITE | {"reference/session", "reference/auth"},
    "reference/client": SUITE | {"reference/session", "reference/auth"},
    "reference/faults": SHARED,
    "reference/app": SUITE | {f"reference/{part}" for part in ("session", "server", "client", "auth", "faults")},
    "conformance/message": SUITE,
    "conformance/catalogue": SUITE | {"conformance/message"},
    "conformance/engine": SUITE | {"conformance/catalogue", "conformance/message"},
    "conformance/judge": JUDGES,
    "conformance/record": JUDGES | {"conformance/judge"},
    "conformance/run": JUDGES | {"conformance/judge", "conformance/record"},
    "reports": BYTES | {"conformance/record", "conformance/judge"},
    "conformance/cli": JUDGES | {"conformance/judge", "conformance/record", "conformance/run", "reports"},
}
# Tests may read the project's own data, whatever their folder may do.
EVERYBODY = {"cmake"}
TESTS_TOO = BYTES

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*"([^"]+)"', re.M)
DATE = re.compile(r"\b20\d\d-[01]\d-[0-3]\d\b")
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|("(?:[^"\\\n]|\\.)*")|(\'(?:[^\'\\\n]|\\.)+\')', re.S)
NETWORK = re.compile(r"^[ \t]*#[ \t]*include[ \t]*<boost/(asio|beast)[/.]", re.M)
NETWORK_IN = ("reference/transport", "conformance/run", "reference/app")


def folder_of(path):
    """The folder that MAY_INCLUDE speaks of: two names deep, or one for reports and cmake."""
    parts = str(path).split("/")
    return "/".join(parts[:2]) if parts[0] in ("reference", "conformance") else parts[0]


def forbidden_includes(path, text):
    """One line for each #include of this file that MAY_INCLUDE does not allow."""
    own = folder_of(path)
    if own not in MAY_INCLUDE:
        if own not in EVERYBODY:
            yield f"{path}: folder {own} is not known to the test of includes: say in MAY_INCLUDE what it may use"
        return
    allowed = MAY_INCLUDE[own] | {own} | EVERYBODY | (TESTS_TOO if "/test/" in str(path) else set())
    for name in INCLUDE.findall(text):
        if "/" not in name:
            yield f"{path}: includes {name}: include paths start at the project's root"
        elif folder_of(name) not in allowed:
            yield f"{path}: includes {name}: {own} may not know {folder_of(name)}"


def without_comments(text):
    """Code with its strings, comments blanked: prose may name a revision, code may not."""
    return COMMENT_OR_STRING.sub(lambda found: found.group(1) or found.group(2) or " ", text)


def dates(path, text):
    """One line when code outside tests names a revision by its date."""
    if "/test/" not in str(path) and (found := DATE.search(without_comments(text))):
        yield f"{path}: has the date {found.group()}: ask fixtures/revisions.json for a feature or an era"


def network_includes(path, text):
    """One line when a file outside the three folders for it includes Asio or Beast."""
    if folder_of(path) not in NETWORK_IN and NETWORK.search(text):
        yield f"{path}: includes Boost.Asio or Boost.Beast: these are for {', '.join(NETWORK_IN)}"


def test_cpp_is_found():
    assert len(tree.files(tree.CPP)) > 5


@pytest.mark.parametrize("rule", [forbidden_includes, dates, network_includes])
def test_tree(rule):
    found = [line for path in tree.files(tree.CPP) for line in rule(path, tree.text(path))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("path, line, message", [
    ("conformance/engine/step.cpp", '#include "reference/server/tools.hpp"', "may not know reference/server"),
    ("conformance/cli/prove.cpp", '#include "reference/faults/fault.hpp"', "may not know reference/faults"),
    ("conformance/engine/step.cpp", '  #  include "conformance/run/plan.hpp"', "may not know conformance/run"),
    ("conformance/judge/outcome.cpp", '#include "conformance/record/line.hpp"', "may not know conformance/record"),
    ("reports/html.cpp", '#include "conformance/run/plan.hpp"', "may not know conformance/run"),
    ("reference/wire/json.cpp", '#include "reference/transport/url.hpp"', "may not know reference/transport"),
    ("reference/server/tools.cpp", '#include "conformance/message/schemas.hpp"', "may not know conformance/message"),
    ("reference/wire/test/json_test.cpp", '#include "reference/transport/url.hpp"', "may not know reference/transport"),
    ("reference/wire/json.cpp", '#include "json.hpp"', "start at the project's root"),
    ("extras/new.cpp", '#include "reference/wire/json.hpp"', "not known"),
])
def test_a_forbidden_include_is_seen(path, line, message):
    found = list(forbidden_includes(path, f"#pragma once\n{line}\n"))
    assert len(found) == 1 and message in found[0], found


@pytest.mark.parametrize("path, name", [
    ("conformance/engine/step.cpp", "reference/wire/json.hpp"),
    ("conformance/cli/server.cpp", "reports/html.hpp"),
    ("reference/wire/test/json_test.cpp", "cmake/catch.hpp"),
    ("reference/wire/test/json_test.cpp", "reference/data/store.hpp"),
])
def test_an_allowed_include_is_not_reported(path, name):
    assert not list(forbidden_includes(path, f'#include "{name}"\n#include <vector>\n'))


def test_levels_have_no_cycle():
    below = {name: set(MAY_INCLUDE[name]) for name in MAY_INCLUDE}
    while below:
        free = {name for name, needs in below.items() if not needs & below.keys()}
        assert free, f"these folders may include each other: {sorted(below)}"
        for name in free:
            del below[name]


def test_a_date_in_code_is_seen():
    day = "-".join(("2025", "11", "25"))
    assert list(dates("conformance/engine/step.cpp", f'if (revision >= "{day}") batch();'))
    assert list(dates("reference/wire/json.hpp", f"constexpr auto newest = R\"({day})\";"))
    assert list(dates("reference/wire/json.hpp", f'auto url = "https://example.org/{day}/page"; // why'))


def test_a_date_in_a_comment_or_a_test_is_not_reported():
    day = "-".join(("2025", "11", "25"))
    assert not list(dates("conformance/engine/step.cpp", f"// as of {day}\n/* {day}\n {day} */ int x; char quote = '\"'; // {day}"))
    assert not list(dates("conformance/engine/test/step_test.cpp", f'auto revision = "{day}";'))


def test_the_network_is_kept_in_its_folders():
    line = "#include <boost/asio/awaitable.hpp>\n"
    assert list(network_includes("conformance/engine/step.hpp", line))
    assert not list(network_includes("reference/transport/stream.hpp", line))
