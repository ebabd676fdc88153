"""`ottla node` as a process: on a free port, which it keeps when it is started again."""

import os
import pathlib
import re
import signal
import subprocess
import threading

PROGRAM = pathlib.Path(os.environ.get("OTTLA_PROGRAM", pathlib.Path(__file__).parents[2] / "build/dev/bin/ottla")).resolve()
READY_SECONDS = 30
ID = 7


class Node:
    id = ID

    def __init__(self, data):
        self.data = data
        self.output = []
        self.address = "127.0.0.1:0"
        self.start()

    def start(self):
        settings = {"node.id": ID, "log.dirs": self.data, "listeners": f"PLAINTEXT://{self.address}", "ottla.metrics.listener": "127.0.0.1:0", "group.initial.rebalance.delay.ms": 0}
        command = [PROGRAM, "node"]
        for name, value in settings.items():
            command += ["--set", f"{name}={value}"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said, ready = [], threading.Event()
        self.reader = threading.Thread(target=self.read, args=(said, ready), daemon=True)
        self.reader.start()
        assert ready.wait(READY_SECONDS), "the node does not say where it listens"
        found = re.search(r"listens at PLAINTEXT://([\d.]+:\d+)", "".join(said))
        assert found, "".join(said)
        self.address = found[1]

    def read(self, said, ready):
        for line in self.process.stdout:
            said.append(line)
            self.output.append(line)
            if "listens at" in line:
                ready.set()
        ready.set()

    def stop(self, by=signal.SIGTERM):
        assert self.process.poll() is None, "the node is gone:\n" + "".join(self.output[-40:])
        self.process.send_signal(by)
        code = self.process.wait(30)
        self.reader.join(10)
        assert code == (0 if by == signal.SIGTERM else -by)

    def restart(self, by=signal.SIGTERM):
        self.stop(by)
        self.start()

    def close(self):
        self.stop()
        assert not [line for line in self.output if "level=error" in line]
