"""Kafka's log dump tool and ours over each other's files: they must say the same.

OTTLA_PROGRAM names our program. Kafka's tool is fetched: fetched.py.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess

import pytest

import fetched

PROGRAM = pathlib.Path(os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")).resolve()
LOG_TEST = PROGRAM.parents[1] / "test" / "core_log_test"
HERE = pathlib.Path(__file__).parent
WRITTEN_BY_KAFKA = HERE / "testdata" / "written-0"
DATA_FILES = (".log", ".index", ".timeindex", ".txnindex", ".snapshot")

# Every kind of line that Kafka's tool prints over sound files; it tells of trouble in others.
SOUND = re.compile(
    r"Dumping .*|Log starting offset: \d+|.*index is empty\.|"
    r"baseOffset: \d+ .* isvalid: true|\| offset: \d+ .*|"
    r"offset: \d+ position: \d+|timestamp: -?\d+ offset: \d+|"
    r"version: 0 producerId: \d+ firstOffset: \d+ lastOffset: \d+ lastStableOffset: \d+|"
    r"producerId: \d+ producerEpoch: \d+ coordinatorEpoch: .*"
)


def kafka_says(text):
    """File name -> what Kafka's tool printed for it, a dictionary of its words a line."""
    files, lines = {}, None
    for line in text.splitlines():
        assert SOUND.fullmatch(line), f"Kafka's tool complains: {line}"
        if line.startswith("Dumping "):
            lines = files.setdefault(pathlib.Path(line.removeprefix("Dumping ")).name, [])
        elif not line.startswith("Log starting") and not line.endswith("is empty."):
            head, _, payload = line.partition(" payload: ")
            head, _, key = head.partition(" key: ")
            words = dict(re.findall(r"(\w+): (\S+)", head))
            if payload:
                words |= {"key": key, "payload": payload}
            lines.append(words)
    return files


def we_say(paths):
    """File name -> what `ottla log dump` printed for it."""
    command = [PROGRAM, "log", "dump", "--json", "--records", *paths]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    files = {pathlib.Path(path).name: [] for path in paths}
    for line in done.stdout.splitlines():
        found = json.loads(line)
        files[pathlib.Path(found["file"]).name].append(found)
    return files


def size_of(value):
    return "-1" if value is None else str(len(base64.b64decode(value)))


def as_kafka_says(found, words):
    """What we found, in Kafka's words; `words` (Kafka's) tell which of them are there."""
    kind = found["type"]
    names = {}
    if kind == "batch":
        names = {"isTransactional": "transactional", "isControl": "control", "compresscodec": "compression", "isvalid": "crcValid", found["timestampType"]: "maxTimestamp"}
        found = found | {"magic": 2, "deleteHorizonMs": f"OptionalLong[{found['deleteHorizonMs']}]" if "deleteHorizonMs" in found else "OptionalLong.empty"}
    elif kind == "record":
        names = {"CreateTime": "timestamp", "endTxnMarker": "controlType"}
        keys = ",".join(base64.b64decode(header["key"]).decode() for header in found["headers"])
        found = {"sequence": -1} | found | {"keySize": size_of(found["key"]), "valueSize": size_of(found["value"]), "headerKeys": f"[{keys}]", "controlType": found.get("controlType", "").upper()}
        for name, ours in (("key", "key"), ("payload", "value")):
            if name in words:
                found[name] = base64.b64decode(found[ours] or "").decode()
    elif kind == "producer":
        first = found["currentTxnFirstOffset"]
        found = found | {"currentTxnFirstOffset": "OptionalLong.empty" if first < 0 else f"OptionalLong[{first}]"}
    elif kind == "abortedTransaction":
        found = found | {"version": 0}
    said = {}
    for word in words:
        value = found[names.get(word, word)]
        said[word] = str(value).lower() if isinstance(value, bool) else str(value)
    return said


# Of a producer's last batch Kafka's tool says these too; the first two follow from others, the last is lastTimestamp
# unless a marker came later.
NOT_OURS = {"firstSequence", "offsetDelta", "timestamp"}


def assert_they_say_the_same(kafka, ours):
    assert set(kafka) == set(ours)
    compared = 0
    for name, lines in kafka.items():
        assert len(lines) == len(ours[name]), name
        if name.endswith(".snapshot"):  # in the order of a hash map
            lines = sorted(({w: v for w, v in line.items() if w not in NOT_OURS} for line in lines), key=lambda line: int(line["producerId"]))
        for words, found in zip(lines, ours[name]):
            assert as_kafka_says(found, words) == words, name
            compared += len(words)
    return compared


def data_files(folder):
    return sorted(path for path in folder.iterdir() if path.name.endswith(DATA_FILES))


# --- what Kafka wrote


def test_our_dump_says_of_what_kafka_wrote_what_kafkas_tool_says():
    kafka = kafka_says((HERE / "testdata" / "dumped.txt").read_text(encoding="utf-8"))
    assert assert_they_say_the_same(kafka, we_say(data_files(WRITTEN_BY_KAFKA))) > 1000


def test_our_dump_reads_kafkas_checkpoints():
    names = ["leader-epoch-checkpoint", "partition.metadata", "recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "replication-offset-checkpoint"]
    said = we_say([WRITTEN_BY_KAFKA / name for name in names])
    assert [(line["epoch"], line["startOffset"]) for line in said["leader-epoch-checkpoint"]] == [(0, 0), (2, 51)]
    assert len(said["partition.metadata"][0]["topicId"]) == 22
    assert said["log-start-offset-checkpoint"] == []
    for name in ("recovery-point-offset-checkpoint", "replication-offset-checkpoint"):
        assert {line["topic"]: line["offset"] for line in said[name]} == {"written": 67, "__transaction_state": 26}


# --- what we wrote


@pytest.fixture(scope="session")
def kafka_tool(jars):
    """The command line of Kafka's dump tool."""
    return [*fetched.kafka_tool("org.apache.kafka.tools.DumpLogSegments"), "--deep-iteration"]


@pytest.fixture(scope="session")
def written_by_us(tmp_path_factory):
    folder = tmp_path_factory.mktemp("data")
    command = [LOG_TEST, "--gtest_filter=KafkaDirectory.*"]
    done = subprocess.run(command, env=os.environ | {"OTTLA_KEEP_DIRECTORY": str(folder)}, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def run_kafka_tool(tool, paths, *options):
    command = [*tool, *options, "--files", ",".join(map(str, paths))]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("partition", ["written-0", "compacted-0"])
def test_kafkas_tool_says_of_what_we_wrote_what_our_dump_says(kafka_tool, written_by_us, partition):
    paths = data_files(written_by_us / partition)
    if partition == "written-0":
        assert {path.suffix for path in paths} == set(DATA_FILES)
    kafka = kafka_says(run_kafka_tool(kafka_tool, paths, "--print-data-log"))
    assert assert_they_say_the_same(kafka, we_say(paths)) > 1000


def test_what_we_compacted_has_gaps_horizons_and_batches_without_records(written_by_us):
    logs = [path for path in data_files(written_by_us / "compacted-0") if path.suffix == ".log"]
    batches = [line for lines in we_say(logs).values() for line in lines if line["type"] == "batch"]
    assert any(batch["count"] == 0 for batch in batches)
    assert any("deleteHorizonMs" in batch for batch in batches)
    assert any(batch["count"] < batch["lastOffset"] - batch["baseOffset"] + 1 for batch in batches)


@pytest.mark.parametrize("partition", ["written-0", "compacted-0"])
def test_our_indexes_pass_kafkas_sanity_check(kafka_tool, written_by_us, partition):
    paths = [path for path in data_files(written_by_us / partition) if path.name.endswith("index") and not path.name.endswith("txnindex")]
    said = run_kafka_tool(kafka_tool, paths, "--index-sanity-check").splitlines()
    # Small segments have one batch of an index interval, or less: then there is nothing to check.
    verdicts = [f"{path} passed sanity check." if path.stat().st_size else f"{path} is empty." for path in paths]
    assert [line for line in said if not line.startswith("Dumping ")] == verdicts


def test_kafkas_tool_would_have_complained(kafka_tool, written_by_us, tmp_path):
    """The test of the tests: the same files with an index entry moved, then with a bit of a record flipped."""
    log = next(path for path in data_files(written_by_us / "written-0") if path.suffix == ".log")
    index = log.with_suffix(".index")
    for path in (log, index):
        shutil.copy(path, tmp_path)
    for path, at in ((index, 7), (log, -1)):
        data = bytearray(path.read_bytes())
        data[at] ^= 1
        damaged = tmp_path / path.name
        damaged.write_bytes(data)
        with pytest.raises(AssertionError):
            kafka_says(run_kafka_tool(kafka_tool, [damaged]))
        shutil.copy(path, damaged)
