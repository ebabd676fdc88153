"""Confluent's Python client over librdkafka.

client: confluent-kafka
offers: cluster create topics describe peek widen configs alter delete trim auto
offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-headers null-values offsets
offers: fetch times ranges
offers: group:range group:cooperative group:static group:consumer group:pattern
"""

import functools
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicCollection, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewPartitions, NewTopic

import driver
from members import Members

SERVERS = {"bootstrap.servers": sys.argv[1], "log_level": 0}
SECONDS = 30
admin = AdminClient(SERVERS)


def kafkas(code):
    """librdkafka's own codes are negative."""
    return code if code > 0 else None


def code_of(problem):
    return kafkas(problem.args[0].code()) if isinstance(problem, KafkaException) else None


def only(futures):
    [future] = futures.values()
    return future.result(SECONDS)


def cluster():
    said = admin.describe_cluster().result(SECONDS)
    return {"cluster": said.cluster_id, "controller": said.controller.id, "nodes": [{"id": n.id, "address": f"{n.host}:{n.port}"} for n in said.nodes]}


def create(topic, partitions, configs):
    only(admin.create_topics([NewTopic(topic, num_partitions=partitions, replication_factor=1, config=configs)]))


def topics():
    return {"topics": list(admin.list_topics(timeout=SECONDS).topics)}


def describe(topic):
    said = only(admin.describe_topics(TopicCollection([topic])))
    return {"partitions": [{"partition": p.id, "leader": p.leader.id, "replicas": [n.id for n in p.replicas], "in_sync": [n.id for n in p.isr]} for p in said.partitions]}


def ends(topic):
    [said] = admin.list_topics(topic, timeout=SECONDS).topics.values()
    return {"ends": [{"partition": p, "end": consumer().get_watermark_offsets(TopicPartition(topic, p), SECONDS)[1]} for p in said.partitions]}


def widen(topic, partitions):
    only(admin.create_partitions([NewPartitions(topic, partitions)]))


def configs(topic):
    said = only(admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]))
    return {"configs": {name: entry.value for name, entry in said.items()}}


def alter(topic, configs):
    resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
    for name, value in configs.items():
        resource.add_incremental_config(ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET))
    only(admin.incremental_alter_configs([resource]))


def delete(topic):
    only(admin.delete_topics([topic]))


def trim(topic, partition, before):
    return {"low_watermark": only(admin.delete_records([TopicPartition(topic, partition, before)])).low_watermark}


@functools.lru_cache(None)
def producer(codec, acks, idempotent):
    return Producer(SERVERS | {"compression.type": codec, "acks": acks, "enable.idempotence": idempotent, "linger.ms": 5, "message.max.bytes": 2_000_000, "topic.metadata.propagation.max.ms": 5000})


def produce(topic, records, codec, acks, idempotent):
    told = [None] * len(records)

    def delivered(i, error, message):
        told[i] = driver.error(kafkas(error.code()), error.str()) if error else {"partition": message.partition(), "offset": message.offset()}

    sender = producer(codec, acks, idempotent)
    for i, record in enumerate(records):
        place = {} if record["partition"] is None else {"partition": record["partition"]}
        when = {"timestamp": record["timestamp"]} if "timestamp" in record else {}
        headers = [(name, driver.bytes_of(value)) for name, value in record["headers"]]
        sender.produce(topic, driver.bytes_of(record["value"]), driver.bytes_of(record["key"]), headers=headers, on_delivery=functools.partial(delivered, i), **place, **when)
    assert sender.flush(55) == 0, "not everything is answered"
    return {"records": told}


@functools.lru_cache(None)
def consumer():
    """By partition: the group is a formality."""
    return Consumer(SERVERS | {"group.id": "unused", "enable.auto.commit": False, "fetch.wait.max.ms": 50, "auto.offset.reset": "error"})


def fetch(topic, partition, start, count, timeout_ms):
    place = TopicPartition(topic, partition)
    if start == "start":
        place.offset = consumer().get_watermark_offsets(place, SECONDS)[0]  # OFFSET_BEGINNING takes half a second longer
    elif start == "end":
        place.offset = max(0, consumer().get_watermark_offsets(place, SECONDS)[1] - count)
    elif isinstance(start, dict):
        place.offset = start["time"]
        [place] = consumer().offsets_for_times([place], SECONDS)
    else:
        place.offset = start
    consumer().assign([place])
    consumer().list_topics(topic, timeout=SECONDS)  # it would look for the leader a second later
    records, deadline = [], time.monotonic() + timeout_ms / 1000
    while len(records) < count and time.monotonic() < deadline:
        for r in consumer().consume(count - len(records), timeout=max(0, deadline - time.monotonic())):
            if r.error():
                raise driver.Refused(kafkas(r.error().code()), r.error().str())
            records.append(driver.record(r.offset(), r.timestamp()[1], r.key(), r.value(), r.headers() or ()))
    consumer().unassign()
    return {"records": records}


CLASSIC = {"session.timeout.ms": 6000, "heartbeat.interval.ms": 300}
KINDS = {
    "range": CLASSIC | {"partition.assignment.strategy": "range"},
    "cooperative": CLASSIC | {"partition.assignment.strategy": "cooperative-sticky"},
    "static": CLASSIC | {"partition.assignment.strategy": "range"},
    "consumer": {"group.protocol": "consumer"},
    "pattern": {"group.protocol": "consumer"},
}


class GroupMember:
    def __init__(self, group, topic, kind, member):
        settings = SERVERS | {"group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50, "topic.metadata.refresh.interval.ms": 1000}
        static = {"group.instance.id": member} if kind == "static" else {}
        self.consumer = Consumer(settings | KINDS[kind] | static)
        self.consumer.subscribe([f"^{topic[:-1]}.$" if kind == "pattern" else topic])

    def poll(self):
        records = self.consumer.consume(100, 0.1)
        for record in records:
            if record.error():
                raise driver.Refused(kafkas(record.error().code()), record.error().str())
        return [(record.partition(), record.offset()) for record in records]

    def commit(self):
        self.consumer.commit(asynchronous=False)

    def assigned(self):
        return len(self.consumer.assignment())

    def close(self):
        self.consumer.close()


members = Members(GroupMember)
functions = (cluster, create, topics, describe, ends, widen, configs, alter, delete, trim, produce, fetch, members.join, members.look, members.leave)
driver.serve({f.__name__: f for f in functions}, code_of)
