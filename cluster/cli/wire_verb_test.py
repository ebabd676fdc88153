"""The `ottla wire` command as a person uses it. OTTLA_PROGRAM names the program."""

import json
import os
import pathlib
import subprocess

import pytest

PROGRAM = os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")
GOLDEN = pathlib.Path(__file__).parents[2] / "core/wire/testdata/golden"
EVERY = 9  # of the golden lines one in this many goes through the program; core_wire_test takes them all


def ottla(*arguments, text="", ok=True):
    done = subprocess.run([PROGRAM, *arguments], input=text, capture_output=True, text=True, timeout=20)
    assert (done.returncode == 0) == ok, (arguments, done.returncode, done.stdout, done.stderr)
    return done.stdout if ok else done.stderr


def wire(verb, *arguments, **more):
    return ottla("wire", verb, *arguments, **more)


def golden_lines():
    """(name, version, hex, json) that Kafka's own classes wrote; those with unknown tags cannot be written again."""
    lines = []
    for file in sorted(GOLDEN.glob("*.tsv")):
        for line in file.read_text(encoding="utf-8").splitlines():
            release, name, version, hexadecimal, text = line.split("\t")
            if not release.endswith("+tags"):
                lines.append((name, version, hexadecimal, text))
    return lines[::EVERY]


def how_to_ask(name, version):
    for suffix, flag in (("Request", "--request"), ("Response", "--response")):
        if name.endswith(suffix):
            return ["--api", name[: -len(suffix)], "--version", version, flag]
    return None  # a record; its bytes stand in the golden file without their prefix


def test_what_kafka_wrote_is_printed_as_kafka_prints_it_and_written_as_kafka_writes_it():
    tried = 0
    for name, version, hexadecimal, text in golden_lines():
        asked = how_to_ask(name, version)
        if asked is None:
            continue
        assert json.loads(wire("decode", *asked, "--compact", text=hexadecimal)) == json.loads(text), (name, version)
        assert wire("encode", *asked, text=text).strip() == hexadecimal, (name, version)
        tried += 1
    assert tried > 300


def test_frames_say_what_they_are_and_follow_one_another():
    frame = {"header": {"requestApiKey": 18, "requestApiVersion": 3, "correlationId": 9, "clientId": None}, "body": {"clientSoftwareName": "n", "clientSoftwareVersion": "1"}}
    one = wire("encode", "--request", "--header", json.dumps(frame)).strip()
    printed = wire("decode", "--request", "--header", "--compact", one + one).splitlines()
    assert [json.loads(line) for line in printed] == [frame, frame]


def test_responses_come_in_frames_too():
    frame = {"header": {"correlationId": 9}, "body": {"throttleTimeMs": 1, "errorCode": 25}}
    asked = ["--api", "Heartbeat", "--version", "4", "--response", "--header"]
    assert json.loads(wire("decode", *asked, wire("encode", *asked, json.dumps(frame)))) == frame


def test_records_carry_their_version():
    record = {"version": 1, "data": {"group": "g", "topic": "t", "partition": 3}}
    text = wire("encode", "--record", "OffsetCommitKey", json.dumps({**record, "version": 0})).strip()
    assert json.loads(wire("decode", "--record", "OffsetCommitKey", text))["data"] == record["data"]


def test_metadata_records_carry_their_frame():
    record = {"version": 0, "data": {"name": "orders", "topicId": "mAx-BSRqSRCMLTAfVTXSyg"}}
    text = wire("encode", "--record", "TopicRecord", json.dumps(record)).strip()
    assert text.startswith("010200")
    assert json.loads(wire("decode", "--record", "TopicRecord", text)) == record


def test_binary_in_and_out():
    asked = [PROGRAM, "wire"]
    options = ["--api", "Heartbeat", "--version", "0", "--request", "--binary"]
    made = subprocess.run([*asked, "encode", *options], input=b'{"groupId":"g","generationId":1,"memberId":"m"}', capture_output=True, check=True).stdout
    assert made == b"\0\1g\0\0\0\1\0\1m"
    assert json.loads(subprocess.run([*asked, "decode", *options], input=made, capture_output=True, check=True).stdout)["generationId"] == 1


@pytest.mark.parametrize(
    "arguments, text, expected",
    [
        (["decode", "--api", "Metadata", "--version", "12", "--request", "0200"], "", "MetadataRequest version 12, byte 1, Topic.topicId: cut off"),
        (["decode", "--api", "Heartbeat", "--version", "0", "--request", "xyz"], "", "not hexadecimal"),
        (["decode", "--api", "Nothing", "--version", "0", "--request", "00"], "", "no API Nothing"),
        (["decode", "--api", "3", "--version", "99", "--request", "00"], "", "versions 0 to 13, not 99"),
        (["decode", "--api", "3", "--request", "00"], "", "--version is missing"),
        (["decode", "--api", "3", "--version", "1", "00"], "", "one of --request and --response"),
        (["decode", "--record", "Nothing", "00"], "", "no record Nothing"),
        (["decode", "--record", "OffsetCommitValue", "--request", "00"], "", "--record stands alone"),
        (["decode", "--request", "--header", "000000ff00"], "", "cut off"),
        (["decode", "--request", "--header", "7fffffff00"], "", "frame"),
        (["decode", "--request", "--header"], "", "no bytes"),
        (["encode", "--api", "3", "--version", "12", "--request"], '{"topics":[{"nam":"a"}]}', "topics[0].nam: Topic has no such field; in version 12 it has topicId, name"),
        (["encode", "--api", "3", "--version", "3", "--request"], '{"topics":[{"topicId":"AAAAAAAAAAAAAAAAAAAAAA"}]}', "topics[0].topicId: is not in version 3, only in 10 and later"),
        (["encode", "--api", "3", "--version", "12", "--request"], '{"topics":[{"name":5}]}', "topics[0].name: must be a string"),
        (["encode", "--api", "3", "--version", "0", "--request"], '{"topics":null}', "topics: may not be null in version 0"),
        (["encode", "--api", "12", "--version", "0", "--request"], '{"generationId":2147483648}', "generationId: must be from -2147483648 to 2147483647"),
        (["encode", "--api", "12", "--version", "0", "--request"], '{"generationId":1', "line 1, column"),
        (["encode", "--request", "--header"], '{"header":{"requestApiKey":3,"requestApiVersion":12,"correlationId":18446744073709551615},"body":{"topics":[]}}', "correlationId must be a whole number"),
        (["encode", "--api", "12", "--version", "0", "--request"], "[]", "the message: must be an object"),
        (["encode", "--api", "36", "--version", "0", "--request"], '{"authBytes":"a"}', "authBytes: must be base64"),
    ],
)
def test_what_is_wrong_is_named_with_what_would_be_right(arguments, text, expected):
    complaint = ottla("wire", *arguments, text=text, ok=False)
    assert complaint.startswith("ottla: ") and expected in complaint


def test_a_string_too_long_for_an_old_version_is_refused():
    long = json.dumps({"groupId": "g" * 40000})
    assert "too long" in wire("encode", "--api", "12", "--version", "0", "--request", text=long, ok=False)
    assert wire("encode", "--api", "12", "--version", "4", "--request", text=long)


def test_a_command_line_that_makes_no_sense_ends_with_2():
    assert subprocess.run([PROGRAM, "wire", "boil"], capture_output=True).returncode == 2
    assert subprocess.run([PROGRAM], capture_output=True).returncode == 2


def test_the_list_names_every_api():
    lines = wire("list").splitlines()
    assert sum(line[:1].isdigit() for line in lines) == 79
