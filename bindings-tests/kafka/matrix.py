"""Client x behaviour: which tests a client takes part in, and the table of how they ended."""

import pytest

WORDS = {"passed": "ok", "failed": "FAIL", "skipped": "skip"}


class Matrix:
    def __init__(self, clients):
        self.clients = clients  # name -> Client
        self.rows = {}  # behaviour -> {client: word}

    @staticmethod
    def row(function, value):
        return function.removeprefix("test_").replace("_", " ") + (f": {value}" if value is not None else "")

    def cells(self, metafunc):
        """(client, value) of every run of a test. A value of @each is itself something that a client must offer."""
        needed = {word for mark in metafunc.definition.iter_markers("needs") for word in mark.args}
        each = metafunc.definition.get_closest_marker("each")
        for value in each.args[1:] if each else (None,):
            for client in self.clients.values():
                if needed | ({value} - {None}) <= client.offers:
                    yield client.name, value

    def parametrize(self, metafunc):
        each = metafunc.definition.get_closest_marker("each")
        cells = list(self.cells(metafunc))
        if each:
            ids = [f"{name}-{value}" for name, value in cells]
            metafunc.parametrize(("client", each.args[0]), cells, indirect=["client"], ids=ids)
        else:
            metafunc.parametrize("client", [name for name, _ in cells], indirect=True)

    def note(self, item, report):
        """How a phase of a test ended. A failed one outlasts the others."""
        parameters = item.callspec.params
        each = item.get_closest_marker("each")
        cells = self.rows.setdefault(self.row(item.originalname, parameters[each.args[0]] if each else None), {})
        name = parameters["client"]
        if report.when == "call" or report.outcome != "passed":
            if cells.get(name) != "FAIL":
                cells[name] = WORDS[report.outcome]

    def print(self, out):
        if not self.rows:
            return
        names = [name for name in self.clients if any(name in cells for cells in self.rows.values())]
        first = max(len(row) for row in self.rows)
        out.section("clients x behaviours")
        for line in self.heads(names):
            out.write_line(f"{'':<{first}}  {line}".rstrip())
        for row, cells in self.rows.items():
            out.write_line(f"{row:<{first}}  " + "  ".join(f"{cells.get(name, '-'):<4}" for name in names).rstrip())
        for word in ("ok", "FAIL", "skip"):
            counts = [sum(cells.get(name) == word for cells in self.rows.values()) for name in names]
            out.write_line(f"{word:<{first}}  " + "  ".join(f"{count:<4}" for count in counts).rstrip())
        every = [cells.get(name, "-") for cells in self.rows.values() for name in names]
        counted = ", ".join(f"{every.count(word)} {said}" for word, said in (("ok", "ran well"), ("FAIL", "failed"), ("skip", "skipped"), ("-", "not offered by the client")))
        out.write_line(f"{len(names)} clients, {len(self.rows)} behaviours: {counted}")

    @staticmethod
    def heads(names):
        """A stair of names, each over its column."""
        for i, name in enumerate(names):
            yield "  ".join("|   " for _ in names[:i]) + ("  " if i else "") + name


def needs(*words):
    return pytest.mark.needs(*words)


def each(name, *values):
    return pytest.mark.each(name, *values)
