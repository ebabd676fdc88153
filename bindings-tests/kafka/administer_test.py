"""Every client administers: topics, settings, records, the cluster; and hears Kafka's own words when it is refused."""

import pytest

from clients import Record, Refused
from matrix import needs

UNKNOWN_TOPIC_OR_PARTITION = 3
INVALID_TOPIC = 17
TOPIC_ALREADY_EXISTS = 36
INVALID_PARTITIONS = 37
INVALID_CONFIG = 40
OFFSET_OUT_OF_RANGE = 1


def refused(driver, code, do, **words):
    with pytest.raises(Refused) as refusal:
        driver.ask(do, **words)
    assert refusal.value.code == code, refusal.value


@needs("cluster")
def test_the_cluster_is_described(client, node):
    said = client.ask("cluster")
    properties = dict(line.split("=", 1) for line in (node.data / "meta.properties").read_text().splitlines() if "=" in line)
    assert {"cluster": properties["cluster.id"]} | said == {"cluster": properties["cluster.id"], "controller": node.id, "nodes": [{"id": node.id, "address": node.address}]}


@needs("create", "topics")
def test_a_topic_is_created(client, referee, topic):
    client.ask("create", topic=topic, partitions=3, configs={})
    assert len(referee.ask("describe", topic=topic)["partitions"]) == 3
    assert topic in client.ask("topics")["topics"]


@needs("describe")
def test_a_topic_is_described(client, referee, node, topic):
    referee.ask("create", topic=topic, partitions=3, configs={})
    here = {"leader": node.id, "replicas": [node.id], "in_sync": [node.id]}
    said = client.ask("describe", topic=topic)["partitions"]
    assert sorted(said, key=lambda p: p["partition"]) == [{"partition": p} | here for p in range(3)]


@needs("create", "refusals")
def test_a_topic_that_cannot_be_is_refused(client, topic):
    client.ask("create", topic=topic, partitions=1, configs={})
    refused(client, TOPIC_ALREADY_EXISTS, "create", topic=topic, partitions=1, configs={})
    refused(client, INVALID_TOPIC, "create", topic="no/name", partitions=1, configs={})
    if "configs" in client.client.offers:
        refused(client, INVALID_CONFIG, "create", topic=topic + "-2", partitions=1, configs={"retention.ms": "soon"})


@needs("widen")
def test_a_topic_is_widened(client, referee, topic):
    client.ask("create", topic=topic, partitions=1, configs={})
    client.ask("widen", topic=topic, partitions=4)
    assert len(referee.ask("describe", topic=topic)["partitions"]) == 4
    refused(client, INVALID_PARTITIONS, "widen", topic=topic, partitions=2)


@needs("configs")
def test_settings_are_described(client, referee, topic):
    referee.ask("create", topic=topic, partitions=1, configs={"retention.ms": "77777", "cleanup.policy": "compact"})
    said = client.ask("configs", topic=topic)["configs"]
    assert (said["retention.ms"], said["cleanup.policy"], said["max.message.bytes"]) == ("77777", "compact", "1048588")
    assert said.keys() >= {"segment.bytes", "min.insync.replicas", "compression.type", "message.timestamp.type", "flush.messages"}


@needs("alter")
def test_settings_are_altered(client, referee, topic):
    referee.ask("create", topic=topic, partitions=1, configs={"retention.ms": "77777"})
    client.ask("alter", topic=topic, configs={"retention.ms": "88888"})
    assert referee.ask("configs", topic=topic)["configs"]["retention.ms"] == "88888"
    refused(client, INVALID_CONFIG, "alter", topic=topic, configs={"retention.ms": "soon"})
    assert referee.ask("configs", topic=topic)["configs"]["retention.ms"] == "88888"


@needs("delete")
def test_a_topic_is_deleted(client, referee, topic):
    referee.ask("create", topic=topic, partitions=2, configs={})
    client.ask("delete", topic=topic)
    assert topic not in referee.ask("topics")["topics"]
    refused(client, UNKNOWN_TOPIC_OR_PARTITION, "delete", topic=topic)
    referee.ask("create", topic=topic, partitions=1, configs={})
    assert referee.ask("ends", topic=topic) == {"ends": [{"partition": 0, "end": 0}]}


@needs("describe", "peek")
def test_a_missing_topic_is_not_described(client, referee, topic):
    refused(client, UNKNOWN_TOPIC_OR_PARTITION, "describe", topic=topic)
    assert topic not in referee.ask("topics")["topics"]  # to ask for it does not make it


@needs("configs", "refusals")
def test_a_missing_topic_has_no_settings(client, topic):
    try:
        assert client.ask("configs", topic=topic)["configs"] == {}  # some keep the refusal to themselves
    except Refused as refusal:
        assert refusal.code == UNKNOWN_TOPIC_OR_PARTITION


@needs("trim")
def test_records_are_deleted(client, referee, topic):
    referee.ask("create", topic=topic, partitions=2, configs={})
    referee.produce(topic, [Record(b"%d" % i, partition=1) for i in range(10)])
    assert client.ask("trim", topic=topic, partition=1, before=4).get("low_watermark", 4) == 4  # some keep it to themselves
    assert [r.value for r in referee.fetch(topic, 1, count=6)] == [b"%d" % i for i in range(4, 10)]
    refused(client, OFFSET_OUT_OF_RANGE, "trim", topic=topic, partition=1, before=11)
    client.ask("trim", topic=topic, partition=1, before=-1)  # all there is
    referee.produce(topic, [Record(b"last", partition=1)])
    assert [r.offset for r in referee.fetch(topic, 1)] == [10]
