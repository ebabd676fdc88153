"""Groups of foreign clients grow and shrink: every record is read, and none is read again that was committed."""

import time

from clients import Record
from matrix import each, needs

PARTITIONS = 6
RECORDS = 60  # written at each step
SECONDS = 30


class Group:
    def __init__(self, client, topic, kind):
        self.client, self.topic, self.kind = client, topic, kind
        self.name = f"group-of-{topic}"
        self.members, self.read = set(), []

    def join(self, member):
        self.client.ask("join", group=self.name, topic=self.topic, kind=self.kind, member=member)
        self.members.add(member)

    def leave(self, member):
        self.members.remove(member)
        self.read += self.client.ask("leave", member=member)["read"]

    def wait(self, what, done):
        deadline = time.monotonic() + SECONDS
        while True:
            members = self.client.ask("look")["members"]
            assert all(m["trouble"] is None for m in members.values()), members
            if done(members):
                return
            assert time.monotonic() < deadline, f"{what}: {members}"
            time.sleep(0.05)

    def settle(self):
        """Everyone has a part, and the parts are the whole."""
        self.wait("a part for everyone", lambda members: all(m["assigned"] for m in members.values()) and sum(m["assigned"] for m in members.values()) == PARTITIONS)

    def catch_up(self, count):
        """What was read at all: more than `count` when some of it was not committed."""
        self.wait(f"{count} records read", lambda members: len(self.read) + sum(m["read"] for m in members.values()) >= count)


def written(referee, topic):
    records = [Record(b"%d" % i, partition=i % PARTITIONS) for i in range(RECORDS)]
    return referee.produce(topic, records)


@needs("create")
@each("kind", "group:range", "group:cooperative", "group:static", "group:consumer", "group:pattern")
def test_a_group_grows_and_shrinks(client, referee, topic, kind):
    referee.ask("create", topic=topic, partitions=PARTITIONS, configs={})
    group = Group(client, topic, kind.removeprefix("group:"))
    sent = written(referee, topic)
    began = time.monotonic()
    group.join("one")
    group.catch_up(len(sent))
    first = time.monotonic() - began
    for member in ("two", "three", "four", "five"):
        group.join(member)
    group.settle()
    sent += written(referee, topic)
    group.catch_up(len(sent))
    for member in ("one", "two", "three"):
        group.leave(member)
    if kind == "group:static":  # their parts are kept for them
        for member in ("one", "two", "three"):
            group.join(member)
    group.settle()
    sent += written(referee, topic)
    group.catch_up(len(sent))
    for member in sorted(group.members):
        group.leave(member)
    print(f"{client.client.name} {kind}: the first record after at most {first:.2f} s, all in {time.monotonic() - began:.1f} s")
    committed = [(partition, offset) for partition, offset, was in group.read if was]
    assert {(partition, offset) for partition, offset, _ in group.read} == set(sent), "some were not read"
    assert len(committed) == len(set(committed)), "some were read again that were committed"
