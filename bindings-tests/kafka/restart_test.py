"""The node goes away under clients that produce, once killed and once stopped; what was acknowledged is all there."""

import contextlib
import dataclasses
import signal
import threading
import time

import pytest

from clients import REFEREE, Record, Refused, started
from matrix import needs
from node import Node

AT_ONCE = 20  # records a command
SETTLED = 3  # commands acknowledged whole between one restart and the next
LONGEST_SECONDS = 60


@dataclasses.dataclass
class Life:
    """What one client lived through: the values it sent, in order, and the place of each that was acknowledged."""

    driver: object
    idempotent: bool
    sent: list = dataclasses.field(default_factory=list)
    places: dict = dataclasses.field(default_factory=dict)
    whole: int = 0  # commands acknowledged whole
    trouble: str = ""

    @property
    def topic(self):
        return "restarts-" + "".join(filter(str.isalnum, self.driver.client.name))

    def live(self, over):
        try:
            while not over.is_set():
                values = [b"%d" % (len(self.sent) + i) for i in range(AT_ONCE)]
                self.sent += values
                try:
                    told = self.driver.produce(self.topic, [Record(value) for value in values], idempotent=self.idempotent)
                except Refused:
                    continue  # nothing of it was acknowledged
                acknowledged = {value: place for value, place in zip(values, told) if not isinstance(place, Refused)}
                self.places |= acknowledged
                self.whole += len(acknowledged) == AT_ONCE
        except BaseException as problem:  # told by the test of this client
            self.trouble = repr(problem)

    def goes_on(self, from_whole, deadline):
        """Waits until it has been acknowledged some more, whole commands; False when it is not."""
        while self.whole < from_whole + SETTLED and time.monotonic() < deadline and not self.trouble:
            time.sleep(0.01)
        return self.whole >= from_whole + SETTLED


@pytest.fixture(scope="module")
def mortal(tmp_path_factory):
    """A process of its own: only that can be killed."""
    with contextlib.closing(Node(tmp_path_factory.mktemp("mortal") / "data")) as node:
        yield node


@pytest.fixture(scope="module")
def lives(mortal):
    """All clients at once, since they need the same restarts; and who reads what is left of it."""
    with started(mortal.address) as drivers:
        if drivers[REFEREE].missing:
            pytest.skip(drivers[REFEREE].missing)
        lives = {name: Life(driver, "idempotent" in driver.client.offers) for name, driver in drivers.items() if not driver.missing and "none" in driver.client.offers}
        for life in lives.values():
            drivers[REFEREE].ask("create", topic=life.topic, partitions=1, configs={})
        live(lives, mortal)
        yield lives


def live(lives, mortal):
    over = threading.Event()
    threads = [threading.Thread(target=life.live, args=(over,)) for life in lives.values()]
    for thread in threads:
        thread.start()
    try:
        for by in (signal.SIGKILL, signal.SIGTERM, None):
            before = {name: life.whole for name, life in lives.items()}
            deadline = time.monotonic() + LONGEST_SECONDS
            for name, life in lives.items():
                if not life.goes_on(before[name], deadline):
                    life.trouble = life.trouble or f"nothing was acknowledged for {LONGEST_SECONDS} s"
            if by is not None:
                mortal.restart(by)
    finally:
        over.set()
        for thread in threads:
            thread.join()


@needs("none")
def test_nothing_acknowledged_is_lost_in_restarts(client, lives):
    life, referee = lives[client.client.name], lives[REFEREE].driver
    assert not life.trouble
    end = referee.ask("ends", topic=life.topic)["ends"][0]["end"]
    read = referee.fetch(life.topic, count=end)
    values = [record.value for record in read]
    assert len(values) == end
    assert set(values) <= set(life.sent)
    assert set(life.places) <= set(values)
    for value, (_, offset) in life.places.items():
        assert offset is None or values[offset] == value
    if life.idempotent:  # each once, in the order of sending
        assert values == sorted(set(values), key=int)
