//! All that can be learnt: lessons and rounds in three languages, and a trainer's own rounds.

use sha2::{Digest as _, Sha256};

use super::{
    lessons::{self, Lesson},
    rounds::{self, Round, RoundError, Track},
};
use crate::taxonomy::{ReaderLanguage, Taxonomy};

const ROUNDS: [&str; 3] = [
    include_str!("rounds.en.jsonl"),
    include_str!("rounds.id.jsonl"),
    include_str!("rounds.ms.jsonl"),
];

/// How many rounds the final has.
pub(super) const FINAL_ROUNDS: usize = 10;

/// At most so many rounds of the final have one level, so that a lucky guess cannot carry it.
const MOST_OF_A_LEVEL: usize = 3;

/// Lessons and rounds, checked.
#[derive(Debug)]
pub(in crate::service) struct Course {
    lessons: Vec<(ReaderLanguage, Vec<Lesson>)>,
    rounds: Vec<Round>,
}

impl Course {
    /// Our own lessons and rounds.
    pub(in crate::service) fn new(taxonomy: &Taxonomy) -> Self {
        let lesson = |(language, text): (ReaderLanguage, &str)| {
            (language, lessons::read(text).expect("a test reads each file of lessons"))
        };
        let files = [
            (ReaderLanguage::En, include_str!("lessons.en.toml")),
            (ReaderLanguage::Id, include_str!("lessons.id.toml")),
            (ReaderLanguage::Ms, include_str!("lessons.ms.toml")),
        ];
        let mut all = Vec::new();
        for text in ROUNDS {
            let rounds = rounds::read(text, taxonomy);
            // A bundle may have lost an indicator that our rounds are about: then there are fewer rounds.
            all.extend(rounds.unwrap_or_default());
        }
        // By difficulty, and mixed within it: in the files rounds on one sign stand together.
        all.sort_by_key(|round| (round.difficulty, mixed("practice", &round.id)));
        Self { lessons: files.map(lesson).into(), rounds: all }
    }

    /// This with a trainer's rounds before ours: they were made for the people who sit there.
    ///
    /// # Errors
    ///
    /// Names the line of `text` that is no round.
    pub(in crate::service) fn with_rounds(
        mut self,
        text: &str,
        taxonomy: &Taxonomy,
    ) -> Result<Self, RoundError> {
        let own = rounds::read(text, taxonomy)?;
        // A round of theirs takes the place of ours with the same id.
        self.rounds.retain(|round| own.iter().all(|other| other.id != round.id));
        self.rounds.splice(..0, own);
        Ok(self)
    }

    /// The lessons of a track, in order.
    pub(super) fn lessons(&self, language: ReaderLanguage, track: Track) -> Vec<&Lesson> {
        self.all_lessons(language).filter(|lesson| lesson.track == track).collect()
    }

    /// The lesson that `id` names.
    pub(super) fn lesson(&self, language: ReaderLanguage, id: &str) -> Option<&Lesson> {
        self.all_lessons(language).find(|lesson| lesson.id == id)
    }

    fn all_lessons(&self, language: ReaderLanguage) -> impl Iterator<Item = &Lesson> {
        self.lessons.iter().filter(move |(own, _)| *own == language).flat_map(|(_, list)| list)
    }

    /// The rounds of a track, easy ones first.
    pub(super) fn rounds(&self, language: ReaderLanguage, track: Track) -> Vec<&Round> {
        let fits = |round: &&Round| round.language == language && round.tracks.contains(&track);
        self.rounds.iter().filter(fits).collect()
    }

    /// The rounds of the final that `seed` draws: the same for the same seed.
    pub(super) fn drawn(&self, language: ReaderLanguage, track: Track, seed: &str) -> Vec<&Round> {
        let mut rounds = self.rounds(language, track);
        rounds.sort_by_key(|round| mixed(seed, &round.id));
        let mut drawn: Vec<&Round> = Vec::new();
        for round in rounds {
            let same = drawn.iter().filter(|other| other.level == round.level).count();
            if same < MOST_OF_A_LEVEL && drawn.len() < FINAL_ROUNDS {
                drawn.push(round);
            }
        }
        drawn
    }
}

/// A number that looks drawn and is the same every time.
pub(super) fn mixed(seed: &str, id: &str) -> u64 {
    let digest = Sha256::new_with_prefix(seed).chain_update([0]).chain_update(id).finalize();
    digest.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taxonomy() -> Taxonomy {
        Taxonomy::from_toml(include_str!("../../../models/domain/taxonomy.toml")).unwrap()
    }

    #[test]
    fn there_are_enough_rounds_of_every_track_and_language() {
        let course = Course::new(&taxonomy());
        assert!(course.rounds.len() >= 120, "{}", course.rounds.len());
        for language in ReaderLanguage::ALL {
            for track in Track::ALL {
                let rounds = course.rounds(language, track);
                assert!(rounds.len() >= 20, "{language} {track:?}: {}", rounds.len());
                assert!(course.lessons(language, track).len() >= 5);
            }
        }
    }

    #[test]
    fn a_final_is_drawn_without_repeats_and_over_several_levels() {
        let course = Course::new(&taxonomy());
        for seed in ["1", "2", "3", "4"] {
            let drawn = course.drawn(ReaderLanguage::Id, Track::Volunteer, seed);
            let mut ids: Vec<&str> = drawn.iter().map(|round| round.id.as_str()).collect();
            ids.sort_unstable();
            ids.dedup();
            assert_eq!(ids.len(), FINAL_ROUNDS);
            let again = course.drawn(ReaderLanguage::Id, Track::Volunteer, seed);
            assert_eq!(drawn, again);
        }
    }

    #[test]
    fn a_trainers_rounds_come_first() {
        let own = r#"{"id":"own","track":"both","difficulty":3,"text":"Dicari kasir toko","lang":"id","type":"recruitment_ad","level":"low"}"#;
        let course = Course::new(&taxonomy()).with_rounds(own, &taxonomy()).unwrap();
        assert_eq!(course.rounds(ReaderLanguage::Id, Track::Officer)[0].id, "own");
        assert!(course.with_rounds("{}", &taxonomy()).is_err());
    }
}
