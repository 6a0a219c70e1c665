"""What the processes of a server use, as Linux tells it."""
import os
import pathlib
import re

TICKS = os.sysconf("SC_CLK_TCK")


def tree(root):
    """The process and all that it started."""
    parents = {}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                fields = (folder / "stat").read_text().rsplit(")", 1)[1].split()
            except OSError:
                continue
            parents.setdefault(int(fields[1]), []).append(int(folder.name))
    found, todo = [], [root]
    while todo:
        found.append(todo.pop())
        todo += parents.get(found[-1], [])
    return found


def used(root):
    """(CPU seconds so far, resident KiB) of a process and its children."""
    cpu = memory = 0
    for process in tree(root):
        try:
            fields = pathlib.Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
            status = pathlib.Path(f"/proc/{process}/status").read_text()
        except OSError:
            continue
        cpu += (int(fields[11]) + int(fields[12])) / TICKS
        memory += int((re.search(r"VmRSS:\s+(\d+)", status) or [0, 0])[1])
    return cpu, memory


def by_port(port):
    """The process that listens on a port of ours."""
    wanted = f"0100007F:{port:04X}"
    inodes = {line.split()[9] for line in pathlib.Path("/proc/net/tcp").read_text().splitlines()[1:]
              if line.split()[1] == wanted and line.split()[3] == "0A"}
    for folder in pathlib.Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if any(os.readlink(link) in {f"socket:[{inode}]" for inode in inodes} for link in (folder / "fd").iterdir()):
                    return int(folder.name)
            except OSError:
                continue
    raise LookupError(f"nobody listens on port {port}")
