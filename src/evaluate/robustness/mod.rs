//! Robustness: the same post told in another disguise, of another person, with another number.
//!
//! ```text
//! posts ─┬─► disguises (evasion)        ─► recall lost, share of identical records
//!        ├─► identity swaps (fairness)  ─► by how much the score moved
//!        └─► other contacts             ─► whether any margin moved at all
//! ```
//!
//! A suite sees a classifier through [`Subject`] alone, so that it can try anyone's.

mod contacts;
mod counterfactual;
mod evasion;

pub use self::{
    contacts::{ContactReport, swap_contacts},
    counterfactual::{SWAP_SETS, SwapReport, SwapSet},
    evasion::{DISGUISES, Disguise, EvasionReport, STRENGTHS},
};
use crate::{assessment::Assessment, labels::LabeledPost, text::Span};

/// What a suite asks of a classifier.
pub trait Subject: Sync {
    /// The record of a text.
    fn assess(&self, text: &str) -> Assessment;
    /// The bits of every margin of a text, for comparing to the bit.
    fn margin_bits(&self, text: &str) -> Vec<u32>;
    /// Where telephone numbers, handles, links and addresses stand in a text, in bytes.
    fn contacts(&self, text: &str) -> Vec<Span>;
}

/// What the three suites say.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct RobustnessReport {
    /// By disguise and strength.
    pub evasion: Vec<EvasionReport>,
    /// By set of words that are exchanged.
    pub fairness: Vec<SwapReport>,
    /// Of all posts with a contact.
    pub contacts: ContactReport,
}

/// Runs all suites on `posts`, which is a few dozen assessments a post.
///
/// `positive` are the posts whose labels give elevated or above: a disguise is tried on these.
pub fn try_all(
    subject: &dyn Subject,
    posts: &[LabeledPost],
    positive: &[&LabeledPost],
) -> RobustnessReport {
    RobustnessReport {
        evasion: evasion::run(subject, positive),
        fairness: counterfactual::run(subject, posts),
        contacts: contacts::run(subject, posts),
    }
}

impl std::fmt::Display for RobustnessReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let percent = |part: u64, whole: u64| 100.0 * part as f64 / whole.max(1) as f64;
        writeln!(
            f,
            "\n{:18}{:>9}{:>8}{:>11}{:>8}{:>8}{:>12}",
            "disguise", "strength", "posts", "found plain", "found", "same", "same score"
        )?;
        for row in &self.evasion {
            writeln!(
                f,
                "{:18}{:>9.1}{:>8}{:>10.1}%{:>7.1}%{:>7.1}%{:>11.1}%",
                row.name,
                row.strength,
                row.posts,
                percent(row.found_plain, row.posts),
                percent(row.found, row.posts),
                percent(row.same, row.posts),
                percent(row.same_score, row.posts)
            )?;
        }
        writeln!(
            f,
            "\n{:18}{:>8}{:>14}{:>14}{:>10}{:>14}",
            "exchanged", "texts", "mean change", "largest", "> 0.02", "other level"
        )?;
        for row in &self.fairness {
            writeln!(
                f,
                "{:18}{:>8}{:>14.4}{:>14.4}{:>10}{:>14}",
                row.set,
                row.texts,
                row.mean_change,
                row.largest_change,
                row.beyond,
                row.level_changes
            )?;
        }
        let ContactReport { posts, identical, different } = &self.contacts;
        write!(
            f,
            "\nother contacts: {identical} of {posts} posts have the same margins to the bit"
        )?;
        if !different.is_empty() {
            write!(f, "; not: {}", different.join(", "))?;
        }
        writeln!(f)
    }
}
