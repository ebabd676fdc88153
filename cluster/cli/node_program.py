"""`ottla node` as a process of a test."""

import os
import pathlib
import re
import signal
import subprocess

from raw_client import RawClient

OTTLA = os.path.abspath(os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla"))
READY = re.compile(r"ottla \S+: node (\d+) listens at PLAINTEXT://127\.0\.0\.1:(\d+)(?:, metrics at (\S+))?, data in (.*), ready after (\d+) ms\n")


class Node:
    def __init__(self, folder, *settings, before=()):
        """`before`: a command that is given the node's to run."""
        self.folder = pathlib.Path(folder)
        self.settings = settings
        self.before = list(before)
        self.start()

    def start(self):
        given = ["listeners=PLAINTEXT://127.0.0.1:0", f"log.dirs={self.folder}/data", *self.settings]
        command = [*self.before, OTTLA, "node"] + [part for setting in given for part in ("--set", setting)]
        self.log = open(self.folder / "log", "a")
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=self.log, text=True)
        line = self.process.stdout.readline()
        self.ready = READY.fullmatch(line)
        assert self.ready, f"said {line!r} and {(self.folder / 'log').read_text()}"
        self.port = int(self.ready[2])

    def stop(self, number=signal.SIGTERM):
        """Its exit code."""
        self.process.send_signal(number)
        code = self.process.wait(20)
        self.process.stdout.close()
        self.log.close()
        return code

    def client(self, **options):
        return RawClient(self.port, **options)

    def resident(self):
        return int(re.search(r"VmRSS:\s+(\d+)", pathlib.Path(f"/proc/{self.process.pid}/status").read_text())[1]) * 1024

    def descriptors(self):
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def alive(self):
        return self.process.poll() is None
