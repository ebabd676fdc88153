"""Kafka's tool for groups, doing what its users do with it."""

import pytest

from clients import Record
from groups_test import Group
from tools_test import run

TOOL = "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand"
RECORDS = 20

pytestmark = pytest.mark.usefixtures("jars")


def rows(said, group):
    """The lines of a table about the group, by the words of its head."""
    lines = [line.split() for line in said.splitlines() if line.strip()]
    [head] = [line for line in lines if line[0] == "GROUP"]
    return [dict(zip(head, line)) for line in lines if line[0] == group.name]


@pytest.mark.parametrize("kind", ["range", "consumer"])
def test_a_group_is_listed_described_set_back_and_deleted(node, referee, topic, kind):
    referee.ask("create", topic=topic, partitions=2, configs={})
    referee.produce(topic, [Record(b"%d" % i, partition=i % 2) for i in range(RECORDS)])
    group = Group(referee, topic, kind)
    group.join("one")
    group.catch_up(RECORDS)

    said = run(node, TOOL, "--describe", "--group", group.name)
    described = {int(row["PARTITION"]): row for row in rows(said, group)}
    assert {p: (row["CURRENT-OFFSET"], row["LOG-END-OFFSET"], row["LAG"]) for p, row in described.items()} == {0: ("10", "10", "0"), 1: ("10", "10", "0")}
    assert "The group is not empty" in run(node, TOOL, "--delete", "--group", group.name)
    group.leave("one")

    assert group.name in run(node, TOOL, "--list")
    assert "Empty" in run(node, TOOL, "--describe", "--group", group.name, "--state").split()
    reset = ("--reset-offsets", "--group", group.name, "--topic", f"{topic}:0", "--to-offset", "3", "--execute")
    assert [row["NEW-OFFSET"] for row in rows(run(node, TOOL, *reset), group)] == ["3"]
    run(node, TOOL, "--delete-offsets", "--group", group.name, "--topic", f"{topic}:1")
    described = {int(row["PARTITION"]): row["CURRENT-OFFSET"] for row in rows(run(node, TOOL, "--describe", "--group", group.name), group)}
    assert described == {0: "3"}
    assert "successful" in run(node, TOOL, "--delete", "--group", group.name)
    assert group.name not in run(node, TOOL, "--list").split()
