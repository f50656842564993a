"""Walls around the drawing of one letter: no files, no network, no processes, little of everything.

WeasyPrint's authors advise to run it with limited rights, to cap time and memory and to kill it from
outside (https://doc.courtbouillon.org/weasyprint/stable/first_steps.html#security). Two walls stand
behind each other: after `close_doors` no file descriptor can be opened any more, and the system call
filter (seccomp, Linux on x86-64 and AArch64) refuses sockets, processes and looking into other ones.

RLIMIT_NPROC is not used: it counts all processes of the user, and Pango needs threads.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import resource
import signal
import struct
from collections.abc import Iterable
from dataclasses import dataclass

_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 1, 38, 22, 2
_ALLOW, _REFUSE, _NO_SUCH_CALL = 0x7FFF0000, 0x00050001, 0x00050026  # EPERM is 1, ENOSYS is 38
_CLONE_THREAD = 0x00010000
_X32 = 0x40000000

# Numbers of the refused calls on x86-64 and AArch64 (Linux, asm/unistd.h).
_REFUSED = {
    "socket": (41, 198), "socketpair": (53, 199), "execve": (59, 221), "execveat": (322, 281),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271),
    "kill": (62, 129), "tkill": (200, 130), "pidfd_open": (434, 434), "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438), "io_uring_setup": (425, 425), "unshare": (272, 97), "setns": (308, 268),
    "mount": (165, 40), "bpf": (321, 280), "userfaultfd": (323, 282), "add_key": (248, 217),
    "keyctl": (250, 219), "prlimit64": (302, 261), "setrlimit": (160, 164), "open_by_handle_at": (304, 265),
}  # fmt: skip
_MACHINES = ("x86_64", "aarch64")
_ARCHITECTURES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}  # linux/audit.h
_FORK, _VFORK = 57, 58  # x86-64 only
_CLONE = {"x86_64": 56, "aarch64": 220}
_CLONE3 = 435


@dataclass(frozen=True)
class Limits:
    """What one letter may use. A letter of three pages takes 0.5 s of processor time."""

    cpu_seconds: int = 10
    wall_seconds: float = 20.0
    memory_bytes: int = 768 * 2**20
    pdf_bytes: int = 16 * 2**20


def confine(limits: Limits, parent: int) -> None:
    """Limit this process, for good, and let it die with `parent`. Files can be opened until `close_doors`."""
    _die_with(parent)
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w", encoding="ascii") as file:
        file.write("1000")  # short of memory, the system ends this process and not its parent
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds + 1))  # SIGXCPU, SIGKILL
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def close_doors(keep: Iterable[int]) -> None:
    """Close all descriptors but `keep`, allow no new ones, and refuse the calls that lead out."""
    low = 0
    for descriptor in sorted(keep):
        os.closerange(low, descriptor)
        low = descriptor + 1
    os.closerange(low, resource.getrlimit(resource.RLIMIT_NOFILE)[0])
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))
    _filter_calls(platform.machine())


def _die_with(parent: int) -> None:
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the signal was asked for
        os._exit(1)


def _filter_calls(machine: str) -> None:
    """Install the filter; without it (another machine, an old kernel) the closed descriptors remain."""
    if machine not in _MACHINES:
        return
    program = _program(machine)
    code = ctypes.create_string_buffer(b"".join(program), 8 * len(program))
    header = ctypes.create_string_buffer(struct.pack("HP", len(program), ctypes.addressof(code)))
    with contextlib.suppress(OSError):
        _prctl(_PR_SET_NO_NEW_PRIVS, 1)
        _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.addressof(header))


def _program(machine: str) -> list[bytes]:
    """The filter in classic BPF. Offsets of seccomp_data: 0 number, 4 machine, 16 first argument."""
    refused = [numbers[_MACHINES.index(machine)] for numbers in _REFUSED.values()]
    steps = [_load(4), _jump(0x15, _ARCHITECTURES[machine], 1, 0), _answer(_REFUSE), _load(0)]
    if machine == "x86_64":
        refused += [_FORK, _VFORK]
        steps += [_jump(0x35, _X32, 0, 1), _answer(_REFUSE)]
    for number in refused:
        steps += [_jump(0x15, number, 0, 1), _answer(_REFUSE)]
    steps += [_jump(0x15, _CLONE3, 0, 1), _answer(_NO_SUCH_CALL)]  # glibc then falls back to clone
    steps += [_jump(0x15, _CLONE[machine], 0, 4), _load(16), _jump(0x45, _CLONE_THREAD, 0, 1)]
    return [*steps, _answer(_ALLOW), _answer(_REFUSE), _answer(_ALLOW)]


def _load(offset: int) -> bytes:
    return _instruction(0x20, 0, 0, offset)


def _jump(test: int, value: int, if_true: int, if_false: int) -> bytes:
    """0x15 equal, 0x35 greater or equal, 0x45 any bit in common."""
    return _instruction(test, if_true, if_false, value)


def _answer(value: int) -> bytes:
    return _instruction(0x06, 0, 0, value)


def _instruction(code: int, if_true: int, if_false: int, value: int) -> bytes:
    return struct.pack("HBBI", code, if_true, if_false, value)


def _prctl(option: int, *values: int) -> None:
    arguments = [ctypes.c_ulong(value) for value in (*values, 0, 0, 0, 0)[:4]]
    if ctypes.CDLL(None, use_errno=True).prctl(option, *arguments) != 0:
        raise OSError(ctypes.get_errno(), "prctl")
