"""Every client produces; what it wrote is read by another, by itself where it reads, and in the files."""

import dataclasses
import json
import os
import random
import subprocess
import time

from clients import Record, Refused
from matrix import each, needs
from node import PROGRAM

CODECS = ("none", "gzip", "snappy", "lz4", "zstd")
MESSAGE_TOO_LARGE = 10


def make(referee, topic, partitions=1, **configs):
    referee.ask("create", topic=topic, partitions=partitions, configs=configs)


def batches(node, topic, partition=0):
    """What lies in the partition's file, by our own dump tool."""
    path = node.data / f"{topic}-{partition}" / "00000000000000000000.log"
    done = subprocess.run([PROGRAM, "log", "dump", "--json", path], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [found for found in map(json.loads, done.stdout.splitlines()) if found["type"] == "batch"]


def sent(client, records):
    """The records as this client can say them."""
    offers = client.client.offers
    for record in records:
        if "timestamps" not in offers:
            record = dataclasses.replace(record, timestamp=None)
        if "header-map" in offers:  # of each name one
            record = dataclasses.replace(record, headers=tuple(sorted((name, value) for name, value in dict(record.headers).items() if value is not None)))
        elif "headers" not in offers:
            record = dataclasses.replace(record, headers=())
        if "null-headers" not in offers:
            record = dataclasses.replace(record, headers=tuple(h for h in record.headers if h[1] is not None))
        if "null-values" not in offers and record.value is None:
            continue
        yield record


def same(read, wrote):
    """Byte for byte, in order, without a gap; a timestamp that the client chose itself is only near."""
    assert [r.offset for r in read] == list(range(read[0].offset, read[0].offset + len(wrote)))
    now = time.time() * 1000
    for got, want in zip(read, wrote, strict=True):
        if want.timestamp is None:
            assert now - 120_000 < got.timestamp <= now + 1000
            want = dataclasses.replace(want, timestamp=got.timestamp)
        assert got == want


def check(client, referee, topic, wrote, told, partition=0):
    for place in told:
        assert not isinstance(place, Refused), place
    wrote = [dataclasses.replace(record, partition=partition) for record in wrote]
    for reader in {referee, client} if "fetch" in client.client.offers else {referee}:
        same(reader.fetch(topic, partition, count=len(wrote)), wrote)
    for i, (where, offset) in enumerate(told):
        assert where == partition
        assert offset == i or "offsets" not in client.client.offers


WHOLE = [
    Record(b"value", b"key", (("name", b"content"), ("second", b"")), 1_700_000_000_123),
    Record(b"no key", None, (), 1_700_000_000_124),
    Record(b"", b"", (), 1_700_000_000_125),
    Record(None, b"a tombstone", (), 1_700_000_000_126),
    Record(bytes(range(256)), bytes(range(255, -1, -1)), (("bytes", bytes(range(256))), ("again", b"1"), ("again", b"2")), 1_700_000_000_100),
    Record("äöü€😀".encode(), "ключ".encode(), (("größe", b"x" * 300),), 1_700_000_000_999),
    Record(b"null header", b"k", (("nothing", None),), 1_700_000_001_000),
]


@each("codec", *CODECS)
def test_records_arrive_whole(client, referee, node, topic, codec):
    make(referee, topic)
    wrote = list(sent(client, WHOLE + [Record(b"%d " % i + b"abc" * 40, b"k%d" % i, (), 1_700_000_002_000 + i) for i in range(100)]))
    told = client.produce(topic, wrote, codec=codec)
    check(client, referee, topic, wrote, told)
    assert codec in {batch["compression"] for batch in batches(node, topic)}
    assert {batch["compression"] for batch in batches(node, topic)} <= {codec, "none"}  # some leave alone what would grow


@needs("none")
def test_big_records(client, referee, topic):
    make(referee, topic)
    noise = random.Random(1)
    wrote = [Record(noise.randbytes(1_000_000), b"big"), Record(b"small"), Record(noise.randbytes(999_999), b"bigger")]
    told = [client.produce(topic, [record])[0] for record in wrote]
    check(client, referee, topic, wrote, told)


@needs("none")
def test_thousands_of_records(client, referee, topic):
    make(referee, topic)
    wrote = [Record(b"%06d" % i + b"." * 94) for i in range(5000)]
    check(client, referee, topic, wrote, client.produce(topic, wrote))


@needs("none")
def test_several_partitions(client, referee, topic):
    make(referee, topic, partitions=4)
    wrote = [Record(b"%d" % i, b"key", partition=i * 7 % 4) for i in range(400)]
    told = client.produce(topic, wrote)
    for partition in range(4):
        mine = [i for i, record in enumerate(wrote) if record.partition == partition]
        check(client, referee, topic, [wrote[i] for i in mine], [told[i] for i in mine], partition)


@needs("partitioner")
def test_a_key_has_its_partition(client, referee, topic):
    make(referee, topic, partitions=3)
    wrote = [Record(b"%d" % i, b"key %d" % (i % 20), partition=None) for i in range(200)]
    client.produce(topic, wrote)
    homes = {}
    read = []
    for partition in range(3):
        [end] = [p["end"] for p in ends(referee, topic) if p["partition"] == partition]
        for record in referee.fetch(topic, partition, count=end) if end else []:
            assert homes.setdefault(record.key, partition) == partition
            read.append(record)
    assert len(homes) == 20
    for key in homes:
        assert [r.value for r in read if r.key == key] == [r.value for r in wrote if r.key == key]


def ends(referee, topic):
    return referee.ask("ends", topic=topic)["ends"]


@each("asked", "acks=0", "acks=1", "acks=all")
def test_acknowledgement(client, referee, topic, asked):
    make(referee, topic)
    acks = asked.removeprefix("acks=")
    wrote = [Record(b"%d" % i) for i in range(50)]
    told = client.produce(topic, wrote, acks=acks)
    check(client, referee, topic, wrote, told if acks != "0" else [])


@needs("idempotent")
def test_idempotent_producer(client, referee, node, topic):
    make(referee, topic)
    wrote = [Record(b"%d" % i) for i in range(500)]
    told = [place for i in range(0, 500, 50) for place in client.produce(topic, wrote[i : i + 50], idempotent=True)]
    check(client, referee, topic, wrote, told)
    sequences = {}  # of each producer the next one
    for batch in batches(node, topic):
        producer = batch["producerId"], batch["producerEpoch"]
        assert batch["producerId"] >= 0
        assert batch["baseSequence"] == sequences.get(producer, 0)
        sequences[producer] = batch["lastSequence"] + 1


@needs("auto")
def test_a_missing_topic_is_made_by_producing_to_it(client, referee, topic):
    wrote = [Record(b"%d" % i) for i in range(10)]
    told = client.produce(topic, wrote)
    check(client, referee, topic, wrote, told)


@needs("none", "refusals")
def test_too_large_a_record_is_refused(client, referee, topic):
    make(referee, topic, **{"max.message.bytes": "1000"})
    [small] = client.produce(topic, [Record(b"x" * 500)])
    try:
        [large] = client.produce(topic, [Record(os.urandom(5000))])
    except Refused as refused:
        large = refused
    assert isinstance(large, Refused)
    assert large.code == MESSAGE_TOO_LARGE
    [after] = client.produce(topic, [Record(b"y" * 500)])
    check(client, referee, topic, [Record(b"x" * 500), Record(b"y" * 500)], [small, after])


@needs("none")
def test_the_log_gives_the_time(client, referee, topic):
    make(referee, topic, **{"message.timestamp.type": "LogAppendTime"})
    before = int(time.time() * 1000)
    client.produce(topic, [Record(b"%d" % i) for i in range(10)])
    for reader in {referee, client} if "fetch" in client.client.offers else {referee}:
        assert all(before <= record.timestamp <= time.time() * 1000 for record in reader.fetch(topic, count=10))
