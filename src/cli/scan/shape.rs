//! How records are written, and which of them.

use std::sync::Arc;

use serde::Serialize;
use serde_json::{Map, Value};

use super::OutputFormat;
use crate::{
    assessment::{Assessment, IndicatorFinding, State},
    io::parquet::{Columns, RecordRow},
    policy::Level,
};

/// The columns of a CSV record; `input` follows with `--keep-input`.
const COLUMNS: [&str; 10] = [
    "id",
    "level",
    "rules",
    "score",
    "text_type",
    "indicators",
    "unclear",
    "protective",
    "notices",
    "reason",
];

/// How records are written, and which.
pub(super) struct Shape {
    pub(super) format: OutputFormat,
    /// The lowest rung that is written.
    pub(super) least: Option<u8>,
    pub(super) keep_input: bool,
}

/// A record with the other fields of the input.
#[derive(Serialize)]
struct WithInput<'a> {
    #[serde(flatten)]
    assessment: &'a Assessment,
    input: &'a Map<String, Value>,
}

impl Shape {
    pub(super) fn is_parquet(&self) -> bool {
        self.format == OutputFormat::Parquet
    }

    /// What comes before the first record.
    pub(super) fn header(&self) -> Vec<u8> {
        let input = self.keep_input.then_some("input");
        match self.format {
            OutputFormat::Jsonl | OutputFormat::Parquet => Vec::new(),
            OutputFormat::Csv => csv_line(COLUMNS.into_iter().chain(input)),
        }
    }

    /// Nothing yet, in the form of this shape.
    pub(super) fn records(&self) -> Unwritten {
        match self.format {
            OutputFormat::Jsonl | OutputFormat::Csv => Unwritten::Text(Vec::new()),
            OutputFormat::Parquet => Unwritten::Rows(Vec::new()),
        }
    }

    fn line(&self, assessment: &Assessment, input: &Map<String, Value>) -> Vec<u8> {
        if self.format == OutputFormat::Csv {
            let input = self.keep_input.then(|| Value::Object(input.clone()).to_string());
            csv_line(columns(assessment).into_iter().chain(input))
        } else if self.keep_input {
            json_line(&WithInput { assessment, input })
        } else {
            json_line(assessment)
        }
    }

    /// Whether a post of `level` is written.
    pub(super) fn passes(&self, level: Level) -> bool {
        let Some(least) = self.least else { return true };
        level == Level::Distress || level.rung().is_some_and(|rung| rung >= least)
    }
}

/// Records of a batch, as they are written.
pub(super) enum Records {
    Text(Vec<u8>),
    Columns(Columns),
}

/// Records of a batch on their way to [`Records`].
pub(super) enum Unwritten {
    Text(Vec<u8>),
    Rows(Vec<(Arc<Assessment>, String)>),
}

impl Unwritten {
    pub(super) fn push(
        &mut self,
        shape: &Shape,
        assessment: &Arc<Assessment>,
        input: Map<String, Value>,
    ) {
        match self {
            Self::Text(text) => text.extend(shape.line(assessment, &input)),
            Self::Rows(rows) => {
                rows.push((Arc::clone(assessment), Value::Object(input).to_string()));
            }
        }
    }

    pub(super) fn finish(self, shape: &Shape) -> Records {
        match self {
            Self::Text(text) => Records::Text(text),
            Self::Rows(rows) => {
                let rows: Vec<RecordRow<'_>> = rows
                    .iter()
                    .map(|(assessment, input)| RecordRow {
                        assessment,
                        input: shape.keep_input.then_some(input),
                    })
                    .collect();
                Records::Columns(Columns::of(&rows, shape.keep_input))
            }
        }
    }
}

fn json_line(record: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(record).expect("a record has text keys and no failing part");
    line.push(b'\n');
    line
}

fn csv_line(fields: impl Iterator<Item = impl AsRef<[u8]>>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().buffer_capacity(1 << 9).from_writer(Vec::new());
    writer.write_record(fields).expect("memory takes all");
    writer.into_inner().expect("memory takes all")
}

/// The values of [`COLUMNS`].
fn columns(assessment: &Assessment) -> [String; 10] {
    let indicators = |state: State| {
        let found = assessment.indicators.iter().filter(move |found| found.state == state);
        found.map(id_and_kind).collect::<Vec<_>>().join(" ")
    };
    let protective = assessment.protective.iter().filter(|found| found.state == State::Present);
    [
        assessment.id.clone(),
        assessment.level.to_string(),
        assessment.rules.join(" "),
        format!("{:.6}", assessment.score),
        assessment.text_type.clone(),
        indicators(State::Present),
        indicators(State::Unclear),
        protective.map(|found| found.id.as_str()).collect::<Vec<_>>().join(" "),
        assessment.notices.join(" "),
        assessment.reason.clone().unwrap_or_default(),
    ]
}

fn id_and_kind(found: &IndicatorFinding) -> String {
    found.kind.as_ref().map_or_else(|| found.id.clone(), |kind| format!("{}:{kind}", found.id))
}
