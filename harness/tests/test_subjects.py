"""Real MCP servers, which nobody here wrote: each starts, and mcp-assay meets its gate on each.

A server that fails a check has the check in its known-failures.txt, with the message; nothing else may fail. Those that are
installed apart (harness/setup --all-subjects) are skipped where they are absent.
"""
import json
import re

import client
import jsonschema
import programs
import pytest
import referencing
import subjects


def validator():
    def retrieve(uri):
        return referencing.Resource.from_contents(json.loads((subjects.SCHEMAS / uri.rsplit("/", 1)[-1]).read_text("utf-8")))

    schema = json.loads((subjects.SCHEMAS / "subject.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema, registry=referencing.Registry(retrieve=retrieve))


@pytest.mark.parametrize("name", subjects.names())
def test_subject_file_is_valid(name):
    subject = subjects.load(name)
    validator().validate(subject)
    assert subject["name"] == name and subject["package"] and subject["transports"]
    assert set(subject["revisions"]) <= set(subjects.revisions())
    assert (subjects.FOLDER / name / "known-failures.txt").exists()


@pytest.mark.parametrize("broken", [
    {"transports": {"stdio": {"command": "x"}}},
    {"name": "x", "transports": {}, "revisions": ["2025-11-25"]},
    {"name": "x", "transports": {"carrier-pigeon": {"command": "x"}}, "revisions": ["2025-11-25"]},
    {"name": "x", "transports": {"stdio": {}}, "revisions": ["2025-11-25"]},
    {"name": "x", "transports": {"stdio": {"command": "x"}}, "revisions": ["newest"]},
    {"name": "x", "transports": {"stdio": {"command": "x"}}, "revisions": ["2025-11-25"], "package": {"npm": "unpinned"}},
    {"name": "x", "transports": {"stdio": {"command": "x"}}, "revisions": ["2025-11-25"], "package": {"gem": "x@1.0"}},
    {"name": "x", "transports": {"stdio": {"command": "x"}}, "revisions": ["2025-11-25"], "install": ""},
    {"name": "x", "transports": {"stdio": {"command": "x", "revisions": []}}, "revisions": ["2025-11-25"]},
    {"name": "x", "transports": {"stdio": {"command": "x"}}, "revisions": ["2025-11-25"], "sample": {"tool": {"arguments": {}}}},
])
def test_a_broken_subject_file_is_not_valid(broken):
    assert not validator().is_valid(broken)


@pytest.mark.parametrize("name", subjects.names())
def test_subject_is_the_pinned_package(name):
    subject = subjects.load(name)
    kind, package = next(iter(subject["package"].items()))
    package, version = package.rsplit("@", 1)
    lists = subjects.FOLDER / name if "install" in subject else None
    if kind == "npm":
        assert json.loads(((lists or programs.HARNESS) / "package.json").read_text())["dependencies"][package] == version
    elif kind == "pypi":
        requirements = ((lists or subjects.FOLDER) / "requirements.txt").read_text()
        assert re.search(rf"^{re.escape(package)}=={re.escape(version)}$", requirements, re.M)
    elif kind == "go":
        assert re.search(rf"\b{re.escape(package)} {re.escape(version)}\b", (lists / "go.mod").read_text())
    else:
        manifest = (programs.HARNESS / "witness/rust/Cargo.toml").read_text()
        assert re.search(rf'^{re.escape(package)} = .*"={re.escape(version)}"', manifest, re.M)


@pytest.mark.parametrize("changed", ["subjects/one/package.json", "witness/Cargo.toml", "witness/src/bin/server.rs"])
def test_what_is_installed_is_stale_once_its_source_changes(tmp_path, monkeypatch, changed):
    monkeypatch.setattr(subjects, "FOLDER", tmp_path / "subjects")
    for path in ("subjects/one/package.json", "witness/Cargo.toml", "witness/src/bin/server.rs"):
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text("1")
    (tmp_path / "subjects/one/subject.json").write_text(json.dumps({"install": "cargo build --manifest-path ../../witness/Cargo.toml"}))
    assert subjects.absent("one")
    subjects.stamp("one").write_text(subjects.wanted("one"))
    assert subjects.absent("one") is None
    (tmp_path / changed).write_text("2")
    assert subjects.absent("one")


def started(name, transport, folder):
    if reason := subjects.absent(name):
        pytest.skip(reason)
    return subjects.prepare(name, transport, folder)


@pytest.mark.subject
@pytest.mark.parametrize("name, transport", subjects.variants())
def test_subject_starts_and_speaks_its_revisions(name, transport, tmp_path):
    how = started(name, transport, tmp_path)
    entries = [subjects.revisions()[revision] for revision in how.revisions]
    if transport == "stdio":
        for entry in entries:
            answer = client.ask_stdio(how.command, client.first_request(entry)[0], env=how.env)
            assert entry["revision"] in client.revisions_in(answer), answer
        return
    with client.serving(how.command, how.url, env=how.env) as url:
        for entry in entries:
            if transport in entry["transports"]:
                message, headers = client.first_request(entry)
                if transport == "http+sse":
                    assert entry["revision"] in client.revisions_in(client.ask_sse(url, message))
                    continue
                status, _, answer = client.ask_http(url, message, headers)
                assert status == 200 and entry["revision"] in client.revisions_in(answer), answer


@pytest.mark.subject
@pytest.mark.parametrize("name, transport", subjects.variants())
def test_gate_is_met(judge, name, transport, tmp_path):
    how = started(name, transport, tmp_path)
    done = judge("server", *how.arguments(), timeout=400, env=how.env, exits=(0, 1))
    assert done.run.exit == 0, f"{done.run.told()}\n{done.report[:8000]}"
    assert done.record.outcomes.get("pass", 0) > 0, done.record.outcomes
    assert done.record.outcomes.get("error", 0) == 0, done.record.outcomes
