"""A soak, run by hand: clients come and go, topics are made and deleted, and the node is stopped, killed and started again, for
SECONDS in all. Its memory and its descriptors stay where they were, and nothing that was acknowledged is lost.

    make soak SECONDS=180
"""

import os
import random
import signal
import socket
import struct
import threading
import time

from raw_client import Closed, batch

SECONDS = float(os.environ.get("OTTLA_SOAK_SECONDS", "180"))
LIFE = 30  # seconds from a start of the node to its end
CLIENTS = 4
TOPICS_MAX = 8  # of a client
GROWTH_MAX = 8 << 20  # of memory, from the second quarter of a life to the last
DESCRIPTORS_MAX = 400  # a connection a client, and the files of at most CLIENTS * TOPICS_MAX * 4 partitions
OUT_OF_RANGE = 1  # retention was there first

# What a node does by itself from time to time, it does often.
SETTINGS = ["log.retention.check.interval.ms=500", "log.initial.task.delay.ms=0", "log.segment.bytes=1048576", "log.retention.bytes=4194304",
            "log.segment.delete.delay.ms=100", "log.flush.offset.checkpoint.interval.ms=200", "ottla.log.level=error"]


class Churn:
    """A client that does a little of everything, leaves in the middle of it, and remembers what was acknowledged."""

    def __init__(self, number):
        self.number = number
        self.random = random.Random(number)
        self.ends = {}  # topic -> end of what was acknowledged in its first partition
        self.made = 0
        self.done = 0
        self.trouble = None

    def run(self, node, stop):
        """Until it is told to stop, or the node goes."""
        try:
            while not stop.is_set():
                with node.client() as client:
                    for _ in range(self.random.randrange(1, 60)):
                        if stop.is_set():
                            return
                        self.act(client)
                        self.done += 1
                    self.leave(client)
        except (Closed, OSError, struct.error) as problem:
            if not stop.is_set():
                self.trouble = repr(problem)
        except AssertionError as problem:
            self.trouble = str(problem) or repr(problem)

    def act(self, client):
        topic = self.random.choice(list(self.ends)) if self.ends else None
        dice = self.random.random()
        if topic is None or (dice < 0.02 and len(self.ends) < TOPICS_MAX):
            self.create(client)
        elif dice < 0.03:
            self.delete(client, topic)
        elif dice < 0.5:
            self.produce(client, topic)
        elif dice < 0.95:
            self.fetch(client, topic, self.random.randrange(self.ends[topic] + 1))
        else:
            client.ask(3, 1, struct.pack(">i", -1))  # metadata of all topics

    def create(self, client):
        topic = f"c{self.number}-{self.made}"
        self.made += 1
        error = client.create_topic(topic, self.random.randrange(1, 5))
        assert error == 0, f"create {topic}: error {error}"
        self.ends[topic] = 0

    def delete(self, client, topic):
        del self.ends[topic]  # if the node goes meanwhile, it may be there or not
        error = client.delete_topic(topic)
        assert error == 0, f"delete {topic}: error {error}"

    def produce(self, client, topic):
        count = self.random.randrange(1, 40)
        error, base = client.produce(topic, batch([b"x" * self.random.choice([10, 1000])] * count))
        assert error == 0, f"produce {topic}: error {error}"
        assert base >= self.ends[topic], f"produce {topic}: {base} where {self.ends[topic]} was acknowledged"
        self.ends[topic] = base + count

    def fetch(self, client, topic, offset):
        error, end, _ = client.fetch(topic, offset, wait_ms=0)
        assert error in (0, OUT_OF_RANGE), f"fetch {topic} {offset}: error {error}"
        assert error or end >= self.ends[topic], f"fetch {topic}: ends at {end}, acknowledged to {self.ends[topic]}"

    def leave(self, client):
        """While an answer is awaited, sometimes."""
        if self.ends and self.random.random() < 0.5:
            topic, end = next(iter(self.ends.items()))
            client.socket.sendall(client.frame(1, 4, client.fetch_body(topic, end, wait_ms=10_000)))
        if self.random.random() < 0.5:
            client.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def expect_all(self, client):
        for topic, end in self.ends.items():
            self.fetch(client, topic, end)


def median(numbers):
    return sorted(numbers)[len(numbers) // 2]


def live(node, clients, seconds):
    """A life of the node, of which only the end is left to the caller: memory and descriptors, measured again and again."""
    stop = threading.Event()
    threads = [threading.Thread(target=client.run, args=(node, stop)) for client in clients]
    for thread in threads:
        thread.start()
    measured = []
    until = time.monotonic() + seconds
    while time.monotonic() < until and not any(client.trouble for client in clients):
        time.sleep(seconds / 100)
        measured.append((node.resident(), node.descriptors()))
    return stop, threads, measured


def test_soak(node):
    it = node(*SETTINGS)
    clients = [Churn(number) for number in range(CLIENTS)]
    until = time.monotonic() + SECONDS
    lives = 0
    while time.monotonic() < until:
        stop, threads, measured = live(it, clients, min(LIFE, SECONDS / 4))
        stop.set()
        # By turns: asked to stop, and killed, while they are at it.
        code = it.stop(signal.SIGTERM if lives % 2 == 0 else signal.SIGKILL)
        for thread in threads:
            thread.join()
        for client in clients:
            assert client.trouble is None, f"client {client.number}: {client.trouble}"
        assert code == (0 if lives % 2 == 0 else -signal.SIGKILL)

        quarter = len(measured) // 4
        early, late = (median([size for size, _ in part]) for part in (measured[quarter:2 * quarter], measured[-quarter:]))
        print(f"life {lives}: {sum(c.done for c in clients)} requests, memory {early >> 10} to {late >> 10} KiB, at most "
              f"{max(count for _, count in measured)} descriptors, {sum(len(c.ends) for c in clients)} topics")
        assert late - early < GROWTH_MAX
        assert max(count for _, count in measured) < DESCRIPTORS_MAX

        it.start()
        lives += 1
        with it.client() as client:
            for each in clients:
                each.expect_all(client)
    # With nobody there, nothing is held.
    time.sleep(1)
    assert it.descriptors() < DESCRIPTORS_MAX
    assert it.stop() == 0
