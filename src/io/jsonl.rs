//! JSON lines: one post a line, and a bad line costs only itself.

use std::{fmt, io::BufRead};

use serde::{
    Deserializer,
    de::{DeserializeSeed, Error, IgnoredAny, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value};

use super::{
    JsonKind, ReadError, ReadPost, ReaderOptions,
    lines::{ByteLines, split_line_break},
    read_post, utf8,
};

/// Reads posts from JSON lines, one object a line. Blank lines are passed over.
///
/// Only what is asked for is kept of a line; the other fields are checked and dropped.
#[derive(Debug)]
pub(super) struct JsonlReader<R> {
    lines: ByteLines<R>,
    options: ReaderOptions,
}

impl<R: BufRead> JsonlReader<R> {
    pub(super) fn new(lines: ByteLines<R>, options: ReaderOptions) -> Self {
        Self { lines, options }
    }

    pub(super) fn lines(&self) -> &ByteLines<R> {
        &self.lines
    }
}

impl<R: BufRead> Iterator for JsonlReader<R> {
    type Item = Result<ReadPost, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        let line = self.lines.advance_to_text()?;
        Some(line.and_then(|line| parse(line, self.lines.bytes(), &self.options)))
    }
}

fn parse(line: u64, bytes: &[u8], options: &ReaderOptions) -> Result<ReadPost, ReadError> {
    let json = utf8(line, split_line_break(bytes).0)?;
    if json.trim_ascii_start().starts_with('{') {
        whole(line, json, FieldsSeed(options))?.into_post(line, options)
    } else {
        let found = whole(line, json, ScalarSeed)?.kind();
        Err(ReadError::NotAnObject { line, found })
    }
}

/// Reads one value and makes sure that nothing stands after it.
fn whole<'de, S>(line: u64, json: &'de str, seed: S) -> Result<S::Value, ReadError>
where
    S: DeserializeSeed<'de>,
{
    let mut parser = serde_json::Deserializer::from_str(json);
    let value = seed.deserialize(&mut parser);
    let value = value.and_then(|value| parser.end().map(|()| value));
    value.map_err(|error| syntax_error(line, &error))
}

/// What `error` says of `line`, in our words.
pub(super) fn syntax_error(line: u64, error: &serde_json::Error) -> ReadError {
    let column = error.column();
    match reason(error) {
        reason if is_surrogate(&reason) => ReadError::UnpairedSurrogate { line, column },
        reason => ReadError::NotJson { line, column, reason },
    }
}

/// What the parser said, without its line: it was given one line and calls it line 1.
pub(super) fn reason(error: &serde_json::Error) -> String {
    let said = error.to_string();
    said.split(" at line ").next().unwrap_or_default().to_owned()
}

/// `serde_json` has no code for it that can be asked; a test holds these words.
fn is_surrogate(reason: &str) -> bool {
    reason.contains("surrogate") || reason.contains("end of hex escape")
}

/// What is kept of an object. A field that is there twice counts with its last value.
#[derive(Default)]
struct Fields {
    text: Option<Scalar>,
    id: Option<Scalar>,
    input: Map<String, Value>,
}

impl Fields {
    fn into_post(self, line: u64, options: &ReaderOptions) -> Result<ReadPost, ReadError> {
        let field = || options.text_column.clone();
        let text = match self.text {
            Some(Scalar::Text(text)) => text,
            Some(other) => {
                return Err(ReadError::WrongType { line, field: field(), found: other.kind() });
            }
            None => return Err(ReadError::MissingField { line, field: field() }),
        };
        let id = match self.id {
            None | Some(Scalar::Other(JsonKind::Null)) => None,
            Some(Scalar::Text(id) | Scalar::Number(id)) => Some(id),
            Some(Scalar::Other(found)) => {
                let field = options.id_column.clone();
                return Err(ReadError::WrongType { line, field, found });
            }
        };
        read_post(line, id, text, self.input)
    }
}

/// The value of the text or of the id.
enum Scalar {
    Text(String),
    Number(String),
    Other(JsonKind),
}

impl Scalar {
    fn kind(&self) -> JsonKind {
        match self {
            Self::Text(_) => JsonKind::String,
            Self::Number(_) => JsonKind::Number,
            Self::Other(kind) => *kind,
        }
    }
}

/// Reads an object without holding the fields that nobody asked for.
struct FieldsSeed<'a>(&'a ReaderOptions);

impl<'de> DeserializeSeed<'de> for FieldsSeed<'_> {
    type Value = Fields;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fields, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for FieldsSeed<'_> {
    type Value = Fields;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Fields, A::Error> {
        let mut fields = Fields::default();
        while let Some(key) = map.next_key_seed(KeySeed(self.0))? {
            match key {
                Key::Text => fields.text = Some(map.next_value_seed(ScalarSeed)?),
                Key::Id => fields.id = Some(map.next_value_seed(ScalarSeed)?),
                Key::Kept(name) => {
                    fields.input.insert(name, map.next_value()?);
                }
                Key::Dropped => {
                    map.next_value::<IgnoredAny>()?;
                }
            }
        }
        Ok(fields)
    }
}

/// What a field of the object is to us.
enum Key {
    Text,
    Id,
    Kept(String),
    Dropped,
}

struct KeySeed<'a>(&'a ReaderOptions);

impl<'de> DeserializeSeed<'de> for KeySeed<'_> {
    type Value = Key;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Key, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for KeySeed<'_> {
    type Value = Key;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Key, E> {
        Ok(if name == self.0.text_column {
            Key::Text
        } else if name == self.0.id_column {
            Key::Id
        } else if self.0.keep_input {
            Key::Kept(name.to_owned())
        } else {
            Key::Dropped
        })
    }
}

struct ScalarSeed;

impl<'de> DeserializeSeed<'de> for ScalarSeed {
    type Value = Scalar;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Scalar, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for ScalarSeed {
    type Value = Scalar;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a value")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Scalar, E> {
        Ok(Scalar::Text(text.to_owned()))
    }

    fn visit_bool<E: Error>(self, _: bool) -> Result<Scalar, E> {
        Ok(Scalar::Other(JsonKind::Boolean))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number.to_string()))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Scalar, E> {
        Ok(Scalar::Number(number.to_string()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Scalar, E> {
        Ok(Scalar::Number(Value::from(number).to_string()))
    }

    fn visit_unit<E: Error>(self) -> Result<Scalar, E> {
        Ok(Scalar::Other(JsonKind::Null))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Scalar, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other(JsonKind::Array))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Scalar, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Scalar::Other(JsonKind::Object))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::io::{
        lines::MAX_LINE_BYTES,
        testing::{FailingInput, outcomes},
    };

    fn read(input: impl AsRef<[u8]>) -> Vec<String> {
        outcomes(JsonlReader::new(ByteLines::new(input.as_ref()), ReaderOptions::default()))
    }

    #[test]
    fn a_bad_line_is_named_and_does_not_stop_the_rest() {
        let cases: [(&[u8], &str); 16] = [
            (b"not json", "line 2, column 2: not JSON: expected ident"),
            (b"{\"text\":\"a\"} {}", "line 2, column 14: not JSON: trailing characters"),
            (b"{\"text\":\"a", "line 2, column 10: not JSON: EOF while parsing a string"),
            (b"{\"text\":\"a\0b\"}", "line 2, column 11: not JSON: control character"),
            (b"[{\"text\":\"a\"}]", "line 2: an array and not an object"),
            (b"\"kerja\"", "line 2: a string and not an object"),
            (b"null", "line 2: null and not an object"),
            (b"-7", "line 2: a number and not an object"),
            (b"{}", "line 2: no field `text`"),
            (b"{\"text\":null}", "line 2: field `text` is null"),
            (b"{\"text\":12}", "line 2: field `text` is a number"),
            (b"{\"text\":[\"a\",[]]}", "line 2: field `text` is an array"),
            (b"{\"id\":{\"a\":1},\"text\":\"a\"}", "line 2: field `id` is an object"),
            (b"{\"text\":\"\xff\"}", "line 2, column 10: not UTF-8"),
            (b"{\"text\":\"\\ud83d\"}", "line 2, column 16: a \\u escape is half"),
            (b"{\"text\":\"\\ude00.\"}", "line 2, column 15: a \\u escape is half"),
        ];
        for (bad, message) in cases {
            let lines = [b"{\"text\":\"satu\"}", bad, b"{\"text\":\"tiga\"}"].join(&b'\n');
            let read = read(lines);
            assert_eq!((read[0].as_str(), read[2].as_str(), read.len()), ("1=satu", "3=tiga", 3));
            assert!(read[1].starts_with(message), "{} is not {message}", read[1]);
        }
    }

    #[test]
    fn ids_are_text_and_a_missing_one_is_the_number_of_the_line() {
        let input = r#"{"text":"a","id":"p-1"}

            {"id":17,"text":"b"}
            {"id":-1.5,"text":"c"}
            {"id":null,"text":"d"}
            {"text":"e","id":""}"#;
        assert_eq!(read(input), ["p-1=a", "17=b", "-1.5=c", "5=d", "=e"]);
    }

    #[test]
    fn a_text_is_kept_to_the_byte() {
        assert_eq!(
            read(b"\xef\xbb\xbf{\"text\":\" a\\u0000\\r\\n\\ud83d\\ude00\"}\r\n"),
            ["1= a\0\r\n😀"]
        );
        assert_eq!(read(r#"{"text":"first","text":""}"#), ["1="]);
    }

    #[test]
    fn a_text_longer_than_an_advert_and_a_line_without_end_cost_one_line_each() {
        let text = |length| format!("{{\"text\":\"{}\"}}\n", "x".repeat(length));
        let input = [text(10 << 20), text(MAX_LINE_BYTES), text(1)].concat();
        let read = read(input);
        assert!(read[0].starts_with("line 1: the text has 10485760 bytes"), "{}", read[0]);
        assert!(read[1].starts_with("line 2: longer than 16 MiB"), "{}", read[1]);
        assert_eq!(read[2], "3=x");
    }

    #[test]
    fn other_fields_are_kept_when_asked_for_and_may_be_anything() {
        let line = br#"{"a":[1,{"b":null}],"text":"t","id":1,"c":"\ud800"}"#.as_slice();
        assert_eq!(read(line), ["1=t"], "what is dropped is not looked into");
        let line = br#"{"a":[1,{"b":null}],"text":"t","id":1}"#.as_slice();
        let options = ReaderOptions { keep_input: true, ..ReaderOptions::default() };
        let post = JsonlReader::new(ByteLines::new(line), options).next().unwrap().unwrap();
        assert_eq!(Value::Object(post.input), serde_json::json!({"a": [1, {"b": null}]}));
    }

    #[test]
    fn the_text_may_stand_in_another_field() {
        let options = ReaderOptions {
            text_column: "isi".to_owned(),
            id_column: "nomor".to_owned(),
            ..ReaderOptions::default()
        };
        let line = br#"{"text":1,"isi":"a","nomor":7}"#.as_slice();
        assert_eq!(outcomes(JsonlReader::new(ByteLines::new(line), options)), ["7=a"]);
    }

    #[test]
    fn deep_nesting_is_no_danger() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
            let deep = format!("{}1{}", open.repeat(100_000), close.repeat(100_000));
            let input = format!("{{\"x\":{deep},\"text\":\"a\"}}\n{{\"text\":{deep}}}\n{deep}");
            assert_eq!(read(&input).len(), 3);
            let options = ReaderOptions { keep_input: true, ..ReaderOptions::default() };
            assert_eq!(
                outcomes(JsonlReader::new(ByteLines::new(input.as_bytes()), options)).len(),
                3
            );
        }
    }

    #[test]
    fn a_line_that_breaks_off_with_the_input_is_no_post() {
        let read = outcomes(JsonlReader::new(
            ByteLines::new(FailingInput::new(b"{\"text\":\"a\"}\n{\"text\":\"b\"}")),
            ReaderOptions::default(),
        ));
        assert_eq!(read.len(), 2);
        assert!(read[1].starts_with("line 2: the input cannot be read any further"));
    }

    proptest! {
        #[test]
        fn no_bytes_panic_and_no_good_line_is_lost(
            lines in prop::collection::vec(
                prop_oneof![
                    ".{0,20}".prop_map(Ok),
                    prop::collection::vec(any::<u8>(), 0..20).prop_map(Err),
                    "[{}\\[\\]\":,0a\\\\ud ]{0,12}".prop_map(|bad| Err(bad.into_bytes())),
                ],
                0..12,
            ),
        ) {
            let mut input = b"{\"text\":\"first\"}\n".to_vec();
            let mut expected = vec!["first".to_owned()];
            for line in &lines {
                match line {
                    Ok(text) => {
                        input.extend(serde_json::json!({"text": text, "id": null}).to_string().bytes());
                        expected.push(text.clone());
                    }
                    Err(bytes) => input.extend(bytes.iter().filter(|byte| **byte != b'\n')),
                }
                input.push(b'\n');
            }
            let read = JsonlReader::new(ByteLines::new(&input[..]), ReaderOptions::default());
            let texts: Vec<String> = read.flatten().map(|read| read.post.text).collect();
            prop_assert_eq!(texts, expected);
        }
    }
}
