#!/usr/bin/env python3
"""Checks that the rooms keep to their walls; prints each offending line with the rule it breaks.

    .ci/walls.py --build build/dev [--root .]

What a room may use stands in CMakeLists.txt (ottla_room), which CMake writes to BUILD/rooms.txt as it understood it. The
other rules stand in the tables below. Only libraries are bound: tests, benchmarks and fuzzers are targets of their own.
"""

import argparse
import pathlib
import re
import subprocess
import sys

SOURCE = (".cc", ".h", ".hpp", ".inc", ".ipp", ".tcc", ".cpp", ".cxx", ".c", ".S", ".s")
NOT_LIBRARY = re.compile(r"_(test|testing|bench|fuzz)\.(cc|h)$")

# ---- The tables -----------------------------------------------------------------------------------------------------

# Standard headers that core may include: values, containers, algorithms. No clocks, threads, files, streams, exceptions.
CORE_STANDARD = set("""
    algorithm any array atomic bit bitset cassert cctype charconv cinttypes climits cmath compare concepts cstdarg cstddef
    cstdint cstdio cstdlib cstring deque functional initializer_list iterator limits list map memory new numbers numeric
    optional queue ranges ratio set source_location span stack string string_view tuple type_traits typeindex unordered_map
    unordered_set utility variant vector version
""".split())

# Headers with a rule that only some rooms may break. `rooms` are prefixes of folders.
ONLY_IN = [
    (r"^(unordered_map|unordered_set)$", ["core/base/hash_map.h", "cluster", "capi"],
     "iteration over a hash container is an order that depends on a hash: use core/base/hash_map.h, which has none"),
    (r"^(immintrin|nmmintrin|wmmintrin|arm_acle|cpuid)\.h$", ["core/base"], "intrinsics are core/base's business"),
    (r"^(zlib|lz4.*|zstd.*|snappy.*)\.h$", ["core/record"], "compression libraries are core/record's business"),
    (r"^(kj|capnp)/", ["cluster/net", "cluster/node", "cluster/rpc", "cluster/embedded"],
     "KJ and Cap'n Proto only in the rooms of cluster/ that have a loop"),
    (r"^spdlog/", ["cluster/node"], "spdlog only in cluster/node; everybody else speaks through LogSink"),
    (r"^(pybind11/|Python\.h$)", ["python"], "pybind11 only in python/"),
    (r"^(nlohmann/|CLI/)", ["cluster"], "nlohmann/json and CLI11 only in cluster/: CLI and admin output"),
    (r"^(thread|mutex|shared_mutex|condition_variable|future|semaphore|barrier|latch|stop_token|pthread\.h)$",
     ["cluster", "capi", "python"], "no threads below cluster/"),
    (r"^(chrono|ctime|time\.h|sys/time\.h|random)$", ["cluster", "capi", "python", "core/os"],
     "no clocks and no random device in core: instants, timestamps and Entropy come in"),
    (r"^(exception|stdexcept)$", ["cluster", "capi", "python"], "no exceptions in core"),
    (r"^(sys/socket\.h|sys/un\.h|netinet/.*|arpa/.*|netdb\.h|sys/epoll\.h|poll\.h|sys/select\.h)$", ["cluster/net"],
     "sockets only in cluster/net"),
    (r"^(unistd\.h|fcntl\.h|dirent\.h|signal\.h|csignal|errno\.h|cerrno|sys/.*|linux/.*|filesystem|fstream|iostream)$",
     ["cluster", "capi", "python", "core/os"], "POSIX and files only in core/os, cluster/ and above"),
]

# Words that core's code (comments and strings aside, macros not) may not say.
CORE_WORDS = [
    (r"\bthrow\b|\btry\s*\{|\bcatch\s*\(", "no exceptions in core"),
    (r"\bstd\s*::\s*(thread|jthread|mutex|recursive_mutex|shared_mutex|condition_variable|future|promise|async)\b|\bthread_local\b",
     "no threads below cluster/"),
    (r"\bstd\s*::\s*chrono\b|\bclock_gettime\b|\bgettimeofday\b|\b(__|__builtin_ia32_)rdtscp?\b|\b__builtin_readcyclecounter\b",
     "no clocks in core: instants and timestamps come in"),
    (r"\bstd\s*::\s*random_device\b|\bs?rand\s*\(|\bgetrandom\b|\b(_|__builtin_ia32_)rd(rand|seed)",
     "no random device in core: Prng is seeded, ids come from Entropy"),
    (r"\bunordered_(multi)?(map|set)\b|\b_Hashtable\b|\b__gnu_cxx\b",
     "iteration over a hash container is an order that depends on a hash: use core/base/hash_map.h, which has none"),
    (r"\bstd\s*::\s*((multi)?(map|set)|less|greater)\s*<\s*(const\s+)?[\w:]+(\s+const)?\s*\*|\bu?intptr_t\b",
     "no order that depends on an address"),
    (r"\bstd\s*::\s*(cout|cerr|clog|cin)\b", "core speaks through LogSink"),
    (r"\b(asm|__asm|__asm__)\b", "no assembler in core: a system call in it has no symbol by which it could be found"),
    (r"\busing\s+namespace\s+std\b|\bnamespace\s+\w+\s*=\s*(::\s*)?std\b", "std is written out: these rules read its names"),
]
# Words that the code of cluster may not say.
CLUSTER_WORDS = [
    (r"\bco_(await|return|yield)\b", "no coroutines: GCC crashes on one that returns kj::Promise, and destroys twice inside co_await expressions"),
    (r"\bkj\s*::\s*(setupAsyncIo|getCurrentThreadExecutor)\b", "the loop is net/loop.h's, which asks the system itself"),
]
CORE_WORDS_EXEMPT = {
    ("core/base/hash_map.h", "unordered_map"): "the wrapper itself",
}

# C functions that core's libraries may call. Everything else of C's is a system call or leads to one.
CORE_C_SYMBOLS = re.compile(r"""^(
    mem(cpy|move|cmp|set|chr|rchr|mem)|bcmp|str(len|cmp|ncmp|chr|nlen)|abort|
    __cxa_(pure_virtual|atexit|guard_(acquire|release|abort))|__dso_handle|__stack_chk_fail|_GLOBAL_OFFSET_TABLE_|
    __gxx_personality_v0|_Unwind_Resume|__libc_single_threaded|__tls_get_addr|__cpu_(model|indicator_init|features2)|
    __(popcount|clz|ctz|u?div|u?mod|mul)[dst]i[23]|  # arithmetic that a plain CPU has no instruction for
    (f?(ceil|floor|round|abs|fmod|log2?|exp|pow)|log|sqrt|ldexp|nan)f?|
    __(asan|ubsan|tsan|sanitizer|sancov)_.*
)$""", re.X)
# More C functions, for some rooms. Each needs its reason.
ROOM_C_SYMBOLS = [
    ("core/base", r"^(fprintf|stderr|__fprintf_chk)$", "the report of a failed assertion when no hook is set"),
    ("core/record", r"^(crc32|adler32|(in|de)flate.*|LZ4.*|XXH.*|ZSTD.*|snappy_.*|malloc|free|calloc)$", "the compression libraries"),
    ("core/os", r".*", "the one room with system calls"),
]
# C++ symbols (demangled) that core's libraries may not need.
CORE_CXX_FORBIDDEN = [
    (r"std::chrono|std::thread|std::this_thread|std::mutex|std::condition_variable|std::__condvar|std::__future_base",
     "no threads or clocks in core"),
    (r"std::random_device", "no random device in core"),
    (r"std::filesystem|std::basic_(i|o|)fstream|std::basic_filebuf|std::ios_base|std::(basic_)?(i|o|io)stream|std::w?(cout|cerr|clog|cin)\b",
     "no files or streams in core"),
    (r"std::set_(new_handler|terminate)|std::pmr::set_default_resource|std::locale::global", "no process-wide mutable state in core"),
    (r"__cxa_(throw|rethrow|begin_catch|allocate_exception)", "no exceptions in core"),
    (r"\bkj::|\bcapnp::|\bspdlog::|\bpybind11::", "KJ, Cap'n Proto, spdlog and pybind11 stay in their rooms"),
]
# Process-wide mutable state of core, by demangled name; each with its reason. Nothing else may be in .data or .bss, nor in
# a section of its own making.
STATE_EXEMPT = {
    "ottla::(anonymous namespace)::crash_hook": "a crash has no object to ask",
    "ottla::crc32c_extend(unsigned int, ottla::BytesView)::kernel": "const once the CPU was asked",
}
CONSTANT_SECTIONS = (".rodata", ".data.rel.ro", ".text", ".eh_frame", ".gcc_except_table", ".init_array", ".fini_array", ".debug", ".note", ".group", "*UND*")


# ---- Reading --------------------------------------------------------------------------------------------------------

class Walls:
    def __init__(self, root, rooms):
        self.root = pathlib.Path(root)
        self.rooms = rooms  # folder -> folders it may use, in the table's order
        self.findings = []

    def find(self, where, text, rule):
        self.findings.append(f"{where}: {text.strip()}\n    rule: {rule}")

    def room_of(self, path):
        inside = [room for room in self.rooms if path.startswith(room + "/")]
        return max(inside, key=len) if inside else None

    def sources(self):
        for room in self.rooms:
            for file in sorted((self.root / room).rglob("*")):
                if file.suffix in SOURCE and not NOT_LIBRARY.search(file.name):
                    path = file.relative_to(self.root).as_posix()
                    if self.room_of(path) == room:
                        yield room, path, file


def read_rooms(text):
    rooms = {}
    for line in text.splitlines():
        folder, _, uses = line.partition(":")
        if folder.strip():
            rooms[folder.strip()] = uses.split()
    return rooms


def joined(text):
    """A line that a backslash continues becomes one, with empty lines after it: line numbers stay."""
    return re.sub(r"(?:[^\n]*\\\n)+[^\n]*", lambda m: m.group(0).replace("\\\n", "") + "\n" * m.group(0).count("\\\n"), text)


def without(text, starts):
    """The text with what starts like this (comments, strings) made blank, line by line: line numbers stay."""
    def blank(match):
        found = match.group(0)
        return re.sub(r"[^\n]", " ", found) if found.startswith(starts) else found
    pattern = r'R"(?P<d>[^(\s]*)\(.*?\)(?P=d)"|//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"|(?<![0-9a-zA-Z_])\'(?:\\.|[^\'\\\n])+\''
    return re.sub(pattern, blank, joined(text), flags=re.S)


def without_comments(text):
    return without(text, ("/",))


def without_comments_and_strings(text):
    return without(text, ("/", '"', "'", "R"))


# ---- The walls ------------------------------------------------------------------------------------------------------

def check_table(walls):
    """Rooms are declared lowest first, so a room that uses one declared later, or itself, would make a cycle."""
    seen = set()
    for room, uses in walls.rooms.items():
        for used in uses:
            if used not in walls.rooms:
                walls.find("CMakeLists.txt", f"ottla_room({room} USES {used})", f"there is no room {used}")
            elif used not in seen:
                walls.find("CMakeLists.txt", f"ottla_room({room} USES {used})", "no cycles: a room uses only rooms above its line")
            if room.startswith("core/") and not used.startswith("core/"):
                walls.find("CMakeLists.txt", f"ottla_room({room} USES {used})", "core uses only core")
        seen.add(room)


def check_includes(walls):
    graph = {}
    for room, path, file in walls.sources():
        text = without_comments(file.read_text(encoding="utf-8"))
        for number, line in enumerate(text.splitlines(), 1):
            where = f"{path}:{number}"
            match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
            if not match:
                if re.match(r"\s*(#|%:)\s*(include|import)|\s*import\b\s*[<\"]", line):
                    walls.find(where, line, "an include names its file where it stands: these rules read it")
            elif match.group(1):
                check_own_include(walls, room, path, where, line, match.group(1), graph)
            else:
                check_outside_include(walls, room, path, where, line, match.group(2))
    check_include_cycles(walls, graph)


def check_own_include(walls, room, path, where, line, included, graph):
    target = walls.room_of(included)
    if target is None or not (walls.root / included).exists():
        walls.find(where, line, 'a quoted include names an existing file of a room, from the repository\'s root; outside libraries take <>')
        return
    if NOT_LIBRARY.search(included):
        walls.find(where, line, "a library does not include test support")
    if target != room and target not in walls.rooms[room]:
        allowed = " ".join(walls.rooms[room]) or "nothing"
        walls.find(where, line, f"{room} may use {allowed} (ottla_room in CMakeLists.txt), not {target}")
    graph.setdefault(path, []).append((included, where, line))


def check_outside_include(walls, room, path, where, line, included):
    for pattern, rooms, rule in ONLY_IN:
        if re.match(pattern, included):
            if not any(path == r or path.startswith(r + "/") for r in rooms):
                walls.find(where, line, rule)
            return
    if room.startswith("core/") and included not in CORE_STANDARD:
        walls.find(where, line, "core includes only the standard headers listed in .ci/walls.py, and each outside library in its room")


def check_include_cycles(walls, graph):
    done, path_now = set(), []

    def visit(file):
        if file in done:
            return
        path_now.append(file)
        for included, where, line in graph.get(file, []):
            if included in path_now:
                walls.find(where, line, "no cycles: " + " -> ".join(path_now[path_now.index(included):] + [included]))
            else:
                visit(included)
        path_now.pop()
        done.add(file)

    for file in sorted(graph):
        visit(file)


def check_words(walls):
    for room, path, file in walls.sources():
        if room.startswith("cluster/"):
            words = CLUSTER_WORDS
        elif room.startswith("core/") and room != "core/os":
            words = CORE_WORDS
        else:
            continue
        code = without_comments_and_strings(file.read_text(encoding="utf-8"))
        for number, line in enumerate(code.splitlines(), 1):
            if re.match(r"\s*#\s*include\b", line):
                continue
            for pattern, rule in words:
                match = re.search(pattern, line)
                if match and (path, match.group(0)) not in CORE_WORDS_EXEMPT:
                    walls.find(f"{path}:{number}", line, rule)


def check_properties(walls):
    """rapidcheck's check() fails nothing by itself: a test that drops its answer cannot fail."""
    for room in walls.rooms:
        for file in sorted((walls.root / room).rglob("*_test.cc")):
            for number, line in enumerate(without_comments_and_strings(file.read_text(encoding="utf-8")).splitlines(), 1):
                if re.match(r"\s*rc::check\(", line):
                    walls.find(f"{file.relative_to(walls.root).as_posix()}:{number}", line, "a property's answer is looked at: EXPECT_TRUE(rc::check(...))")


def run(*command, text=None):
    return subprocess.run(command, input=text, check=True, capture_output=True, text=True).stdout


def check_symbols(walls, archive, room):
    """What a built library of core calls and keeps, read off its symbols: no include can hide it."""
    own_rules = [re.compile(pattern) for prefix, pattern, _ in ROOM_C_SYMBOLS if room == prefix]
    member = "?"
    undefined = run("nm", "-u", str(archive))
    mangled = sorted({word for word in undefined.split() if word.startswith("_Z")})
    readable = dict(zip(mangled, run("c++filt", text="\n".join(mangled)).splitlines()))
    for line in undefined.splitlines():
        if line.endswith(":"):
            member = line[:-1]
            continue
        parts = line.split()
        if len(parts) != 2:
            continue
        symbol = parts[1].split("@")[0]
        where = f"{archive.name}({member})"
        if symbol.startswith("_Z"):
            name = readable[parts[1]]
            for pattern, rule in CORE_CXX_FORBIDDEN:
                if re.search(pattern, name) and room != "core/os":
                    walls.find(where, f"needs {name}", rule)
        elif re.match(r"__cxa_(throw|rethrow|begin_catch|allocate_exception)$", symbol) and room != "core/os":
            walls.find(where, f"needs {symbol}", "no exceptions in core")
        elif not CORE_C_SYMBOLS.match(symbol) and not any(r.match(symbol) for r in own_rules):
            walls.find(where, f"calls {symbol}()", "no system calls in core outside core/os (the C functions allowed stand in .ci/walls.py)")
    check_state(walls, archive)


def check_state(walls, archive):
    for line in run("objdump", "-t", "-C", str(archive)).splitlines():
        match = re.match(r"[0-9a-f]{16} .{6}[O ] (\S+)\t[0-9a-f]+\s+(?:\.hidden )?(.*)$", line)
        if not match or match.group(1).startswith(CONSTANT_SECTIONS):
            continue
        name = match.group(2)
        if name.startswith((".", "guard variable for")) or name in STATE_EXEMPT or name.startswith(("__asan", "__odr_asan", ".L")):
            continue
        walls.find(archive.name, f"{name} in {match.group(1)}", "no process-wide mutable state in core (exemptions stand in .ci/walls.py)")


def unbuilt(walls, build):
    """Rooms of core that have sources and no library, whose symbols nobody has looked at."""
    rooms = {room for room, _, file in walls.sources() if room.startswith("core/") and file.suffix == ".cc"}
    return sorted(room for room in rooms if not archive_of(build, room).exists())


def archive_of(build, room):
    return build / f"lib{room.replace('/', '_')}.a"


def check_all(root, build):
    walls = Walls(root, read_rooms((build / "rooms.txt").read_text()))
    check_table(walls)
    check_includes(walls)
    check_words(walls)
    check_properties(walls)
    archives = 0
    for room in walls.rooms:
        archive = archive_of(build, room)
        if room.startswith("core/") and archive.exists():
            check_symbols(walls, archive, room)
            archives += 1
    return walls, archives


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=pathlib.Path, default=pathlib.Path("."))
    parser.add_argument("--build", type=pathlib.Path, required=True)
    options = parser.parse_args()
    walls, archives = check_all(options.root, options.build)
    for finding in walls.findings:
        print(finding)
    files = sum(1 for _ in walls.sources())
    if files == 0 or archives == 0:
        print(f"walls: read {files} files and {archives} libraries: is {options.build} built?")
        return 1
    missing = unbuilt(walls, options.build)
    if missing:
        print(f"walls: {' '.join(missing)} not built: their symbols were not read")
        return 1
    print(f"walls: {len(walls.rooms)} rooms, {files} files, {archives} libraries of core: {len(walls.findings)} broken rules")
    return 1 if walls.findings else 0


if __name__ == "__main__":
    sys.exit(main())
