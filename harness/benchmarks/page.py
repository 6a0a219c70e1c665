"""docs/benchmarks.md: one section for each measurement, written by itself."""
import os
import pathlib
import platform
import re

ROOT = pathlib.Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs/benchmarks.md"
INTRO = """# Benchmarks

`harness/bench WHAT --write` writes a section of this page, `harness/bench all --write` all of it. Compare figures of one
machine only.
"""


def circumstances(load_average):
    return f"On {os.cpu_count()} {platform.machine()} cores, Linux {platform.release().split('-')[0]}; load average before the run {load_average:.2f}."


def write(title, lines):
    """Puts a section in the place of the one of this title, or behind the others."""
    sections = re.split(r"(?m)^(?=## )", PAGE.read_text("utf-8")) if PAGE.exists() else [INTRO]
    mine = f"## {title}\n\n" + "\n".join(lines).rstrip() + "\n"
    places = [number for number, text in enumerate(sections) if text.startswith(f"## {title}\n")]
    kept = [INTRO, *(mine if number in places else text for number, text in enumerate(sections) if number > 0)]
    if not places:
        kept.append(mine)
    PAGE.write_text("\n".join(text.rstrip() + "\n" for text in kept), "utf-8")
