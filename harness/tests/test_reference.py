"""The reference pair under the suite: every requirement that can be seen is met, in every revision over every transport."""
import signal
import subprocess

import client
import programs
import pytest
import subjects

LEGACY = [name for name, entry in subjects.revisions().items() if entry["era"] == "legacy"]
OVER_HTTP = [name for name, entry in subjects.revisions().items() if "streamable-http" in entry["transports"]]


def met(done):
    assert done.run.exit == 0, f"{done.run.told()}\n{done.report[:8000]}"
    assert done.record.outcomes.get("pass", 0) > 0
    assert not {"fail", "error"} & done.record.outcomes.keys(), done.record.outcomes


def test_server_over_stdio(judge, reference_server):
    met(judge("server", "--stdio", reference_server, "--strict", timeout=120))


def test_server_over_http(judge, reference_server):
    with programs.listening([reference_server, "--http", "0"]) as url:
        met(judge("server", "--url", url, "--strict", timeout=120))


def test_server_over_sse(judge, reference_server):
    met(judge("server", "--http-command", f"{reference_server} --http 0", "--sse-url", "/sse", "--strict", timeout=120))


def test_client_over_sse(judge, reference_client):
    met(judge("client", "--sse-client", reference_client, "--strict", timeout=120))


def test_client(judge, reference_client):
    met(judge("client", "--command", reference_client, "--strict", timeout=120))


def test_two_runs_find_the_same(judge, reference_server):
    first, second = (judge("server", "--stdio", reference_server, timeout=120).record.outcomes for _ in range(2))
    assert first == second


@pytest.mark.parametrize("revision", subjects.revisions())
def test_server_answers_over_stdio(reference_server, revision):
    answer = client.ask_stdio(str(reference_server), client.first_request(subjects.revisions()[revision])[0])
    assert revision in client.revisions_in(answer), answer


@pytest.mark.parametrize("revision", OVER_HTTP)
def test_server_answers_over_http(reference_server, revision):
    with programs.listening([reference_server, "--http", "0"]) as url:
        status, _, answer = client.ask_http(url, *client.first_request(subjects.revisions()[revision]))
        assert status == 200 and revision in client.revisions_in(answer), (status, answer)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, "end of input"])
def test_server_ends_when_asked(reference_server, how):
    message = client.first_request(subjects.revisions()[LEGACY[-1]])[0]
    with programs.start([reference_server], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        process.stdin.write(client.json.dumps(message).encode() + b"\n")
        assert programs.read_line(process.stdout, 20)
        if how == "end of input":
            process.stdin.close()
        else:
            process.send_signal(how)
        assert process.wait(10) in (0, -15, -2)


def test_http_server_ends_on_sigterm(reference_server):
    with programs.start([reference_server, "--http", "0"], stdin=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        assert programs.LISTENING.search(programs.read_line(process.stderr, 20).decode())
        process.terminate()
        assert process.wait(10) in (0, -15)


@pytest.mark.parametrize("verb, names", [("list", "tools."), ("check-data", "")])
def test_the_data_are_in_the_program(mcp_assay, verb, names):
    done = programs.run([mcp_assay, verb], timeout=60)
    assert done.exit == 0 and names in done.out, done.told()


def test_version_and_usage(mcp_assay):
    shown = programs.run([mcp_assay, "--version"], timeout=20)
    assert shown.exit == 0 and shown.out.strip(), shown.told()
    refused = programs.run([mcp_assay, "no-such-verb"], timeout=20)
    assert refused.exit == 2 and "no-such-verb" in refused.err, refused.told()


def test_both_sides_over_tls(reference_server, reference_client, tmp_path):
    certificate, key = tmp_path / "certificate.pem", tmp_path / "key.pem"
    done = programs.run(["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=127.0.0.1",
                         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate], timeout=30)
    assert done.exit == 0, done.told()
    with programs.listening([reference_server, "--http", "0", "--tls", certificate, key]) as url:
        assert url.startswith("https://")
        for revision in OVER_HTTP:
            done = programs.run([reference_client, "--revision", revision, "--ca-file", certificate, url, "call", "test_simple_text"], timeout=30)
            assert done.exit == 0 and "text" in done.out, done.told()
        stranger = programs.run([reference_client, url, "list"], timeout=30)
        assert stranger.exit == 1 and "certificate" in stranger.err, stranger.told()


@pytest.mark.parametrize("arguments", [["--tls", "a.pem", "b.pem"], ["--http", "0", "--tls", "a.pem"], ["--http", "0", "--tls", "/no/such", "/no/such"]])
def test_tls_has_to_be_possible(reference_server, arguments):
    done = programs.run([reference_server, *arguments], timeout=30)
    assert done.exit != 0 and done.err and "listening" not in done.err, done.told()
