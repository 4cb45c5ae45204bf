"""What `scripts/fuzz-api` tells schemathesis of lines of JSON, which it does not know by itself."""

import json

import schemathesis

LINES_OF_JSON = "application/x-ndjson"


@schemathesis.serializer(LINES_OF_JSON)
def one_line(ctx, value):
    return json.dumps(value).encode() + b"\n"


@schemathesis.deserializer(LINES_OF_JSON)
def first_line(ctx, response):
    return json.loads(response.content.splitlines()[0])
