"""Every command that the README shows prints what the README says it prints."""

import os
import pathlib
import re
import subprocess

import pytest

ROOT = pathlib.Path(__file__).parents[2]
PROGRAM = pathlib.Path(os.environ.get("OTTLA_PROGRAM", "build/dev/bin/ottla")).resolve()


def shown_commands(page):
    """(command, output) of every ```console block."""
    for block in re.findall(r"```console\n(.*?)```", (ROOT / page).read_text(encoding="utf-8"), re.S):
        for shown in re.split(r"^\$ ", block, flags=re.M)[1:]:
            command, _, output = shown.partition("\n")
            yield command, output


@pytest.mark.parametrize("command, output", list(shown_commands("README.md")))
def test_a_command_prints_what_the_readme_says(command, output):
    path = f"{PROGRAM.parent}:{os.environ['PATH']}"
    done = subprocess.run(["bash", "-c", command], env={**os.environ, "PATH": path}, capture_output=True, text=True, timeout=20)
    assert done.returncode == 0, done.stderr
    assert done.stdout == output


def test_the_readme_shows_something():
    assert len(list(shown_commands("README.md"))) >= 3


PAGES = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"]


@pytest.mark.parametrize("page", PAGES)
def test_no_figure_is_left_to_be_filled_in(page):
    assert re.findall(r"@[A-Z_]+@", (ROOT / page).read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    for target in re.findall(r"\]\((?!http)([^)#]+)", (ROOT / page).read_text(encoding="utf-8")):
        assert (ROOT / target).exists(), f"{page} links to {target}, which is not there"


def test_architecture_names_only_files_that_exist():
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for room in re.findall(r"^\| `(core/\w+|cluster/\w+)` \| (?:yes|first part|`wire` and `log` verbs) ", text, re.M):
        assert (ROOT / room).is_dir(), f"ARCHITECTURE.md says that {room} exists"
