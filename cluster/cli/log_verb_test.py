"""The `ottla log dump` command as a person uses it. OTTLA_PROGRAM names the program.

The files are what Kafka's classes wrote (core/record/testdata, core/log/testdata) and what is made by hand here.
"""

import base64
import json
import os
import pathlib
import struct
import subprocess

import pytest

PROGRAM = os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")
CORE = pathlib.Path(__file__).parents[2] / "core"
SEGMENT = "00000000000000000000.log"


def golden(path):
    for line in (CORE / path).read_text(encoding="utf-8").splitlines():
        name, hexadecimal, text = line.split("\t")
        yield name, bytes.fromhex(hexadecimal), text


GOLDEN_BATCHES = list(golden("record/testdata/batches.tsv"))
BATCHES = {name: (data, json.loads(text)) for name, data, text in GOLDEN_BATCHES if not name.startswith("legacy")}
LEGACY = {name: data for name, data, _ in GOLDEN_BATCHES if name.startswith("legacy")}
FILES = {name: (data, json.loads(text)) for name, data, text in golden("log/testdata/files.tsv")}


def batch_at(offset, epoch=0, name="none-three-records"):
    """A batch (of three records) from `offset` on: the fields patched are those that the checksum leaves out."""
    data = BATCHES[name][0]
    return struct.pack(">q", offset) + data[8:12] + struct.pack(">i", epoch) + data[16:]


def dump(*arguments, ok=True):
    done = subprocess.run([PROGRAM, "log", "dump", *map(str, arguments)], capture_output=True, text=True, timeout=20)
    assert done.returncode == (0 if ok else 1), (arguments, done.returncode, done.stdout, done.stderr)
    assert ok == (done.stderr == ""), done.stderr
    return done.stdout, done.stderr


def lines(path, *options, ok=True):
    """The objects printed, without their member "file"; and what is said on standard error."""
    printed, said = dump("--json", *options, path, ok=ok)
    objects = [json.loads(line) for line in printed.splitlines()]
    assert all(o.pop("file") == str(path) for o in objects)
    return objects, said


@pytest.fixture
def write(tmp_path):
    def write(name, data):
        (tmp_path / name).write_bytes(data)
        return tmp_path / name

    return write


# --- segments


def written_out(value):
    if not isinstance(value, dict):
        return value
    return base64.b64encode(base64.b64decode(value["repeat"]) * value["count"]).decode()


@pytest.mark.parametrize("name", BATCHES)
def test_what_kafka_wrote_is_printed_as_kafka_reads_it(name, write):
    data, known = BATCHES[name]
    found, _ = lines(write(SEGMENT, data), "--records")
    batch, records = found[0], found[1:]
    assert (batch["type"], batch["position"], batch["size"], batch["crcValid"]) == ("batch", 0, len(data), True)
    same = ["baseOffset", "count", "partitionLeaderEpoch", "producerId", "producerEpoch", "baseSequence", "maxTimestamp", "timestampType", "compression", "transactional", "control", "crc"]
    if known["deleteHorizonMs"] is None:  # which stands where the base timestamp did
        same.append("baseTimestamp")
    assert {m: batch[m] for m in same} == {m: known[m] for m in same}
    assert batch["lastOffset"] == known["baseOffset"] + known["lastOffsetDelta"]
    assert batch.get("deleteHorizonMs") == known["deleteHorizonMs"]
    assert [{m: r[m] for m in ("offset", "timestamp", "key", "value", "headers")} for r in records] == [{**r, "value": written_out(r["value"])} for r in known["records"]]


def test_batches_are_printed_with_their_positions_and_without_records_unless_asked(write):
    file = write(SEGMENT, batch_at(0) + batch_at(3, name="lz4-three-records") + batch_at(10, 4))
    found, _ = lines(file)
    size = len(batch_at(0))
    assert [(b["type"], b["position"], b["baseOffset"], b["lastOffset"], b["partitionLeaderEpoch"]) for b in found] == [
        ("batch", 0, 0, 2, 0),
        ("batch", size, 3, 5, 0),
        ("batch", size + found[1]["size"], 10, 12, 4),
    ]
    found, _ = lines(file, "--records")
    assert [r["offset"] for r in found if r["type"] == "record"] == [0, 1, 2, 3, 4, 5, 10, 11, 12]


def test_an_empty_segment_has_no_batches(write):
    assert lines(write(SEGMENT, b"")) == ([], "")


def test_people_read_text_where_it_is_text(write):
    file = write(SEGMENT, BATCHES["headers"][0] + batch_at(2) + batch_at(78, 0, "control-commit"))
    printed = dump("--records", file)[0].splitlines()
    assert printed[0] == str(file)
    assert printed[1].startswith("batch position: 0 size: 159 baseOffset: 0 lastOffset: 1 count: 2 ")
    assert printed[2].startswith('record offset: 0 timestamp: 1700000000000 key: "k" value: "v" headers: ["trace"="abc", "null"=null, "empty"="", ')
    assert printed[5] == 'record offset: 2 timestamp: 1700000000000 key: "a" value: "alpha"'
    assert printed[6] == 'record offset: 3 timestamp: 1700000000005 key: null value: "beta"'
    assert printed[-1] == "record offset: 78 timestamp: 1700000000000 controlType: commit coordinatorEpoch: 12 key: 0x00000001 value: 0x00000000000c"


def test_a_segment_cut_anywhere_prints_what_is_whole_and_says_where_it_stops(write):
    whole = batch_at(0)
    for cut in range(1, len(whole)):
        found, said = lines(write(SEGMENT, whole + batch_at(3)[:cut]), ok=False)
        assert [o["type"] for o in found] == ["batch", "problem"], cut
        assert found[1]["position"] == len(whole)
        assert f"The last {cut} bytes of the file were not read." in found[1]["problem"]
        assert f"{SEGMENT}: position {len(whole)}: " in said


def test_a_flipped_bit_is_found_wherever_it_is_under_the_checksum(write):
    first, second = batch_at(0), batch_at(3)
    for at in range(17, len(first)):
        damaged = bytearray(first)
        damaged[at] ^= 0x10
        found, _ = lines(write(SEGMENT, bytes(damaged) + second), ok=False)
        assert [o["position"] for o in found if o["type"] == "problem"] == [0], at
        assert found[-1]["type"] == "batch" and found[-1]["crcValid"], "the batch after it is printed all the same"


def test_zeros_at_the_end_are_called_so(write):
    found, _ = lines(write(SEGMENT, batch_at(0) + bytes(4096)), ok=False)
    assert found[1]["problem"].startswith("Zeros where a batch should start")
    assert "4096 bytes" in found[1]["problem"]


def test_offsets_and_epochs_that_go_back_are_told(write):
    found, _ = lines(write(SEGMENT, batch_at(3, 5) + batch_at(5, 5) + batch_at(8, 4)), ok=False)
    assert [o["problem"] for o in found if o["type"] == "problem"] == [
        "The batch starts at offset 5, below 6, where what is before it ends.",
        "The batch is of leader epoch 4, the one before it of 5.",
    ]
    found, _ = lines(write("00000000000000000100.log", batch_at(99)), ok=False)
    assert found[1]["problem"] == "The batch starts at offset 99, below 100, where what is before it ends."


def test_a_header_that_lies_is_found_when_its_records_are_looked_at(write):
    data = bytearray(batch_at(0))
    data[57:61] = struct.pack(">i", 4)  # one record more than there are
    data[17:21] = struct.pack(">I", crc32c(data[21:]))
    file = write(SEGMENT, bytes(data))
    assert lines(file)[0][0]["count"] == 4
    found, said = lines(file, "--records", ok=False)
    assert [o["type"] for o in found] == ["batch", "problem", "record", "record", "record"]
    assert "position 0" in said


@pytest.mark.parametrize("name", LEGACY)
def test_batches_of_old_formats_are_told_from_damage(name, write):
    found, _ = lines(write(SEGMENT, LEGACY[name]), ok=False)
    assert [o["type"] for o in found] == ["problem"]
    assert "magic 0 or 1" in found[0]["problem"]


# --- indexes and snapshots

INDEXES = {
    "offset-index": ("offsetIndexEntry", 8),
    "offset-index-preallocated": ("offsetIndexEntry", 8),
    "time-index": ("timeIndexEntry", 12),
    "time-index-preallocated": ("timeIndexEntry", 12),
    "aborted-index": ("abortedTransaction", 34),
}


@pytest.mark.parametrize("name", INDEXES)
def test_indexes_that_kafka_wrote_are_printed_entry_by_entry(name, write):
    data, known = FILES[name]
    found, _ = lines(write(known["file"], data))
    assert found == [{"type": INDEXES[name][0], **entry} for entry in known["entries"]]


@pytest.mark.parametrize("name", ["offset-index", "time-index", "aborted-index"])
def test_an_index_is_printed_up_to_what_is_wrong(name, write):
    data, known = FILES[name]
    kind, size = INDEXES[name]
    found, said = lines(write(known["file"], data[: 2 * size] + data[size:]), ok=False)
    assert found[0] == {"type": "problem", "position": 2 * size, "problem": "entries do not ascend"}
    assert found[1:] == [{"type": kind, **entry} for entry in known["entries"][:2]]
    assert f"{known['file']}: position {2 * size}: entries do not ascend" in said
    found, _ = lines(write(known["file"], data[:-1]), ok=False)
    assert found[0]["position"] == len(data) - size
    assert len(found) == len(known["entries"])


def test_an_offset_index_is_held_against_the_segment_beside_it(write):
    size = len(batch_at(0))
    write(SEGMENT, batch_at(0) + batch_at(3) + batch_at(6))
    index = SEGMENT.replace(".log", ".index")
    assert len(lines(write(index, struct.pack(">4i", 5, size, 8, 2 * size)))[0]) == 2

    def problem(*entries):
        found, _ = lines(write(index, struct.pack(f">{len(entries)}i", *entries)), ok=False)
        (one,) = [o for o in found if o["type"] == "problem"]
        return one["position"], one["problem"]

    assert problem(5, size, 8, 2 * size + 1) == (8, f"No batch starts at position {2 * size + 1} of the segment.")
    assert problem(4, size) == (0, f"The batch at position {size} of the segment ends at offset 5, not 4.")
    assert problem(5, size, 8, 3 * size) == (8, "points beyond the log")


def test_producer_snapshots_are_printed(write):
    data, known = FILES["producer-snapshot"]
    found, _ = lines(write("00000000000000000113.snapshot", data))
    ours = ("producerId", "producerEpoch", "lastSequence", "lastOffset", "lastTimestamp", "coordinatorEpoch", "currentTxnFirstOffset")
    theirs = ("producerId", "epoch", "lastSequence", "lastOffset", "timestamp", "coordinatorEpoch", "transactionFirstOffset")
    assert [[p[m] for m in ours] for p in found] == sorted([p[m] for m in theirs] for p in known["entries"])
    assert lines(write("00000000000000000000.snapshot", FILES["producer-snapshot-empty"][0]))[0] == []
    for cut in range(0, len(data), 5):
        found, _ = lines(write("00000000000000000113.snapshot", data[:cut]), ok=False)
        assert [o["type"] for o in found] == ["problem"], cut


# --- small files


def test_leader_epochs_are_printed(write):
    for name in ("leader-epochs", "leader-epochs-empty"):
        data, known = FILES[name]
        found, _ = lines(write("leader-epoch-checkpoint", data))
        assert found == [{"type": "leaderEpoch", **entry} for entry in known["entries"]]


@pytest.mark.parametrize("name", ["recovery-point-offset-checkpoint", "log-start-offset-checkpoint", "cleaner-offset-checkpoint", "replication-offset-checkpoint"])
def test_offset_checkpoints_are_printed(name, write):
    data, known = FILES["offset-checkpoint"]
    found, _ = lines(write(name, data))
    assert found == [{"type": "offset", **entry} for entry in known["entries"]]
    assert lines(write(name, data[:-1]), ok=False)[0][0]["type"] == "problem"


def test_partition_metadata_and_the_mark_of_a_clean_stop_are_printed(write):
    data, known = FILES["partition-metadata"]
    for name in ("partition.metadata", "partition.metadata.tmp"):
        assert lines(write(name, data))[0] == [{"type": "partitionMetadata", "topicId": known["topicId"]}]
    data, _ = FILES["clean-shutdown-0"]
    assert lines(write(".kafka_cleanshutdown", data))[0] == [{"type": "cleanShutdown", "content": base64.b64encode(data).decode()}]


def crc32c(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def sealed(letters, body, version=1):
    rest = struct.pack(">h", version) + body
    return letters + struct.pack(">I", crc32c(rest)) + rest


TOPIC_ID = bytes(range(16))
TOPIC_ID_TEXT = "AAECAwQFBgcICQoLDA0ODw"


def checkpoint():
    partition = struct.pack(">H", 6) + b"orders" + struct.pack(">i", 7) + TOPIC_ID + struct.pack(">9q", 5, 80, 60, 100, 1000, 3000, 30, 2000, 77)
    return sealed(b"otck", struct.pack(">HI", 1, 1) + partition, version=2)


def test_our_checkpoint_is_printed(write):
    found, _ = lines(write("ottla.checkpoint", checkpoint()))
    assert found == [
        {"type": "checkpoint", "clean": True, "partitions": 1},
        {"type": "partition", "topic": "orders", "partition": 7, "topicId": TOPIC_ID_TEXT, "logStart": 5, "recoveryPoint": 80, "activeBase": 60, "logEnd": 100, "activeSize": 1000, "totalSize": 3000, "oldestEnd": 30, "oldestSize": 2000, "oldestLargestTimestamp": 77},
    ]


def test_any_flip_in_our_checkpoint_is_found(write):
    data = checkpoint()
    for at in range(len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 1
        found, _ = lines(write("ottla.checkpoint", bytes(damaged)), ok=False)
        assert [o["type"] for o in found] == ["problem"], at


def test_our_checksums_are_printed_and_their_chunks_when_asked(write):
    segment = struct.pack(">6q", 0, 100, 300_000, 1000, 2000, 99) + struct.pack(">6I", 80, 1, 120, 2, 0, 0)
    chunks = struct.pack(">5I", 2, 262_200, 11, 300_000, 12)
    body = TOPIC_ID + struct.pack(">II", 7, 1) + segment + chunks + struct.pack(">qI", 100, 3) + b"abc"
    file = write("ottla.sums", sealed(b"otsm", body))
    found, _ = lines(file)
    assert found == [
        {"type": "checksums", "topicId": TOPIC_ID_TEXT, "leaderEpochsCrc": 7, "segments": 1, "windowsOffset": 100, "windowsSize": 3},
        {"type": "segment", "baseOffset": 0, "endOffset": 100, "size": 300_000, "firstTimestamp": 1000, "largestTimestamp": 2000, "largestTimestampOffset": 99}
        | {"indexSize": 80, "indexCrc": 1, "timeIndexSize": 120, "timeIndexCrc": 2, "abortedIndexSize": 0, "abortedIndexCrc": 0, "chunks": 2},
    ]
    assert lines(file, "--records")[0][2:] == [
        {"type": "chunk", "baseOffset": 0, "end": 262_200, "crc": 11},
        {"type": "chunk", "baseOffset": 0, "end": 300_000, "crc": 12},
    ]


CLEANED = b"0\n2\n__consumer_offsets 49 0\norders 7 4711\n"


def test_the_checksum_of_what_is_clean_is_printed_and_held_against_the_checkpoint_beside_it(write):
    file = write("ottla.cleaned", sealed(b"otcl", struct.pack(">I", crc32c(CLEANED))))
    line = {"type": "cleanerChecksum", "crc": 0x8D837FD5}  # as FORMAT.md has it
    assert lines(file) == ([line], "")
    write("cleaner-offset-checkpoint", CLEANED)
    assert lines(file) == ([line], "")
    assert dump(file)[0].splitlines() == [str(file), "cleanerChecksum crc: 2374205397"]
    write("cleaner-offset-checkpoint", CLEANED.replace(b"4711", b"4712"))
    found, said = lines(file, ok=False)
    assert found[0] == line
    assert found[1]["type"] == "problem"
    assert "nothing is taken for clean" in said


def test_compactions_mark_is_printed_and_told_from_kafkas_index_of_that_name(write):
    mark = sealed(b"otrm", struct.pack(">I", 2) + struct.pack(">qqI", 42, 100, 7) + struct.pack(">qqI", 10, 300, 8))
    file = write("00000000000000000000.index.swap", mark)
    found = [{"type": "replacement", "endOffset": 42, "size": 100, "chunksCrc": 7}, {"type": "replacement", "endOffset": 10, "size": 300, "chunksCrc": 8}]
    assert lines(file) == (found, "")
    data, known = FILES["offset-index"]
    kafkas = write(known["file"] + ".swap", data)
    assert [o["type"] for o in lines(kafkas)[0]] == ["offsetIndexEntry"] * len(known["entries"])


@pytest.mark.parametrize("name, letters", [("ottla.cleaned", b"otcl"), ("00000000000000000000.index.swap", b"otrm")])
def test_a_flip_in_these_is_found(name, letters, write):
    body = {b"otcl": struct.pack(">I", 7), b"otrm": struct.pack(">IqqI", 1, 42, 100, 7)}[letters]
    data = sealed(letters, body)
    for at in range(len(letters), len(data)):
        damaged = bytearray(data)
        damaged[at] ^= 1
        assert [o["type"] for o in lines(write(name, bytes(damaged)), ok=False)[0]] == ["problem"], at


# --- files


@pytest.mark.parametrize("state", [".deleted", ".cleaned", ".swap"])
def test_files_left_by_a_crash_or_on_their_way_out_are_read_too(state, write):
    assert len(lines(write(SEGMENT + state, batch_at(0)))[0]) == 1


def test_one_bad_file_does_not_keep_the_others_from_being_printed(write, tmp_path):
    good = write(SEGMENT, batch_at(0))
    odd = write("notes.txt", b"")
    folder = tmp_path / "00000000000000000007.log"
    folder.mkdir()
    missing = tmp_path / "00000000000000000009.log"
    nowhere = tmp_path / "no" / SEGMENT
    printed, said = dump("--json", odd, missing, folder, nowhere, good, ok=False)
    assert [json.loads(line)["type"] for line in printed.splitlines()] == ["problem"] * 4 + ["batch"]
    assert "notes.txt: The name is none that a log's files have." in said
    assert said.count("no such file or directory") == 2
    assert "a directory where a file was meant" in said
    assert said.splitlines()[-1] == "ottla: 4 of 5 files are not as they should be"


def test_it_reads_files_in_the_current_folder_by_their_bare_name(write):
    folder = write(SEGMENT, batch_at(0)).parent
    done = subprocess.run([pathlib.Path(PROGRAM).resolve(), "log", "dump", SEGMENT], cwd=folder, capture_output=True, text=True, timeout=20)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, SEGMENT)


def test_no_file_is_a_wrong_command_line():
    done = subprocess.run([PROGRAM, "log", "dump"], capture_output=True, text=True, timeout=20)
    assert done.returncode == 2
