"""The project's files, as the tests that read them see them: what git tracks or would add."""
import pathlib
import subprocess

import programs

CPP = {".cpp", ".hpp", ".h", ".ipp"}
TEXT = CPP | {".py", ".json", ".md", ".html", ".css", ".js", ".txt", ".cmake", ".sh", ".yml", ".toml", ".svg", ""}


def files(suffixes=None):
    """Paths from the project's root."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=programs.ROOT, capture_output=True, check=True)
    paths = (pathlib.Path(name) for name in listed.stdout.decode().split("\0") if name)
    return sorted({p for p in paths if (suffixes is None or p.suffix in suffixes) and (programs.ROOT / p).is_file()})


def text(path):
    """The text of a file, empty when it is no text or more than anybody wrote by hand."""
    full = programs.ROOT / path
    try:
        return full.read_text("utf-8") if full.stat().st_size < 4_000_000 else ""
    except (UnicodeDecodeError, OSError):
        return ""
