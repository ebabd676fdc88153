"""Every command and every piece of code that the README shows does what the README says."""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import textwrap

import pytest

ROOT = pathlib.Path(__file__).parents[2]
CLIENTS = ROOT / "build" / "kafka-clients" / "python"  # where the clients of bindings-tests/kafka are
PROGRAM = pathlib.Path(os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")).resolve()


NODE_ADDRESS = "127.0.0.1:9092"  # where a node listens that nobody told otherwise


def shown_blocks(page):
    """Of every ```console block, its commands with their outputs."""
    for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S):
        yield [tuple(shown.partition("\n")[::2]) for shown in re.split(r"^\$ ", block, flags=re.M)[1:]]


def shown_commands(page):
    return [shown for block in shown_blocks(page) for shown in block]


@pytest.fixture
def environment():
    return {**os.environ, "PATH": f"{PROGRAM.parent}:{os.environ['PATH']}"}


@pytest.fixture
def node(environment, tmp_path):
    """The node that the README starts, at a port that is free here."""
    command = ["ottla", "node", "--set", "listeners=PLAINTEXT://127.0.0.1:0"]
    process = subprocess.Popen(command, env=environment, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield re.search(r"PLAINTEXT://([\w.:]+)", process.stdout.readline())[1]
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=20) == 0
    finally:
        process.kill()
        process.wait()


def check(command, output, environment):
    done = subprocess.run(["bash", "-c", command], env=environment, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout == output


@pytest.mark.parametrize("command, output", [shown for shown in shown_commands("README.md") if shown[0].startswith("ottla wire")])
def test_a_command_prints_what_the_readme_says(command, output, environment):
    check(command, output, environment)


def test_the_node_of_the_readme_serves_the_client_of_the_readme(node, environment):
    commands = shown_commands("README.md")
    assert commands[0] == ("ottla node", "")
    if shutil.which("kcat") is None:
        pytest.skip("this machine cannot run kcat")
    asked = [shown for shown in commands if NODE_ADDRESS in shown[0]]
    assert len(asked) >= 2
    for command, output in asked:
        check(command.replace(NODE_ADDRESS, node), output, environment)


def test_every_command_of_the_readme_is_tried():
    for command, _ in shown_commands("README.md"):
        assert command == "ottla node" or command.startswith("ottla wire") or NODE_ADDRESS in command, command


def test_the_readme_shows_something():
    assert len(shown_commands("README.md")) >= 6
    assert [len(shown_code(language)) for language in ("python", "c")] == [3, 1]


# --- Python and C


def shown_code(language):
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.S)


@pytest.fixture
def python(tmp_path):
    """Runs a program with the package and a client of Kafka's."""
    pytest.importorskip("ottla", reason="what makes the wheel could not be fetched: the package registry does not answer")
    if not (CLIENTS / "confluent_kafka").is_dir():
        pytest.skip("confluent-kafka could not be fetched: the package registry does not answer")

    def run(*arguments):
        environment = {**os.environ, "PYTHONPATH": str(CLIENTS), "TMPDIR": str(tmp_path)}
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=60)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    return run


def test_the_ten_lines_of_python_print_what_they_say(python):
    lines = shown_code("python")[0]
    assert len([line for line in lines.splitlines() if line.strip()]) <= 10
    said = re.search(r"print\(.*\)  # (.*)", lines)[1]
    assert python("-c", lines) == said + "\n"


def test_the_settings_of_the_readme_are_settings(python, tmp_path):
    python("-c", "import logging, ottla\nwith " + shown_code("python")[1].strip() + " as cluster:\n    cluster.bootstrap_servers")
    assert (tmp_path / "data" / "meta.properties").exists()


def test_the_fixtures_of_the_readme_are_there(python, tmp_path):
    (tmp_path / "test_readme.py").write_text("import pytest\nfrom confluent_kafka import Producer\n\n" + shown_code("python")[2])
    assert "1 passed" in python("-m", "pytest", "-q", "-p", "no:cacheprovider", "test_readme.py")


def test_the_lines_of_c_find_a_cluster(tmp_path):
    program = """
        #include <ottla/ottla.h>
        #include <stdio.h>
        int main(void) {
          %s
          puts(error == NULL ? servers : ottla_error_message(error));
          ottla_cluster_destroy(cluster);
          return error != NULL;
        }
    """
    (tmp_path / "shown.c").write_text(textwrap.dedent(program) % shown_code("c")[0])
    build = PROGRAM.parents[1]
    flags = ["-std=c11", "-Wall", "-Wextra", "-pedantic", "-Werror", f"-I{build}/include", f"-L{build}/lib", "-lottla", f"-Wl,-rpath,{build}/lib"]
    subprocess.run(["gcc", "shown.c", *flags, "-o", "shown"], cwd=tmp_path, check=True)
    said = subprocess.run(["./shown"], cwd=tmp_path, capture_output=True, text=True, timeout=20)
    assert (said.returncode, said.stderr) == (0, "") and re.fullmatch(r"127\.0\.0\.1:\d+\n", said.stdout)


PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES)
def test_no_figure_is_left_to_be_filled_in(page):
    assert re.findall(r"@[A-Z_]+@", (ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), f"{page} links to {target}, which is not there"


def test_architecture_names_only_rooms_that_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rooms = re.findall(r"^\| `((?:core|cluster|capi|python)[\w/]*)` \| (?!later)", text, re.M)
    assert len(rooms) >= 18
    for room in rooms:
        assert (ROOT / room).is_dir(), f"ARCHITECTURE.md says that {room} exists"
