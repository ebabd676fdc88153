"""Transactions through clients that others wrote: what is committed is read, all of it and once; what is not is never read."""

import contextlib
import time

import pytest

from clients import Refused
from transactors import TRANSACTORS, transactor


@pytest.fixture(scope="module", params=TRANSACTORS)
def clerk(request, node):
    with contextlib.closing(transactor(request.param, node.address)) as driver:
        yield driver


class Writer:
    """A transactional producer."""

    made = 0

    def __init__(self, clerk, id, timeout_ms=30_000):
        Writer.made += 1
        self.clerk, self.name = clerk, f"producer {Writer.made}"
        clerk.ask("init", name=self.name, id=id, timeout_ms=timeout_ms)

    def begin(self):
        self.clerk.ask("begin", name=self.name)

    def send(self, topic, *values):
        self.clerk.ask("send", name=self.name, topic=topic, partition=0, values=values)

    def offsets(self, group, topic, offset):
        self.clerk.ask("offsets", name=self.name, group=group, topic=topic, partition=0, offset=offset)

    def end(self, commit):
        self.clerk.ask("end", name=self.name, commit=commit)


def read(clerk, topic, count, committed=True, timeout_ms=20_000):
    return clerk.ask("read", topic=topic, partition=0, count=count, committed=committed, timeout_ms=timeout_ms)["values"]


def nothing_more(clerk, topic, count):
    """What is read, which is no more than `count` records though there is time for more."""
    values = read(clerk, topic, count + 1, timeout_ms=500)
    assert len(values) == count
    return values


def test_what_is_committed_is_read_and_what_is_aborted_is_not(clerk, topic):
    writer = Writer(clerk, topic)
    for i in range(6):
        writer.begin()
        writer.send(topic, f"{i}a", f"{i}b")
        writer.send(topic + "-beside", f"{i}c")
        writer.end(commit=i % 2 == 0)
    wanted = [f"{i}{letter}" for i in (0, 2, 4) for letter in "ab"]
    assert read(clerk, topic, 6) == wanted == nothing_more(clerk, topic, 6)
    assert read(clerk, topic + "-beside", 3) == ["0c", "2c", "4c"] == nothing_more(clerk, topic + "-beside", 3)
    assert len(read(clerk, topic, 12, committed=False)) == 12


def test_nothing_of_an_open_transaction_is_read_nor_what_stands_behind_it(clerk, topic):
    slow, quick = Writer(clerk, topic + "-slow"), Writer(clerk, topic + "-quick")
    slow.begin()
    slow.send(topic, "slow")
    quick.begin()
    quick.send(topic, "quick")
    quick.end(commit=True)
    assert nothing_more(clerk, topic, 0) == []
    slow.end(commit=True)
    assert read(clerk, topic, 2) == ["slow", "quick"]


def test_a_zombie_is_fenced(clerk, topic):
    zombie = Writer(clerk, topic)
    zombie.begin()
    zombie.send(topic, "of the zombie")
    successor = Writer(clerk, topic)
    with pytest.raises(Refused):
        zombie.send(topic, "too late")
        zombie.end(commit=True)
    successor.begin()
    successor.send(topic, "of its successor")
    successor.end(commit=True)
    assert read(clerk, topic, 1) == ["of its successor"] == nothing_more(clerk, topic, 1)


def test_a_transaction_that_nobody_ends_is_aborted_in_time(clerk, topic):
    lazy, quick = Writer(clerk, topic + "-lazy", timeout_ms=1500), Writer(clerk, topic + "-quick")
    lazy.begin()
    lazy.send(topic, "given up")
    started = time.monotonic()
    quick.begin()
    quick.send(topic, "seen")
    quick.end(commit=True)
    assert read(clerk, topic, 1) == ["seen"]
    assert time.monotonic() - started < 10
    with pytest.raises(Refused):
        lazy.send(topic, "late")
        lazy.end(commit=True)
    assert nothing_more(clerk, topic, 1) == ["seen"]


def test_a_groups_offsets_are_part_of_the_transaction(clerk, topic):
    writer = Writer(clerk, topic)

    def committed():
        return clerk.ask("committed", group=topic, topic=topic, partition=0)["offset"]

    for offset, commit, left in ((5, False, None), (7, True, 7), (9, False, 7)):
        writer.begin()
        writer.send(topic, "beside")
        writer.offsets(topic, topic, offset)
        writer.end(commit)
        assert committed() == left
