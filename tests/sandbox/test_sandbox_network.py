"""Network and sockets; in both modes of the sandbox."""

import contextlib
import os
import socket
import tempfile
from pathlib import Path

import pytest
from locked_in import error_of, lock_in, run

from autograder.kernels.sandbox import landlock, program


def test_no_network_socket_can_be_made(mode: str, uid: int) -> None:
    kinds = [
        (socket.AF_INET, socket.SOCK_STREAM),
        (socket.AF_INET, socket.SOCK_DGRAM),
        (socket.AF_INET6, socket.SOCK_STREAM),
    ]
    kinds += [
        (socket.AF_NETLINK, socket.SOCK_RAW),
        (socket.AF_PACKET, socket.SOCK_RAW),
        (40, socket.SOCK_STREAM),
    ]
    locked = run(mode, lambda tell: [error_of(lambda k=k: socket.socket(*k)) for k in kinds], uid)
    assert locked.result == ["OSError"] * len(kinds)


def test_landlock_alone_keeps_tcp_shut() -> None:
    """The filter refuses such sockets before; this holds for one that came from outside."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        child = os.fork()
        if child == 0:
            landlock.restrict(["/"], [], landlock.abi())
            refused = error_of(lambda: socket.create_connection(server.getsockname(), 1))
            os._exit(0 if refused == "PermissionError" else 1)
        assert os.waitpid(child, 0)[1] == 0


def test_loopback_servers_of_the_host_cannot_be_reached(mode: str, uid: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        address = server.getsockname()
        locked = run(mode, lambda tell: error_of(lambda: socket.create_connection(address, 1)), uid)
        assert locked.result == "OSError"


def test_unix_sockets_of_the_host_cannot_be_reached(mode: str, uid: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="sockets-"))
    folder.chmod(0o777)
    abstract = f"\0autograder-{os.getpid()}-{mode}-{uid}"
    with contextlib.ExitStack() as stack:
        servers = []
        for name in (str(folder / "named"), abstract):
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                server = stack.enter_context(socket.socket(socket.AF_UNIX, kind))
                server.bind(name + str(int(kind)))
                server.settimeout(0)
                if kind == socket.SOCK_STREAM:
                    server.listen()
                servers.append((server, kind, name + str(int(kind))))
                if not name.startswith("\0"):
                    Path(name + str(int(kind))).chmod(0o777)

        def reach(kind: int, name: str) -> None:
            with socket.socket(socket.AF_UNIX, kind) as client:
                if kind == socket.SOCK_DGRAM:
                    client.sendto(b"hello", name)
                client.connect(name)

        def pair(name: str) -> None:
            ours, _ = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
            ours.sendto(b"hello", name)

        def student(tell) -> list[str]:
            direct = [error_of(lambda k=k, n=n: reach(k, n)) for _, k, n in servers]
            return direct + [error_of(lambda n=n: pair(n)) for _, k, n in servers if k == socket.SOCK_DGRAM]

        assert all(run(mode, student, uid).result)
        for server, kind, _ in servers:
            with pytest.raises(BlockingIOError):
                server.accept() if kind == socket.SOCK_STREAM else server.recv(1)


def test_socket_pairs_and_event_loops_work(mode: str, uid: int) -> None:
    def student(tell) -> str:
        a, b = socket.socketpair()
        a.send(b"hello")
        return b.recv(9).decode()

    assert run(mode, student, uid).result == "hello"


def test_in_landlock_each_of_two_walls_closes_the_socket_folder(uid: int, monkeypatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(program, "_close_sockets", lambda confinement: None)
        test_the_socket_folder_closes_when_the_program_is_ready("landlock", uid)
    monkeypatch.setattr(os, "chmod", lambda path, mode, **more: None)
    test_the_socket_folder_closes_when_the_program_is_ready("landlock", uid)


def test_the_socket_folder_closes_when_the_program_is_ready(mode: str, uid: int) -> None:
    folder = Path(tempfile.mkdtemp(prefix="s-"))
    if uid:
        os.chown(folder, uid, uid)
    servers = []

    def before() -> None:
        server = socket.socket(socket.AF_UNIX)
        server.bind(str(folder / "kernel"))
        server.listen()
        servers.append(server)

    def student(tell) -> list:
        tell("listening")
        connection, _ = servers[0].accept()
        connection.send(b"hello")
        with contextlib.suppress(OSError):
            folder.chmod(0o777)
        return [
            error_of(lambda: (folder / "big").write_bytes(b"x")),
            error_of(lambda: (folder / "kernel").unlink()),
            error_of(lambda: socket.socket(socket.AF_UNIX).bind(str(folder / "other"))),
        ]

    locked = lock_in(mode, student, uid, sockets=str(folder), before=before).wait_ready()
    locked.told()
    with socket.socket(socket.AF_UNIX) as client:
        client.connect(str(folder / "kernel"))
        assert client.recv(9) == b"hello"
    assert locked.wait() == 0
    assert all(locked.result)
    assert [p.name for p in folder.iterdir()] == ["kernel"]
