"""The library as it was built, and as it is installed."""

import os
import pathlib
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def build():
    """The build that is tested: .ci/test says it by the program's path."""
    program = os.environ.get("OTTLA_PROGRAM", str(ROOT / "build/dev/bin/ottla"))
    return pathlib.Path(program).resolve().parents[1]


@pytest.fixture(scope="session")
def library(build):
    return build / "lib/libottla.so"


@pytest.fixture(scope="session")
def prefix(build, tmp_path_factory):
    """Where the build is installed for these tests."""
    where = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", str(build), "--prefix", str(where)], check=True, capture_output=True, text=True)
    return where
