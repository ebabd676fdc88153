"""Every client that can be told where to read does so: from the start, an offset, a time, the end, and waiting at it."""

import concurrent.futures
import time

import pytest

from clients import Record, Refused
from matrix import each, needs

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
STARTED = 1_700_000_000_000
OFFSET_OUT_OF_RANGE = 1


def timed(count):
    """A record a second."""
    return [Record(b"value %d" % i, b"key %d" % i, (("i", b"%d" % i),), STARTED + 1000 * i) for i in range(count)]


def written(referee, topic, records, pieces=4, **how):
    """The records in a new topic, in some batches."""
    referee.ask("create", topic=topic, partitions=1, configs={})
    size = -(-len(records) // pieces)
    told = [place for i in range(0, len(records), size) for place in referee.produce(topic, records[i : i + size], **how)]
    assert told == [(0, i) for i in range(len(records))]
    return records


@needs("fetch")
@each("codec", *CODECS)
def test_what_others_wrote_is_read(client, referee, topic, codec):
    wrote = written(referee, topic, timed(300), codec=codec)
    read = client.fetch(topic, count=300)
    assert read == wrote
    assert [record.offset for record in read] == list(range(300))


@needs("fetch")
def test_reading_starts_at_any_offset(client, referee, topic):
    wrote = written(referee, topic, timed(40))
    for offset, count in ((0, 3), (5, 10), (10, 1), (39, 1)):  # at a batch's start, within one, over several
        assert client.fetch(topic, start=offset, count=count) == wrote[offset : offset + count]


@needs("fetch")
def test_reading_starts_near_the_end(client, referee, topic):
    wrote = written(referee, topic, timed(40))
    assert client.fetch(topic, start="end", count=7) == wrote[-7:]


@needs("times")
@each("codec", "none", "gzip", "zstd")
def test_reading_starts_at_a_time(client, referee, topic, codec):
    wrote = written(referee, topic, timed(40), codec=codec)
    for when, first in ((STARTED, 0), (STARTED + 17_000, 17), (STARTED + 17_001, 18), (STARTED - 5000, 0), (STARTED + 39_000, 39)):
        assert client.fetch(topic, start={"time": when}) == [wrote[first]]


@needs("fetch")
def test_a_record_that_comes_ends_the_wait(client, referee, other, topic):
    written(referee, topic, timed(4))
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        reading = pool.submit(client.fetch, topic, start=4)
        time.sleep(0.2)
        assert not reading.done()
        late = Record(b"late", b"key", (), STARTED)
        other.produce(topic, [late])
        came = time.monotonic()
        assert reading.result(30) == [late]
        assert time.monotonic() - came < 10


@needs("fetch")
def test_reading_goes_on_behind_deleted_records(client, referee, topic):
    wrote = written(referee, topic, timed(40))
    referee.ask("trim", topic=topic, partition=0, before=13)
    read = client.fetch(topic, count=27)
    assert read == wrote[13:]
    assert read[0].offset == 13


@needs("fetch", "ranges")
def test_an_offset_outside_the_log_is_refused(client, referee, topic):
    written(referee, topic, timed(4))
    with pytest.raises(Refused) as refusal:
        client.fetch(topic, start=5, timeout_ms=5000)
    assert refusal.value.code in (OFFSET_OUT_OF_RANGE, None), refusal.value


@needs("fetch")
def test_big_records_are_read(client, referee, topic):
    wrote = written(referee, topic, [Record(bytes([i]) * 900_000, b"k", (), STARTED) for i in range(5)], pieces=5)
    assert client.fetch(topic, count=5) == wrote
