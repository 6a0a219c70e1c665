"""The project's files, as the tests that read them see them: what git tracks or would add, or all in an unpacked archive."""
import os
import pathlib
import subprocess

import programs

CPP = {".cpp", ".hpp", ".h", ".ipp"}
TEXT = CPP | {".py", ".json", ".md", ".html", ".css", ".js", ".txt", ".cmake", ".sh", ".yml", ".toml", ".svg", ""}


GENERATED = {"build", "out", ".venv", "node_modules", "__pycache__", ".pytest_cache", ".git"}


def names():
    """All paths, as text."""
    if (programs.ROOT / ".git").exists():
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        yield from subprocess.run(command, cwd=programs.ROOT, capture_output=True, check=True).stdout.decode().split("\0")
        return
    for folder, folders, found in os.walk(programs.ROOT):
        folders[:] = [name for name in folders if name not in GENERATED]
        yield from (os.path.relpath(os.path.join(folder, name), programs.ROOT) for name in found)


def files(suffixes=None):
    """Paths from the project's root."""
    paths = (pathlib.Path(name) for name in names() if name)
    return sorted({p for p in paths if (suffixes is None or p.suffix in suffixes) and (programs.ROOT / p).is_file()})


def text(path):
    """The text of a file, empty when it is no text or more than anybody wrote by hand."""
    full = programs.ROOT / path
    try:
        return full.read_text("utf-8") if full.stat().st_size < 4_000_000 else ""
    except (UnicodeDecodeError, OSError):
        return ""
