"""A wall that cannot fall proves nothing: each rule is broken once, on purpose, in a small house of its own."""

import pathlib
import subprocess
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).parent))
import walls  # noqa: E402

ROOMS = "core/base: \ncore/model: core/base\ncore/io: core/base\ncore/os: core/base core/io\ncluster/net: core/base core/io\ncluster/node: core/base cluster/net\ncluster/cli: core/base cluster/node\n"


class House:
    def __init__(self, root):
        self.root = root
        self.build = root / "build"
        self.build.mkdir()
        (self.build / "rooms.txt").write_text(ROOMS)

    def file(self, path, text):
        target = self.root / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def library(self, room, source):
        """Compiles `source` into the room's library, as CMake would."""
        name = room.replace("/", "_")
        code = self.build / f"{name}.cc"
        code.write_text(source)
        subprocess.run(["g++", "-std=c++20", "-O1", "-fPIC", "-c", str(code), "-o", f"{code}.o"], check=True)
        subprocess.run(["ar", "rcs", str(self.build / f"lib{name}.a"), f"{code}.o"], check=True)

    def findings(self):
        return walls.check_all(self.root, self.build)[0].findings


@pytest.fixture
def house(tmp_path):
    return House(tmp_path)


def only(findings):
    assert len(findings) == 1, findings
    return findings[0]


def test_a_house_that_keeps_the_rules_is_clean(house):
    house.file("core/base/a.h", "#pragma once\n#include <vector>\n// a thread would throw std::thread here\n")
    house.file("core/model/b.cc", '#include "core/base/a.h"\nconst char* text = "throw std::mutex";\n')
    house.library("core/base", "int twice(int n) { return 2 * n; }")
    assert house.findings() == []


def test_an_include_that_the_table_does_not_allow(house):
    house.file("core/model/b.h", "#pragma once\n")
    house.file("core/io/a.cc", '#include "core/model/b.h"\n')
    found = only(house.findings())
    assert found.startswith('core/io/a.cc:1: #include "core/model/b.h"')
    assert "core/io may use core/base" in found


def test_an_include_of_test_support_by_a_library(house):
    house.file("core/base/count_testing.h", "#pragma once\n")
    house.file("core/base/a.cc", '#include "core/base/count_testing.h"\n')
    assert "test support" in only(house.findings())


def test_an_include_that_does_not_start_at_the_root(house):
    house.file("core/base/a.h", "#pragma once\n")
    house.file("core/base/a.cc", '#include "a.h"\n')
    assert "repository's root" in only(house.findings())


def test_tests_may_include_what_they_like(house):
    house.file("core/model/b.h", "#pragma once\n")
    house.file("core/io/a_test.cc", '#include "core/model/b.h"\n#include <thread>\n')
    assert house.findings() == []


def test_a_cycle_in_the_table(house):
    (house.build / "rooms.txt").write_text("core/base: core/io\ncore/io: core/base\n")
    assert "no cycles" in only(house.findings())


def test_core_may_not_use_cluster(house):
    (house.build / "rooms.txt").write_text("cluster/net: \ncore/base: cluster/net\n")
    assert "core uses only core" in only(house.findings())


def test_a_cycle_of_headers(house):
    house.file("core/base/a.h", '#pragma once\n#include "core/base/b.h"\n')
    house.file("core/base/b.h", '#pragma once\n#include "core/base/a.h"\n')
    assert "core/base/a.h -> core/base/b.h -> core/base/a.h" in only(house.findings())


@pytest.mark.parametrize(
    "header, rule",
    [
        ("thread", "no threads"),
        ("mutex", "no threads"),
        ("chrono", "no clocks"),
        ("random", "no random device"),
        ("stdexcept", "no exceptions"),
        ("sys/socket.h", "sockets only"),
        ("unistd.h", "POSIX"),
        ("fstream", "files only"),
        ("kj/async.h", "KJ"),
        ("capnp/rpc.h", "KJ"),
        ("spdlog/spdlog.h", "spdlog only"),
        ("pybind11/pybind11.h", "pybind11 only"),
        ("nlohmann/json.hpp", "nlohmann/json"),
        ("unordered_map", "order that depends on a hash"),
        ("zstd.h", "core/record"),
        ("regex", "standard headers listed"),
    ],
)
def test_a_header_outside_its_rooms(house, header, rule):
    house.file("core/model/a.cc", f"#include <{header}>\n")
    assert rule in only(house.findings())


@pytest.mark.parametrize("header", ["kj/async.h", "thread", "sys/socket.h", "unistd.h"])
def test_cluster_may_use_what_core_may_not(house, header):
    house.file("cluster/net/a.cc", f"#include <{header}>\n")
    assert house.findings() == []


@pytest.mark.parametrize("header", ["spdlog/spdlog.h", "kj/async.h"])
def test_the_node_logs_and_has_a_loop(house, header):
    house.file("cluster/node/a.cc", f"#include <{header}>\n")
    assert house.findings() == []


@pytest.mark.parametrize(
    "path, header, rule",
    [
        ("cluster/net/a.cc", "spdlog/spdlog.h", "spdlog only"),
        ("cluster/cli/a.cc", "kj/async.h", "rooms of cluster/ that have a loop"),
        ("cluster/cli/a.cc", "capnp/rpc.h", "rooms of cluster/ that have a loop"),
        ("cluster/node/a.cc", "sys/socket.h", "sockets only"),
    ],
)
def test_a_header_outside_its_room_of_cluster(house, path, header, rule):
    house.file(path, f"#include <{header}>\n")
    assert rule in only(house.findings())


@pytest.mark.parametrize(
    "line, rule",
    [
        ("co_await next();", "no coroutines"),
        ("co_return 1;", "no coroutines"),
        ("auto io = kj::setupAsyncIo();", "loop"),
        ("auto& executor = kj::getCurrentThreadExecutor();", "loop"),
    ],
)
def test_a_word_that_cluster_may_not_say(house, line, rule):
    house.file("cluster/net/a.cc", f"void f() {{\n  {line}\n}}\n")
    found = only(house.findings())
    assert found.startswith("cluster/net/a.cc:2: ") and rule in found


@pytest.mark.parametrize(
    "line, rule",
    [
        ("std::thread worker;", "no threads"),
        ("thread_local int count;", "no threads"),
        ("auto t = std::chrono::steady_clock::now();", "no clocks"),
        ("std::random_device device;", "no random device"),
        ("if (bad) throw 1;", "no exceptions"),
        ("try { go(); } catch (...) {}", "no exceptions"),
        ("std::unordered_map<int, int> table;", "order that depends on a hash"),
        ('std::cout << "x";', "LogSink"),
        ("std :: mutex lock;", "no threads"),
        ("return __builtin_ia32_rdtsc();", "no clocks"),
        ("__builtin_ia32_rdrand64_step(&n);", "no random device"),
        ("unordered_map<int, int> table;", "order that depends on a hash"),
        ("using namespace std;", "std is written out"),
        ("namespace s = std;", "std is written out"),
        ("std::map<const Node*, int> order;", "order that depends on an address"),
        ("std::set<Node *> order;", "order that depends on an address"),
        ("auto n = reinterpret_cast<uintptr_t>(p);", "order that depends on an address"),
        ('asm volatile("syscall");', "no assembler"),
        ("#define WORKER std::thread", "no threads"),
    ],
)
def test_a_word_that_core_may_not_say(house, line, rule):
    house.file("core/model/a.cc", f"void f() {{\n  {line}\n}}\n")
    found = only(house.findings())
    assert found.startswith("core/model/a.cc:2: ") and rule in found


@pytest.mark.parametrize(
    "text, rule",
    [
        ("#define WHICH <thread>\n#include WHICH\n", "names its file where it stands"),
        ("#include_next <thread>\n", "names its file where it stands"),
        ("/* first */ #include <thread>\n", "no threads"),
        ("#inc\\\nlude <thread>\n", "no threads"),
    ],
)
def test_an_include_in_disguise(house, text, rule):
    house.file("core/model/a.cc", text)
    assert rule in only(house.findings())


def test_an_include_in_a_comment_is_none(house):
    house.file("core/model/a.cc", "/*\n#include <thread>\n*/\n")
    assert house.findings() == []


@pytest.mark.parametrize("name", ["a.inc", "a.cpp", "a.c", "a.ipp"])
def test_a_source_by_another_suffix(house, name):
    house.file(f"core/model/{name}", "#include <thread>\n")
    assert "no threads" in only(house.findings())


def test_a_line_that_goes_on_keeps_the_numbers_of_those_below(house):
    house.file("core/model/a.cc", "#define TWO(a) \\\n  (a, \\\n   a)\nstd::mutex lock;\n")
    assert only(house.findings()).startswith("core/model/a.cc:4: std::mutex lock;")


def test_a_property_whose_answer_is_dropped(house):
    house.file("core/io/a_test.cc", "TEST(A, b) {\n  rc::check([] {});\n}\n")
    assert "looked at" in only(house.findings())


def test_a_system_call_outside_core_os(house):
    house.library("core/io", '#include <unistd.h>\nlong take(char* to) { return read(0, to, 1); }')
    found = only(house.findings())
    assert "calls read()" in found and "outside core/os" in found


def test_a_system_call_that_no_include_shows(house):
    house.library("core/io", 'extern "C" long syscall(long, ...);\nlong f() { return syscall(39); }')
    assert "calls syscall()" in only(house.findings())


def test_core_os_may_call_the_system(house):
    house.library("core/os", '#include <unistd.h>\nlong take(char* to) { return read(0, to, 1); }')
    assert house.findings() == []


def test_a_thread_in_a_library_of_core(house):
    house.library("core/io", "#include <thread>\nvoid f() { std::thread([] {}).join(); }")
    assert any("no threads or clocks" in found for found in house.findings())


def test_a_clock_in_a_library_of_core(house):
    house.library("core/io", "#include <chrono>\nlong f() { return std::chrono::steady_clock::now().time_since_epoch().count(); }")
    assert "no threads or clocks" in only(house.findings())


@pytest.mark.parametrize(
    "source, rule",
    [
        ("#include <ostream>\nvoid f(std::ostream& out) { out << 3; }", "no files or streams"),
        ("#include <new>\nvoid none();\nvoid f() { std::set_new_handler(none); }\nvoid none() {}", "mutable state"),
    ],
)
def test_what_the_standard_library_would_do_for_it(house, source, rule):
    house.library("core/io", source)
    assert rule in only(house.findings())


def test_an_exception_in_a_library_of_core(house):
    house.library("core/io", "void f() { throw 1; }")
    assert any("no exceptions" in found for found in house.findings())


@pytest.mark.parametrize("source", ["int count;", "static int count = 3; int next() { return ++count; }",
                                    "int next() { static int count; return ++count; }", "thread_local int count = 1; int* at() { return &count; }",
                                    '__attribute__((section("mine"))) int count = 3; int next() { return ++count; }'])
def test_process_wide_mutable_state(house, source):
    house.library("core/io", source)
    found = only(house.findings())
    assert "count" in found and "mutable state" in found


def test_constant_tables_with_addresses_are_no_state(house):
    house.library("core/io", 'extern const char* const names[2]; const char* const names[] = {"a", "b"};')
    assert house.findings() == []


def test_arithmetic_that_the_compiler_calls_for_is_no_system_call(house):
    house.library("core/io", "int f(unsigned long n) { return __builtin_popcountl(n); }\n__int128 g(__int128 a, __int128 b) { return a / b; }")
    assert house.findings() == []


def test_the_command_fails_and_names_line_and_rule(house):
    house.file("core/io/a.cc", '#include "core/model/b.h"\n')
    house.file("core/model/b.h", "#pragma once\n")
    house.library("core/base", "int twice(int n) { return 2 * n; }")
    done = subprocess.run([sys.executable, walls.__file__, "--root", str(house.root), "--build", str(house.build)], capture_output=True, text=True)
    assert done.returncode == 1
    assert 'core/io/a.cc:1: #include "core/model/b.h"' in done.stdout and "rule: core/io may use" in done.stdout


def test_the_command_fails_where_nothing_was_built(house):
    done = subprocess.run([sys.executable, walls.__file__, "--root", str(house.root), "--build", str(house.build)], capture_output=True, text=True)
    assert done.returncode == 1 and "is " in done.stdout


def test_the_command_fails_where_a_room_was_not_built(house):
    house.file("core/base/a.cc", "int twice(int n) { return 2 * n; }\n")
    house.file("core/model/b.cc", "int thrice(int n) { return 3 * n; }\n")
    house.library("core/base", "int twice(int n) { return 2 * n; }")
    command = [sys.executable, walls.__file__, "--root", str(house.root), "--build", str(house.build)]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 1 and "core/model not built" in done.stdout
    house.library("core/model", "int thrice(int n) { return 3 * n; }")
    assert subprocess.run(command, capture_output=True, text=True).returncode == 0
