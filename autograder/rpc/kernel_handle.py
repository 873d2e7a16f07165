"""One kernel and the socket of its orders: `session` has two of them, `doctor` and the benchmark one alone."""

from collections.abc import Callable
from dataclasses import dataclass

from autograder.kernels.child import Child
from autograder.kernels.client import WarmParent
from autograder.kernels.sandbox.confinement import Confinement
from autograder.kernels.sandbox.modes import resolve_mode
from autograder.kernels.sandbox.processes import room
from autograder.rpc.clock import innermost
from autograder.rpc.wire.channel import Channel, pair

Spawn = Callable[[str, tuple[int, int]], Child]


@dataclass
class KernelHandle:
    """A kernel and the channel of its orders."""

    role: str
    child: Child
    orders: Channel
    pid: int  # of the process that runs the cells
    room: int  # bytes of memory that it could still ask for then

    def is_full(self) -> bool:
        """Whether less than a quarter is left of the memory that it had for its cells."""
        return room(self.pid) < self.room / 4

    def close(self) -> None:
        """Kills the kernel with everything it started."""
        self.child.kill()
        self.orders.close()


def start_kernel(spawn: Spawn, role: str, link: int) -> KernelHandle:
    """A kernel for `role`, started by `spawn(role, fds)`; `link`: its end of the way to the other kernel."""
    here, there = pair()
    with there:
        try:
            child = spawn(role, (there.fileno(), link))
        except BaseException:
            here.close()
            raise
        pid = innermost(child.pid)
        return KernelHandle(role, child, Channel(here, outside=True), pid, room(pid))


def start_lone_kernel(parent: WarmParent, scratch: str) -> KernelHandle:
    """A student's kernel in this machine's best sandbox, with nobody at the other end of its link."""

    def spawn(role: str, fds: tuple[int, int]) -> Child:
        confinement = Confinement(resolve_mode("auto"), scratch)
        return parent.spawn("shell", confinement, fds=fds, request={"role": role})

    mine, theirs = pair()
    with mine, theirs:
        return start_kernel(spawn, "student", theirs.fileno())
