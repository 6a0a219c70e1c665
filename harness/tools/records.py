"""Makes the records behind reports/: runs the subjects anew, and leaves out what only this machine and this hour know.

    records.py goldens    the records in reports/test/goldens, and every report of them as accepted
    records.py samples    reports/samples: the reports of the reference and of three real servers, side by side too
    --build DIR           where the programs were built (build/release)
"""
import argparse
import json
import os
import pathlib
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
GOLDENS = ROOT / "reports" / "test" / "goldens"
SAMPLES = ROOT / "reports" / "samples"
PAGES = ("basic/utilities/ping", "server/utilities/pagination")
REVISIONS = ("2025-06-18", "2026-07-28")

MUTANTS = "fixtures/mutants"
PEER = "python3 harness/null_peers/null_peer.py"
HTTP = ["--url", "http://127.0.0.1:{port}/mcp", "--http-command"]
GOLDEN = {
    "reference": ["server", "--stdio", "mcp-reference-server"],
    "reference-http": ["server", *HTTP, "mcp-reference-server --http {port}"],
    "client": ["client", "--stdio-client", "mcp-reference-client stdio:"],
    "client-http": ["client", "--command", "mcp-reference-client"],
    "mutant": ["server", "--stdio", f"mcp-reference-server --fault @{MUTANTS}/server/utilities/pagination/first-page-again.json"],
    "warning": ["server", "--stdio", f"mcp-reference-server --fault @{MUTANTS}/server/utilities/pagination/bad-cursor-as-internal-error.json"],
    "two-mutants": ["server", "--stdio", f"mcp-reference-server --fault @{MUTANTS}/basic/utilities/ping/without-ping.json"
                                         f" --fault @{MUTANTS}/server/utilities/pagination/hands-back-the-cursor.json"],
    "known": ["server", "--stdio", f"mcp-reference-server --fault @{MUTANTS}/server/utilities/pagination/accepts-foreign-cursors.json"],
    "silent": ["server", "--stdio", f"{PEER} silent"],
    "crash": ["server", "--stdio", f"{PEER} crash"],
    "garbage": ["server", "--stdio", f"{PEER} garbage"],
    "liar": ["server", "--stdio", f"{PEER} liar"],
    "not-found": ["server", *HTTP, f"{PEER} not-found --http {{port}}"],
}
SAMPLE = {
    "reference": "mcp-reference-server",
    "server-everything": "mcp-server-everything stdio",
    "server-memory": "mcp-server-memory",
    "server-time": "mcp-server-time --local-timezone UTC",
}


def environment(build, folder):
    found = [build / "bin", ROOT / "harness" / "node_modules" / ".bin", ROOT / ".venv" / "bin"]
    return os.environ | {"PATH": os.pathsep.join([*map(str, found), os.environ["PATH"]]), "MEMORY_FILE_PATH": f"{folder}/memory.jsonl"}


def assay(build, folder, *arguments, codes=(0, 1)):
    done = subprocess.run(["mcp-assay", *map(str, arguments)], cwd=ROOT, env=environment(build, folder), capture_output=True, text=True,
                          timeout=600)
    if done.returncode not in codes:
        raise SystemExit(f"mcp-assay {' '.join(map(str, arguments))}: {done.returncode}\n{done.stdout}{done.stderr}")


def of_pages(place):
    return any(part in place for part in PAGES)


def small(lines):
    """The run as if the data had these pages alone, at a time that never was."""
    count = {}
    kept = [json.loads(line) for line in lines]
    # Sessions run side by side: one after the other, they stand in the same order each time.
    traffic = ("session", "in", "out", "mark")
    kept.sort(key=lambda line: (0 if line["type"] == "header" else 1 if line["type"] in traffic else 2, line.get("session", 0) if line["type"] in traffic else 0))
    shown = {line.get("session") for line in kept if line["type"] == "check" and line["outcome"] == "fail"}
    readings = {line["interpretation"] for line in kept if line["type"] == "requirement" and line["page"] in PAGES}
    for line in kept:
        kind = line["type"]
        if kind == "requirement" and line["page"] not in PAGES or kind == "interpretation" and line["name"] not in readings:
            continue
        if kind in ("in", "out", "mark") and line["session"] not in shown or kind == "profile":
            continue  # reports show the traffic of failures alone
        if kind == "exemption":
            line["places"] = [place for place in line["places"] if of_pages(place)][:2]
            if not line["places"]:
                continue
        if kind == "header":
            line |= {"only": [], "data": "0123456789abcdef" * 4, "started": "2026-01-02T03:04:05Z"}
        if kind == "footer":
            line["seconds"] = 0.5
        if "at" in line:
            count[line["session"]] = count.get(line["session"], 0) + 1
            line["at"] = count[line["session"]]
        yield json.dumps(line, ensure_ascii=False, separators=(",", ":"))


def goldens(build):
    with tempfile.TemporaryDirectory() as temporary:
        for name, arguments in GOLDEN.items():
            folder = pathlib.Path(temporary) / name
            more = [word for page in PAGES for word in ("--only", page)] + [word for one in REVISIONS for word in ("--revision", one)]
            if name == "known":
                listed = folder.with_suffix(".txt")
                listed.write_text("pagination.invalid-cursor-rejected :: to be -32602\n", "utf-8")
                more += ["--known-failures", listed]
            assay(build, temporary, *arguments, *more, "--jobs", "1", "--format", "none", "--out", folder)
            (GOLDENS / name).mkdir(exist_ok=True)
            lines = (folder / "record.jsonl").read_text("utf-8").splitlines()
            text = "\n".join(small(lines)).replace(temporary, "folder").replace("harness/null_peers/", "").replace(MUTANTS + "/", "")
            (GOLDENS / name / "record.jsonl").write_text(text + "\n", "utf-8")
            print(name)
    done = subprocess.run([build / "test" / "reports-test", "[goldens]"], env=os.environ | {"ASSAY_ACCEPT": "1"})
    raise SystemExit(done.returncode)


def samples(build):
    with tempfile.TemporaryDirectory() as temporary:
        for name, command in SAMPLE.items():
            subject = ROOT / "harness" / "subjects" / name / "subject.json"
            assay(build, temporary, "server", "--stdio", command, *(["--subject", subject.relative_to(ROOT)] if subject.exists() else []),
                  "--format", "none", "--out", f"{temporary}/{name}")
            (SAMPLES / name).mkdir(parents=True, exist_ok=True)
            for format, file in (("html", "report.html"), ("markdown", "report.md"), ("badge", "badge.svg")):
                assay(build, temporary, "report", f"{name}={temporary}/{name}", "--format", format, "--out", SAMPLES / name / file)
            print(name)
        assay(build, temporary, "report", *(f"{name}={temporary}/{name}" for name in SAMPLE), "--format", "matrix", "--out",
              SAMPLES / "matrix.html")
    for file in SAMPLES.rglob("*.*"):
        text = file.read_text("utf-8")
        for path in (str(ROOT), str(ROOT.resolve()), temporary, tempfile.gettempdir() + "/", str(pathlib.Path.home()) + "/"):
            if path in text:
                raise SystemExit(f"{file}: has the path {path} of this machine")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["goldens", "samples"])
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build" / "release")
    options = parser.parse_args()
    (goldens if options.what == "goldens" else samples)(options.build.resolve())
