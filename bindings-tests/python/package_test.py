"""What `pip install` put down: the package, its types, its program."""

import importlib.metadata
import pathlib
import re
import signal
import subprocess
import sys
import textwrap

import ottla
import pytest
from conftest import ROOT, answers

PACKAGE = pathlib.Path(ottla.__file__).parent
INSTALLED_MIB_MAX = 16


def run(*command, code=0, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=120, **options)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def test_it_is_the_installed_package_that_is_tested():
    assert ROOT / "python" not in PACKAGE.parents


def test_the_version_is_said_once():
    said = re.search(r"project\(ottla VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    assert ottla.__version__ == importlib.metadata.version("ottla") == said


def test_the_licence_comes_along():
    licence = [file for file in importlib.metadata.files("ottla") if file.name == "LICENSE"]
    assert len(licence) == 1
    assert licence[0].read_text() == (ROOT / "LICENSE").read_text()
    assert importlib.metadata.metadata("ottla")["License-Expression"] == "Apache-2.0"


def test_nothing_comes_along_that_is_not_needed():
    names = {file.name for file in PACKAGE.rglob("*") if file.is_file() and "__pycache__" not in file.parts}
    sources = {file.name for file in (ROOT / "python" / "ottla").iterdir() if file.is_file()}
    assert names - sources == {"ottla", next(PACKAGE.glob("_native*.so")).name, "libottla.so.0"}
    files = [pathlib.Path(file.locate()) for file in importlib.metadata.files("ottla")]
    assert sum(file.stat().st_size for file in files if file.exists()) < INSTALLED_MIB_MAX << 20


def script():
    return pathlib.Path(sys.executable).parent / "ottla"


@pytest.mark.parametrize("command", [[sys.executable, "-m", "ottla"], ["the script"]])
def test_the_program_comes_along(command, tmp_path):
    command = [script()] if command == ["the script"] else command
    assert run(*command, "--version").split() == ["ottla", ottla.__version__]
    assert "Usage: ottla" in run(*command, "--help")
    node = subprocess.Popen([*command, "node", "--set", "listeners=PLAINTEXT://127.0.0.1:0"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert answers(re.search(r"PLAINTEXT://([\w.:]+)", node.stdout.readline())[1])
        node.send_signal(signal.SIGTERM)  # reaches the program itself
        assert node.wait(30) == 0
    finally:
        node.kill()
        node.communicate()


def test_importing_it_starts_nothing():
    said = run(sys.executable, "-c", "import os, ottla; print(len(os.listdir('/proc/self/task')), len(os.listdir('/proc/self/fd')))", cwd="/")
    bare = run(sys.executable, "-c", "import os; print(len(os.listdir('/proc/self/task')), len(os.listdir('/proc/self/fd')))", cwd="/")
    assert said == bare


# --- types

USE = """
    import logging
    import pathlib
    import ottla

    with ottla.Cluster(pathlib.Path("/tmp/x"), settings={"log.retention.ms": 1000, "log.dirs": ["a"]}, log=logging.getLogger().log, num_partitions=3) as cluster:
        servers: str = cluster.bootstrap_servers
        data: pathlib.Path = cluster.data_directory
    try:
        cluster.close()
    except ottla.SettingError as error:
        code: ottla.ErrorCode = error.code
        later: bool = error.retriable and code is not ottla.ErrorCode.ADDRESS_IN_USE
"""
MISUSE = [
    ("ottla.Cluster(num_partitions=object())", "arg-type"),
    ("ottla.Cluster(log='file')", "arg-type"),
    ("ottla.Cluster().bootstrap_servers + 1", "operator"),
    ("ottla.ErrorCode.NO_SUCH_CODE", "attr-defined"),
    ("ottla.Cluster().bootstrap", "attr-defined"),
]


@pytest.fixture
def mypy(tmp_path):
    pytest.importorskip("mypy", reason="mypy could not be fetched: the package registry does not answer")

    def check(text, code=0):
        (tmp_path / "use.py").write_text(textwrap.dedent(text))
        return run(sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / "build" / ".mypy_cache", "use.py", code=code, cwd=tmp_path)

    return check


def test_its_users_are_checked(mypy):
    mypy(USE)


def test_its_users_mistakes_are_found(mypy):
    said = mypy("import ottla\n" + "\n".join(line for line, _ in MISUSE), code=1)
    assert re.findall(r"use.py:(\d+): error: .*\[([\w-]+)\]", said) == [(str(number), kind) for number, (_, kind) in enumerate(MISUSE, 2)]


def test_it_is_typed_itself(mypy):
    run(sys.executable, "-m", "mypy", "--strict", "-p", "ottla", "--cache-dir", ROOT / "build" / ".mypy_cache", cwd="/")


def test_the_stub_of_the_extension_is_what_it_has():
    stub = (PACKAGE / "_native.pyi").read_text()
    from ottla import _native

    assert {name for name in vars(_native) if not name.startswith("__")} == set(re.findall(r"^(?:def|class) (\w+)", stub, re.M))
    assert {name for name in vars(_native.Cluster) if not name.startswith("_")} == set(re.findall(r"^    def ([a-z]\w*)", stub, re.M))
