//! The columns of a record: its fields, nested as in JSON.

use std::sync::{Arc, LazyLock};

use arrow_schema::{DataType, Field, Fields, Schema, SchemaRef};

fn required(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, false)
}

fn optional(name: &str, kind: DataType) -> Field {
    Field::new(name, kind, true)
}

fn list(of: DataType) -> DataType {
    DataType::List(Arc::new(Field::new("element", of, false)))
}

fn structure<const N: usize>(fields: [Field; N]) -> DataType {
    DataType::Struct(Fields::from_iter(fields))
}

fn quotes() -> DataType {
    list(structure([
        required("start", DataType::UInt32),
        required("end", DataType::UInt32),
        required("text", DataType::Utf8),
    ]))
}

fn indicators() -> DataType {
    list(structure([
        required("id", DataType::Utf8),
        optional("kind", DataType::Utf8),
        required("group", DataType::Utf8),
        required("dimension", DataType::Utf8),
        required("strength", DataType::Utf8),
        required("state", DataType::Utf8),
        required("confidence", DataType::Float64),
        required("spans", quotes()),
    ]))
}

fn protective() -> DataType {
    list(structure([
        required("id", DataType::Utf8),
        required("state", DataType::Utf8),
        required("confidence", DataType::Float64),
        required("spans", quotes()),
    ]))
}

fn places() -> DataType {
    let span = structure([required("start", DataType::UInt32), required("end", DataType::UInt32)]);
    list(structure([
        required("name", DataType::Utf8),
        required("country", DataType::Utf8),
        optional("type", DataType::Utf8),
        required("span", span),
    ]))
}

fn pay() -> DataType {
    structure([
        required("min", DataType::Float64),
        optional("max", DataType::Float64),
        optional("currency", DataType::Utf8),
        required("period", DataType::Utf8),
    ])
}

fn contacts() -> DataType {
    list(structure([required("kind", DataType::Utf8), required("masked", DataType::Utf8)]))
}

fn model() -> DataType {
    structure([
        required("name", DataType::Utf8),
        required("version", DataType::Utf8),
        required("sha256", DataType::Utf8),
    ])
}

fn record() -> Vec<Field> {
    vec![
        required("schema", DataType::UInt32),
        required("id", DataType::Utf8),
        required("level", DataType::Utf8),
        required("rules", list(DataType::Utf8)),
        optional("reason", DataType::Utf8),
        required("score", DataType::Float64),
        required("text_type", DataType::Utf8),
        required("text_type_confidence", DataType::Float64),
        required("languages", list(DataType::Utf8)),
        required("indicators", indicators()),
        required("protective", protective()),
        required("places", places()),
        optional("pay", pay()),
        required("contacts", contacts()),
        required("notices", list(DataType::Utf8)),
        required("obfuscated_tokens", DataType::UInt32),
        required("model", model()),
    ]
}

static RECORD: LazyLock<SchemaRef> = LazyLock::new(|| Arc::new(Schema::new(record())));

static RECORD_WITH_INPUT: LazyLock<SchemaRef> = LazyLock::new(|| {
    let mut fields = record();
    fields.push(required("input", DataType::Utf8));
    Arc::new(Schema::new(fields))
});

/// The columns of a record; with `keeps_input` the other fields of the input follow, as JSON.
pub(super) fn schema(keeps_input: bool) -> SchemaRef {
    Arc::clone(if keeps_input { &RECORD_WITH_INPUT } else { &RECORD })
}
