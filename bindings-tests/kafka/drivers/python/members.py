"""Members of groups, each on a thread of its own: it reads, commits what it read, and notes both.

A client makes a member by make(group, topic, kind, member), which has poll() -> [(partition, offset)], commit(), which
raises when it is refused, assigned() -> count, and close().
"""

import threading


class Member(threading.Thread):
    def __init__(self, consumer):
        super().__init__(daemon=True)
        self.consumer, self.leaving = consumer, threading.Event()
        self.read, self.assigned, self.trouble = [], 0, None

    def run(self):
        try:
            while not self.leaving.is_set():
                places = self.consumer.poll()
                self.assigned = self.consumer.assigned()
                if places:
                    self.note(places)
        except Exception as problem:  # told at the next look
            self.trouble = repr(problem)
        finally:
            self.consumer.close()

    def note(self, places):
        try:
            self.consumer.commit()
            committed = True
        except Exception:  # a rebalance came between: others read them again
            committed = False
        self.read += [[partition, offset, committed] for partition, offset in places]


class Members:
    def __init__(self, make):
        self.make, self.members = make, {}

    def join(self, group, topic, kind, member):
        self.members[member] = Member(self.make(group, topic, kind, member))
        self.members[member].start()

    def look(self):
        return {"members": {name: {"assigned": m.assigned, "read": len(m.read), "trouble": m.trouble} for name, m in self.members.items()}}

    def leave(self, member):
        leaving = self.members.pop(member)
        leaving.leaving.set()
        leaving.join(30)
        assert not leaving.is_alive(), f"{member} does not leave"
        return {"read": leaving.read}
