"""aiokafka, Python on asyncio.

client: aiokafka
offers: cluster create topics describe widen configs alter delete trim auto
offers: partitioner refusals none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent timestamps headers null-headers null-values offsets
offers: fetch times ranges
offers: group:range group:static
"""

import asyncio
import sys
import time

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient, NewPartitions, NewTopic, RecordsToDelete
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.coordinator.assignors.range import RangePartitionAssignor

import driver
from members import Members

SERVERS = {"bootstrap_servers": sys.argv[1]}
made = {}  # what is started once


async def once(key, make):
    if key not in made:
        thing = make()
        await thing.start()
        made[key] = thing
    return made[key]


async def admin():
    return await once("admin", lambda: AIOKafkaAdminClient(**SERVERS))


def code_of(problem):
    return getattr(problem, "errno", None)


def answered(code, message):
    """The admin client leaves the codes in its answers to its caller."""
    if code:
        raise driver.Refused(code, message)


async def cluster():
    said = await (await admin()).describe_cluster()
    return {"cluster": said["cluster_id"], "controller": said["controller_id"], "nodes": [{"id": n["node_id"], "address": f"{n['host']}:{n['port']}"} for n in said["brokers"]]}


async def create(topic, partitions, configs):
    said = await (await admin()).create_topics([NewTopic(topic, partitions, 1, topic_configs=configs)])
    for _, code, message in said.topic_errors:
        answered(code, message)


async def topics():
    return {"topics": await (await admin()).list_topics()}


async def describe(topic):
    [said] = await (await admin()).describe_topics([topic])
    answered(said["error_code"], "described")
    return {"partitions": [{"partition": p["partition"], "leader": p["leader"], "replicas": p["replicas"], "in_sync": p["isr"]} for p in said["partitions"]]}


async def widen(topic, partitions):
    await (await admin()).create_partitions({topic: NewPartitions(partitions)})


async def configs(topic):
    [said] = await (await admin()).describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
    [resource] = said.to_object()["resources"]
    answered(resource["error_code"], resource["error_message"])
    return {"configs": {entry["config_names"]: entry["config_value"] for entry in resource["config_entries"]}}


async def alter(topic, configs):
    said = await (await admin()).alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, configs)])
    for resource in said[0].to_object()["resources"]:
        answered(resource["error_code"], resource["error_message"])


async def delete(topic):
    for _, code in (await (await admin()).delete_topics([topic])).topic_error_codes:
        answered(code, "deleted")


async def trim(topic, partition, before):
    place = TopicPartition(topic, partition)
    return {"low_watermark": (await (await admin()).delete_records({place: RecordsToDelete(before)}))[place]}


async def produce(topic, records, codec, acks, idempotent):
    settings = {"compression_type": None if codec == "none" else codec, "acks": acks if acks == "all" else int(acks), "enable_idempotence": idempotent}
    sender = await once((codec, acks, idempotent), lambda: AIOKafkaProducer(**SERVERS, **settings, linger_ms=5, max_request_size=2_000_000))
    futures = []
    for record in records:
        headers = [(name, driver.bytes_of(value)) for name, value in record["headers"]]
        futures.append(await sender.send(topic, driver.bytes_of(record["value"]), driver.bytes_of(record["key"]), record["partition"], record.get("timestamp"), headers))
    told = await asyncio.wait_for(asyncio.gather(*futures, return_exceptions=True), 55)
    return {"records": [driver.error(code_of(t), repr(t)) if isinstance(t, Exception) else {"partition": t.partition, "offset": t.offset} if t else {"partition": r["partition"]} for t, r in zip(told, records)]}


async def fetch(topic, partition, start, count, timeout_ms):
    consumer = await once("consumer", lambda: AIOKafkaConsumer(**SERVERS, enable_auto_commit=False, auto_offset_reset="none"))
    place = TopicPartition(topic, partition)
    consumer.assign([place])
    if start == "start":
        await consumer.seek_to_beginning(place)
    elif start == "end":
        consumer.seek(place, max(0, (await consumer.end_offsets([place]))[place] - count))
    elif isinstance(start, dict):
        consumer.seek(place, (await consumer.offsets_for_times({place: start["time"]}))[place].offset)
    else:
        consumer.seek(place, start)
    records, deadline = [], time.monotonic() + timeout_ms / 1000
    while len(records) < count and time.monotonic() < deadline:
        polled = await consumer.getmany(place, timeout_ms=max(0, int(1000 * (deadline - time.monotonic()))), max_records=count - len(records))
        records += [driver.record(r.offset, r.timestamp, r.key, r.value, r.headers) for r in polled.get(place, ())]
    return {"records": records}


loop = asyncio.new_event_loop()


def waited_for(function):
    return lambda **words: loop.run_until_complete(function(**words))


class GroupMember:
    """On a loop of its own, which its thread runs from its first poll on: heartbeats go on while it polls, every 0.1 s."""

    def __init__(self, group, topic, kind, member):
        self.loop = asyncio.new_event_loop()
        self.started = False
        self.settings = {"group_id": group, "group_instance_id": member if kind == "static" else None, "enable_auto_commit": False, "auto_offset_reset": "earliest", "fetch_max_wait_ms": 50}
        self.topic = topic

    async def start(self):
        self.consumer = AIOKafkaConsumer(
            self.topic, **SERVERS, **self.settings, session_timeout_ms=6000, heartbeat_interval_ms=300, partition_assignment_strategy=[RangePartitionAssignor]
        )
        await self.consumer.start()
        self.started = True

    def poll(self):
        if not self.started:
            self.loop.run_until_complete(self.start())
        polled = self.loop.run_until_complete(self.consumer.getmany(timeout_ms=100))
        return [(record.partition, record.offset) for records in polled.values() for record in records]

    def commit(self):
        self.loop.run_until_complete(self.consumer.commit())

    def assigned(self):
        return len(self.consumer.assignment())

    def close(self):
        if self.started:
            self.loop.run_until_complete(self.consumer.stop())


members = Members(GroupMember)
commands = {f.__name__: waited_for(f) for f in (cluster, create, topics, describe, widen, configs, alter, delete, trim, produce, fetch)}
driver.serve(commands | {f.__name__: f for f in (members.join, members.look, members.leave)}, code_of)
