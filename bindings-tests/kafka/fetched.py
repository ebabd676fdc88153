"""Foreign tools and clients that the tests of this folder run, fetched once into the build folder and never shipped.

Without what fetches them, or when the registry does not answer, the tests that need them are skipped; OTTLA_REQUIRE makes
the first a failure.
"""

import pathlib
import re
import shutil
import subprocess
import sys

import pytest

HERE = pathlib.Path(__file__).parent
BUILD = HERE.parents[1] / "build"
JARS = BUILD / "kafka-tools"
CLIENTS = BUILD / "kafka-clients"
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
CONFLUENT_KAFKA = "confluent-kafka==2.16.1"
SILENCE = re.compile(r"Unknown host|Connection refused|[Cc]onnect(ion)? timed out|No route to host|Network is unreachable|Temporary failure in name resolution|status: 5\d\d")


def fetch(what, command):
    """Runs what fetches it."""
    no_answer = f"{what} could not be fetched: the package registry does not answer"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    except subprocess.TimeoutExpired:
        pytest.skip(no_answer)
    if done.returncode != 0:
        said = done.stdout + done.stderr
        pytest.skip(no_answer if SILENCE.search(said) else f"{what} could not be fetched: {said[-500:]}")


def need(*programs):
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not installed")


def kafka_jars():
    """The folder of Kafka's tools: Maven fetches them unless those of this pom.xml are there."""
    need("java", "mvn")
    pom = HERE / "pom.xml"
    complete = JARS / "pom.xml"
    if not complete.exists() or complete.read_bytes() != pom.read_bytes():
        shutil.rmtree(JARS, ignore_errors=True)
        fetch("Kafka's tools", ["mvn", "-q", "-B", "-f", pom, f"{DEPENDENCY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={JARS}"])
        shutil.copy(pom, complete)
    return JARS


def kafka_tool(name):
    """The command line of one of Kafka's tools. Its JVM lives for a second, so it compiles as little as possible."""
    return ["java", "-Xmx256M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{kafka_jars()}/*", name]


def confluent_kafka():
    """Confluent's Python client over librdkafka."""
    complete = CLIENTS / "complete"
    if not complete.exists() or complete.read_text() != CONFLUENT_KAFKA:
        shutil.rmtree(CLIENTS, ignore_errors=True)
        fetch("confluent-kafka", [sys.executable, "-m", "pip", "install", "-q", "--no-input", "--target", CLIENTS, CONFLUENT_KAFKA])
        complete.write_text(CONFLUENT_KAFKA)
    if str(CLIENTS) not in sys.path:
        sys.path.append(str(CLIENTS))
    import confluent_kafka as module
    import confluent_kafka.admin

    return module
