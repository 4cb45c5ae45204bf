//! Labelled posts: what a person said about a text, in the form that trains and judges a model.
//!
//! ```text
//! {"id":"…","text":"…","lang":["id"],"text_type":"recruitment_ad",
//!  "indicators":{"upfront_fee":{"state":"present","kind":"LARGE","evidence":["biaya 15 juta"]}},
//!  "group":"g-12","tags":["chat"],"author":"…","split":"train"}
//! ```
//!
//! Evidence is quoted, not counted: a quotation survives an edit of the text
//! around it, and a reader can check it. [`LabeledPost::evidence_spans`] finds it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    policy::Findings,
    post::Post,
    taxonomy::{Taxonomy, TextType},
    text::Span,
};

/// What a reader said of one indicator. An indicator that is not named is absent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelState {
    /// The text shows it.
    Present,
    /// A careful reader could go either way.
    Unclear,
    /// The text says the opposite ("no fee"). Counts as absent, and is worth learning from.
    Denied,
}

/// One indicator of one post.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    /// What the reader said.
    pub state: LabelState,
    /// The kind, for indicators that have kinds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The words that show it, quoted from the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<String>,
}

/// Which part of the data a post belongs to. Posts of one group are in one part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Split {
    /// Fits weights, calibration and thresholds.
    Train,
    /// Held out: seen by `evaluate` only.
    Test,
}

/// A post and everything a reader said about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LabeledPost {
    /// Unique in the data set.
    pub id: String,
    /// The text.
    pub text: String,
    /// Languages in it, main one first, as ISO 639-1 or -3 codes.
    pub lang: Vec<String>,
    /// What kind of text it is.
    pub text_type: TextType,
    /// For a question about an ad: whether the offer itself is quoted.
    #[serde(default = "yes", skip_serializing_if = "is_yes")]
    pub offer_quoted: bool,
    /// Risk and protective indicators that are not absent, by id.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub indicators: BTreeMap<String, Label>,
    /// Near-copies share a group, and a group is never split.
    pub group: String,
    /// Register, trade and other slices.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Who wrote the label.
    pub author: String,
    /// Train or test.
    pub split: Split,
}

fn yes() -> bool {
    true
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_yes(value: &bool) -> bool {
    *value
}

/// What is wrong with one label.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LabelFault {
    /// The taxonomy has no such indicator.
    #[error("unknown indicator `{0}`; use an id of taxonomy.toml")]
    UnknownIndicator(String),
    /// The indicator has no such kind.
    #[error("indicator `{indicator}` has no kind `{kind}`; use one of {known:?}")]
    UnknownKind {
        /// The indicator.
        indicator: String,
        /// The kind that was given.
        kind: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// A present indicator with kinds has none.
    #[error("indicator `{indicator}` is present without a kind; give one of {known:?}")]
    MissingKind {
        /// The indicator.
        indicator: String,
        /// Those there are.
        known: Vec<String>,
    },
    /// Evidence is not a quotation of the text.
    #[error("evidence `{quote}` of `{indicator}` is not in the text; quote it to the letter")]
    NotInText {
        /// The indicator.
        indicator: String,
        /// The words.
        quote: String,
    },
    /// A present indicator has no evidence.
    #[error("indicator `{0}` is present without evidence; quote the words that show it")]
    NoEvidence(String),
    /// Indicators on a text that offers no work.
    #[error("a `{0}` carries no indicators; remove them or correct the text type")]
    NotScored(String),
    /// There is nothing to read.
    #[error("the text is empty; remove the line")]
    EmptyText,
}

impl LabeledPost {
    /// The post without what was said about it.
    pub fn post(&self) -> Post {
        Post::new(self.id.clone(), self.text.clone())
    }

    /// Whether indicator `id` is present.
    pub fn has(&self, id: &str) -> bool {
        self.state(id) == Some(LabelState::Present)
    }

    /// What was said of indicator `id`; `None` is absent.
    pub fn state(&self, id: &str) -> Option<LabelState> {
        self.indicators.get(id).map(|label| label.state)
    }

    /// Where the evidence of indicator `id` stands, in the order quoted.
    ///
    /// A quotation that occurs more than once gives its first place.
    pub fn evidence_spans(&self, id: &str) -> Vec<Span> {
        let evidence = self.indicators.get(id).map(|label| label.evidence.as_slice());
        evidence.unwrap_or_default().iter().filter_map(|quote| find(&self.text, quote)).collect()
    }

    /// The labels in the form that the rules ask for, so that they give the labelled level.
    ///
    /// Labels say nothing of where the reader is, so no work counts as abroad.
    pub fn findings(&self, taxonomy: &Taxonomy) -> Findings {
        let present = self
            .indicators
            .iter()
            .filter(|(_, label)| label.state == LabelState::Present)
            .filter_map(|(id, label)| Some((taxonomy.index(id)?, label.kind.clone())))
            .collect();
        let is_word = |word: &&str| word.chars().any(char::is_alphabetic);
        Findings {
            text_type: self.text_type,
            offer_quoted: self.offer_quoted,
            languages: self.lang.clone(),
            words: self.text.split_whitespace().filter(is_word).count(),
            abroad: false,
            present,
        }
    }

    /// Everything that `taxonomy` and the text do not allow, in the order of the indicators.
    pub fn faults(&self, taxonomy: &Taxonomy) -> Vec<LabelFault> {
        let mut faults = Vec::new();
        if self.text.trim().is_empty() {
            faults.push(LabelFault::EmptyText);
        }
        if !taxonomy.text_type(self.text_type).scored && !self.indicators.is_empty() {
            faults.push(LabelFault::NotScored(self.text_type.id().to_owned()));
        }
        for (id, label) in &self.indicators {
            self.faults_of(id, label, taxonomy, &mut faults);
        }
        faults
    }

    fn faults_of(
        &self,
        id: &str,
        label: &Label,
        taxonomy: &Taxonomy,
        faults: &mut Vec<LabelFault>,
    ) {
        let Some(indicator) = taxonomy.index(id).map(|index| taxonomy.indicator(index)) else {
            faults.push(LabelFault::UnknownIndicator(id.to_owned()));
            return;
        };
        let known: Vec<_> = indicator.kinds.iter().map(|kind| kind.id.clone()).collect();
        let needs_kind = !known.is_empty() && !indicator.kind_optional;
        match &label.kind {
            Some(kind) if !known.contains(kind) => {
                let (indicator, kind) = (id.to_owned(), kind.clone());
                faults.push(LabelFault::UnknownKind { indicator, kind, known });
            }
            None if label.state == LabelState::Present && needs_kind => {
                faults.push(LabelFault::MissingKind { indicator: id.to_owned(), known });
            }
            _ => {}
        }
        if label.state == LabelState::Present && label.evidence.is_empty() {
            faults.push(LabelFault::NoEvidence(id.to_owned()));
        }
        for quote in label.evidence.iter().filter(|quote| find(&self.text, quote).is_none()) {
            faults.push(LabelFault::NotInText { indicator: id.to_owned(), quote: quote.clone() });
        }
    }
}

fn find(text: &str, quote: &str) -> Option<Span> {
    let start = text.find(quote).filter(|_| !quote.is_empty())?;
    let start = u32::try_from(start).ok()?;
    Some(Span { start, end: start + u32::try_from(quote.len()).ok()? })
}
