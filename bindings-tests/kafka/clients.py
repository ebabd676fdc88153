"""The foreign clients: who they are, and how one is spoken to.

A client is a driver: a small program in the client's language, under drivers/, that takes commands as lines of JSON and
answers each with one line (drivers/README.md has the commands). The head of its source says `client: NAME`, what it
`offers:`, and what it `needs:` of the machine beyond its group. A file that says so is in the matrix; there is no list.
"""

import base64
import collections
import concurrent.futures
import contextlib
import dataclasses
import json
import os
import pathlib
import queue
import re
import subprocess
import sys
import threading

import fetched

SOURCES = {"python": "python/*.py", "java": "java/*.java", "go": "go/*/*.go", "node": "node/*.mjs", "rust": "rust/src/*.rs"}
ANSWER_SECONDS = 60
REFEREE, STAND_IN = "confluent-kafka", "kafka-python"  # who reads what others wrote; who writes what the first reads


@dataclasses.dataclass(frozen=True)
class Client:
    name: str
    group: str
    source: pathlib.Path
    offers: frozenset
    needs: tuple

    def command(self):
        """How its driver is started. Raises fetched.Missing."""
        folder = fetched.get(self.group, again=False)
        for program, least, *arguments in self.needs:
            fetched.need(program, least, *arguments)
        return {
            "python": [sys.executable, self.source],
            "java": ["java", "-Xmx256M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{folder}:{fetched.JARS}/*", self.source.stem],
            "go": [folder / self.source.parent.name],
            "node": ["node", folder / self.source.name],
            "rust": [folder / "rskafka"],
        }[self.group]


def parse_need(text):
    """`node 20.19` -> ("node", (20, 19), "--version")."""
    program, _, least = text.partition(" ")
    return (program, tuple(int(part) for part in least.split(".")) if least else (), "--version")


def find_clients():
    clients = {}
    for group, pattern in SOURCES.items():
        for source in sorted(fetched.SOURCES.glob(pattern)):
            head = source.read_text()[:3000]
            said = collections.defaultdict(list)
            for word, rest in re.findall(r"^(?://[!/]? )?(client|offers|needs): (.*)$", head, re.M):
                said[word].append(rest.strip())
            for name in said["client"]:
                clients[name] = Client(name, group, source, frozenset(" ".join(said["offers"]).split()), tuple(map(parse_need, said["needs"])))
    return clients


CLIENTS = find_clients()


class Refused(Exception):
    """What a client says went wrong. `code` is Kafka's, where the client tells it."""

    def __init__(self, code, message):
        super().__init__(f"{code}: {message}")
        self.code = code


@dataclasses.dataclass(frozen=True)
class Record:
    """What is produced, and what is read back but for the offset. None is null."""

    value: bytes | None = None
    key: bytes | None = None
    headers: tuple = ()
    timestamp: int | None = None
    partition: int | None = 0
    offset: int | None = dataclasses.field(default=None, compare=False)


def text_of(data):
    return None if data is None else base64.b64encode(data).decode()


def bytes_of(text):
    return None if text is None else base64.b64decode(text)


class Driver:
    """A driver that runs. One command at a time."""

    def __init__(self, client, address):
        self.client, self.address = client, address
        self.process, self.missing = None, None

    def start(self):
        if self.missing or (self.process and self.process.poll() is None):
            return
        try:
            command = self.client.command()
        except fetched.Missing as missing:
            self.missing = f"{self.client.name}: {missing}"
            return
        environment = os.environ | {"PYTHONPATH": str(fetched.CLIENTS / "python"), "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen([*command, self.address], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
        self.answers, self.complaints = queue.Queue(), collections.deque(maxlen=50)
        threading.Thread(target=self.read, args=(self.process, self.answers), daemon=True).start()
        threading.Thread(target=self.listen, args=(self.process, self.complaints), daemon=True).start()

    @staticmethod
    def read(process, answers):
        for line in process.stdout:
            answers.put(line)
        answers.put(None)

    @staticmethod
    def listen(process, complaints):
        for line in process.stderr:
            complaints.append(line)

    def close(self):
        if self.process is None:
            return
        self.process.stdin.close()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def ask(self, do, **words):
        """The answer to a command. Raises Refused."""
        self.process.stdin.write(json.dumps({"do": do} | words) + "\n")
        self.process.stdin.flush()
        try:
            line = self.answers.get(timeout=ANSWER_SECONDS)
        except queue.Empty:
            self.process.kill()  # it would answer the next command with this one's answer
            self.process.wait()
            raise AssertionError(f"{self.client.name} does not answer {do}\n" + "".join(self.complaints)) from None
        assert line is not None, f"{self.client.name} ended\n" + "".join(self.complaints)
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"]["code"], answer["error"]["message"])
        return answer

    def produce(self, topic, records, **how):
        """Of each record where it went, as (partition, offset), or Refused."""
        sent = []
        for record in records:
            words = {"partition": record.partition, "key": text_of(record.key), "value": text_of(record.value)}
            words["headers"] = [[key, text_of(value)] for key, value in record.headers]
            sent.append(words | ({} if record.timestamp is None else {"timestamp": record.timestamp}))
        answer = self.ask("produce", topic=topic, records=sent, **({"codec": "none", "acks": "all", "idempotent": False} | how))
        assert len(answer["records"]) == len(records)
        return [Refused(told["error"]["code"], told["error"]["message"]) if "error" in told else (told["partition"], told.get("offset")) for told in answer["records"]]

    def fetch(self, topic, partition=0, start="start", count=1, timeout_ms=20_000):
        """At most `count` records from `start` on: "start", "end" (the last `count`), an offset, or {"time": ms}."""
        answer = self.ask("fetch", topic=topic, partition=partition, **{"from": start}, count=count, timeout_ms=timeout_ms)
        return [
            Record(bytes_of(r["value"]), bytes_of(r["key"]), tuple((key, bytes_of(value)) for key, value in r["headers"]), r["timestamp"], partition, r["offset"])
            for r in answer["records"]
        ]


@contextlib.contextmanager
def started(address):
    """Name -> a driver that speaks to the node there. All are started together: a JVM takes its time."""
    drivers = {name: Driver(client, address) for name, client in CLIENTS.items()}
    try:
        with concurrent.futures.ThreadPoolExecutor(len(drivers)) as pool:
            list(pool.map(Driver.start, drivers.values()))
        yield drivers
    finally:
        for driver in drivers.values():
            driver.close()
