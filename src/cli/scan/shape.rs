//! How records are written, and which of them.

use serde::Serialize;
use serde_json::{Map, Value};

use super::OutputFormat;
use crate::{
    assessment::{Assessment, IndicatorFinding, State},
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
    /// What comes before the first record.
    pub(super) fn header(&self) -> Vec<u8> {
        let input = self.keep_input.then_some("input");
        match self.format {
            OutputFormat::Jsonl => Vec::new(),
            OutputFormat::Csv => csv_line(COLUMNS.into_iter().chain(input)),
        }
    }

    pub(super) fn record(&self, assessment: &Assessment, input: &Map<String, Value>) -> Vec<u8> {
        match self.format {
            OutputFormat::Jsonl if self.keep_input => json_line(&WithInput { assessment, input }),
            OutputFormat::Jsonl => json_line(assessment),
            OutputFormat::Csv => {
                let input = self.keep_input.then(|| Value::Object(input.clone()).to_string());
                csv_line(columns(assessment).into_iter().chain(input))
            }
        }
    }

    /// Whether a post of `level` is written.
    pub(super) fn passes(&self, level: Level) -> bool {
        let Some(least) = self.least else { return true };
        level == Level::Distress || level.rung().is_some_and(|rung| rung >= least)
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
