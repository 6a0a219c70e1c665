"""mcp-assay validate and schema, as a user has them: the traffic of real servers, faults in it, and the official files."""
import json
import os
import pathlib
import subprocess

import programs
import pytest
import subjects

ASSAY = programs.built("mcp-assay")
OFFICIAL = pathlib.Path(os.environ.get("ASSAY_OFFICIAL_SCHEMAS") or programs.ROOT.parent / "shared/spec/schema")
TABLE = json.loads((programs.ROOT / "fixtures/revisions.json").read_text("utf-8"))
REVISIONS = [entry["revision"] for entry in TABLE]
LEGACY = {entry["revision"] for entry in TABLE if entry["era"] == "legacy"}
SERVERS = [name for name in subjects.names()
           if "stdio" in subjects.load(name)["transports"] and LEGACY & set(subjects.load(name)["revisions"])]


def recorded(name, revision, folder):
    """A session with a server, both directions, as JSON lines."""
    subject = subjects.load(name)
    asked = [{"method": "initialize", "params": {"protocolVersion": revision, "capabilities": {},
                                                 "clientInfo": {"name": "harbour-desk", "version": "3.1.0"}}},
             {"method": "tools/list", "params": {}}]
    if "sample" in subject:
        sample = subject["sample"]["tool"]
        asked.append({"method": "tools/call", "params": {"name": sample["name"], "arguments": sample["arguments"]}})
    asked += [{"method": method, "params": {}} for method in ("resources/list", "prompts/list", "ping")]
    started = subjects.prepare(name, "stdio", folder)
    lines = []
    with programs.start(["/bin/sh", "-c", started.command], env=started.env, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                        stderr=subprocess.DEVNULL) as server:

        def send(message):
            lines.append(json.dumps({"jsonrpc": "2.0"} | message))
            server.stdin.write(lines[-1].encode() + b"\n")

        for number, request in enumerate(asked, 1):
            send({"id": number} | request)
            while json.loads(lines[-1]).get("id") != number or "method" in json.loads(lines[-1]):
                lines.append(programs.read_line(server.stdout, 60).decode().strip())
            if number == 1:
                send({"method": "notifications/initialized"})
    return lines


def validate(*arguments, lines):
    done = programs.run([ASSAY, "validate", *arguments, "-"], timeout=60, stdin="\n".join(lines).encode())
    assert not done.timed_out, done.told()
    return done


@pytest.mark.parametrize("name", SERVERS)
def test_traffic_of_a_real_server_is_valid(name, tmp_path):
    revision = max(LEGACY & set(subjects.load(name)["revisions"]))
    lines = recorded(name, revision, tmp_path)
    assert len(lines) >= 11
    done = validate("--revision", revision, lines=lines)
    assert done.exit == 0, done.told()
    assert f"{len(lines)} of {len(lines)} valid" in done.out
    if (OFFICIAL / revision / "schema.json").exists():
        official = validate("--revision", revision, "--schemas", OFFICIAL, lines=lines)
        assert official.exit == 0, official.told()


def test_a_fault_is_told_with_line_place_and_definition():
    lines = ['{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}',
             '{"jsonrpc":"2.0","id":1,"result":{"content":[{"type":"image","data":"aGk="}]}}']
    done = validate("--revision", "2025-11-25", "--format", "json", lines=lines)
    assert done.exit == 1, done.told()
    (document,) = json.loads(done.out)["documents"]
    assert document["line"] == 2
    assert document["violations"] == [{
        "instance": "/result/content/0", "schema": "server/tools.json#/$defs/ImageContent/required",
        "definition": "ImageContent", "keyword": "required",
        "message": 'has no "mimeType"; an ImageContent must have it'}]


@pytest.mark.parametrize("revision", REVISIONS)
def test_official_files_serve_as_well(revision):
    if not (OFFICIAL / revision / "schema.json").exists():
        pytest.skip(f"the official schema of {revision} is not there; ASSAY_OFFICIAL_SCHEMAS may name its folder")
    good = ['{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p","progress":3}}']
    bad = ['{"jsonrpc":"2.0","method":"notifications/progress","params":{"progressToken":"p"}}']
    for place in (OFFICIAL, OFFICIAL / revision, OFFICIAL / revision / "schema.json"):
        done = validate("--revision", revision, "--schemas", place, lines=good)
        assert done.exit == 0, done.told()
        done = validate("--revision", revision, "--schemas", place, lines=bad)
        assert done.exit == 1 and 'has no "progress"' in done.out, done.told()


@pytest.mark.parametrize("revision", REVISIONS)
def test_the_bundle_is_for_other_validators(revision):
    jsonschema = pytest.importorskip("jsonschema")
    done = programs.run([ASSAY, "schema", revision, "--bundle"], timeout=60)
    assert done.exit == 0, done.told()
    bundle = json.loads(done.out)
    jsonschema.Draft202012Validator.check_schema(bundle)
    tool = jsonschema.Draft202012Validator(bundle | {"$ref": "#/$defs/Tool"})
    assert tool.is_valid({"name": "a", "inputSchema": {"type": "object"}})
    assert not tool.is_valid({"name": "a"})
