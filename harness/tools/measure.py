"""Runs a command and says what it took: wall time, CPU time, peak memory, and which processes it left running.

    measure.py [--timeout SECONDS] REPORT COMMAND...

REPORT gets one JSON object: exit, seconds, user, system, peak_kib, timed_out, left (command lines). The command leads a
process group of its own, which is killed when the time is over; so is whatever the command left running, wherever it
moved to. This is a program of its own, and imports little, because Linux counts the size of the process that starts a
program into the program's peak: what measures has to be smaller than what is measured.
"""
import os
import select
import signal
import sys
import time

GRACE = 2  # seconds for the system to finish ending what the command ended


def adopt_orphans():
    """Has the system hand us the descendants whose parents end (prctl(2), PR_SET_CHILD_SUBREAPER)."""
    import ctypes

    subreaper = 36
    if ctypes.CDLL(None, use_errno=True).prctl(subreaper, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_CHILD_SUBREAPER)")


def children():
    """The processes whose parent we are."""
    found = []
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat") as stat:
                    fields = stat.read().rpartition(")")[2].split()  # the command's name may hold anything
            except OSError:
                continue
            if int(fields[1]) == os.getpid():
                found.append(int(name))
    return found


def end_leftovers():
    """Ends what is still there, and returns the command lines of what did not end by itself."""
    left = []
    while found := children():
        for pid in found:
            handle = os.pidfd_open(pid)
            if not select.select([handle], [], [], GRACE)[0]:
                with open(f"/proc/{pid}/cmdline") as line:
                    left.append(line.read().replace("\0", " ").strip() or f"process {pid}")
                os.kill(pid, signal.SIGKILL)
            os.close(handle)
            os.waitpid(pid, 0)
    return left


def measure(command, timeout):
    """Starts `command`, waits for it, and returns what REPORT gets."""
    started = time.monotonic()
    ready, go = os.pipe()
    child = os.fork()
    if child == 0:
        os.read(ready, 1)
        os.setsid()
        try:
            os.execvp(command[0], command)
        except OSError as problem:
            os.write(2, f"{command[0]}: {problem.strerror}\n".encode())
        os._exit(127)
    # After the fork, so that what this needs is not in the child's peak; the child waits for it.
    adopt_orphans()
    os.write(go, b"g")
    handle = os.pidfd_open(child)
    timed_out = not select.select([handle], [], [], timeout)[0]
    if timed_out:
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            os.kill(child, signal.SIGKILL)  # it has not made its group yet
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - started
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": round(seconds, 3),
        "user": round(usage.ru_utime, 3),
        "system": round(usage.ru_stime, 3),
        "peak_kib": usage.ru_maxrss,
        "timed_out": timed_out,
        "left": end_leftovers(),
    }


def main():
    arguments = sys.argv[1:]
    timeout = None
    if arguments[:1] == ["--timeout"]:
        timeout = float(arguments[1])
        arguments = arguments[2:]
    if len(arguments) < 2:
        sys.exit(__doc__)
    found = measure(arguments[1:], timeout)
    import json  # late, for the same reason

    with open(arguments[0], "w") as report:
        report.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
