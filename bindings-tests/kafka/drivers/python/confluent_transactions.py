"""Transactions of Confluent's Python client over librdkafka: the commands of ../README.md, "Transactions"."""

import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

import driver

# Where the only broker goes away for a moment, librdkafka 2.16 would forget it and wait for the forgotten one for good.
SERVERS = {"bootstrap.servers": sys.argv[1], "log_level": 0, "metadata.recovery.strategy": "none"}
SECONDS = 30
producers = {}  # by the name that the test gives them


def code_of(problem):
    """librdkafka's own codes are negative."""
    code = problem.args[0].code() if isinstance(problem, KafkaException) else 0
    return code if code > 0 else None


def create(topic, partitions):
    admin = AdminClient(SERVERS)
    [made] = admin.create_topics([NewTopic(topic, num_partitions=partitions)]).values()
    made.result(SECONDS)


def init(name, id, timeout_ms):
    settings = {"transactional.id": id, "transaction.timeout.ms": timeout_ms, "linger.ms": 0, "topic.metadata.propagation.max.ms": 5000}
    producers[name] = Producer(SERVERS | settings)
    producers[name].init_transactions(SECONDS)


def begin(name):
    producers[name].begin_transaction()


def send(name, topic, partition, values):
    failures = []
    for value in values:
        producers[name].produce(topic, value, partition=partition, on_delivery=lambda error, _: failures.append(error) if error else None)
    assert producers[name].flush(SECONDS) == 0, "not everything is answered"
    if failures:
        raise KafkaException(failures[0])


def offsets(name, group, topic, partition, offset):
    source = consumer(group)
    source.assign([TopicPartition(topic, partition)])
    producers[name].send_offsets_to_transaction([TopicPartition(topic, partition, offset)], source.consumer_group_metadata(), SECONDS)
    source.close()


def end(name, commit):
    producers[name].commit_transaction(SECONDS) if commit else producers[name].abort_transaction(SECONDS)


def consumer(group, **settings):
    settings = {key.replace("_", "."): value for key, value in settings.items()}
    return Consumer(SERVERS | {"group.id": group, "enable.auto.commit": False, "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50, "isolation.level": "read_committed"} | settings)


def read(topic, partition, count, committed, timeout_ms):
    source = consumer("unused", isolation_level="read_committed" if committed else "read_uncommitted")
    source.assign([TopicPartition(topic, partition, 0)])
    source.list_topics(topic, timeout=SECONDS)  # it would look for the leader a second later
    values, deadline = [], time.monotonic() + timeout_ms / 1000
    while len(values) < count and time.monotonic() < deadline:
        for record in source.consume(count - len(values), timeout=max(0, min(0.2, deadline - time.monotonic()))):
            if record.error():
                raise KafkaException(record.error())
            values.append(record.value().decode())
    source.close()
    return {"values": values}


def committed(group, topic, partition):
    source = consumer(group)
    [place] = source.committed([TopicPartition(topic, partition)], SECONDS)
    source.close()
    return {"offset": place.offset if place.offset >= 0 else None}


def work(source, target, group, id):
    """Copies records, each exactly once, until it is killed; a member of a group, whose place is committed in its transactions."""
    reader = consumer(group, group_instance_id=id, session_timeout_ms=6000)
    init("work", id, 10_000)
    writer = producers["work"]
    reader.subscribe([source])
    while True:
        records = [record for record in reader.consume(25, timeout=0.1) if not record.error()]
        if not records:
            continue
        writer.begin_transaction()
        for record in records:
            writer.produce(target, record.value(), partition=record.partition())
        writer.send_offsets_to_transaction(reader.position(reader.assignment()), reader.consumer_group_metadata(), SECONDS)
        writer.commit_transaction(SECONDS)


driver.serve({f.__name__: f for f in (create, init, begin, send, offsets, end, read, committed, work)}, code_of)
