"""Installs the subjects that are installed apart, each in its own folder: install_subjects.py [NAME...]

Runs the `install` command of harness/subjects/NAME/subject.json where its package lists, or the program that it builds, have
changed since the last time. One that cannot be installed is told, and does not keep the others from it; the exit code is then 1.
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))
import subjects  # noqa: E402


def main():
    failed = False
    apart = [name for name in subjects.names() if "install" in subjects.load(name)]
    if unknown := set(sys.argv[1:]) - set(apart):
        sys.exit(f"harness/tools/install_subjects.py: {', '.join(sorted(unknown))}: not installed apart\n  -> choose from {', '.join(apart)}")
    for name in sys.argv[1:] or apart:
        if not subjects.absent(name):
            continue
        print(f"installing {name} into harness/subjects/{name}", flush=True)
        subjects.stamp(name).unlink(missing_ok=True)
        done = subprocess.run(["bash", "-euc", subjects.load(name)["install"]], cwd=subjects.FOLDER / name, stdin=subprocess.DEVNULL)
        if done.returncode:
            print(f"harness/subjects/{name}: its install command ended with exit code {done.returncode}", file=sys.stderr)
            failed = True
        else:
            subjects.stamp(name).write_text(subjects.wanted(name), "utf-8")
    sys.exit(failed)


main()
