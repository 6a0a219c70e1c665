#!/usr/bin/env python3
"""Validation of typical messages: ours and ajv 8 side by side, on one mix, in turns.

    ninja -C build/release message-bench
    conformance/message/bench/run.py build/release/bin/message-bench

Installs ajv with npm into build/bench-schemas once. Prints a table; takes about a minute. Not a test and not for CI: the
figures mean something on a quiet machine only, the ratios a little more.
"""

import argparse
import json
import pathlib
import statistics
import subprocess
import sys

import mix

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("program", type=pathlib.Path, help="message-bench of a release build")
    parser.add_argument("--seconds", type=float, default=1.0, help="for each figure of each round")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()

    work = ROOT / "build" / "bench-schemas"
    work.mkdir(parents=True, exist_ok=True)
    if not (work / "node_modules" / "ajv-formats").exists():
        subprocess.run(["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", work, "ajv@8", "ajv-formats@3"],
                       check=True)
    version = json.loads((work / "node_modules" / "ajv" / "package.json").read_text())["version"]
    revisions = [entry["revision"] for entry in json.loads((ROOT / "fixtures" / "revisions.json").read_text())]
    lines = work / "mix.jsonl"
    mix.write(lines, revisions)

    seconds = str(options.seconds)
    schemas = ROOT / "schemas" / "mcp"
    commands = {
        "ours": [options.program.resolve(), lines, seconds],
        "ajv": ["node", HERE / "ajv.mjs", schemas, lines, seconds, "plain"],
        "ajv, formats and all errors": ["node", HERE / "ajv.mjs", schemas, lines, seconds, "all-errors"],
    }
    rounds = {name: [] for name in commands}
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for name, command in commands.items():
            done = subprocess.run(command, cwd=work, check=True, capture_output=True, text=True)
            if done.stderr:
                sys.exit(f"{name}: {done.stderr}")
            rounds[name].append(json.loads(done.stdout))

    def median(name, figure):
        return statistics.median(each[figure] for each in rounds[name])

    def ratio(name, figure):
        return statistics.median(ours[figure] / other[figure] for ours, other in zip(rounds["ours"], rounds[name]))

    first = rounds["ours"][0]
    print(f"{first['messages']} messages of {len(revisions)} revisions, {first['mean_bytes']} bytes on average; ajv {version}; "
          f"medians of {options.rounds} rounds in turns; {first['allocations']} allocations to validate all of them; "
          f"first use of all {median('ours', 'first_use_ms'):.1f} ms\n")
    print("| | load, ms | validation, messages/s | ours is | parsing and validation, messages/s | ours is | parsing alone |")
    print("|---|---|---|---|---|---|---|")
    for name in commands:
        row = [name, f"{median(name, 'load_ms'):.1f}"]
        for figure in ("validation", "parsing_and_validation"):
            row += [f"{median(name, figure):,.0f}", "" if name == "ours" else f"{ratio(name, figure):.2f}x"]
        row.append(f"{median(name, 'parsing'):,.0f}")
        print("| " + " | ".join(row) + " |")


if __name__ == "__main__":
    main()
