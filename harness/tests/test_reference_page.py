"""The commands in docs/reference.md do what the page shows.

Blocks of the language `console`: a line that begins with `$ ` is a command (`> ` goes on with it), the rest is its output. The commands
of the page share one shell, in which the programs are found, URL and SSE are the addresses of a server that runs, and ORIGIN is their
beginning. Not compared: the date, numbers and ids that are random. `python harness/tests/test_reference_page.py BUILD` writes
the outputs anew.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

import programs

PAGE = programs.ROOT / "docs/reference.md"
BLOCK = re.compile(r"(?ms)^```console\n(.*?)^```$")
MARK = "-- end of a command --"


def commands(block):
    """[command, output] of each."""
    found = []
    for line in block.splitlines():
        if line.startswith("$ "):
            found.append([line[2:], []])
        elif line.startswith("> ") and found and not found[-1][1]:
            found[-1][0] += "\n" + line[2:]
        elif found:
            found[-1][1].append(line)
    return found


def settled(text):
    """Without what differs from one run to the next."""
    text = re.sub(r"(?m)^Date: .*\n", "", text.replace("\r", ""))
    text = re.sub(r"\b[0-9a-f]{32}\b", "0" * 32, text)
    text = re.sub(r'("requestState":")[\w-]+', r"\1...", text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def run(build, page):
    """What the commands of the page say, one after the other."""
    bin_ = pathlib.Path(build).resolve() / "bin"
    with programs.listening([bin_ / "mcp-reference-server", "--http", "0"]) as url:
        origin = url.rsplit("/", 1)[0]
        environment = {"PATH": f"{bin_}:{os.environ['PATH']}", "URL": f"{origin}/mcp", "SSE": f"{origin}/sse", "ORIGIN": origin}
        script = "".join(f"{command}\necho; echo '{MARK}'\n" for block in BLOCK.findall(page) for command, _ in commands(block))
        with tempfile.TemporaryDirectory() as folder:
            here = pathlib.Path(folder)
            (here / "script").write_text(script, "utf-8")
            with open(here / "out", "w") as out, open(here / "err", "w") as err:
                with programs.start(["bash", "-c", f"cd {here} && . ./script"], env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=err) as shell:
                    shell.wait(120)
            said = (here / "out").read_text("utf-8", "replace").split(MARK)[:-1]
            return [re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", one) for one in said], (here / "err").read_text("utf-8", "replace")


def shown(build, page):
    """The page with the outputs of this run."""
    said = iter(run(build, page)[0])

    def renew(found):
        lines = []
        for command, _ in commands(found[1]):
            output = settled(next(said))
            lines += ["$ " + command.replace("\n", "\n> "), *([output, ""] if output else [])]
        return "```console\n" + "\n".join(lines).strip() + "\n```"

    return BLOCK.sub(renew, page)


def test_the_page_shows_what_happens(reference_server):
    page = PAGE.read_text("utf-8")
    said, err = run(reference_server.parents[1], page)
    expected = [(command, settled("\n".join(output))) for block in BLOCK.findall(page) for command, output in commands(block)]
    assert len(expected) > 20 and len(said) == len(expected), err
    for (command, output), now in zip(expected, said):
        assert settled(now) == settled(output), f"$ {command}\n{settled(now)}"


if __name__ == "__main__":
    PAGE.write_text(shown(sys.argv[1], PAGE.read_text("utf-8")), "utf-8")
