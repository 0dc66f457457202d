"""Customs as protobuf's bytes and back, run by an interpreter that has protobuf and flyteidl:

python wire_bytes.py PB2_FILE MESSAGE   (reads {"customs": [...], "bytes": [...]} from stdin: JSON, and messages as base64)

Prints the same with each custom as bytes and each message as JSON.
"""

from __future__ import annotations

import base64
import json
import sys

from google.protobuf import json_format
from schema_helper import message_class


def main(file: str, message: str) -> None:
    asked, cls = json.load(sys.stdin), message_class(file, message)
    made = [json_format.ParseDict(each, cls()).SerializeToString() for each in asked["customs"]]
    read = [json_format.MessageToDict(cls.FromString(base64.b64decode(each))) for each in asked["bytes"]]
    print(json.dumps({"customs": read, "bytes": [base64.b64encode(each).decode() for each in made]}))


if __name__ == "__main__":
    main(*sys.argv[1:])
