"""Every command that the README shows prints what the README says it prints."""

import os
import pathlib
import re
import shutil
import signal
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
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
    rooms = re.findall(r"^\| `((?:core|cluster)/[\w/]+)` \| (?!later)", text, re.M)
    assert len(rooms) >= 18
    for room in rooms:
        assert (ROOT / room).is_dir(), f"ARCHITECTURE.md says that {room} exists"
