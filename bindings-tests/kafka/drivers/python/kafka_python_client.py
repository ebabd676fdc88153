"""kafka-python, pure Python but for its codecs.

client: kafka-python
offers: cluster create topics describe peek widen configs alter delete trim auto
offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-values offsets
offers: fetch times ranges
offers: group:range group:cooperative group:static
"""

import functools
import re
import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, NewPartitions, NewTopic
from kafka.coordinator.assignors.cooperative_sticky import CooperativeStickyAssignor
from kafka.coordinator.assignors.range import RangePartitionAssignor

import driver
from members import Members

SERVERS = {"bootstrap_servers": sys.argv[1]}
SECONDS = 30
admin = KafkaAdminClient(**SERVERS)


def code_of(problem):
    return getattr(problem, "errno", None)


def cluster():
    said = admin.describe_cluster()
    return {"cluster": said["cluster_id"], "controller": said["controller_id"], "nodes": [{"id": n["broker_id"], "address": f"{n['host']}:{n['port']}"} for n in said["brokers"]]}


def create(topic, partitions, configs):
    admin.create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])


def topics():
    return {"topics": admin.list_topics()}


def describe(topic):
    [said] = admin.describe_topics([topic])
    if said["error_code"]:
        raise driver.Refused(said["error_code"], "described")
    return {"partitions": [{"partition": p["partition_index"], "leader": p["leader_id"], "replicas": p["replica_nodes"], "in_sync": p["isr_nodes"]} for p in said["partitions"]]}


def widen(topic, partitions):
    admin.create_partitions({topic: NewPartitions(partitions)})


def configs(topic):
    said = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {"configs": {name: entry["value"] for name, entry in said["topic"][topic].items()}}


def alter(topic, configs):
    said = admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])["topic"][topic]
    if refused := re.match(r"\[Error (\d+)\]", said):
        raise driver.Refused(int(refused[1]), said)


def delete(topic):
    admin.delete_topics([topic])


def trim(topic, partition, before):
    [said] = admin.delete_records({TopicPartition(topic, partition): before}).values()
    return {"low_watermark": said["low_watermark"]}


@functools.lru_cache(None)
def producer(codec, acks, idempotent):
    return KafkaProducer(
        **SERVERS, compression_type=None if codec == "none" else codec, acks=acks if acks == "all" else int(acks), enable_idempotence=idempotent, linger_ms=5, max_request_size=2_000_000,
        delivery_timeout_ms=50_000, request_timeout_ms=20_000, reconnect_backoff_max_ms=200,
    )


def produce(topic, records, codec, acks, idempotent):
    def send(record):
        headers = [(name, driver.bytes_of(value)) for name, value in record["headers"]]
        return sender.send(topic, driver.bytes_of(record["value"]), driver.bytes_of(record["key"]), headers, record["partition"], record.get("timestamp"))

    def told(future):
        try:
            place = future.get(55)
        except Exception as problem:
            return driver.error(code_of(problem), repr(problem))
        return {"partition": place.partition, "offset": place.offset}

    sender = producer(codec, acks, idempotent)
    futures = [send(record) for record in records]
    sender.flush(55)
    return {"records": [told(future) for future in futures]}


@functools.lru_cache(None)
def consumer():
    return KafkaConsumer(**SERVERS, enable_auto_commit=False, auto_offset_reset="none", reconnect_backoff_max_ms=200)


def fetch(topic, partition, start, count, timeout_ms):
    place = TopicPartition(topic, partition)
    consumer().assign([place])
    if start == "start":
        consumer().seek_to_beginning(place)
    elif start == "end":
        consumer().seek(place, max(0, consumer().end_offsets([place])[place] - count))
    elif isinstance(start, dict):
        consumer().seek(place, consumer().offsets_for_times({place: start["time"]})[place].offset)
    else:
        consumer().seek(place, start)
    records, deadline = [], time.monotonic() + timeout_ms / 1000
    while len(records) < count and time.monotonic() < deadline:
        for r in consumer().poll(max(0, int(1000 * (deadline - time.monotonic()))), max_records=count - len(records)).get(place, ()):
            records.append(driver.record(r.offset, r.timestamp, r.key, r.value, r.headers))
    return {"records": records}


class GroupMember:
    def __init__(self, group, topic, kind, member):
        strategy = CooperativeStickyAssignor if kind == "cooperative" else RangePartitionAssignor
        self.consumer = KafkaConsumer(
            topic, **SERVERS, group_id=group, group_instance_id=member if kind == "static" else None, enable_auto_commit=False, auto_offset_reset="earliest", fetch_max_wait_ms=50,
            session_timeout_ms=6000, heartbeat_interval_ms=300, partition_assignment_strategy=[strategy], reconnect_backoff_max_ms=200,
        )

    def poll(self):
        return [(record.partition, record.offset) for records in self.consumer.poll(100).values() for record in records]

    def commit(self):
        self.consumer.commit()

    def assigned(self):
        return len(self.consumer.assignment())

    def close(self):
        self.consumer.close()


members = Members(GroupMember)
functions = (cluster, create, topics, describe, widen, configs, alter, delete, trim, produce, fetch, members.join, members.look, members.leave)
driver.serve({f.__name__: f for f in functions}, code_of)
