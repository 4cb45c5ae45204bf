//! Texts that come again are assessed once.

use std::sync::Arc;

use quick_cache::{Weighter, sync::Cache};

use crate::{assessment::Assessment, post::Post};

/// How much the kept assessments may weigh: some thirty thousand posts. It does not grow.
const MOST_BYTES: u64 = 64 << 20;

/// How many assessments that are, for the first size of the table.
const ABOUT_POSTS: usize = 1 << 15;

/// Assessments by the whole text, so that no two texts are ever taken for one. An assessment is of
/// the text alone, which is why a kept one is the same as a new one but for the id.
pub(super) struct Repeats {
    kept: Cache<Box<str>, Arc<Assessment>, Weight>,
}

impl Repeats {
    pub(super) fn new() -> Self {
        Self { kept: Cache::with_weighter(ABOUT_POSTS, MOST_BYTES, Weight) }
    }

    /// The assessment of `post`, by `assess` unless its text was there lately.
    pub(super) fn assess(
        &self,
        post: &Post,
        assess: impl Fn(&Post) -> Assessment,
    ) -> Arc<Assessment> {
        if let Some(kept) = self.kept.get(post.text.as_str()) {
            let id = post.id.as_str().to_owned();
            return Arc::new(Assessment { id, ..Assessment::clone(&kept) });
        }
        let assessment = Arc::new(assess(post));
        self.kept.insert(post.text.as_str().into(), Arc::clone(&assessment));
        assessment
    }
}

/// What an assessment takes of the memory, about.
#[derive(Clone)]
struct Weight;

impl Weighter<Box<str>, Arc<Assessment>> for Weight {
    fn weight(&self, text: &Box<str>, assessment: &Arc<Assessment>) -> u64 {
        const RECORD: usize = 1024;
        const FINDING: usize = 256;
        let findings = assessment.indicators.len()
            + assessment.protective.len()
            + assessment.places.len()
            + assessment.contacts.len();
        (RECORD + 2 * text.len() + FINDING * findings) as u64
    }
}
