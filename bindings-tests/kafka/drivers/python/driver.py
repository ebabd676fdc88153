"""The loop that every Python driver runs: a line of JSON in, a line of JSON out."""

import base64
import json
import sys


class Refused(Exception):
    """What a client says went wrong, with Kafka's code where it tells one."""

    def __init__(self, code, message):
        super().__init__(message)
        self.code = code


def bytes_of(text):
    return None if text is None else base64.b64decode(text)


def text_of(data):
    return None if data is None else base64.b64encode(data).decode()


def record(offset, timestamp, key, value, headers):
    """A record that was read, in the words of an answer."""
    return {"offset": offset, "timestamp": timestamp, "key": text_of(key), "value": text_of(value), "headers": [[name, text_of(data)] for name, data in headers]}


def error(code, message):
    return {"error": {"code": code, "message": str(message)}}


def serve(commands, code_of):
    """Answers until its input ends. `commands` has a function a command; `code_of` finds Kafka's code in an exception."""
    for line in sys.stdin:
        words = json.loads(line)
        try:
            answer = commands[words.pop("do")](**{name.replace("from", "start"): value for name, value in words.items()}) or {}
        except Refused as refused:
            answer = error(refused.code, refused)
        except Exception as problem:  # whatever a client raises is its answer
            answer = error(code_of(problem), f"{type(problem).__name__}: {problem}")
        print(json.dumps(answer), flush=True)
