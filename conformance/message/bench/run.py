#!/usr/bin/env python3
"""Validation of typical messages: ours and ajv side by side, on one mix, in turns.

    conformance/message/bench/run.py             builds what it needs, prints a table; takes about two minutes
    conformance/message/bench/run.py --write     puts the table into docs/schemas.md too
    conformance/message/bench/run.py --count     instructions a message instead, by valgrind: the same on a busy machine

Not a test and not for CI: the times mean something on a quiet machine only, the ratios a little more.
"""

import argparse
import json
import os
import pathlib
import re
import shutil
import statistics
import subprocess
import sys

import mix

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
HARNESS = ROOT / "harness"
DOCUMENT = ROOT / "docs" / "schemas.md"
START, END = "<!-- written by conformance/message/bench/run.py --write -->\n", "<!-- until here -->\n"
BUSY = 0.5  # load above which the times are doubted


def program():
    """message-bench of a release build."""
    subprocess.run([HARNESS / "build", "release", "message-bench"], check=True, stdout=sys.stderr)
    return ROOT / "build" / "release" / "bin" / "message-bench"


def node():
    """The Node.js of the harness, else the system's; ajv is in the harness's list."""
    modules = HARNESS / "node_modules"
    if not (modules / "ajv-formats").exists():
        subprocess.run([HARNESS / "setup"], check=True, stdout=sys.stderr)
    own = modules / ".bin" / "node"
    return own if own.exists() else shutil.which("node") or sys.exit("no node: run harness/setup")


def measured(command):
    done = subprocess.run(command, cwd=HARNESS, capture_output=True, text=True)
    if done.returncode or done.stderr:
        sys.exit(f"{' '.join(map(str, command))}: {done.stderr or done.returncode}")
    return json.loads(done.stdout)


def instructions(bench, lines, *more):
    """Instructions to validate a message: two numbers of passes differ by them alone."""
    if not shutil.which("valgrind"):
        sys.exit("no valgrind: apt-get install valgrind")
    counts = []
    for passes in (10, 110):
        done = subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", bench, lines, "--passes",
                               str(passes), *more], check=True, capture_output=True, text=True)
        counts.append(int(re.search(r"Collected : (\d+)", done.stderr).group(1)))
    return (counts[1] - counts[0]) / 100 / sum(1 for _ in open(lines, encoding="utf-8"))


def table(rounds, beside):
    def median(name, figure):
        return statistics.median(each[figure] for each in rounds[name])

    def ratio(name, figure):
        return statistics.median(ours[figure] / other[figure] for ours, other in zip(rounds[beside[name]], rounds[name]))

    rows = ["| | load, ms | validation, messages/s | ours is | parsing and validation, messages/s | ours is | parsing alone |",
            "|---|---|---|---|---|---|---|"]
    for name in rounds:
        row = [name, f"{median(name, 'load_ms'):.1f}"]
        for figure in ("validation", "parsing_and_validation"):
            row += [f"{median(name, figure):,.0f}", f"{ratio(name, figure):.2f}x" if name in beside else ""]
        rows.append("| " + " | ".join([*row, f"{median(name, 'parsing'):,.0f}"]) + " |")
    first = rounds["ours"][0]
    low = {name: min(ours["validation"] / other["validation"] for ours, other in zip(rounds[beside[name]], rounds[name]))
           for name in beside}
    return "\n".join(rows) + f"""

{first['messages']} messages, {first['mean_bytes']} bytes on average; medians of {len(rounds['ours'])} rounds in turns, and of the
ratios within one round, of which the lowest for validation were {' and '.join(f'{each:.2f}x' for each in low.values())}. {first['allocations']} allocations to
validate all of them. Compiling all definitions that the mix needs, when they are first asked for, took {median('ours', 'first_use_ms'):.1f} ms.
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=1.0, help="for each figure of each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", action="store_true", help="into docs/schemas.md")
    parser.add_argument("--count", action="store_true", help="instructions, not times")
    options = parser.parse_args()

    bench = program()
    work = ROOT / "build" / "bench-schemas"
    work.mkdir(parents=True, exist_ok=True)
    lines = work / "mix.jsonl"
    mix.write(lines, [entry["revision"] for entry in json.loads((ROOT / "fixtures" / "revisions.json").read_text())])
    if options.count:
        print(f"{instructions(bench, lines):,.0f} instructions a message, {instructions(bench, lines, 'formats'):,.0f} with formats")
        return

    seconds, ajv = str(options.seconds), [node(), HERE / "ajv.mjs", ROOT / "schemas" / "mcp", lines, str(options.seconds)]
    version = json.loads((HARNESS / "node_modules" / "ajv" / "package.json").read_text())["version"]
    plain, strict = f"ajv {version}", f"ajv {version}, formats and all errors"
    commands = {"ours": [bench, lines, seconds], "ours, formats": [bench, lines, seconds, "formats"],
                plain: [*ajv, "plain"], strict: [*ajv, "all-errors"]}
    rounds = {name: [] for name in commands}
    load = os.getloadavg()[0]
    if load > BUSY:
        print(f"the load of this machine is {load:.1f}: doubt the times", file=sys.stderr)
    for number in range(options.rounds):
        print(f"round {number + 1} of {options.rounds}", file=sys.stderr)
        for name, command in commands.items():
            rounds[name].append(measured(command))

    text = table(rounds, {plain: "ours", strict: "ours, formats"})
    print(text, end="")
    if options.write:
        before, rest = DOCUMENT.read_text("utf-8").split(START)
        DOCUMENT.write_text(before + START + text + END + rest.split(END)[1], "utf-8")
        print(f"written into {DOCUMENT}", file=sys.stderr)


if __name__ == "__main__":
    main()
