"""Certificates: what holds is verified, and whatever was changed is refused with the reason, whoever signs it again."""
import base64
import json
import subprocess

import programs
import pytest

KINDS = ("header", "requirement", "interpretation", "exemption", "session", "in", "out", "mark", "state", "profile", "check", "footer")


def assay(*arguments):
    program = programs.built("mcp-assay")
    if not program.exists():
        pytest.fail(f"{program}: not built", pytrace=False)
    return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=120)


def reference(*more):
    server = programs.built("mcp-reference-server")
    if not server.exists():
        pytest.fail(f"{server}: not built", pytrace=False)
    return " ".join([str(server), *more])


def run(folder, command, codes=(0,)):
    done = assay("server", "--stdio", command, "--revision", "2025-06-18", "--out", folder, "--format", "none")
    assert done.returncode in codes, done.stdout + done.stderr
    return folder / "record.jsonl"


def key_file(folder, name, *how):
    file = folder / name
    subprocess.run(["openssl", *how, "-out", file], check=True, capture_output=True)
    return file


def ec_key(folder, name="key.pem"):
    return key_file(folder, name, "ecparam", "-name", "prime256v1", "-genkey", "-noout")


def certify(record, key, *more):
    certificate = record.with_name("certificate.jws")
    done = assay("certify", record, "--key", key, "--out", certificate, *more)
    assert done.returncode == 0, done.stderr
    return certificate


def refused(done, says=""):
    assert done.returncode == 1 and done.stdout.startswith("REFUSED") or "REFUSED" in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1 and "VERIFIED" not in done.stdout, done.stdout
    assert says in done.stdout, done.stdout


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """A run of the reference, its certificate and its keys."""
    folder = tmp_path_factory.mktemp("certified")
    record = run(folder, reference())
    key = ec_key(folder)
    certify(record, key, "--jwks", folder / "keys.json")
    return folder


@pytest.fixture(scope="module")
def failing(tmp_path_factory):
    """A run of a mutant, which fails a MUST requirement in a message longer than 64 KiB."""
    folder = tmp_path_factory.mktemp("failing")
    fault = {"breaks": "ping.result-empty", "role": "server", "rewrite": {
        "match": {"/direction": "out", "/kind": "response", "/request/method": "ping"},
        "patch": [{"op": "add", "path": "/result/pong", "value": "x" * 100_000}]}}
    (folder / "mutant.json").write_text(json.dumps(fault), "utf-8")
    record = run(folder, reference("--fault", f"@{folder / 'mutant.json'}"), (1,))
    ec_key(folder)
    return folder


def verify(folder, record=None, certificate=None, *more):
    return assay("verify", certificate or folder / "certificate.jws", record or folder / "record.jsonl", *more)


def test_a_run_writes_the_record_alone_when_no_report_is_wanted(certified):
    assert sorted(path.name for path in certified.iterdir()) == ["certificate.jws", "key.pem", "keys.json", "record.jsonl"]


def test_a_certificate_holds(certified):
    done = verify(certified, None, None, "--jwks", certified / "keys.json")
    assert done.returncode == 0 and "VERIFIED" in done.stdout, done.stdout + done.stderr
    assert "ES256" in done.stdout


def test_rsa_keys_sign_too(certified, tmp_path):
    record = tmp_path / "record.jsonl"
    record.write_bytes((certified / "record.jsonl").read_bytes())
    key = key_file(tmp_path, "rsa.pem", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048")
    certify(record, key, "--jwks", tmp_path / "keys.json")
    done = verify(tmp_path, None, None, "--jwks", tmp_path / "keys.json")
    assert done.returncode == 0 and "RS256" in done.stdout, done.stdout
    weak = key_file(tmp_path, "weak.pem", "genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024")
    assert assay("certify", record, "--key", weak).returncode == 2
    other = key_file(tmp_path, "p384.pem", "ecparam", "-name", "secp384r1", "-genkey", "-noout")
    assert assay("certify", record, "--key", other).returncode == 2


def test_the_key_is_found_among_several(certified, tmp_path):
    key = json.loads((certified / "keys.json").read_text())["keys"][0]
    record = tmp_path / "record.jsonl"
    record.write_bytes((certified / "record.jsonl").read_bytes())
    certify(record, ec_key(tmp_path), "--jwks", tmp_path / "other.json")
    stranger = json.loads((tmp_path / "other.json").read_text())["keys"][0]
    keys = tmp_path / "keys.json"
    keys.write_text(json.dumps({"keys": [{"kty": "oct", "k": "AA"}, stranger, key]}))
    assert verify(certified, None, None, "--jwks", keys).returncode == 0
    keys.write_text(json.dumps({"keys": [stranger]}))
    refused(verify(certified, None, None, "--jwks", keys), "not among the given keys")
    keys.write_text(json.dumps({"keys": [stranger | {"kid": key["kid"]}]}))  # another key under the name of the right one
    refused(verify(certified, None, None, "--jwks", keys), "signature that does not fit")
    keys.write_text('{"keys": []}')
    refused(verify(certified, None, None, "--jwks", keys), "not among the given keys")
    keys.write_text("[]")
    assert verify(certified, None, None, "--jwks", keys).returncode == 2


def part(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_tokens_that_were_tampered_with_are_refused(certified, tmp_path):
    token = (certified / "certificate.jws").read_text().strip()
    header, claims, signature = token.split(".")
    padded = claims + "=" * (-len(claims) % 4)
    said = json.loads(base64.urlsafe_b64decode(padded))
    for text, says in [
        (f"{part({'alg': 'none'})}.{claims}.", "algorithm none"),
        (f"{part({'alg': 'HS256', 'kid': said['key']['kid']})}.{claims}.{signature}", "only ES256 and RS256"),
        (f"{part({'alg': 'RS256', 'kid': said['key']['kid']})}.{claims}.{signature}", "does not fit its key"),
        (f"{header}.{claims}", "not three parts"),
        (f"{header}.{claims}.", ""),
        (token[: len(token) // 2], ""),
        (token[:-8], ""),
        ("", ""),
        (f"{header}.{part(said | {'verdict': 'not conformant'})}.{signature}", "signature that does not fit"),
        (f"{header}.{claims}.{signature[:-4]}{'AAAA' if signature[-4:] != 'AAAA' else 'BBBB'}", "signature that does not fit"),
    ]:
        other = tmp_path / "other.jws"
        other.write_text(text)
        refused(verify(certified, None, other), says)


@pytest.mark.parametrize("kind", KINDS)
def test_a_record_changed_in_any_line_is_not_the_one_that_was_certified(certified, tmp_path, kind):
    lines = (certified / "record.jsonl").read_text("utf-8").splitlines()
    at = next(i for i, line in enumerate(lines) if json.loads(line)["type"] == kind)
    record = tmp_path / "record.jsonl"
    for changed in (lines[:at] + lines[at + 1:], lines[:at] + [lines[at], lines[at]] + lines[at + 1:],
                    lines[:at] + [lines[at][:-1] + ',"x":1}'] + lines[at + 1:]):
        record.write_text("\n".join(changed) + "\n", "utf-8")
        refused(verify(certified, record), "not the one that was certified")


def resigned(folder, tmp_path, change):
    """Verifies the record as changed by someone who has the key, and signs again."""
    lines = [json.loads(line) for line in (folder / "record.jsonl").read_text("utf-8").splitlines()]
    record = tmp_path / "record.jsonl"
    record.write_text("".join(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n" for line in change(lines)), "utf-8")
    certificate = tmp_path / "certificate.jws"
    done = assay("certify", record, "--key", folder / "key.pem", "--out", certificate)
    assert done.returncode == 0, done.stderr
    return verify(folder, record, certificate)


def first(kind, where=lambda line: True):
    def pick(lines):
        return next(i for i, line in enumerate(lines) if line["type"] == kind and where(line))
    return pick


def changed(pick, **members):
    def change(lines):
        lines[pick(lines)] |= members
        return lines
    return change


def without(pick):
    def change(lines):
        del lines[pick(lines)]
        return lines
    return change


def in_text(old, new):
    def change(lines):
        at = next(i for i, line in enumerate(lines) if line["type"] == "in" and old in line.get("text", ""))
        lines[at]["text"] = lines[at]["text"].replace(old, new)
        return lines
    return change


passed = first("check", lambda line: line["outcome"] == "pass")


@pytest.mark.parametrize("change, says", [
    (changed(passed, outcome="not exercised"), "is recorded as not exercised"),
    (changed(passed, level="MAY"), ""),
    (without(first("check")), "is not in the record"),
    (changed(first("check"), by="server/tools/no-such-scenario"), ""),
    (without(first("out")), ""),
    (without(first("in")), ""),
    (without(first("session")), ""),
    (without(first("mark")), ""),
    (changed(first("mark"), scenario="server/tools/unknown-tool"), ""),
    (changed(first("in", lambda line: line["what"] == "frame"), type="out", what="line"), ""),
    (changed(first("requirement"), level="MAY"), "other things of the requirements"),
    (changed(first("requirement"), says="is perfect"), "other things of the requirements"),
    (without(first("requirement")), "other things of the requirements"),
    (changed(first("interpretation"), reading="anything goes"), "other things of the requirements"),
    (without(first("exemption")), "other things of the requirements"),
    (changed(first("profile"), profile={}), "does not follow from the traffic"),
    (changed(first("state"), state="unspoken"), ""),
    (in_text('"protocolVersion":"2025-06-18"', '"protocolVersion":"1999-01-01"'), ""),
], ids=["outcome", "level", "check-left-out", "check-renamed", "message-left-out", "answer-left-out", "session-left-out", "mark-left-out",
        "mark-renamed", "direction", "requirement-level", "requirement-says", "requirement-left-out", "reading", "exemption-left-out",
        "profile", "state", "answer"])
def test_what_does_not_follow_is_refused_whoever_signs_it(certified, tmp_path, change, says):
    refused(resigned(certified, tmp_path, change), says)


def test_a_better_verdict_does_not_follow(failing, tmp_path):
    def better(lines):
        lines[-1]["verdict"]["word"] = "conformant"
        lines[-1]["verdict"]["sentence"] = "Conformant to 1 revision: no MUST requirement failed."
        return lines
    refused(resigned(failing, tmp_path, better), "the recorded verdict is")


def test_a_failure_holds_in_a_long_message(failing):
    lines = [json.loads(line) for line in (failing / "record.jsonl").read_text("utf-8").splitlines()]
    assert max(len(line.get("text", "")) for line in lines) > 64 << 10
    failed = [line for line in lines if line["type"] == "check" and line["outcome"] == "fail"]
    assert {line["requirement"] for line in failed} == {"ping.result-empty"}
    certify(failing / "record.jsonl", failing / "key.pem")
    done = verify(failing)
    assert done.returncode == 0 and "VERIFIED  Not conformant" in done.stdout, done.stdout
    assert "cannot be replayed" not in done.stdout


def believing(lines):
    """The checks and the verdict as if nothing had failed."""
    for line in lines:
        if line["type"] == "check" and line["outcome"] == "fail":
            line["outcome"] = "pass"
            for member in ("expected", "actual"):
                line.pop(member, None)
    verdict = lines[-1]["verdict"]
    verdict |= {"word": "conformant", "sentence": "Conformant to 1 revision: no MUST requirement failed."}
    return lines


def cut_long(lines, **marks):
    for line in lines:
        if len(line.get("text", "")) > 64 << 10:
            line["text"] = line["text"][:1000]
            line |= marks
    return lines


@pytest.mark.parametrize("forge", [
    believing,
    lambda lines: believing(cut_long(lines)),
    lambda lines: believing(cut_long(lines, truncated=True)),
    lambda lines: believing(cut_long(lines, bytes=100_000)),
    lambda lines: believing([line for line in lines if len(line.get("text", "")) <= 64 << 10]),
], ids=["outcomes-alone", "cut", "cut-and-marked", "cut-with-its-length", "left-out"])
def test_a_long_message_that_was_cut_lets_nothing_be_believed(failing, tmp_path, forge):
    done = resigned(failing, tmp_path, forge)
    refused(done)


def test_a_forged_answer_is_judged_as_it_stands(failing, tmp_path):
    """A frame changed so that the check passes is another record: its checks must say so too, and its verdict follows from what it says
    alone. Whether the subject ever sent that, only the digest that was signed can tell."""
    def repaired(lines):
        for line in lines:
            if len(line.get("text", "")) > 64 << 10:
                message = json.loads(line["text"])
                message["result"] = {}
                line["text"] = json.dumps(message, separators=(",", ":"))
        return lines
    refused(resigned(failing, tmp_path, repaired), "is recorded as fail")
    certify(failing / "record.jsonl", failing / "key.pem")
    lines = repaired([json.loads(line) for line in (failing / "record.jsonl").read_text("utf-8").splitlines()])
    record = tmp_path / "record.jsonl"
    record.write_text("".join(json.dumps(line, separators=(",", ":")) + "\n" for line in believing(lines)), "utf-8")
    refused(verify(failing, record), "not the one that was certified")


def test_what_a_secret_hides_is_named_and_not_believed(failing, tmp_path):
    def hidden(lines):
        for line in lines:
            if len(line.get("text", "")) > 64 << 10:
                line["text"] = json.dumps({"jsonrpc": "2.0", "id": json.loads(line["text"])["id"], "result": {"token": "[redacted]"}})
        return believing(lines)
    done = resigned(failing, tmp_path, hidden)
    assert done.returncode in (1, 3) and "ping.result-empty" in done.stdout, done.stdout


def test_other_data_are_refused(certified, tmp_path):
    """Verified with data in which one requirement is another."""
    for name in ("fixtures", "schemas"):
        subprocess.run(["cp", "-r", programs.ROOT / name, tmp_path / name], check=True)
    page = tmp_path / "fixtures" / "requirements" / "basic" / "utilities" / "ping.json"
    page.write_text(page.read_text("utf-8").replace('"level": "MUST"', '"level": "SHOULD"', 1), "utf-8")
    done = assay("--data", tmp_path, "verify", certified / "certificate.jws", certified / "record.jsonl")
    refused(done, "used other data")
    done = assay("--data", tmp_path, "certify", certified / "record.jsonl", "--key", certified / "key.pem")
    assert done.returncode == 2 and "other data" in done.stderr


def test_runs_that_did_not_end_are_not_certified(certified, tmp_path):
    lines = (certified / "record.jsonl").read_text("utf-8").splitlines()
    record = tmp_path / "record.jsonl"
    record.write_text("\n".join(lines[:-1]) + "\n", "utf-8")
    done = assay("certify", record, "--key", certified / "key.pem")
    assert done.returncode == 2 and "did not come to its end" in done.stderr


def test_partial_runs_are_neither_certified_nor_listed(certified, tmp_path):
    server = programs.built("mcp-reference-server")
    done = assay("server", "--stdio", server, "--only", "ping", "--out", tmp_path, "--format", "none")
    assert done.returncode == 0, done.stderr
    done = assay("certify", tmp_path / "record.jsonl", "--key", certified / "key.pem")
    assert done.returncode == 2 and "part of the checks" in done.stderr
    listed = tmp_path / "known.txt"
    for part in (["--only", "ping"], ["--skip", "ping"], ["--revision", "2025-06-18"]):
        done = assay("server", "--stdio", server, *part, "--known-failures", listed, "--fix")
        assert done.returncode == 2 and "partial" in done.stderr and not listed.exists()
