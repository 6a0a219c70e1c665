"""Runs a command and says what it took: wall time, CPU time, peak memory.

    measure.py [--timeout SECONDS] REPORT COMMAND...

REPORT gets one JSON object: exit, seconds, user, system, peak_kib, timed_out. The command leads a process group of its
own, which is killed when the time is over. This is a program of its own, and imports little, because Linux counts the
size of the process that starts a program into the program's peak: what measures has to be smaller than what is measured.
"""
import os
import select
import signal
import sys
import time


def measure(command, timeout):
    """Starts `command`, waits for it, and returns what REPORT gets."""
    started = time.monotonic()
    child = os.fork()
    if child == 0:
        os.setsid()
        try:
            os.execvp(command[0], command)
        except OSError as problem:
            os.write(2, f"{command[0]}: {problem.strerror}\n".encode())
        os._exit(127)
    handle = os.pidfd_open(child)
    timed_out = not select.select([handle], [], [], timeout)[0]
    if timed_out:
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            os.kill(child, signal.SIGKILL)  # it has not made its group yet
    _, status, usage = os.wait4(child, 0)
    return {
        "exit": os.waitstatus_to_exitcode(status),
        "seconds": round(time.monotonic() - started, 3),
        "user": round(usage.ru_utime, 3),
        "system": round(usage.ru_stime, 3),
        "peak_kib": usage.ru_maxrss,
        "timed_out": timed_out,
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
    with open(arguments[0], "w") as report:
        members = ", ".join(f'"{name}": {str(value).lower()}' for name, value in found.items())
        report.write("{" + members + "}\n")


if __name__ == "__main__":
    main()
