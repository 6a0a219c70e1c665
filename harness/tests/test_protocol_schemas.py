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
    if sample := (subject.get("sample") or {}).get("tool"):
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
    if reason := subjects.absent(name):
        pytest.skip(reason)
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


def refused(*arguments, stdin=b""):
    done = programs.run([ASSAY, "validate", *arguments], timeout=60, stdin=stdin)
    assert not done.timed_out, done.told()
    return done


@pytest.mark.parametrize("name, content, arguments, code, told", [
    ("missing", None, [], 2, "cannot be read"),
    ("empty", "", [], 2, "is empty"),
    ("blank", " \n\n", [], 2, "has nothing in it"),
    ("cut", '{"jsonrpc":', [], 1, "byte 11: is no JSON"),
    ("deep", "[" * 100_000, [], 1, "nested more than 256 deep"),
    ("mark", '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}', [], 1, "byte order mark"),
    ("crlf", '{"jsonrpc":"2.0","id":1,"method":"ping"}\r\n{"jsonrpc":"2.0","id":1,"result":[]}\r\n', [], 1, "crlf:2: /result: is an"),
    ("broken-first", 'x\n{"jsonrpc":"2.0","id":1,"method":"ping"}\n', [], 1, "1 of 2 valid"),
    ("twice", '{"jsonrpc":"2.0","id":1,"id":2,"method":"ping"}', [], 1, "/id: the name occurs twice"),
    ("typo", '{"jsonrpc":"2.0","id":1,"method":"tools/lst"}', [], 0, "note: tools/lst is no method of 2025-11-25"),
    ("alone", '{"jsonrpc":"2.0","id":1,"result":{}}', [], 0, "note: 1 answer without the request"),
    ("as", "{}", ["--as", "Tol"], 2, "did you mean Tool"),
    ("side", "{}", ["--direction", "up"], 2, "up not in {client,server}"),
    ("extension", "{}", ["--extension", "taks"], 2, "known: tasks"),
    ("other-revision", "{}", ["--extension", "tasks"], 2, "is for revision 2026-07-28"),
    ("schemas", "{}", ["--schemas", "/nowhere"], 2, "/nowhere"),
])
def test_wrong_input_is_told(name, content, arguments, code, told, tmp_path):
    file = tmp_path / name
    if content is not None:
        file.write_bytes(content.encode())
    done = refused("--revision", "2025-11-25", *arguments, file)
    assert done.exit == code and told in done.out + done.err, done.told()


def test_a_revision_is_asked_for_and_must_exist(tmp_path):
    file = tmp_path / "ping.json"
    file.write_text('{"jsonrpc":"2.0","id":1,"method":"ping"}')
    for arguments, told in (([], "give --revision"), (["--revision", "2025-11-26"], "known are 2024-11-05")):
        done = refused(*arguments, file)
        assert done.exit == 2 and told in done.err, done.told()


def test_a_file_that_cannot_be_read_does_not_hide_the_others(tmp_path):
    good, bad = tmp_path / "good", tmp_path / "bad"
    good.write_text('{"jsonrpc":"2.0","id":1,"method":"ping"}')
    bad.write_text('{"jsonrpc":"2.0","id":1,"method":3}')
    done = refused("--revision", "2025-11-25", good, tmp_path / "missing", bad)
    assert done.exit == 2 and "1 of 2 valid" in done.out and "missing" in done.err, done.told()


def test_a_pipe_is_read_once():
    line = """printf '%s\\n' '{"jsonrpc":"2.0","id":1,"method":"ping"}' '{"jsonrpc":"2.0","id":1,"method":3}'"""
    done = programs.run(["/bin/sh", "-c", f"{line} | {ASSAY} validate --revision 2025-11-25 /dev/stdin"], timeout=60)
    assert done.exit == 1 and "1 of 2 valid" in done.out, done.told()


def test_an_extension_adds_its_methods():
    message = b'{"jsonrpc":"2.0","id":1,"method":"tasks/get","params":{"taskId":3}}'
    done = refused("--revision", "2026-07-28", "--extension", "io.modelcontextprotocol/tasks", "-", stdin=message)
    assert done.exit == 1 and "/params/taskId: is the number 3" in done.out, done.told()
    bundle = json.loads(programs.run([ASSAY, "schema", "2026-07-28", "--extension", "tasks", "--bundle"], timeout=60).out)
    assert "GetTaskResult" in bundle["$defs"]


def test_formats_are_checked_on_request(tmp_path):
    file = tmp_path / "resource.json"
    file.write_text('{"uri":"no uri","name":"x"}')
    assert refused("--revision", "2025-11-25", "--as", "Resource", file).exit == 0
    done = refused("--revision", "2025-11-25", "--as", "Resource", "--formats", file)
    assert done.exit == 1 and "must be a uri" in done.out, done.told()


def test_the_record_of_a_run_is_validated(tmp_path):
    server = programs.built("mcp-reference-server")
    run = programs.run([ASSAY, "server", "--stdio", str(server), "--only", "server/tools", "--revision", "2025-11-25",
                        "--out", tmp_path, "--format", "none"], timeout=120)
    assert not run.timed_out, run.told()
    record = tmp_path / "record.jsonl"
    done = refused(tmp_path)
    assert done.exit == 0 and " valid\n" in done.out, done.told()
    ours = refused("--direction", "client", record)
    assert ours.exit == 1 and "CallToolRequestParams" in ours.out, ours.told()  # the suite asks wrongly on purpose
    text = record.read_text()
    broken = text.replace('\\"inputSchema\\":', '\\"inputSchemas\\":', 1)
    assert broken != text
    record.write_text(broken)
    done = refused(record)
    assert done.exit == 1 and 'has no "inputSchema"' in done.out and "session " in done.out, done.told()


def test_schemas_in_messages_are_judged():
    tools = [{"name": "mul", "inputSchema": {"type": "object", "properties": {"a": {"type": "integer"}}},
              "outputSchema": {"type": "object", "required": ["product"]}}]
    lines = [json.dumps({"jsonrpc": "2.0", "id": number} | part) for number, part in (
        (1, {"method": "tools/list"}), (1, {"result": {"tools": tools}}),
        (2, {"method": "tools/call", "params": {"name": "mul", "arguments": {"a": 2}}}),
        (2, {"result": {"content": [], "structuredContent": {"product": 4}}}))]
    done = validate("--revision", "2025-11-25", lines=lines)
    assert done.exit == 0 and "4 of 4 valid" in done.out, done.told()
    for right, wrong, told in (('"a": 2', '"a": "x"', ":3: /params/arguments/a: is a string"),
                               ('{"product": 4}', "{}", ':4: /result/structuredContent: has no "product"'),
                               ('"integer"', '"intger"', ":2: /result/tools/0/inputSchema/properties/a/type: is no valid")):
        done = validate("--revision", "2025-11-25", lines=[line.replace(right, wrong) for line in lines])
        assert done.exit == 1 and told in done.out, done.told()
