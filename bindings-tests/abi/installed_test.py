"""A stranger's build against what `cmake --install` put down: compilers, pkg-config, CMake, and the example in C and C++."""

import os
import pathlib
import re
import shutil
import socket
import subprocess

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

EXAMPLES = ROOT / "examples/c"
WARNINGS = ["-Wall", "-Wextra", "-pedantic", "-Werror", "-Wstrict-prototypes", "-Wconversion", "-Wshadow"]


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}"
    return done.stdout


def folder_of(prefix, name):
    """lib, or lib/<machine> where that is the custom."""
    return next(path.parent for path in sorted(prefix.rglob(name)))


@pytest.fixture(scope="module")
def environment(prefix):
    return os.environ | {
        "LD_LIBRARY_PATH": str(folder_of(prefix, "libottla.so")),
        "PKG_CONFIG_PATH": str(folder_of(prefix, "ottla.pc")),
    }


def clang(name):
    for candidate in (name, f"{name}-14"):
        if shutil.which(candidate):
            return candidate
    pytest.skip("this machine cannot run clang: it is installed for `make lint` and `make fuzz`")


@pytest.mark.parametrize("compiler", ["gcc", "clang"])
@pytest.mark.parametrize("standard", ["c11", "c17"])
def test_the_header_is_strict_c(prefix, tmp_path, compiler, standard):
    source = tmp_path / "include.c"
    source.write_text("#include <ottla/ottla.h>\nint version(void);\nint version(void) { return (int)ottla_version_number(); }\n")
    compiler = clang(compiler) if compiler == "clang" else compiler
    run(compiler, f"-std={standard}", *WARNINGS, "-I", prefix / "include", "-c", source, "-o", tmp_path / "out.o")


@pytest.mark.parametrize("compiler", ["g++", "clang++"])
@pytest.mark.parametrize("standard", ["c++17", "c++20"])
@pytest.mark.parametrize("header", ["ottla.h", "ottla.hpp"])
def test_the_headers_are_cxx(prefix, tmp_path, compiler, standard, header):
    source = tmp_path / "include.cpp"
    source.write_text(f"#include <ottla/{header}>\nint version() {{ return ottla_version_number(); }}\n")
    compiler = clang(compiler) if compiler == "clang++" else compiler
    flags = [flag for flag in WARNINGS if flag != "-Wstrict-prototypes"]
    run(compiler, f"-std={standard}", *flags, "-I", prefix / "include", "-c", source, "-o", tmp_path / "out.o")


def test_errors_that_nobody_looks_at_are_warned_of(prefix, tmp_path):
    source = tmp_path / "ignores.c"
    source.write_text("#include <ottla/ottla.h>\nvoid f(ottla_cluster* c) { ottla_cluster_close(c); }\n")
    done = subprocess.run(["gcc", "-std=c11", "-Wall", "-Werror", "-I", prefix / "include", "-c", source, "-o", tmp_path / "out.o"], capture_output=True, text=True)
    assert done.returncode != 0 and "unused-result" in done.stderr


def live(program, environment, *arguments):
    """Runs the example: a client is answered while it runs, nobody is after Enter, and its directory is gone."""
    process = subprocess.Popen([str(program), *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)
    try:
        line = process.stdout.readline()
        assert "clients connect to 127.0.0.1:" in line, line + process.stderr.read()
        address = line.split("clients connect to ")[1].split(";")[0].strip()
        host, port = address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as client:
            client.sendall(bytes.fromhex("0000000a" "00120000" "0000004d" "ffff"))  # ApiVersions 0, correlation 77
            assert client.recv(8, socket.MSG_WAITALL)[4:] == bytes.fromhex("0000004d")
        _, log = process.communicate("\n", timeout=30)
        assert process.returncode == 0, log
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((host, int(port)), timeout=10)
        return line, log
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()


def test_the_example_is_built_by_pkg_config(environment, tmp_path):
    flags = run("pkg-config", "--cflags", "--libs", "ottla", env=environment).split()
    program = tmp_path / "cluster"
    run("gcc", "-std=c11", *WARNINGS, EXAMPLES / "cluster.c", *flags, "-o", program)
    line, _ = live(program, environment, "num.partitions=3")
    directory = line.split("data in ")[1].strip()
    assert directory.startswith("/") and not os.path.exists(directory)
    version = run("pkg-config", "--modversion", "ottla", env=environment).strip()
    assert line.startswith(f"ottla {version}: ")


def test_the_examples_are_built_by_cmake(prefix, environment, tmp_path):
    run("cmake", "-S", EXAMPLES, "-B", tmp_path, f"-DCMAKE_PREFIX_PATH={prefix}", "-DCMAKE_C_FLAGS=-Wall -Wextra -pedantic -Werror", "-DCMAKE_CXX_FLAGS=-Wall -Wextra -pedantic -Werror")
    run("cmake", "--build", tmp_path)
    live(tmp_path / "cluster", environment)
    live(tmp_path / "cluster_cpp", environment)


def test_the_example_says_what_is_wrong(environment, tmp_path):
    flags = run("pkg-config", "--cflags", "--libs", "ottla", env=environment).split()
    program = tmp_path / "cluster"
    run("gcc", "-std=c11", EXAMPLES / "cluster.c", *flags, "-o", program)
    done = subprocess.run([str(program), "num.partition=3"], capture_output=True, text=True, env=environment)
    assert done.returncode == 1
    assert done.stderr.startswith("UNKNOWN_SETTING: ") and "num.partitions" in done.stderr


def test_what_goes_with_its_cluster_is_not_synced(environment, tmp_path):
    flags = run("pkg-config", "--cflags", "--libs", "ottla", env=environment).split()
    program = tmp_path / "cluster"
    run("gcc", "-std=c11", EXAMPLES / "cluster.c", *flags, "-o", program)
    calls = tmp_path / "calls"
    trace = ["strace", "-f", "-o", calls, "-e", "trace=fsync,fdatasync,syncfs,openat", program]
    if subprocess.run(["strace", "-o", "/dev/null", "true"], capture_output=True).returncode != 0:
        pytest.skip("this machine cannot trace system calls")
    run(*trace, input="\n", env=environment)
    assert "meta.properties" in calls.read_text()
    assert not re.search(r"sync(fs)?\(", calls.read_text())
    run(*trace, f"log.dirs={tmp_path / 'kept'}", input="\n", env=environment)
    assert re.search(r"sync(fs)?\(", calls.read_text()), "what stays is synced, and this test sees it"


def test_a_program_may_have_a_kj_of_its_own(environment, tmp_path):
    """Of the same version: of another one the two would be mixed up (ARCHITECTURE.md, decisions)."""
    flags = run("pkg-config", "--cflags", "--libs", "ottla", env=environment).split()
    program = tmp_path / "own_kj"
    run("g++", "-std=c++17", pathlib.Path(__file__).with_name("own_kj.cpp"), *flags, "-l:libkj-async.a", "-l:libkj.a", "-lpthread", "-o", program)
    assert run(program, env=environment, timeout=60) == "both\n"


def test_the_program_is_installed(prefix):
    assert "ottla" in run(prefix / "bin/ottla", "--version")
