"""Clients that speak in transactions: drivers of their own (drivers/README.md, "Transactions"), since few offer it."""

import pytest

import fetched
from clients import Client, Driver

TRANSACTORS = {
    "confluent-kafka": Client("confluent-kafka", "python", fetched.SOURCES / "python/confluent_transactions.py", frozenset(), ()),
    "java": Client("java", "java", fetched.SOURCES / "java/KafkaTransactions.java", frozenset(), ()),
}


def transactor(name, address):
    driver = Driver(TRANSACTORS[name], address)
    driver.start()
    if driver.missing:
        pytest.skip(driver.missing)
    return driver
