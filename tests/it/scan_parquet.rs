//! Parquet in and out: the records that JSON gives, row groups streamed, and files that are not whole.

use std::{fs::File, sync::Arc};

use arrow_array::{ArrayRef, BinaryArray, Float64Array, Int64Array, RecordBatch, StringArray};
use parquet::{
    arrow::{ArrowWriter, arrow_reader::ParquetRecordBatchReaderBuilder},
    file::properties::WriterProperties,
};
use serde_json::{Map, Value, json};
use waspada::io::{ByteCounter, ReaderOptions, Source};

use crate::{Desk, golden_posts};

/// A Parquet file of `columns` with groups of `group` rows.
fn table(group: usize, columns: Vec<(&str, ArrayRef)>) -> Vec<u8> {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.into_iter().map(|(name, column)| (name, column, true)),
    );
    let batch = batch.expect("the columns have one length");
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(group)).build();
    let mut file = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut file, batch.schema(), Some(properties))
        .expect("memory takes all");
    writer.write(&batch).expect("memory takes all");
    writer.close().expect("memory takes all");
    file
}

fn strings(values: impl IntoIterator<Item = impl Into<String>>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values.into_iter().map(Into::into)))
}

/// Ids and texts: the golden posts over and over.
fn many_posts(count: usize) -> (Vec<String>, Vec<String>) {
    let golden = golden_posts();
    (0..count).map(|at| (format!("p{at}"), golden[at % golden.len()].text.clone())).unzip()
}

fn as_json(ids: &[String], texts: &[String]) -> String {
    let line = |(id, text): (&String, &String)| json!({"id": id, "text": text}).to_string() + "\n";
    ids.iter().zip(texts).map(line).collect()
}

/// The rows of a Parquet file as JSON, without what is null.
fn rows(desk: &Desk, name: &str) -> Vec<Value> {
    let file = File::open(desk.path(name)).expect("it was written");
    let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("it is whole");
    let mut writer = arrow_json::ArrayWriter::new(Vec::new());
    for batch in reader.build().expect("it is whole") {
        writer.write(&batch.expect("it is whole")).expect("memory takes all");
    }
    writer.finish().expect("memory takes all");
    let rows: Vec<Value> = serde_json::from_slice(&writer.into_inner()).unwrap_or_default();
    rows.into_iter().map(without_nulls).collect()
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(fields) => {
            let fields = fields.into_iter().filter(|(_, value)| !value.is_null());
            fields.map(|(name, value)| (name, without_nulls(value))).collect::<Map<_, _>>().into()
        }
        Value::Array(items) => items.into_iter().map(without_nulls).collect(),
        other => other,
    }
}

#[test]
fn posts_of_parquet_have_the_records_of_the_same_posts_in_json() {
    let (ids, texts) = many_posts(700);
    let desk = Desk::with("posts.jsonl", as_json(&ids, &texts));
    let columns =
        vec![("id", strings(ids)), ("other", strings(vec!["x"; 700])), ("text", strings(texts))];
    desk.write("posts.parquet", table(300, columns.clone()));
    desk.write("posts", table(300, columns));
    let expected = desk.run(&["scan", "--quiet", "posts.jsonl"]).report();
    for file in ["posts.parquet", "posts"] {
        assert!(desk.run(&["scan", "--quiet", file]).report() == expected, "{file}");
    }
}

#[test]
fn parquet_out_has_every_field_of_the_json_record() {
    let (ids, texts) = many_posts(600);
    let desk = Desk::with("posts.jsonl", as_json(&ids, &texts));
    let json = desk.run(&["scan", "--quiet", "posts.jsonl"]).stdout;
    let ran =
        desk.run(&["scan", "--quiet", "--format", "parquet", "posts.jsonl", "-o", "out.parquet"]);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let found = rows(&desk, "out.parquet");
    let expected: Vec<Value> =
        json.lines().map(|line| without_nulls(serde_json::from_str(line).unwrap())).collect();
    assert_eq!(found.len(), 600);
    for (found, expected) in found.iter().zip(&expected) {
        assert_eq!(found, expected);
    }
    let pay = expected.iter().filter(|record| record.get("pay").is_some()).count();
    let is_nested = |record: &&Value| record["indicators"][0]["spans"][0]["text"].is_string();
    assert!(
        pay > 0 && expected.iter().filter(is_nested).count() > 0,
        "nested columns are looked at"
    );
}

#[test]
fn the_other_columns_are_kept_and_records_go_in_again() {
    let columns = vec![
        ("text", strings(["Dicari kasir", "Dicari koki"])),
        ("likes", Arc::new(Int64Array::from(vec![Some(7), None])) as ArrayRef),
    ];
    let desk = Desk::with("posts.parquet", table(10, columns));
    let ran = desk.run(&["scan", "--quiet", "--keep-input", "posts.parquet"]);
    let inputs: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["input"].clone())
        .collect();
    assert_eq!(inputs, [json!({"likes": 7}), json!({})]);
    desk.run(&[
        "scan",
        "--keep-input",
        "--format",
        "parquet",
        "posts.parquet",
        "-o",
        "out.parquet",
    ]);
    let kept: Vec<Value> =
        rows(&desk, "out.parquet").iter().map(|row| row["input"].clone()).collect();
    assert_eq!(kept, ["{\"likes\":7}", "{}"]);
    let again = desk.run(&["scan", "--quiet", "--text-column", "input", "out.parquet"]);
    assert_eq!((again.code, again.stdout.lines().count()), (0, 2));
}

#[test]
fn no_posts_are_a_file_with_columns_and_no_rows() {
    let desk = Desk::with("posts.jsonl", "");
    desk.run(&["scan", "--format", "parquet", "posts.jsonl", "-o", "out.parquet"]);
    let reader =
        ParquetRecordBatchReaderBuilder::try_new(File::open(desk.path("out.parquet")).unwrap());
    assert_eq!(reader.unwrap().schema().fields().len(), 17);
    let ran = desk.run(&["scan", "--text-column", "level", "out.parquet"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
}

#[test]
fn ids_may_be_numbers_texts_may_be_bytes_and_a_row_without_text_costs_itself() {
    let texts: ArrayRef = Arc::new(BinaryArray::from_opt_vec(vec![
        Some(b"Dicari kasir".as_slice()),
        None,
        Some(b"Dicari \xff"),
        Some(b"Dicari koki"),
    ]));
    let ids: ArrayRef = Arc::new(Int64Array::from(vec![Some(70), Some(71), Some(72), None]));
    let desk = Desk::with("posts.parquet", table(2, vec![("id", ids), ("text", texts)]));
    let ran = desk.run(&["scan", "--errors", "errors", "posts.parquet"]);
    let ids: Vec<Value> = ran
        .stdout
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["id"].clone())
        .collect();
    assert_eq!((ran.code, ids), (0, vec![json!("70"), json!("4")]));
    insta::assert_snapshot!(desk.read("errors"), @r#"
{"file":"posts.parquet","line":2,"offset":null,"cause":"not a string","message":"line 2: field `text` is null; it must be a string","remedy":"it must be a string"}
{"file":"posts.parquet","line":3,"offset":null,"cause":"not UTF-8","message":"line 3, column 8: not UTF-8; convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`","remedy":"convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`"}
"#);
}

#[test]
fn a_file_that_does_not_fit_is_named_with_the_columns_there_are() {
    let number = |value| Arc::new(Float64Array::from(vec![value])) as ArrayRef;
    let desk =
        Desk::with("posts.parquet", table(10, vec![("id", number(1.0)), ("isi", strings(["a"]))]));
    let whole = table(10, vec![("text", strings(["Dicari kasir"]))]);
    desk.write("cut.parquet", &whole[..whole.len() - 40]);
    desk.write("no.parquet", "Dicari kasir\n");
    desk.write("empty.parquet", "");
    let said = |arguments: &[&str]| {
        let ran = desk.run(&[&["scan", "--quiet"], arguments].concat());
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        ran.stderr
    };
    insta::assert_snapshot!(said(&["posts.parquet"]), @r"
posts.parquet: no column `text`; name the text column, there are: `id`, `isi`
");
    insta::assert_snapshot!(said(&["posts.parquet", "--text-column", "isi"]), @r"
posts.parquet: column `id` is Float64 and not text or whole numbers; name another column, there are: `id`, `isi`
");
    insta::assert_snapshot!(said(&["posts.parquet", "--text-column", "id"]), @r"
posts.parquet: column `id` is Float64 and not text; name another column, there are: `id`, `isi`
");
    for file in ["cut.parquet", "no.parquet", "empty.parquet"] {
        let said = said(&[file]);
        assert!(said.contains("the file is no Parquet, or is cut short"), "{said}");
    }
    let piped = desk.pipe(&["scan", "--quiet", "-"], &whole);
    insta::assert_snapshot!(piped.report(), @r"
exit 2
--- stdout
--- stderr
standard input: Parquet cannot be read from a pipe or packed; store it in a file as it is
");
}

#[test]
fn a_damaged_file_is_an_error_and_never_a_panic() {
    let (ids, texts) = many_posts(400);
    let whole = table(100, vec![("id", strings(ids)), ("text", strings(texts))]);
    let desk = Desk::new();
    let mut broken = 0;
    for at in (100..whole.len()).step_by(whole.len() / 23) {
        let mut bytes = whole.clone();
        let end = (at + 40).min(bytes.len());
        bytes[at..end].iter_mut().for_each(|byte| *byte ^= 0x5a);
        desk.write("posts.parquet", bytes);
        let ran = desk.run(&["scan", "--quiet", "posts.parquet", "-o", "out"]);
        assert!([0, 2].contains(&ran.code), "{at}: {}", ran.stderr);
        assert!(!ran.stderr.contains("panicked"), "{at}: {}", ran.stderr);
        broken += usize::from(ran.code == 2);
    }
    assert!(broken > 0);
}

#[test]
fn reading_goes_on_at_any_row() {
    let (ids, texts) = many_posts(90);
    let desk =
        Desk::with("a.parquet", table(40, vec![("id", strings(ids)), ("text", strings(texts))]));
    let source = Source::new(desk.path("a.parquet"));
    let (options, counter) = (ReaderOptions::default(), ByteCounter::default());
    let ids = |position| -> Vec<String> {
        let posts = source.posts_from(&options, &counter, position).unwrap();
        posts.map(|read| read.unwrap().post.id.to_string()).collect()
    };
    let whole = ids(waspada::io::Position::default());
    let mut posts = source.posts(&options, &counter).unwrap();
    for read in 0..=90 {
        assert_eq!(ids(posts.reached()), whole[read..], "after {read}");
        posts.next();
    }
}

#[test]
fn a_parquet_output_cannot_be_gone_on_with_and_says_so() {
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    let ran = desk.run(&["scan", "--resume", "--format", "parquet", "posts.txt", "-o", "out"]);
    insta::assert_snapshot!(ran.report(), @r"
exit 2
--- stdout
--- stderr
waspada: `--resume` cannot go on here: a Parquet file is whole or nothing; choose `jsonl` or `csv`
");
}
