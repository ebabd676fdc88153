"""kcat and confluent-kafka (both are librdkafka, years apart) against `ottla node`."""

import json
import subprocess
import time

import pytest

import fetched

# --- kcat


def kcat(node, *arguments, stdin=None):
    fetched.need("kcat")
    done = subprocess.run(["kcat", "-b", node.address, *arguments], input=stdin, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_kcat_lists_the_cluster(node):
    kcat(node, "-P", "-t", "listed", stdin="x")
    said = json.loads(kcat(node, "-L", "-J", "-t", "listed"))
    assert said["brokers"] == [{"id": 7, "name": node.address}]
    assert said["topics"] == [{"topic": "listed", "partitions": [{"partition": 0, "leader": 7, "replicas": [{"id": 7}], "isrs": [{"id": 7}]}]}]


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
@pytest.mark.parametrize("acks", ["0", "1", "all"])
def test_kcat_reads_what_it_produced(node, codec, acks):
    topic = f"kcat-{codec}-{acks}"
    lines = [f"k{i}:value {i} " + "y" * 50 for i in range(500)]
    kcat(node, "-P", "-t", topic, "-p", "0", "-K:", "-z", codec, "-X", f"acks={acks}", "-H", "h=1", stdin="\n".join(lines))
    read = kcat(node, "-C", "-t", topic, "-p", "0", "-o", "beginning", "-c", "500", "-f", "%o %h %k:%s\n").splitlines()
    assert read == [f"{i} h=1 {line}" for i, line in enumerate(lines)]


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
    return fetched.confluent_kafka()


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
        source.assign([confluent.TopicPartition(topic, p, confluent.OFFSET_BEGINNING) for p in range(3)])
        records = read(source, 300)
        for p in range(3):
            assert [int(r.value()) for r in records if r.partition() == p] == list(range(p, 300, 3))
    source.close()


def test_records_come_back_with_all_they_have(confluent, node):
    producer = confluent.Producer({"bootstrap.servers": node.address, "compression.type": "zstd"})
    producer.produce("whole", b"value", key=b"key", headers=[("a", b"1"), ("a", None)], timestamp=1_700_000_000_123)
    producer.produce("whole", None, key=b"tombstone")
    assert producer.flush(30) == 0
    source = consumer(confluent, node)
    source.assign([confluent.TopicPartition("whole", 0, 0)])
    first, second = read(source, 2)
    assert (first.key(), first.value(), first.headers(), first.offset()) == (b"key", b"value", [("a", b"1"), ("a", None)], 0)
    assert first.timestamp() == (confluent.TIMESTAMP_CREATE_TIME, 1_700_000_000_123)
    assert (second.key(), second.value()) == (b"tombstone", None)
    assert source.get_watermark_offsets(confluent.TopicPartition("whole", 0), timeout=10) == (0, 2)
    [found] = source.offsets_for_times([confluent.TopicPartition("whole", 0, 1_700_000_000_124)], timeout=10)
    assert found.offset == 1
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


def test_topics_and_settings_are_administered(confluent, admin, node):
    module = confluent.admin
    done(admin.create_topics([module.NewTopic("managed", num_partitions=2, config={"retention.ms": "77777"})]))
    with pytest.raises(confluent.KafkaException) as refused:
        done(admin.create_topics([module.NewTopic("managed", num_partitions=2)]))
    assert refused.value.args[0].code() == confluent.KafkaError.TOPIC_ALREADY_EXISTS

    resource = module.ConfigResource(module.ConfigResource.Type.TOPIC, "managed")
    [settings] = done(admin.describe_configs([resource])).values()
    assert settings["retention.ms"].value == "77777"
    assert settings["retention.ms"].source == module.ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    assert settings["segment.bytes"].is_default
    resource.add_incremental_config(module.ConfigEntry("retention.ms", "88888", incremental_operation=module.AlterConfigOpType.SET))
    done(admin.incremental_alter_configs([resource]))
    [settings] = done(admin.describe_configs([module.ConfigResource(module.ConfigResource.Type.TOPIC, "managed")])).values()
    assert settings["retention.ms"].value == "88888"

    done(admin.create_partitions([module.NewPartitions("managed", 5)]))
    [described] = done(admin.describe_topics(confluent.TopicCollection(["managed"]), include_authorized_operations=True)).values()
    assert len(described.partitions) == 5 and all(partition.leader.id == 7 for partition in described.partitions)
    assert confluent.admin.AclOperation.WRITE in described.authorized_operations
    done(admin.delete_topics(["managed"]))
    assert "managed" not in admin.list_topics(timeout=10).topics


def test_offsets_are_listed_and_records_deleted(confluent, admin, node):
    producer = confluent.Producer({"bootstrap.servers": node.address})
    for i in range(10):
        producer.produce("shortened", str(i))
    assert producer.flush(30) == 0
    place = confluent.TopicPartition("shortened", 0, 4)
    [deleted] = done(admin.delete_records([place])).values()
    assert deleted.low_watermark == 4
    spec = confluent.admin.OffsetSpec
    [first] = done(admin.list_offsets({confluent.TopicPartition("shortened", 0): spec.earliest()})).values()
    [last] = done(admin.list_offsets({confluent.TopicPartition("shortened", 0): spec.latest()})).values()
    assert (first.offset, last.offset) == (4, 10)


def test_the_cluster_is_described(confluent, admin, node):
    described = admin.describe_cluster(include_authorized_operations=True, request_timeout=10).result(20)
    assert [n.id for n in described.nodes] == [7]
    assert described.controller.id == 7
    assert described.authorized_operations
