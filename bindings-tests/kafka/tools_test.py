"""Kafka's own command-line tools against `ottla node`, each doing what its users do with it."""

import json
import subprocess

import pytest

import fetched

TOOLS = "org.apache.kafka.tools"
TOPICS = f"{TOOLS}.TopicCommand"
CONFIGS = "kafka.admin.ConfigCommand"
PRODUCER = f"{TOOLS}.ConsoleProducer"
CONSUMER = f"{TOOLS}.consumer.ConsoleConsumer"
OFFSETS = f"{TOOLS}.GetOffsetShell"

pytestmark = pytest.mark.usefixtures("jars")


def run(node, tool, *arguments, verb=(), stdin=None, code=0):
    """What a tool prints, its logger's complaint about its own set-up aside. `verb` stands before the server's address."""
    command = [*fetched.kafka_tool(tool), *verb, "--bootstrap-server", node.address, *arguments]
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, timeout=120)
    said = "".join(line for line in (done.stdout + done.stderr).splitlines(keepends=True) if "SLF4J" not in line)
    assert done.returncode == code, said
    return said


def create(node, topic, *arguments):
    assert f"Created topic {topic}." in run(node, TOPICS, "--create", "--topic", topic, *arguments)


def offsets(node, topic, time="latest"):
    lines = run(node, OFFSETS, "--topic", topic, "--time", time).split()
    return {int(line.split(":")[1]): int(line.split(":")[2]) for line in lines}


def consume(node, topic, partition, count, *arguments):
    said = run(node, CONSUMER, "--topic", topic, "--partition", str(partition), "--offset", "earliest", "--max-messages", str(count), "--timeout-ms", "30000", *arguments)
    lines = said.splitlines()
    assert lines[-1] == f"Processed a total of {count} messages"
    return lines[:-1]


# --- kafka-topics


def test_topics_are_created_described_widened_and_deleted(node):
    create(node, "life", "--partitions", "2", "--config", "retention.ms=3600000")
    described = run(node, TOPICS, "--describe", "--topic", "life")
    assert "PartitionCount: 2\tReplicationFactor: 1\tConfigs: retention.ms=3600000" in described
    assert described.count("Leader: 7\tReplicas: 7\tIsr: 7") == 2
    run(node, TOPICS, "--alter", "--topic", "life", "--partitions", "4")
    assert run(node, TOPICS, "--describe", "--topic", "life").count("Leader: 7") == 4
    assert "life" in run(node, TOPICS, "--list").split()
    run(node, TOPICS, "--delete", "--topic", "life")
    assert "life" not in run(node, TOPICS, "--list").split()
    assert "does not exist" in run(node, TOPICS, "--describe", "--topic", "life", code=1)


def test_topics_that_cannot_be_are_refused_with_a_reason(node):
    create(node, "refused.once")
    assert "already exists" in run(node, TOPICS, "--create", "--topic", "refused.once", code=1)
    run(node, TOPICS, "--create", "--if-not-exists", "--topic", "refused.once")
    assert "collides" in run(node, TOPICS, "--create", "--topic", "refused_once", code=1)
    assert "replication factor" in run(node, TOPICS, "--create", "--topic", "wide", "--replication-factor", "3", code=1)
    assert "no.such" in run(node, TOPICS, "--create", "--topic", "odd", "--config", "no.such=1", code=1)
    assert not {"refused_once", "wide", "odd"} & set(run(node, TOPICS, "--list").split())


# --- kafka-configs


def configs(node, *arguments, code=0):
    return run(node, CONFIGS, *arguments, code=code)


def test_a_topics_settings_are_set_shown_and_taken_back(node):
    create(node, "set")
    of_topic = ("--entity-type", "topics", "--entity-name", "set")
    configs(node, "--alter", *of_topic, "--add-config", "cleanup.policy=[compact,delete],max.message.bytes=2000")
    shown = configs(node, "--describe", *of_topic)
    assert "cleanup.policy=compact,delete sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:cleanup.policy=compact,delete, DEFAULT_CONFIG:cleanup.policy=delete}" in shown
    assert "max.message.bytes=2000" in shown
    configs(node, "--alter", *of_topic, "--delete-config", "cleanup.policy")
    assert "cleanup.policy" not in configs(node, "--describe", *of_topic)
    assert "  cleanup.policy=delete sensitive=false synonyms={DEFAULT_CONFIG:" in configs(node, "--describe", *of_topic, "--all")
    assert 'unknown topic setting "no.such"' in configs(node, "--alter", *of_topic, "--add-config", "no.such=1", code=1)
    assert "max.message.bytes" in configs(node, "--alter", *of_topic, "--add-config", "max.message.bytes=many", code=1)


def test_a_brokers_settings_are_changed_while_it_runs(node):
    one = ("--entity-type", "brokers", "--entity-name", "7")
    all_of_them = ("--entity-type", "brokers", "--entity-default")
    configs(node, "--alter", *one, "--add-config", "log.retention.ms=900000")
    configs(node, "--alter", *all_of_them, "--add-config", "log.retention.ms=800000")
    shown = configs(node, "--describe", *one)
    assert "log.retention.ms=900000 sensitive=false synonyms={DYNAMIC_BROKER_CONFIG:log.retention.ms=900000, DYNAMIC_DEFAULT_BROKER_CONFIG:log.retention.ms=800000" in shown
    assert "log.retention.ms=800000" in configs(node, "--describe", *all_of_them)
    create(node, "inherits")
    assert "retention.ms=900000" in configs(node, "--describe", "--entity-type", "topics", "--entity-name", "inherits", "--all")
    configs(node, "--alter", *one, "--delete-config", "log.retention.ms")
    configs(node, "--alter", *all_of_them, "--delete-config", "log.retention.ms")
    assert "log.retention.ms" not in configs(node, "--describe", *one)
    assert "listeners" in configs(node, "--alter", *one, "--add-config", "node.id=8,listeners=x", code=1)


# --- kafka-console-producer and kafka-console-consumer


@pytest.mark.parametrize("codec", ["none", "gzip", "snappy", "lz4", "zstd"])
def test_what_the_console_produces_the_console_reads(node, codec):
    lines = [f"key{i % 5}:value {i} " + "x" * 100 for i in range(200)]
    run(node, PRODUCER, "--topic", f"console-{codec}", "--compression-codec", codec, "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", stdin="\n".join(lines))
    read = consume(node, f"console-{codec}", 0, 200, "--formatter-property", "print.key=true", "--formatter-property", "key.separator=:")
    assert read == lines


def test_a_topic_that_is_missing_is_made_by_producing_to_it(node):
    run(node, PRODUCER, "--topic", "made-by-producing", "--command-property", "acks=1", stdin="first\nsecond\n")
    assert consume(node, "made-by-producing", 0, 2) == ["first", "second"]


# --- kafka-get-offsets and kafka-delete-records


def test_offsets_are_found_and_records_deleted(node, tmp_path):
    create(node, "cut", "--partitions", "2")
    run(node, PRODUCER, "--topic", "cut", "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", stdin="\n".join(f"same:{i}" for i in range(49)))
    run(node, PRODUCER, "--topic", "cut", "--reader-property", "parse.key=true", "--reader-property", "key.separator=:", stdin="same:last")
    ends = offsets(node, "cut")
    partition = max(ends, key=ends.get)
    assert ends == {partition: 50, 1 - partition: 0}
    assert offsets(node, "cut", "earliest") == {0: 0, 1: 0}
    assert offsets(node, "cut", "-3")[partition] == 49  # where the largest timestamp is
    wanted = tmp_path / "delete.json"
    wanted.write_text(json.dumps({"version": 1, "partitions": [{"topic": "cut", "partition": partition, "offset": 10}]}))
    said = run(node, f"{TOOLS}.DeleteRecordsCommand", "--offset-json-file", str(wanted))
    assert f"partition: cut-{partition}\tlow_watermark: 10" in said
    assert offsets(node, "cut", "earliest")[partition] == 10
    assert consume(node, "cut", partition, 40) == [str(i) for i in range(10, 49)] + ["last"]


# --- the cluster


def test_log_directories_are_told_with_sizes(node):
    create(node, "sized")
    run(node, PRODUCER, "--topic", "sized", stdin="x" * 5000)
    said = json.loads(run(node, f"{TOOLS}.LogDirsCommand", "--describe", "--topic-list", "sized").splitlines()[-1])
    [broker] = said["brokers"]
    [directory] = broker["logDirs"]
    assert broker["broker"] == 7
    assert directory["logDir"] == str(node.data)
    [partition] = directory["partitions"]
    assert partition["partition"] == "sized-0"
    assert partition["size"] == (node.data / "sized-0" / "00000000000000000000.log").stat().st_size > 5000


def test_the_cluster_tells_its_id_and_endpoints(node):
    properties = dict(line.split("=", 1) for line in (node.data / "meta.properties").read_text().splitlines() if "=" in line)
    assert f"Cluster ID: {properties['cluster.id']}" in run(node, f"{TOOLS}.ClusterTool", verb=["cluster-id"])
    host, port = node.address.split(":")
    endpoints = run(node, f"{TOOLS}.ClusterTool", verb=["list-endpoints"]).splitlines()[-1]
    assert endpoints.split() == ["7", host, port, "null", "unfenced", "broker"]


def test_features_are_described_and_kept(node):
    line = next(line for line in run(node, f"{TOOLS}.FeatureCommand", "describe").splitlines() if "metadata.version" in line)
    assert "FinalizedVersionLevel: 4.3-IV0" in line
    assert "Could not" in run(node, f"{TOOLS}.FeatureCommand", "downgrade", "--feature", "metadata.version=20", code=1)


def test_the_quorum_is_described(node):
    status = run(node, f"{TOOLS}.MetadataQuorumCommand", "describe", "--status")
    assert "LeaderId:               7" in status
    assert "MaxFollowerLag:         0" in status


def test_kafkas_tool_understands_every_version_that_is_listed(node):
    said = run(node, f"{TOOLS}.BrokerApiVersionsCommand")
    assert "Produce(0): 0 to 13 [usable: 13]" in said
    assert "Fetch(1): 4 to 18 [usable: 18]" in said
    assert "UNKNOWN" not in said


def test_what_is_not_there_yet_is_declined_properly(node):
    assert "No authorizer is configured" in run(node, f"{TOOLS}.AclCommand", "--list", code=1)
    assert "No partition reassignments found." in run(node, f"{TOOLS}.reassign.ReassignPartitionsCommand", "--list")
    assert len(run(node, f"{TOOLS}.GroupsCommand", "--list").splitlines()) == 1
    assert "Broker loggers" in configs(node, "--describe", "--entity-type", "broker-loggers", "--entity-name", "7", code=1)
    assert configs(node, "--describe", "--entity-type", "users") == ""
