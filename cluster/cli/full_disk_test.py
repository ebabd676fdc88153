"""A node whose disk is full: a small tmpfs in a mount namespace of its own, with a file beside the node's that takes the rest
of the room and gives it back.

Producers hear an error that they may retry, everybody else is served, nothing that was acknowledged is lost, and when there
is room again the node goes on by itself.
"""

import os
import pathlib
import signal
import struct
import subprocess
import threading
import time

import pytest

from raw_client import batch

SIZE = 16 << 20
KAFKA_STORAGE_ERROR = 56
RETURNS_WITHIN = 10  # seconds after there is room


class SmallDisk:
    """A tmpfs at `folder`, seen by those that `enter` runs and by nobody else."""

    def __init__(self, folder):
        folder.mkdir()
        script = f"mount -t tmpfs -o size={SIZE} small '{folder}' && echo mounted && exec sleep 1000"
        self.holder = subprocess.Popen(
            ["unshare", "--mount", "--propagation", "private", "sh", "-c", script], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        said = self.holder.stdout.readline().strip()
        if said != "mounted":
            self.close()
            pytest.skip(f"this machine cannot mount a tmpfs here: {said}")
        self.enter = ["nsenter", f"--mount=/proc/{self.holder.pid}/ns/mnt"]
        self.folder = pathlib.Path(f"/proc/{self.holder.pid}/root{folder}")
        self.ballast = self.folder / "lost+found"  # a name that no data directory minds

    def available(self):
        status = os.statvfs(self.folder)
        return status.f_bavail * status.f_frsize

    def fill(self):
        with open(self.ballast, "ab", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        assert self.available() == 0

    def empty(self):
        self.ballast.unlink()

    def close(self):
        self.holder.kill()
        self.holder.wait()
        self.holder.stdout.close()


@pytest.fixture
def disk(tmp_path):
    disk = SmallDisk(tmp_path / "data")
    yield disk
    disk.close()


RECORDS = batch([b"x" * 1000] * 10)


class Writer:
    """Produces the same batch again and again, and knows what was acknowledged."""

    def __init__(self, topic):
        self.topic = topic
        self.end = 0  # of what was acknowledged

    def produce(self, client):
        error, base = client.produce(self.topic, RECORDS)
        if error == 0:
            assert base >= self.end
            self.end = base + 10
        return error

    def until(self, client, wanted, seconds):
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            error = self.produce(client)
            if error == wanted:
                return
            assert error in (0, KAFKA_STORAGE_ERROR), error
            if error != 0:
                time.sleep(0.02)
        pytest.fail(f"no {wanted} within {seconds} s, but {error}")

    def expect_all(self, client):
        assert sum(count for _, count in client.read_all(self.topic)) >= self.end > 0


# What a node does by itself from time to time happens while there is no room, too.
BUSY = ["log.retention.ms=-1", "log.flush.offset.checkpoint.interval.ms=50", "log.retention.check.interval.ms=50", "log.segment.bytes=1048576",
        "log.initial.task.delay.ms=0"]


@pytest.mark.parametrize("durability", ["persisted", "replicated"])
def test_producers_wait_and_readers_do_not(node, disk, durability):
    it = node(f"ottla.default.durability={durability}", *BUSY, before=disk.enter)
    writer = Writer("t")
    with it.client() as client, it.client() as reader:
        assert client.create_topic("t") == 0
        for _ in range(20):
            writer.until(client, 0, 1)
        for _ in range(3):
            disk.fill()
            writer.until(client, KAFKA_STORAGE_ERROR, 5)
            writer.expect_all(reader)
            reader.api_versions()
            assert b"t" in reader.ask(3, 1, struct.pack(">i", -1)), "metadata of all topics"
            time.sleep(0.3)
            assert writer.produce(client) == KAFKA_STORAGE_ERROR
            disk.empty()
            writer.until(client, 0, RETURNS_WITHIN)
            writer.expect_all(reader)
    it.stop(signal.SIGKILL)
    it.start()
    with it.client() as client:
        writer.expect_all(client)
        writer.until(client, 0, 5)
    assert it.stop() == 0


def test_deleting_a_topic_makes_room(node, disk):
    """It was the node that filled the disk: this is what people do then."""
    it = node(*BUSY, before=disk.enter)
    large, small = Writer("large"), Writer("small")
    with it.client() as client:
        assert client.create_topic("large") == 0 and client.create_topic("small") == 0
        small.until(client, 0, 1)
        large.until(client, KAFKA_STORAGE_ERROR, 20)
        small.until(client, KAFKA_STORAGE_ERROR, 20)
        assert large.end > 1000
        large.expect_all(client)
        small.expect_all(client)
        assert client.delete_topic("large") == 0
        small.until(client, 0, RETURNS_WITHIN)
        small.expect_all(client)
    it.stop(signal.SIGKILL)
    it.start()
    with it.client() as client:
        small.expect_all(client)
        small.until(client, 0, 1)
    assert it.stop() == 0


def test_topics_come_again_when_there_is_room(node, disk):
    it = node(*BUSY, before=disk.enter)
    with it.client() as client:
        assert client.create_topic("before") == 0
        writer = Writer("before")
        writer.until(client, 0, 1)
        disk.fill()
        errors = [client.create_topic(f"full-{at}", 3) for at in range(200)]  # the metadata log's last page has room for some
        assert set(errors) <= {0, KAFKA_STORAGE_ERROR} and errors[-1] == KAFKA_STORAGE_ERROR
        writer.expect_all(client)
        assert it.alive()
        disk.empty()
        deadline = time.monotonic() + RETURNS_WITHIN
        while (error := client.create_topic("after")) != 0:
            assert error == KAFKA_STORAGE_ERROR and time.monotonic() < deadline, error
            time.sleep(0.05)
        after = Writer("after")
        after.until(client, 0, RETURNS_WITHIN)
        writer.until(client, 0, RETURNS_WITHIN)
    it.stop(signal.SIGKILL)
    it.start()
    with it.client() as client:
        writer.expect_all(client)
        after.expect_all(client)
    assert it.stop() == 0


def test_it_stops_where_nothing_fits_and_starts_when_something_does(node, disk):
    it = node(*BUSY, before=disk.enter)
    writer = Writer("t")
    with it.client() as client:
        assert client.create_topic("t") == 0
        writer.until(client, 0, 1)
        disk.fill()
        writer.until(client, KAFKA_STORAGE_ERROR, 5)
    assert it.stop() == 0
    room = threading.Timer(0.5, disk.empty)
    room.start()
    started = time.monotonic()
    it.start()  # comes back when the node is ready
    assert time.monotonic() - started < 0.5 + RETURNS_WITHIN
    room.join()
    with it.client() as client:
        writer.expect_all(client)
        writer.until(client, 0, 1)
    assert it.stop() == 0
