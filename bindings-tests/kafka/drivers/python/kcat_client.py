"""kcat, of the distribution's package: a program a command, over an old librdkafka.

It tells no offsets of what it produced, and its headers and refusals are words for people: they have tests of their own.

client: kcat
needs: kcat
offers: auto partitioner none gzip snappy lz4 zstd acks=0 acks=1 acks=all idempotent null-values fetch times
"""

import itertools
import re
import subprocess
import sys

import driver

BETWEEN_RECORDS, AFTER_KEY = b"\x1e\xfe\x1e", b"\x1f\xfe\x1f"  # in no record of ours
SECONDS = 50
HEAD = re.compile(rb"(\d+) (\d+) (-?\d+) (-?\d+) ([^ \n]*)\n")


def kcat(*arguments, stdin=None, seconds=SECONDS):
    return subprocess.run(["kcat", "-b", sys.argv[1], *map(str, arguments)], input=stdin, capture_output=True, timeout=seconds)


def escaped(delimiter):
    return "".join(f"\\x{byte:02x}" for byte in delimiter)


def line_of(record):
    key = b"" if record["key"] is None else driver.bytes_of(record["key"]) + AFTER_KEY
    return key + (driver.bytes_of(record["value"]) or b"")


def produce(topic, records, codec, acks, idempotent):
    """A run of kcat takes what goes to one partition, and says of all nothings in it either null or empty."""
    settings = ["-X", f"acks={acks}", "-X", f"enable.idempotence={str(idempotent).lower()}", "-X", "message.max.bytes=2000000", "-X", "message.timeout.ms=30000"]
    told = [None] * len(records)
    places = sorted(range(len(records)), key=lambda i: (records[i]["partition"] is not None, records[i]["partition"]))
    for (partition, nulls), run in itertools.groupby(places, lambda i: (records[i]["partition"], records[i]["value"] is None)):
        run = list(run)
        where = [] if partition is None else ["-p", partition]
        lines = BETWEEN_RECORDS.join(line_of(records[i]) for i in run)
        done = kcat("-P", "-t", topic, *where, "-z", codec, *settings, "-D", escaped(BETWEEN_RECORDS), "-K", escaped(AFTER_KEY), *(["-Z"] if nulls else []), stdin=lines)
        said = done.stderr.decode(errors="replace")
        for i in run:
            told[i] = {"partition": partition} if done.returncode == 0 and "failed" not in said else driver.error(None, said)
    return {"records": told}


def parse(said):
    """Length by length; a record that is cut short is left."""
    records, at = [], 0
    while head := HEAD.match(said, at):
        offset, timestamp, key_size, value_size = (int(head[i]) for i in range(1, 5))
        key_end = head.end() + max(key_size, 0)
        value_end = key_end + max(value_size, 0)
        if value_end + 1 > len(said):
            break
        headers = [tuple(header.split(b"=", 1)) for header in head[5].split(b",") if header]
        key = None if key_size < 0 else said[head.end() : key_end]
        value = None if value_size < 0 else said[key_end:value_end]
        records.append(driver.record(offset, timestamp, key, value, [(name.decode(), data) for name, data in headers]))
        at = value_end + 1
    return records


def fetch(topic, partition, start, count, timeout_ms):
    if isinstance(start, dict):
        start = f"s@{start['time']}"
    origin = {"start": "beginning", "end": f"-{count}"}.get(start, start)
    try:
        said = kcat("-C", "-t", topic, "-p", partition, "-o", origin, "-c", count, "-q", "-u", "-f", "%o %T %K %S %h\n%k%s\n", seconds=timeout_ms / 1000)
    except subprocess.TimeoutExpired as late:
        return {"records": parse(late.stdout or b"")}
    if said.returncode != 0:
        raise driver.Refused(None, said.stderr.decode(errors="replace"))
    return {"records": parse(said.stdout)}


driver.serve({"produce": produce, "fetch": fetch}, lambda problem: None)
