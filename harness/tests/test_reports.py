"""Reports, read back by the parsers of others: the accepted ones in reports/test/goldens, and what the program says of a run."""
import html.parser
import json
import pathlib
import re
import shutil
import subprocess
import xml.etree.ElementTree

import programs
import pytest

GOLDENS = programs.ROOT / "reports" / "test" / "goldens"
RECORDS = sorted(folder for folder in GOLDENS.iterdir() if (folder / "record.jsonl").exists())
EACH = pytest.mark.parametrize("folder", RECORDS, ids=lambda folder: folder.name)


def lines(folder, kind):
    text = (folder / "record.jsonl").read_text("utf-8")
    return [line for line in map(json.loads, text.splitlines()) if line["type"] == kind]


def run_id(check):
    return f'{check["requirement"]}@{check["by"]}[{check["revision"]} {check["transport"]}]'


def outcomes(folder):
    return {run_id(check): check["outcome"] for check in lines(folder, "check")}


@EACH
def test_junit_has_every_check_under_its_requirement(folder):
    root = xml.etree.ElementTree.parse(folder / "junit.xml").getroot()
    found = {}
    for case in root.iter("testcase"):
        assert case.get("name").startswith(case.get("classname") + "@")
        children = [child.tag for child in case]
        found[case.get("name")] = children[0] if children else "pass"
    expected = {"pass": "pass", "fail": "failure", "error": "error"}
    assert found == {name: expected.get(outcome, "skipped") for name, outcome in outcomes(folder).items()}
    for element in [root, *root.iter("testsuite")]:
        cases = list(element.iter("testcase"))
        assert int(element.get("tests")) == len(cases)
        assert int(element.get("failures")) == sum(case.find("failure") is not None for case in cases)
        assert int(element.get("skipped")) == sum(case.find("skipped") is not None for case in cases)


@EACH
def test_sarif_has_a_rule_for_each_requirement_and_a_result_for_each_failure(folder):
    report = json.loads((folder / "report.sarif").read_text("utf-8"))
    assert report["version"] == "2.1.0"
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == sorted({rule["id"] for rule in rules}, key=[rule["id"] for rule in rules].index)
    assert {check["requirement"] for check in lines(folder, "check")} <= {rule["id"] for rule in rules}
    assert all(rule["helpUri"].startswith("https://modelcontextprotocol.io/specification/") for rule in rules if "helpUri" in rule)
    assert any("helpUri" in rule for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note") and result["message"]["text"]
    shown = sorted(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in run["results"])
    assert shown == sorted(name for name, outcome in outcomes(folder).items() if outcome == "fail")


@EACH
def test_tap_has_a_point_for_each_check(folder):
    text = (folder / "report.tap").read_text("utf-8").splitlines()
    assert text[0] == "TAP version 14"
    points = [re.fullmatch(r"(not ok|ok) (\d+) - (.*?)(?: # SKIP.*)?", line) for line in text]
    points = [point for point in points if point]
    assert text[1].startswith(f"1..{len(points)}")
    assert [int(point.group(2)) for point in points] == list(range(1, len(points) + 1))
    wrong = {"fail", "error"}
    assert {point.group(3): point.group(1) == "not ok" for point in points} == {
        name: outcome in wrong for name, outcome in outcomes(folder).items()}


@EACH
def test_markdown_is_short_before_its_details(folder):
    text = (folder / "report.md").read_text("utf-8")
    assert text.split("<details>")[0].count("\n") < 60
    assert text.count("<details>") == text.count("</details>")
    assert text.startswith("## " + lines(folder, "footer")[0]["verdict"]["sentence"])


class Page(html.parser.HTMLParser):
    VOID = {"meta", "br", "input", "link", "img", "hr"}

    def __init__(self, text):
        super().__init__()
        self.open, self.ids, self.targets, self.sources = [], [], [], []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        if tag not in self.VOID:
            self.open.append(tag)
        self.ids += [values["id"]] if "id" in values else []
        self.targets += [values["href"][1:]] if values.get("href", "").startswith("#") else []
        self.sources += [values[name] for name in ("src", "srcset", "action", "data") if values.get(name)]

    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()


@EACH
def test_the_page_is_whole_and_asks_for_nothing(folder):
    text = (folder / "report.html").read_text("utf-8")
    page = Page(text)
    assert page.open == []
    assert len(page.ids) == len(set(page.ids))
    assert set(page.targets) <= set(page.ids)
    assert page.sources == []
    assert "@import" not in text and "url(" not in text
    assert lines(folder, "footer")[0]["verdict"]["sentence"] in text
    for name, outcome in outcomes(folder).items():
        if outcome == "fail":
            assert name.split("@")[0] in text


@EACH
def test_badges_are_what_badge_services_read(folder):
    badge = xml.etree.ElementTree.parse(folder / "badge.svg").getroot()
    assert badge.tag == "{http://www.w3.org/2000/svg}svg" and badge.get("aria-label")
    endpoint = json.loads((folder / "endpoint.json").read_text("utf-8"))
    assert endpoint["schemaVersion"] == 1
    assert endpoint["message"].split(",")[0].split(" (")[0] == lines(folder, "footer")[0]["verdict"]["word"]


def test_browsers_find_nothing_to_complain_about():
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    modules = programs.ROOT / "harness" / "node_modules"
    if not chromium or not (modules / "playwright-core").exists() or not (modules / "axe-core").exists():
        pytest.skip("needs Chromium, and playwright-core and axe-core from harness/package.json")
    node = next(path for path in (modules / ".bin" / "node", pathlib.Path(shutil.which("node") or "")) if path.is_file())
    pages = [str(GOLDENS / name / "report.html") for name in ("mutant", "silent")]
    done = subprocess.run([node, pathlib.Path(__file__).with_name("browser.mjs"), chromium, *pages], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def assay(*arguments):
    program = programs.built("mcp-assay")
    if not program.exists():
        pytest.fail(f"{program}: not built", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120)


@EACH
@pytest.mark.parametrize("format, name", [("html", "report.html"), ("junit", "junit.xml"), ("markdown", "report.md")])
def test_the_program_writes_what_was_accepted(folder, format, name, tmp_path):
    out = tmp_path / name
    done = assay("report", folder / "record.jsonl", "--format", format, "--out", out)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == (folder / name).read_bytes()


def test_json_reports_meet_their_schema():
    for folder in RECORDS:
        report = json.loads((folder / "report.json").read_text("utf-8"))
        schema = json.loads((programs.ROOT / "schemas" / "assay" / "report.json").read_text("utf-8"))
        assert set(report) == set(schema["required"])


def test_new_failures_fail_the_difference():
    worse = assay("diff", GOLDENS / "reference", GOLDENS / "mutant")
    assert worse.returncode == 1 and "New failures" in worse.stdout
    assert assay("diff", GOLDENS / "mutant", GOLDENS / "reference").returncode == 0
    assert assay("diff", GOLDENS / "mutant", GOLDENS / "mutant").returncode == 0


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """A small run of the reference, its certificate and its keys."""
    folder = tmp_path_factory.mktemp("certified")
    server = programs.built("mcp-reference-server")
    if not server.exists():
        pytest.fail(f"{server}: not built", pytrace=False)
    done = assay("server", "--stdio", server, "--revision", "2025-06-18", "--out", folder, "--format", "none")
    assert done.returncode == 0, done.stderr
    key = folder / "key.pem"
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key], check=True, capture_output=True)
    done = assay("certify", folder / "record.jsonl", "--key", key, "--out", folder / "certificate.jws", "--jwks", folder / "keys.json")
    assert done.returncode == 0, done.stderr
    return folder


def verify(folder, record=None, certificate=None, *more):
    return assay("verify", certificate or folder / "certificate.jws", record or folder / "record.jsonl", *more)


def test_a_certificate_holds(certified):
    done = verify(certified, None, None, "--jwks", certified / "keys.json")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "VERIFIED" in done.stdout


def resigned(folder, tmp_path, change):
    """The record changed by someone who has the key, and signs again."""
    text = (folder / "record.jsonl").read_text("utf-8").splitlines()
    record = tmp_path / "record.jsonl"
    record.write_text("\n".join(change(text)) + "\n", "utf-8")
    certificate = tmp_path / "certificate.jws"
    done = assay("certify", record, "--key", folder / "key.pem", "--out", certificate)
    assert done.returncode == 0, done.stderr
    return verify(folder, record, certificate)


def replaced(number, old, new):
    """Changes the first line that has `old` from that one on."""
    def change(text):
        at = next(i for i, line in enumerate(text) if i >= number and old in line)
        return text[:at] + [text[at].replace(old, new, 1)] + text[at + 1:]
    return change


def without(part):
    def change(text):
        at = next(i for i, line in enumerate(text) if part in line)
        return text[:at] + text[at + 1:]
    return change


@pytest.mark.parametrize("change, says", [
    (replaced(0, '"outcome":"pass"', '"outcome":"not exercised"'), "is recorded as not exercised"),
    (without('"type":"check"'), "is not in the record"),
    (replaced(30, '\\"result\\":{', '\\"result\\":{\\"changed\\":true,'), ""),
    (replaced(30, '"type":"out"', '"type":"in"'), "than we send there"),
    (without('"type":"out"'), "does not follow"),
    (replaced(0, '"word":"conformant"', '"word":"no verdict"'), "the recorded verdict is"),
], ids=["outcome", "check-left-out", "harmless-answer", "direction", "message-left-out", "verdict"])
def test_what_does_not_follow_is_refused_whoever_signs_it(certified, tmp_path, change, says):
    done = resigned(certified, tmp_path, change)
    if says:
        assert done.returncode == 1 and "REFUSED" in done.stdout and says in done.stdout, done.stdout
    else:  # the subject could have said that: then the same verdict follows from it
        assert "crash" not in done.stderr and done.returncode in (0, 1)


def test_what_was_changed_after_signing_is_refused(certified, tmp_path):
    record = tmp_path / "record.jsonl"
    record.write_bytes((certified / "record.jsonl").read_bytes() + b"\n")
    done = verify(certified, record)
    assert done.returncode == 1 and "not the one that was certified" in done.stdout
    token = (certified / "certificate.jws").read_text().strip()
    other = tmp_path / "other.jws"
    other.write_text(token[:-6] + ("AAAAAA" if token[-6:] != "AAAAAA" else "BBBBBB"))
    done = verify(certified, None, other)
    assert done.returncode == 1 and "REFUSED" in done.stdout
    header, claims, signature = token.split(".")
    other.write_text(f"eyJhbGciOiJub25lIn0.{claims}.")
    done = verify(certified, None, other)
    assert done.returncode == 1 and "algorithm none" in done.stdout
    keys = tmp_path / "keys.json"
    keys.write_text('{"keys": []}')
    done = verify(certified, None, None, "--jwks", keys)
    assert done.returncode == 1 and "not among the given keys" in done.stdout


def test_partial_runs_are_neither_certified_nor_listed(certified, tmp_path):
    server = programs.built("mcp-reference-server")
    done = assay("server", "--stdio", server, "--only", "ping", "--out", tmp_path, "--format", "none")
    assert done.returncode == 0, done.stderr
    done = assay("certify", tmp_path / "record.jsonl", "--key", certified / "key.pem")
    assert done.returncode == 2 and "part of the checks" in done.stderr
    listed = tmp_path / "known.txt"
    done = assay("server", "--stdio", server, "--only", "ping", "--known-failures", listed, "--fix")
    assert done.returncode == 2 and "partial" in done.stderr and not listed.exists()
