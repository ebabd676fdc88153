"""Kafka's tools for transactions, and its verifiable producer and consumer, against `ottla node`."""

import contextlib
import json
import re

import pytest

from tools_test import TOOLS, run
from transactors import transactor

TRANSACTIONS = f"{TOOLS}.TransactionsCommand"

pytestmark = pytest.mark.usefixtures("jars")


@pytest.fixture
def clerk(node):
    with contextlib.closing(transactor("confluent-kafka", node.address)) as driver:
        yield driver


def begun(clerk, topic, *values):
    """A transaction that is open, of a producer whose id is as the topic's name."""
    clerk.ask("init", name=topic, id=topic, timeout_ms=60_000)
    clerk.ask("begin", name=topic)
    clerk.ask("send", name=topic, topic=topic, partition=0, values=values)


def table(said):
    """Rows of a tool's table, as dictionaries by the names in its first line."""
    lines = [re.split(r"\t+", line.strip()) for line in said.splitlines() if line.strip()]
    names = [name.strip() for name in lines[0]]
    return [dict(zip(names, map(str.strip, line))) for line in lines[1:]]


def test_open_transactions_are_listed_and_described(node, clerk):
    begun(clerk, "told", "x")
    [listed] = [row for row in table(run(node, TRANSACTIONS, "list")) if row["TransactionalId"] == "told"]
    assert listed["Coordinator"] == "7"
    assert listed["TransactionState"] == "Ongoing"
    [described] = table(run(node, TRANSACTIONS, "describe", "--transactional-id", "told"))
    assert described["TransactionState"] == "Ongoing"
    assert described["TransactionTimeoutMs"] == "60000"
    assert described["TopicPartitions"] == "told-0"
    [producer] = table(run(node, TRANSACTIONS, "describe-producers", "--topic", "told", "--partition", "0"))
    assert producer["ProducerId"] == described["ProducerId"] == listed["ProducerId"]
    assert producer["CurrentTransactionStartOffset"] == "0"
    clerk.ask("end", name="told", commit=True)
    [described] = table(run(node, TRANSACTIONS, "describe", "--transactional-id", "told"))
    assert described["TransactionState"] in ("PrepareCommit", "CompleteCommit")


def test_a_transaction_is_aborted_by_its_place(node, clerk):
    begun(clerk, "stuck", "of the stuck")
    begun(clerk, "stuck-behind", "elsewhere")
    clerk.ask("send", name="stuck-behind", topic="stuck", partition=0, values=["behind"])
    clerk.ask("end", name="stuck-behind", commit=True)
    run(node, TRANSACTIONS, "abort", "--topic", "stuck", "--partition", "0", "--start-offset", "0")
    read = clerk.ask("read", topic="stuck", partition=0, count=1, committed=True, timeout_ms=10_000)
    assert read["values"] == ["behind"]


def test_no_transaction_hangs(node, clerk):
    begun(clerk, "open", "x")
    assert table(run(node, TRANSACTIONS, "find-hanging", "--broker-id", "7")) == []


def test_what_the_verifiable_producer_sent_the_verifiable_consumer_reads(node):
    said = run(node, f"{TOOLS}.VerifiableProducer", "--topic", "verified", "--max-messages", "500", "--acks", "-1")
    sent = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert sum(line["name"] == "producer_send_success" for line in sent) == 500
    assert sent[-1]["acked"] == 500
    said = run(node, f"{TOOLS}.VerifiableConsumer", "--topic", "verified", "--group-id", "verified", "--max-messages", "500")
    read = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    assert sum(line["count"] for line in read if line["name"] == "records_consumed") == 500
    assert [line for line in read if line["name"] == "offsets_committed"][-1]["offsets"][0]["offset"] == 500
