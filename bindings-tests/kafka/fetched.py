"""Foreign tools and clients that the tests of this folder run: fetched and built once under build/, never shipped.

    python3 bindings-tests/kafka/fetched.py     fetches and builds what is missing, and says what it cannot have

Each group below is one registry's: what it needs of the machine, what it is made from, and how it is made. A group that
cannot be made leaves its reason, and the tests that need it are skipped with it; OTTLA_REQUIRE makes a failure of every
reason but that a registry does not answer or that this machine cannot.
"""

import contextlib
import dataclasses
import fcntl
import hashlib
import os
import pathlib
import re
import shutil
import subprocess
import sys

HERE = pathlib.Path(__file__).parent
SOURCES = HERE / "drivers"
BUILD = HERE.parents[1] / "build"
JARS = BUILD / "kafka-tools"
CLIENTS = BUILD / "kafka-clients"
DEPENDENCY_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
SILENCE = re.compile(
    r"Unknown host|Connection refused|[Cc]onnect(ion)? timed out|No route to host|Network is unreachable|"
    r"Temporary failure in name resolution|status: 5\d\d|EAI_AGAIN|ETIMEDOUT|ECONNREFUSED|no such host|i/o timeout|"
    r"Could ?n[o']t resolve host"
)
BROUGHT_ALONG = ("go", "cargo")  # the set-up installs the others; the distribution's own are too old for the clients
LONGEST_SECONDS = 900  # a Rust client is compiled with all it stands on


class Missing(Exception):
    """Why something cannot be had here."""


def version_of(program, *arguments):
    """The first number that a program tells of itself, (0,) for one that is not there."""
    if shutil.which(program) is None:
        return (0,)
    done = subprocess.run([program, *arguments], capture_output=True, text=True, timeout=60)
    found = re.search(r"\d+(\.\d+)+", done.stdout + done.stderr)
    return tuple(int(part) for part in found[0].split(".")) if found else (0,)


def need(program, least=(), *version_arguments):
    """Raises Missing for a program that is not there, or older than `least`."""
    wanted = f"{program} {'.'.join(map(str, least))} or later" if least else program
    if shutil.which(program) is None:
        raise Missing(f"this machine cannot: there is no {wanted}" if program in BROUGHT_ALONG else f"{program} is not installed")
    if least and version_of(program, *version_arguments) < least:
        raise Missing(f"this machine cannot: it takes {wanted}")


def run(what, command, **options):
    no_answer = f"{what} could not be fetched: the package registry does not answer"
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_SECONDS, **options)
    except subprocess.TimeoutExpired:
        raise Missing(no_answer) from None
    if done.returncode != 0:
        said = (done.stdout + done.stderr).strip()
        raise Missing(no_answer if SILENCE.search(said) else f"{what} could not be made: {said[-500:]}")


# --- the groups


def make_tools(to):
    run("Kafka's tools", ["mvn", "-q", "-B", "-f", HERE / "pom.xml", f"{DEPENDENCY_PLUGIN}:copy-dependencies", f"-DoutputDirectory={to}"])


def make_python(to):
    requirements = SOURCES / "python" / "requirements.txt"
    run("the Python clients", [sys.executable, "-m", "pip", "install", "-q", "--no-input", "--target", to, "-r", requirements])


def make_java(to):
    get("tools")
    run("the Java client", ["javac", "-d", to, "-cp", f"{JARS}/*", *sorted((SOURCES / "java").glob("*.java"))])


def make_node(to):
    """The drivers lie beside the packages, where Node looks for them."""
    for name in ("package.json", "package-lock.json"):
        shutil.copy(SOURCES / "node" / name, to)
    run("the Node clients", ["npm", "ci", "--silent", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=to)
    for source in (SOURCES / "node").glob("*.mjs"):
        shutil.copy(source, to)


def make_go(to):
    places = {"GOMODCACHE": CLIENTS / "go-modules", "GOCACHE": CLIENTS / "go-cache", "GOFLAGS": "-modcacherw -buildvcs=false"}
    run("the Go clients", ["go", "build", "-o", f"{to}/", "./..."], cwd=SOURCES / "go", env=os.environ | {name: str(value) for name, value in places.items()})


def make_rust(to):
    """Built from a copy, so that the lock file that cargo writes stays out of the sources."""
    built = CLIENTS / "rust-build"
    shutil.copytree(SOURCES / "rust", built, dirs_exist_ok=True)
    run("the Rust client", ["cargo", "build", "--quiet"], cwd=built, env=os.environ | {"CARGO_TARGET_DIR": str(built / "target")})
    shutil.copy(built / "target" / "debug" / "rskafka_client", to / "rskafka")


@dataclasses.dataclass(frozen=True)
class Group:
    folder: pathlib.Path  # what it is made into
    needs: tuple  # what need() is asked for
    sources: tuple  # what it is made from: made again when that changes
    make: object
    also: object = lambda: ()  # of the machine, likewise


GROUPS = {
    "tools": Group(JARS, (("java",), ("mvn",)), ("../pom.xml",), make_tools),
    "python": Group(CLIENTS / "python", (), ("python/requirements.txt",), make_python, lambda: sys.version_info[:2]),
    "java": Group(CLIENTS / "java", (("javac",),), ("../pom.xml", "java/*.java"), make_java),
    "node": Group(CLIENTS / "node", (("node", (18,), "--version"), ("npm",)), ("node/*",), make_node, lambda: version_of("node", "--version")[:1]),
    "go": Group(CLIENTS / "go", (("go", (1, 26), "version"),), ("go/go.*", "go/*/*.go"), make_go),
    "rust": Group(CLIENTS / "rust", (("cargo", (1, 85), "--version"),), ("rust/Cargo.toml", "rust/src/*.rs"), make_rust),
}


# --- having them


def fingerprint(group):
    digest = hashlib.sha256(repr(group.also()).encode())
    for pattern in group.sources:
        for path in sorted(SOURCES.glob(pattern)):
            digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def alone(name):
    """Two test programs may come for the same group at once."""
    CLIENTS.mkdir(parents=True, exist_ok=True)
    with open(CLIENTS / f"{name}.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def get(name, again=True):
    """The folder of a group, made when it is not there as its sources are now. Raises Missing.

    Without `again` a reason that stands from an earlier try is believed.
    """
    group = GROUPS[name]
    for needed in group.needs:
        need(*needed)
    with alone(name):
        complete, reason = group.folder / "complete", CLIENTS / f"{name}.missing"
        wanted = fingerprint(group)
        if complete.exists() and complete.read_text() == wanted:
            return group.folder
        if not again and reason.exists():
            raise Missing(reason.read_text())
        reason.unlink(missing_ok=True)
        shutil.rmtree(group.folder, ignore_errors=True)
        group.folder.mkdir(parents=True)
        try:
            group.make(group.folder)
        except Missing as missing:
            reason.write_text(str(missing))
            raise
        complete.write_text(wanted)
        print(f"setup: {name} is made in {group.folder.relative_to(BUILD.parent)}", flush=True)
        return group.folder


def kafka_tool(name):
    """The command line of one of Kafka's tools. Its JVM lives for a second, so it compiles as little as possible."""
    return ["java", "-Xmx256M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-cp", f"{get('tools', again=False)}/*", name]


def main():
    for name in GROUPS:
        try:
            get(name)
        except Missing as missing:
            print(f"setup: {name}: {missing}", flush=True)


if __name__ == "__main__":
    main()
