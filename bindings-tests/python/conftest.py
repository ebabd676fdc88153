"""What the tests of the package stand on. They run in the environment that `make wheel` fills: with the installed package."""

import pathlib
import signal
import socket
import subprocess
import sys

import pytest

pytest_plugins = ["pytester"]

ROOT = pathlib.Path(__file__).parents[2]
ASK_VERSIONS = bytes.fromhex("0000000a" "00120000" "0000004d" "ffff")  # ApiVersions 0, correlation 77
SECONDS = 30


def answers(servers):
    """Whether a broker speaks Kafka there."""
    host, port = servers.split(":")
    with socket.create_connection((host, int(port)), timeout=SECONDS) as client:
        client.sendall(ASK_VERSIONS)
        return client.recv(8, socket.MSG_WAITALL)[4:] == bytes.fromhex("0000004d")


def is_free(servers):
    """Whether somebody may listen there at once."""
    host, port = servers.split(":")
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            other.bind((host, int(port)))
            other.listen()
        except OSError:
            return False
    return True


def hear_ctrl_c():
    """A shell that starts the tests in the background has them ignore it, and their children with them."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


class Script:
    """A Python program that runs beside the test."""

    def __init__(self, text, *options):
        self.process = subprocess.Popen(
            [sys.executable, "-u", *options, "-c", text], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd="/",
            preexec_fn=hear_ctrl_c,
        )

    def line(self):
        line = self.process.stdout.readline().strip()
        assert line, self.process.communicate(timeout=SECONDS)
        return line

    def interrupt(self):
        self.process.send_signal(signal.SIGINT)

    def kill(self):
        self.process.kill()
        self.process.wait(SECONDS)

    def end(self, code=0):
        """What it still says on standard output and error."""
        out, err = self.process.communicate(timeout=SECONDS)
        assert self.process.returncode == code, out + err
        return out, err


@pytest.fixture
def script(temporary):
    started = []

    def start(text, *options):
        started.append(Script(text, *options))
        return started[-1]

    yield start
    for one in started:
        if one.process.poll() is None:
            one.process.kill()
            one.process.communicate()


@pytest.fixture
def temporary(tmp_path, monkeypatch):
    """Where clusters make their temporary directories for the time of a test."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder
