//! The record: what the machine says of one post, in the form every sink receives.

use serde::{Deserialize, Serialize, Serializer};
use utoipa::ToSchema;

use crate::{policy::Level, text::entities::Period};

/// The version of the record's shape.
pub const SCHEMA: u32 = 1;

/// Whether an indicator is there, or a person should ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The text shows it.
    Present,
    /// The text may show it: a question for the reader.
    Unclear,
}

/// Words of the post as received. Counted in Unicode code points, so that `text[start:end]` in
/// Python is `text`, but for contacts: each letter and digit of one is a `•` here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Quote {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
    /// The words.
    pub text: String,
}

/// One risk indicator found in a post.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct IndicatorFinding {
    /// Its id in the taxonomy.
    pub id: String,
    /// Its kind, for indicators that have kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// Group of the taxonomy, by its letter.
    pub group: String,
    /// Policy dimension: D, C, V, P or F.
    pub dimension: String,
    /// `strong`, `medium`, `weak` or `notice`.
    pub strength: String,
    /// Present or unclear.
    pub state: State,
    /// Calibrated probability that a trained reader would mark it, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub confidence: f64,
    /// The words that show it; at least one place when present.
    pub spans: Vec<Quote>,
}

/// One protective indicator found in a post: a claim of the poster, never a fact.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ProtectiveFinding {
    /// Its id in the taxonomy.
    pub id: String,
    /// Present or unclear.
    pub state: State,
    /// Calibrated probability that a trained reader would mark it, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub confidence: f64,
    /// The words that show it.
    pub spans: Vec<Quote>,
}

/// A place named in the post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlaceFinding {
    /// Name in the gazetteer.
    pub name: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Risk type of the specification, section 8; left out for ordinary places.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// Where it is named.
    pub span: PlainSpan,
}

/// Code points of the post as received.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PlainSpan {
    /// First code point.
    pub start: u32,
    /// One past the last.
    pub end: u32,
}

/// The pay that the post names, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PayFinding {
    /// Lowest figure.
    pub min: f64,
    /// Highest figure, for a range.
    pub max: Option<f64>,
    /// ISO 4217, where it is known.
    pub currency: Option<String>,
    /// What it is paid for.
    pub period: Period,
}

/// A way to reach the poster, masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactFinding {
    /// What it is, such as `phone_id` or `chat_link`.
    pub kind: String,
    /// The contact with most of it hidden.
    pub masked: String,
}

/// Which model said it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ModelStamp {
    /// Name of the bundle.
    pub name: String,
    /// Version of the fit.
    pub version: String,
    /// SHA-256 of its manifest.
    pub sha256: String,
}

/// What the machine says of one post. About the text, never about a person.
///
/// A `score` is a lead: the calibrated confidence that a trained reader would
/// put the post at high or critical. It is no probability of trafficking.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assessment {
    /// Version of this shape.
    pub schema: u32,
    /// Id of the post.
    pub id: String,
    /// How much attention it needs.
    pub level: Level,
    /// Rules that gave the level, and `MIT` when one step was taken back.
    pub rules: Vec<String>,
    /// Why there is no level, for `insufficient_text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// Confidence that a trained reader would put the post at high or critical, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub score: f64,
    /// What kind of text it is.
    pub text_type: String,
    /// Calibrated probability of that text type, 0 to 1.
    #[serde(serialize_with = "six_decimals")]
    pub text_type_confidence: f64,
    /// Languages found, main one first.
    pub languages: Vec<String>,
    /// Risk indicators that are present or unclear, in the order of the taxonomy.
    pub indicators: Vec<IndicatorFinding>,
    /// Protective indicators that are present or unclear, in the order of the taxonomy.
    pub protective: Vec<ProtectiveFinding>,
    /// Places named, in reading order.
    pub places: Vec<PlaceFinding>,
    /// Pay, when a figure could be read.
    pub pay: Option<PayFinding>,
    /// Contacts, masked, in reading order.
    pub contacts: Vec<ContactFinding>,
    /// What stands beside the level, such as `possible_job_scam`.
    pub notices: Vec<String>,
    /// Words that had to be repaired before they could be read.
    pub obfuscated_tokens: u32,
    /// Which model said it.
    pub model: ModelStamp,
}

/// Six decimals: more would differ from one platform's `exp` to the next.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn six_decimals<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_f64((value * 1e6).round() / 1e6)
}
