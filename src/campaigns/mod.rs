//! Campaigns: which posts are one advert, sent again with small changes or with one contact?
//!
//! ```text
//! text --View--> contacts masked --shingles--> sets --minima, bands--> pairs --Jaccard--> near copies ┐
//!          └---> contacts --keyed hash--> the same contact, unless it is generic ---------------------┴► union-find
//! ledger (ids, views; on disk) --second look at the members only--> template, slots, dates, places, contacts
//! ```
//!
//! Posts are seen once. In memory a post is a few hashes ([`Grouper`]); what is told of a campaign at
//! the end lies in a [`Ledger`] on disk, which is also the index of an incremental run.
//!
//! **The condition for equal results.** Campaigns are a function of the *set* of posts (id, text,
//! time, each counted once), of the [`Settings`], of the key of the contacts, and of the lexicon that the
//! view is made with. The order of the posts, their division into files and into runs with an index,
//! and the number of threads change nothing. It rests on this: what decides is ordered by hashes of
//! content and never by place; a bucket is cut by its neighbours in that order; a contact is judged
//! generic when all posts are there. Hashes of 64 bits are taken as equal texts.

mod bands;
mod contacts;
mod error;
mod group;
mod ledger;
mod sets;
mod shingle;
mod tell;
mod template;
mod union_find;
mod view;

pub use self::{
    contacts::ContactKey,
    error::CampaignError,
    group::{Grouper, Groups, Row},
    ledger::{Block, Blocks, Ledger, Stamp},
    tell::{Campaign, Slot},
    view::{Sighting, Time, Viewer},
};

/// What counts as near, and what as generic.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Two texts are near copies when they share this part of their runs of three words, above 0 to 1.
    ///
    /// Lower finds copies with more changes and, among millions of posts, chains of strangers who share a
    /// phrase: of planted copies with 15 % of their words changed 0.2 finds 93 % of the pairs and 0.12 finds
    /// 99 %, but of a million posts that share phrases 0.12 makes chains of thousands (`benches/campaigns.rs`).
    ///
    /// Short texts are compared by runs of two words, with the threshold that the same share of
    /// changed words gives there (see [`Settings::short_threshold`]).
    pub threshold: f64,
    /// A contact that stands in more groups of unrelated texts than this joins nothing.
    pub most_texts: u32,
}

impl Default for Settings {
    fn default() -> Self {
        Self { threshold: 0.2, most_texts: 20 }
    }
}

impl Settings {
    /// The threshold for runs of two words.
    ///
    /// When each word is kept with chance p, runs of k words have a Jaccard likeness of
    /// p^k / (2 - p^k) (Ondov et al. 2016, "Mash", eq. 4); p is taken from [`Settings::threshold`].
    pub fn short_threshold(&self) -> f64 {
        let kept = 2.0 * self.threshold / (1.0 + self.threshold);
        let kept = kept.powf(SHORT_RUN as f64 / LONG_RUN as f64);
        kept / (2.0 - kept)
    }
}

/// Words in a shingle of a text of some length.
const LONG_RUN: usize = 3;

/// Words in a shingle of a short text.
const SHORT_RUN: usize = 2;

/// Texts up to this length have shingles of [`SHORT_RUN`] words.
const LONGEST_SHORT: usize = 16;

/// Texts from this length on have shingles of [`LONG_RUN`] words: between the two a text has both, so
/// that copies of 12 and of 17 words still meet.
const SHORTEST_LONG: usize = 12;

/// Below this number of words ("info dong kak") equal words say nothing: such texts are the same only
/// with the same contacts, and without a contact they are in no campaign.
const FEWEST_WORDS: usize = 5;
