"""What docs/ci.md and action.yml promise, done: the action's steps as a runner would, and the snippets of the page."""
import json
import os
import pathlib
import re
import shutil
import subprocess

import programs
import pytest
import yaml

ACTION = yaml.safe_load((programs.ROOT / "action.yml").read_text("utf-8"))


def path_with_programs():
    return os.pathsep.join([str(programs.built("mcp-assay").parent), os.environ["PATH"]])


@pytest.fixture
def project(tmp_path):
    """A project whose server is the reference: `node dist/server.js` of the page is that."""
    if not programs.built("mcp-assay").exists():
        pytest.fail("mcp-assay: not built", pytrace=False)
    tools = tmp_path / "tools"
    tools.mkdir()
    node = tools / "node"
    node.write_text(f"#!/bin/sh\nexec {programs.built('mcp-reference-server')} $ASSAY_TEST_SERVER\n")
    node.chmod(0o755)
    (tmp_path / "project").mkdir()
    return tmp_path / "project"


def environment(project, **more):
    return {"PATH": os.pathsep.join([str(project.parent / "tools"), path_with_programs()]), "HOME": str(project)} | more


def act(project, inputs, **more):
    """Runs the steps of the composite action: inputs into expressions, outputs and summary into files."""
    files = {name: project.parent / name for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
    for file in files.values():
        file.write_text("")
    given = {name: inputs.get(name, entry.get("default", "")) for name, entry in ACTION["inputs"].items()}
    assert set(inputs) <= set(given)
    code = 0
    for step in ACTION["runs"]["steps"]:
        assert step["shell"] == "bash"

        def expand(text):
            def value(match):
                name = match.group(1)
                if name == "github.action_path":
                    return str(programs.ROOT)
                return given[name.removeprefix("inputs.")]
            return re.sub(r"\$\{\{ *([\w.-]+) *\}\}", value, text)

        assert "${{" not in step["run"], "an input in the script would be run"
        variables = {name: expand(value) for name, value in step.get("env", {}).items()}
        script = project.parent / "step.sh"
        script.write_text(step["run"])
        done = subprocess.run(["bash", "--noprofile", "--norc", "-eo", "pipefail", script], cwd=project, capture_output=True, text=True,
                              env=environment(project, **variables, **{name: str(file) for name, file in files.items()}, **more), timeout=300)
        code = done.returncode
        if code:
            break
    outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text().splitlines())
    for entry in ACTION["outputs"].values():
        name = re.fullmatch(r"\$\{\{ *steps\.run\.outputs\.([\w-]+) *\}\}", entry["value"]).group(1)
        assert code == 2 or name in outputs, f"{name} is promised and not given"
    return code, outputs, files["GITHUB_STEP_SUMMARY"].read_text(), done


ONE = {"stdio": "node dist/server.js", "arguments": "--revision 2025-06-18"}
WRONG = "--fault @" + str(programs.ROOT / "fixtures/mutants/basic/utilities/ping/says-pong.json")


def test_the_action_leaves_what_it_promises(project):
    code, outputs, summary, done = act(project, ONE)
    assert code == 0, done.stdout + done.stderr
    assert outputs["verdict"] == "conformant" and outputs["exit-code"] == "0"
    for name in ("record", "html", "junit", "sarif"):
        assert (project / outputs[name]).stat().st_size > 0, name
    assert json.loads((project / outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert summary.startswith("## Conformant to 1 revision")


def test_the_action_fails_when_the_gate_is_not_met_and_reports_all_the_same(project):
    code, outputs, summary, done = act(project, ONE | {"out": "else where"}, ASSAY_TEST_SERVER=WRONG)
    assert code == 1, done.stdout + done.stderr
    assert outputs["verdict"] == "not conformant" and outputs["exit-code"] == "1"
    assert "ping.result-empty" in summary
    assert "ping.result-empty" in (project / outputs["junit"]).read_text()
    assert outputs["record"].startswith("else where/")


def test_the_action_takes_a_list_of_known_failures(project):
    (project / "known-failures.txt").write_text("ping.result-empty :: to have exactly\nping.result-empty :: expected\n")
    code, outputs, _, done = act(project, ONE | {"known-failures": "known-failures.txt"}, ASSAY_TEST_SERVER=WRONG)
    assert code in (0, 1) and outputs["verdict"] == "not conformant", done.stdout


def test_the_action_says_what_is_wrong_with_its_inputs(project):
    code, _, summary, done = act(project, {})
    assert code == 2 and "stdio" in done.stderr, done.stdout + done.stderr
    code, _, summary, done = act(project, ONE | {"arguments": "--no-such-option"})
    assert code == 2, done.stdout + done.stderr


def test_inputs_are_words_and_never_code(project):
    code, _, _, done = act(project, {"stdio": "node '$(touch hacked)' \"x", "arguments": "--revision 2025-06-18 $(touch hacked) --only ping"})
    assert code != 0 and not (project / "hacked").exists()


def test_the_action_serves_over_http_and_tests_clients(project):
    server, client = programs.built("mcp-reference-server"), programs.built("mcp-reference-client")
    for inputs in ({"http-command": f"{server} --http {{port}}", "url": "http://127.0.0.1:{port}/mcp"}, {"client": str(client)},
                   {"stdio-client": f"{client} stdio:"}):
        code, outputs, _, done = act(project, inputs | {"arguments": "--revision 2025-06-18 --only lifecycle"})
        assert code == 0 and outputs["verdict"] == "conformant", done.stdout + done.stderr


def snippets(language):
    """The code blocks of docs/ci.md in that language."""
    text = (programs.ROOT / "docs" / "ci.md").read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.M | re.S)


def commands():
    return [line[2:] for block in snippets("console") for line in block.splitlines() if line.startswith("$ ")]


def test_the_commands_of_the_page_run(project):
    """In their order, in a project with a server that conforms, and the main branch's record beside it."""
    (project / "known-failures.txt").write_text("# What is known to fail\n")
    summary = project.parent / "summary"
    env = environment(project, GITHUB_STEP_SUMMARY=str(summary))
    assert len(commands()) >= 4
    for command in commands():
        done = subprocess.run(["bash", "-c", command], cwd=project, env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, command + "\n" + done.stdout + done.stderr
        if (project / "out" / "record.jsonl").exists() and not (project / "main").exists():
            (project / "main").mkdir()
            shutil.copy(project / "out" / "record.jsonl", project / "main")
    assert "0 new failures" in summary.read_text()
    assert (project / "known-failures.txt").read_text() == "# What is known to fail\n"


def test_the_files_of_the_page_are_what_these_systems_read(project):
    github, gitlab = (yaml.safe_load(block) for block in snippets("yaml"))
    used = github["jobs"]["mcp"]["steps"]
    (own,) = [step for step in used if "assay" in step.get("uses", "")]
    assert set(own["with"]) <= set(ACTION["inputs"])
    (job,) = gitlab.values()
    (project / "known-failures.txt").write_text("")
    env = environment(project)
    for line in job["script"]:
        done = subprocess.run(["bash", "-c", line], cwd=project, env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
    for line in job["after_script"]:
        done = subprocess.run(["bash", "-c", line], cwd=project, env=env, capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, line + "\n" + done.stdout + done.stderr
    assert (project / job["artifacts"]["reports"]["junit"]).exists()
    for path in job["artifacts"]["paths"]:
        assert (project / path).exists()


def test_a_list_is_written_and_then_kept_to(project):
    env = environment(project, ASSAY_TEST_SERVER=WRONG)
    listed = project / "known-failures.txt"
    listed.write_text("# Ours\n")

    def run(*more, server="node x", **variables):
        return subprocess.run([programs.built("mcp-assay"), "server", "--stdio", server, "--known-failures", listed, *more], cwd=project,
                              env=env | variables, capture_output=True, text=True, timeout=300)

    for part in (["--only", "ping"], ["--skip", "tools"], ["--revision", "2025-06-18"]):
        done = run("--fix", *part)
        assert done.returncode == 2 and "partial" in done.stderr
        assert listed.read_text() == "# Ours\n"
    assert run("--format", "none").returncode == 1
    assert run("--fix", "--format", "none").returncode == 0
    text = listed.read_text()
    assert text.startswith("# Ours\n") and "ping.result-empty@" in text
    assert run("--format", "none").returncode == 0
    done = run(ASSAY_TEST_SERVER="")  # repaired: the entries are stale
    assert done.returncode == 1 and "stale" in done.stdout
