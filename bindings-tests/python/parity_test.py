"""Whatever Python can do, C can: the extension stands on the library's exported functions, and on nothing else of Ottla's."""

import pathlib
import re
import subprocess

import pytest
from ottla import _native
from conftest import ROOT

PACKAGE = pathlib.Path(_native.__file__).parent


def symbols(path, *options):
    return subprocess.run(["nm", "-D", *options, str(path)], check=True, capture_output=True, text=True).stdout


def functions_of_the_header():
    return set(re.findall(r"\b(ottla_\w+)\s*\(", re.sub(r"/\*.*?\*/", "", (ROOT / "capi/ottla.h").read_text(), flags=re.S)))


def test_the_extension_calls_only_what_the_header_declares():
    called = set(re.findall(r"\bU (\w*ottla\w*)", symbols(_native.__file__, "--undefined-only")))
    assert "ottla_cluster_open" in called
    assert called <= functions_of_the_header()


def test_the_extension_includes_only_the_doors_headers():
    sources = sorted((ROOT / "python" / "src").iterdir())
    assert len(sources) > 5
    for source in sources:
        for included in re.findall(r'#include ["<]([^">]*)[">]', source.read_text()):
            assert "/" not in included or included.startswith(("ottla/ottla.h", "pybind11/", "python/src/")), f"{source.name}: {included}"


def test_the_extension_shows_nothing_but_its_module():
    shown = {line.split()[-1].split("@")[0] for line in symbols(_native.__file__, "--defined-only").splitlines()}
    assert {name for name in shown if not name.startswith("_Z")} <= {"PyInit__native", "_init", "_fini"}


def test_the_library_that_comes_along_is_whole():
    """Who has only the package has the C library: its functions are those of the header."""
    library = next(PACKAGE.glob("libottla.so.*"))
    shown = {line.split()[-1].split("@")[0] for line in symbols(library, "--defined-only").splitlines() if " T " in line}
    assert shown == functions_of_the_header()


@pytest.mark.parametrize("name", ["libottla.so", "_native"])
def test_nothing_is_left_for_debuggers(name):
    path = next(path for path in PACKAGE.iterdir() if path.name.startswith(name) and ".so" in path.name)
    sections = subprocess.run(["readelf", "-SW", str(path)], check=True, capture_output=True, text=True).stdout
    assert ".dynsym" in sections and ".symtab" not in sections and ".debug" not in sections
