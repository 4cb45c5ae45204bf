//! The levels a post can get.

use std::fmt;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the policy makes of a post: a rung of the ladder, or why there is none.
///
/// `Low < Elevated < High < Critical`. The other three are no risk levels; they sort after the ladder only so that
/// counts by level have a fixed order. Ask [`Level::rung`] before comparing risk.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// Few signs in this text; never "safe".
    Low,
    /// Some things need checking.
    Elevated,
    /// Several signs that often come together in harmful offers.
    High,
    /// Strong signs; a trained person must look.
    Critical,
    /// Not a text that is judged: news, a warning, a job seeker.
    NotScored,
    /// Someone asks for help; contacts at once, no score.
    Distress,
    /// The text cannot be judged; the outcome says why.
    InsufficientText,
}

impl Level {
    /// All seven, the ladder first.
    pub const ALL: [Self; 7] = [
        Self::Low,
        Self::Elevated,
        Self::High,
        Self::Critical,
        Self::NotScored,
        Self::Distress,
        Self::InsufficientText,
    ];

    /// The name in files and records, such as `not_scored`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Elevated => "elevated",
            Self::High => "high",
            Self::Critical => "critical",
            Self::NotScored => "not_scored",
            Self::Distress => "distress",
            Self::InsufficientText => "insufficient_text",
        }
    }

    /// The level that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.id() == id)
    }

    /// The rung of the ladder, 0 for low to 3 for critical; none for a level that is no risk level.
    pub fn rung(self) -> Option<u8> {
        match self {
            Self::Low => Some(0),
            Self::Elevated => Some(1),
            Self::High => Some(2),
            Self::Critical => Some(3),
            Self::NotScored | Self::Distress | Self::InsufficientText => None,
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_ladder_has_rungs_and_they_rise() {
        let rungs: Vec<u8> = Level::ALL.into_iter().filter_map(Level::rung).collect();
        assert_eq!(rungs, [0, 1, 2, 3]);
        assert!(Level::Low < Level::Elevated && Level::High < Level::Critical);
    }

    #[test]
    fn a_level_has_one_name_everywhere() {
        for level in Level::ALL {
            assert_eq!(Level::from_id(level.id()), Some(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.id());
        }
    }
}
