"""kcat and confluent-kafka, both librdkafka, years apart: what their users see beyond the matrix."""

import json
import shutil
import subprocess
import sys
import time

import pytest

import fetched

# --- kcat


def kcat(node, *arguments, stdin=None):
    if shutil.which("kcat") is None:
        pytest.skip("kcat is not installed")
    done = subprocess.run(["kcat", "-b", node.address, *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kcat_lists_the_cluster(node):
    kcat(node, "-P", "-t", "listed", stdin="x")
    said = json.loads(kcat(node, "-L", "-J", "-t", "listed"))
    assert said["brokers"] == [{"id": 7, "name": node.address}]
    assert said["topics"] == [{"topic": "listed", "partitions": [{"partition": 0, "leader": 7, "replicas": [{"id": 7}], "isrs": [{"id": 7}]}]}]


def test_kcat_sends_headers(node):
    kcat(node, "-P", "-t", "headed", "-p", "0", "-K:", "-H", "h=1", "-H", "i=", stdin="k:v")
    assert kcat(node, "-C", "-t", "headed", "-p", "0", "-e", "-q", "-f", "%h %k:%s") == "h=1,i= k:v"


def test_compressed_batches_are_stored_as_kcat_sent_them(node):
    for codec in ("none", "lz4"):
        kcat(node, "-P", "-t", f"stored-{codec}", "-p", "0", "-z", codec, "-X", "linger.ms=200", stdin="\n".join(["z" * 80] * 1000))
    sizes = {codec: (node.data / f"stored-{codec}-0" / "00000000000000000000.log").stat().st_size for codec in ("none", "lz4")}
    assert sizes["lz4"] * 5 < sizes["none"]


def test_kcat_finds_offsets_by_time_and_from_the_end(node):
    kcat(node, "-P", "-t", "timed", "-p", "0", stdin="a\nb")
    time.sleep(0.05)
    between = int(time.time() * 1000)
    time.sleep(0.05)
    kcat(node, "-P", "-t", "timed", "-p", "0", stdin="c\nd")
    assert "offset 2" in kcat(node, "-Q", "-t", f"timed:0:{between}")
    assert kcat(node, "-C", "-t", "timed", "-p", "0", "-o", "-1", "-e", "-q") == "d\n"
    assert kcat(node, "-C", "-t", "timed", "-p", "0", "-o", f"s@{between}", "-e", "-q") == "c\nd\n"


# --- confluent-kafka


@pytest.fixture(scope="session")
def confluent():
    try:
        sys.path.append(str(fetched.get("python", again=False)))
    except fetched.Missing as missing:
        pytest.skip(str(missing))
    import confluent_kafka as module
    import confluent_kafka.admin

    return module


@pytest.fixture(scope="session")
def admin(confluent, node):
    return confluent.admin.AdminClient({"bootstrap.servers": node.address})


def done(futures):
    return {name: future.result(30) for name, future in futures.items()}


def consumer(confluent, node, **settings):
    """By partition: groups come with their coordinators."""
    settings = {key.replace("_", "."): value for key, value in settings.items()}
    return confluent.Consumer({"bootstrap.servers": node.address, "group.id": "unused", "enable.auto.commit": False} | settings)


def read(source, count):
    records = []
    deadline = time.monotonic() + 30
    while len(records) < count and time.monotonic() < deadline:
        for record in source.consume(count - len(records), timeout=1):
            assert record.error() is None, record.error()
            records.append(record)
    return records


def test_a_topic_is_usable_at_once(confluent, admin, node):
    """Created, and in the next moment an idempotent producer with several batches on their way: nothing is lost or moved."""
    source = consumer(confluent, node)
    for attempt in range(10):
        topic = f"at-once-{attempt}"
        done(admin.create_topics([confluent.admin.NewTopic(topic, num_partitions=3)]))
        failures = []
        producer = confluent.Producer({"bootstrap.servers": node.address, "enable.idempotence": True, "batch.num.messages": 10, "retries": 1})
        for i in range(300):
            producer.produce(topic, str(i), partition=i % 3, on_delivery=lambda error, _: failures.append(error) if error else None)
        assert producer.flush(30) == 0
        assert not failures
        source.assign([confluent.TopicPartition(topic, p, 0) for p in range(3)])
        source.list_topics(topic, timeout=30)  # it would look for the leaders a second later
        records = read(source, 300)
        for p in range(3):
            assert [int(r.value()) for r in records if r.partition() == p] == list(range(p, 300, 3))
    source.close()


def test_a_long_poll_ends_when_a_record_comes(confluent, node):
    producer = confluent.Producer({"bootstrap.servers": node.address, "linger.ms": 0})
    producer.produce("awaited", b"0")
    producer.flush(30)
    source = consumer(confluent, node, fetch_wait_max_ms=20_000)
    source.assign([confluent.TopicPartition("awaited", 0, 0)])
    assert read(source, 1)[0].offset() == 0
    for i in range(1, 6):
        started = time.monotonic()
        producer.produce("awaited", str(i).encode())
        producer.flush(30)
        assert read(source, 1)[0].offset() == i
        assert time.monotonic() - started < 5
    source.close()


def test_settings_tell_where_they_come_from(confluent, admin, node):
    module = confluent.admin
    done(admin.create_topics([module.NewTopic("managed", num_partitions=2, config={"retention.ms": "77777"})]))
    [settings] = done(admin.describe_configs([module.ConfigResource(module.ConfigResource.Type.TOPIC, "managed")])).values()
    assert settings["retention.ms"].source == module.ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    assert settings["segment.bytes"].is_default
    [described] = done(admin.describe_topics(confluent.TopicCollection(["managed"]), include_authorized_operations=True)).values()
    assert confluent.admin.AclOperation.WRITE in described.authorized_operations
    assert admin.describe_cluster(include_authorized_operations=True, request_timeout=10).result(20).authorized_operations


def test_offsets_are_listed(confluent, admin, node):
    producer = confluent.Producer({"bootstrap.servers": node.address})
    for i in range(10):
        producer.produce("listed-offsets", str(i), timestamp=1_700_000_000_000 - abs(i - 6))
    assert producer.flush(30) == 0
    done(admin.delete_records([confluent.TopicPartition("listed-offsets", 0, 4)]))
    spec = confluent.admin.OffsetSpec
    for asked, offset in ((spec.earliest(), 4), (spec.latest(), 10), (spec.max_timestamp(), 6)):
        [found] = done(admin.list_offsets({confluent.TopicPartition("listed-offsets", 0): asked})).values()
        assert found.offset == offset
