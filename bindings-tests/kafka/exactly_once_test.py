"""Read, process, write, exactly once: the worker and the node are killed, and the output is what it would have been."""

import contextlib
import json
import signal
import time

import pytest

from node import Node
from transactors import TRANSACTORS, transactor

PARTITIONS = 2
COUNT = 600  # records a partition
LONGEST_SECONDS = 60


@pytest.fixture
def mortal(tmp_path):
    """A process of its own: only that can be killed."""
    with contextlib.closing(Node(tmp_path / "data")) as node:
        yield node


class Worker:
    """Copies "in" to "out" until it is killed; one that gave up by itself (a transaction that it cannot go on with) is replaced."""

    def __init__(self, name, address):
        self.name, self.address = name, address
        self.start()

    def start(self):
        self.driver = transactor(self.name, self.address)
        self.driver.process.stdin.write(json.dumps({"do": "work", "source": "in", "target": "out", "group": "workers", "id": "worker"}) + "\n")
        self.driver.process.stdin.flush()

    def look_after(self):
        if not self.driver.answers.empty():
            self.kill()
            self.start()

    def kill(self):
        self.driver.process.kill()
        self.driver.process.wait()


class Records:
    """What goes in, and what has come out."""

    def __init__(self, client):
        self.client, self.sent = client, 0
        for topic in ("in", "out"):
            client.ask("create", topic=topic, partitions=PARTITIONS)
        client.ask("init", name="source", id="source", timeout_ms=10_000)

    def add(self, count):
        self.client.ask("begin", name="source")
        for partition in range(PARTITIONS):
            self.client.ask("send", name="source", topic="in", partition=partition, values=[str(i) for i in range(self.sent, self.sent + count)])
        self.client.ask("end", name="source", commit=True)
        self.sent += count

    def out(self, partition, count, timeout_ms=1000):
        return self.client.ask("read", topic="out", partition=partition, count=count, committed=True, timeout_ms=timeout_ms)["values"]

    def awaited(self, worker, count):
        """What has come out when there are so many of each partition."""
        deadline = time.monotonic() + LONGEST_SECONDS
        for partition in range(PARTITIONS):
            while len(read := self.out(partition, count)) < count:
                assert time.monotonic() < deadline, f"{len(read)} of {count} in {LONGEST_SECONDS} s"
                worker.look_after()
            yield read


@pytest.mark.parametrize("name", TRANSACTORS)
def test_records_are_copied_exactly_once_though_worker_and_node_are_killed(name, mortal):
    with contextlib.closing(transactor("confluent-kafka", mortal.address)) as client:
        records = Records(client)
        worker = Worker(name, mortal.address)
        try:
            for after, victim in ((0.05, "worker"), (0.2, "node"), (0.1, "worker"), (0.01, None)):
                seen = records.sent
                records.add(COUNT // 4)
                list(records.awaited(worker, seen + 1))  # it works: some of the new ones have come out
                time.sleep(after)
                if victim == "worker":
                    worker.kill()
                    worker.start()
                if victim == "node":
                    mortal.restart(by=signal.SIGKILL)
            for read in records.awaited(worker, records.sent):
                assert read == [str(i) for i in range(records.sent)]
            worker.kill()
            for partition in range(PARTITIONS):
                assert len(records.out(partition, records.sent + 1)) == records.sent
        finally:
            worker.kill()
