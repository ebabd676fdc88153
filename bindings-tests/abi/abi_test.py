"""What libottla.so shows is what ottla.h declares and ottla.map lists, and nothing that could get into another's way."""

import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[2]

HEADER = (ROOT / "capi/ottla.h").read_text()
MAP = (ROOT / "capi/ottla.map").read_text()

# What the library may ask the system for. Whoever adds one thinks of the wheel, which carries it along.
NEEDED = re.compile(r"^(lib(c|m|gcc_s|stdc\+\+|z|lz4|zstd|snappy|asan|ubsan|tsan)\.so(\.\d+)*|ld-linux.*|libkj(-async)?-.*\.so)$")


def declared():
    """Each function of the header with the version since which it is there."""
    functions = {}
    for match in re.finditer(r"/\*((?:(?!\*/).)*)\*/\s*OTTLA_API([^;]*);", HEADER, re.S):
        name = re.search(r"\b(ottla_\w+)\s*\(", match.group(2)).group(1)
        since = re.search(r"\(since (\d+\.\d+)\)\s*$", match.group(1))
        assert since, f"{name}: its comment ends with no (since ...)"
        functions[name] = since.group(1)
    assert len(functions) == len(re.findall(r"^OTTLA_API", HEADER, re.M)), "a function without a comment of its own"
    return functions


def listed():
    """Each symbol of the map with its version."""
    symbols = {}
    for version, body in re.findall(r"OTTLA_(\d+\.\d+)\s*\{(.*?)\}", MAP, re.S):
        for name in re.findall(r"^\s*(ottla_\w+);", body, re.M):
            symbols[name] = version
    return symbols


def exported(library):
    symbols = {}
    for line in subprocess.run(["nm", "-D", "--defined-only", str(library)], check=True, capture_output=True, text=True).stdout.splitlines():
        _, kind, name = line.split()
        if kind == "A":
            continue  # the name of a version
        name, _, version = name.partition("@@")
        symbols[name] = (kind, version.removeprefix("OTTLA_"))
    return symbols


def test_the_header_and_the_list_agree():
    assert declared() == listed()


def test_the_library_shows_the_list_and_nothing_else(library):
    assert exported(library) == {name: ("T", version) for name, version in listed().items()}


def test_every_function_has_its_type_written_down():
    """signatures.c holds the types, and the compiler compares them: a list of names would not notice another parameter."""
    rows = re.findall(r"^SIGNATURE\((\w+),", (ROOT / "bindings-tests/c/signatures.c").read_text(), re.M)
    assert sorted(rows) == sorted(listed())


def test_a_list_that_lacks_a_function_would_be_noticed():
    """The comparison can fail."""
    assert len(listed()) > 20
    assert "ottla_cluster_open" in declared()


def test_no_function_is_newer_than_the_library():
    version = re.search(r'project\(ottla VERSION (\d+)\.(\d+)', (ROOT / "CMakeLists.txt").read_text())
    newest = (int(version.group(1)), int(version.group(2)))
    assert all(tuple(map(int, since.split("."))) <= newest for since in declared().values())


def dynamic(library, tag):
    text = subprocess.run(["readelf", "-dW", str(library)], check=True, capture_output=True, text=True).stdout
    return re.findall(rf"\({tag}\).*\[(.*)\]", text)


def test_its_name_says_which_interface_it_has(library):
    assert dynamic(library, "SONAME") == ["libottla.so.0"]


def test_it_needs_only_what_is_known(library):
    unknown = [name for name in dynamic(library, "NEEDED") if not NEEDED.match(name)]
    assert unknown == []


def test_structures_of_ours_do_not_cross():
    """Handles are declared and never defined; the only function types are callbacks."""
    without_comments = re.sub(r"/\*.*?\*/", "", HEADER, flags=re.S)
    assert not re.search(r"\bstruct\s+\w*\s*\{", without_comments)
    assert not re.search(r"\benum\s+\w*\s*\{", without_comments)
    for handle in re.findall(r"typedef struct (\w+) (\w+);", without_comments):
        assert handle[0] == handle[1]
