"""The settings of a sandbox: the two dataclasses that clients, the warm parent and launch.py exchange."""

from collections.abc import Mapping
from dataclasses import dataclass

Report = Mapping[str, object]  # what the processes of a sandbox tell each other and the client, as JSON
MODES = ("namespaces", "landlock", "off")


@dataclass(frozen=True)
class Limits:
    """Limits of one confined program and all it starts; None = no limit."""

    memory_mb: int = 4096  # RLIMIT_DATA of each process, and resident memory of all together, sampled
    processes: int = 64  # threads count too, as the kernel counts them
    file_mb: int = 64  # the largest file
    scratch_mb: int = 256  # what the scratch folder, /tmp and /dev/shm hold together
    cpu_s: int | None = 300  # of all processes together, sampled, and of each, kept by the kernel
    wall_s: float | None = None  # from the fork to the end


@dataclass(frozen=True)
class Confinement:
    """How to confine a program.

    `mode`: "namespaces", "landlock" or "off", as `resolve_mode` gives it. `scratch`: a host folder that
    exists, the program's working directory, by the same path inside. In mode "namespaces" its files are
    copied in and nothing comes out: what the program writes there ends with it. `sockets`: a host folder
    for sockets, likewise by the same path, read-only for the program from `ready()` on. `readable`: more
    host paths to show read-only, besides the system and this Python environment. `withheld`: host folders of
    which nothing can be read, wherever they lie, but for those of `readable` that are in them.
    """

    mode: str
    scratch: str
    sockets: str | None = None
    limits: Limits = Limits()
    readable: tuple[str, ...] = ()
    withheld: tuple[str, ...] = ()
