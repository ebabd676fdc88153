"""A node for foreign clients: `ottla node` on a free port, one for the whole run."""

import dataclasses
import os
import pathlib
import re
import signal
import subprocess
import threading

import pytest

PROGRAM = pathlib.Path(os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")).resolve()
READY_SECONDS = 30


@dataclasses.dataclass
class Node:
    address: str
    data: pathlib.Path
    output: list


def read_lines(stream, lines, ready):
    for line in stream:
        lines.append(line)
        if "listens at" in line:
            ready.set()
    ready.set()


@pytest.fixture(scope="session")
def node(tmp_path_factory):
    data = tmp_path_factory.mktemp("node") / "data"
    settings = {"node.id": 7, "log.dirs": data, "listeners": "PLAINTEXT://127.0.0.1:0", "ottla.metrics.listener": "127.0.0.1:0"}
    command = [PROGRAM, "node"]
    for name, value in settings.items():
        command += ["--set", f"{name}={value}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines, ready = [], threading.Event()
    reader = threading.Thread(target=read_lines, args=(process.stdout, lines, ready), daemon=True)
    reader.start()
    assert ready.wait(READY_SECONDS), "the node does not say where it listens"
    found = re.search(r"listens at PLAINTEXT://([\d.]+:\d+)", "".join(lines))
    assert found, "".join(lines)
    yield Node(found[1], data, lines)
    assert process.poll() is None, "the node is gone:\n" + "".join(lines[-40:])
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    reader.join(10)
    assert not [line for line in lines if "level=error" in line]
