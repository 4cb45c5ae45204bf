"""What `scripts/fuzz-api` tells schemathesis of lines of JSON, which it does not know by itself."""

import json

import schemathesis

LINES_OF_JSON = "application/x-ndjson"

# A body without lines is answered without lines: there is nothing to hold against the description.
NOTHING = {"error": {"line": 1, "cause": "", "message": "", "remedy": ""}}


@schemathesis.serializer(LINES_OF_JSON)
def one_line(ctx, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(LINES_OF_JSON)
def first_line(ctx, response):
    lines = response.content.splitlines()
    return json.loads(lines[0]) if lines else NOTHING
