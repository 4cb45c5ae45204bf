//! What was answered to a round, and how good it was.
//!
//! Pure. An answer travels as a few letters in the form, and is graded again wherever it arrives: nobody has to be
//! believed about their points.

use std::collections::BTreeMap;

use super::{course::mixed, rounds::Round};
use crate::{
    policy::Level,
    taxonomy::{Strength, Taxonomy},
};

/// Signs that are offered to tick, at least.
const FEWEST_CHOICES: usize = 7;

/// Signs that are not in the post among those offered, at least.
const FEWEST_WRONG: usize = 3;

/// Points for one round: half for the level, half for the signs.
pub(super) const POINTS: u32 = 4;

/// The share of all points from which a final is passed, in percent.
///
/// Two people who read the same real adverts agree on the level in 85 to 98 of 100; ticking at random gives
/// about 30 of 100 points.
pub(super) const PASS_PERCENT: u32 = 70;

/// What a learner said of one round.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Answer {
    pub(super) level: Option<Level>,
    /// Bit n stands for the n-th of [`choices`].
    ticked: u32,
}

/// The signs to choose from: those in the post and some that are not, in the order of the taxonomy.
pub(super) fn choices<'a>(round: &Round, taxonomy: &'a Taxonomy) -> Vec<&'a str> {
    let present = |id: &str| round.signs.iter().any(|sign| sign.id == id);
    // What is unclear is no fair trap, and whether something is not said is a matter of degree.
    let fair = |id: &str| !present(id) && !round.unclear.iter().any(|(open, _)| open == id);
    let risk = taxonomy.indicators().iter().filter(|sign| sign.strength != Strength::Mitigates);
    let ids: Vec<&str> = risk.map(|sign| sign.id.as_str()).collect();
    let mut wrong: Vec<&str> = ids.iter().copied().filter(|id| fair(id)).collect();
    wrong.sort_by_key(|id| mixed(&round.id, id));
    wrong.truncate(FEWEST_CHOICES.saturating_sub(round.signs.len()).max(FEWEST_WRONG));
    ids.into_iter().filter(|id| present(id) || wrong.contains(id)).collect()
}

impl Answer {
    /// The answer with the signs `ticked`, of those offered.
    pub(super) fn new(level: Option<Level>, ticked: &[String], choices: &[&str]) -> Self {
        let bits = choices.iter().enumerate().filter(|(_, id)| ticked.iter().any(|t| t == *id));
        Self { level, ticked: bits.fold(0, |bits, (at, _)| bits | 1 << at) }
    }

    /// Whether the choice at `at` was ticked.
    pub(super) fn has(&self, at: usize) -> bool {
        at < 32 && self.ticked >> at & 1 == 1
    }

    fn write(&self) -> String {
        let level = self.level.and_then(|level| Level::ALL.iter().position(|one| *one == level));
        format!("{}{:x}", level.unwrap_or(Level::ALL.len()), self.ticked)
    }

    fn read(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let level = chars.next()?.to_digit(10)? as usize;
        let ticked = u32::from_str_radix(chars.as_str(), 16).ok()?;
        Some(Self { level: Level::ALL.get(level).copied(), ticked })
    }
}

/// The answers of a final so far, as they travel in its form.
pub(super) fn write(answers: &[Answer]) -> String {
    answers.iter().map(Answer::write).collect::<Vec<_>>().join(".")
}

/// The answers of a final so far; what is no answer ends them.
pub(super) fn read(text: &str) -> Vec<Answer> {
    text.split('.').map_while(Answer::read).collect()
}

/// How good an answer was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Grade {
    /// 0, 1 for a neighbouring level, or 2.
    pub(super) level: u32,
    /// 0 to 2: the share of what was seen rightly, of all that was there or was ticked.
    pub(super) signs: u32,
}

impl Grade {
    /// Grades `answer` to `round`.
    pub(super) fn of(round: &Round, answer: &Answer, choices: &[&str]) -> Self {
        let (mut hits, mut all) = (0, 0);
        for (at, id) in choices.iter().enumerate() {
            let present = round.signs.iter().any(|sign| sign.id == *id);
            hits += u32::from(present && answer.has(at));
            all += u32::from(present || answer.has(at));
        }
        let signs = if all == 0 { 2 } else { (4 * hits + all) / (2 * all) };
        Self { level: level_points(round.level, answer.level), signs }
    }

    /// Of [`POINTS`].
    pub(super) fn points(self) -> u32 {
        self.level + self.signs
    }
}

fn level_points(right: Level, said: Option<Level>) -> u32 {
    if said == Some(right) {
        return 2;
    }
    match (right.rung(), said.and_then(Level::rung)) {
        (Some(right), Some(said)) if right.abs_diff(said) == 1 => 1,
        _ => 0,
    }
}

/// Whether `points` of `most` pass a final.
pub(super) fn passes(points: u32, most: u32) -> bool {
    most > 0 && points * 100 >= most * PASS_PERCENT
}

/// How often each sign was judged rightly, of how many times it was there or was ticked; by id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally(pub(super) BTreeMap<String, (u32, u32)>);

impl Tally {
    /// Adds one answer.
    pub(super) fn add(&mut self, round: &Round, answer: &Answer, choices: &[&str]) {
        for (at, id) in choices.iter().enumerate() {
            let present = round.signs.iter().any(|sign| sign.id == *id);
            if present || answer.has(at) {
                let (right, seen) = self.0.entry((*id).to_owned()).or_default();
                *right += u32::from(present && answer.has(at));
                *seen += 1;
            }
        }
    }

    /// As it travels in the address: place in the taxonomy, right, seen.
    pub(super) fn write(&self, taxonomy: &Taxonomy) -> String {
        let entry = |(id, (right, seen)): (&String, &(u32, u32))| {
            taxonomy.index(id).map(|index| format!("{}-{right}-{seen}", index.0))
        };
        self.0.iter().filter_map(entry).collect::<Vec<_>>().join(".")
    }

    /// What [`Tally::write`] wrote; what is not of it is passed over.
    pub(super) fn read(text: &str, taxonomy: &Taxonomy) -> Self {
        let entry = |part: &str| {
            let mut numbers = part.splitn(3, '-');
            let index: usize = numbers.next()?.parse().ok()?;
            let right: u32 = numbers.next()?.parse().ok()?;
            let seen: u32 = numbers.next()?.parse().ok()?;
            let sign = taxonomy.indicators().get(index)?;
            (right <= seen && seen < 10_000).then(|| (sign.id.clone(), (right, seen)))
        };
        Self(text.split('.').take(64).filter_map(entry).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUND: &str = r#"{"id":"x","track":"both","difficulty":1,"text":"Bayar 4 juta dulu, lewat jalur tikus","lang":"id","type":"recruitment_ad","level":"high","ind":{"upfront_fee":[],"irregular_route":[]}}"#;

    fn taxonomy() -> Taxonomy {
        Taxonomy::from_toml(include_str!("../../../models/domain/taxonomy.toml")).unwrap()
    }

    fn round() -> Round {
        super::super::rounds::read(ROUND, &taxonomy()).unwrap().remove(0)
    }

    fn grade(level: Level, ticked: &[&str]) -> Grade {
        let (taxonomy, round) = (taxonomy(), round());
        let choices = choices(&round, &taxonomy);
        let ticked: Vec<String> = ticked.iter().map(|id| (*id).to_owned()).collect();
        Grade::of(&round, &Answer::new(Some(level), &ticked, &choices), &choices)
    }

    #[test]
    fn the_right_answer_gets_all_points_and_a_near_one_some() {
        let both = ["upfront_fee", "irregular_route"];
        assert_eq!(grade(Level::High, &both).points(), POINTS);
        assert_eq!(grade(Level::Critical, &both).points(), 3);
        assert_eq!(grade(Level::High, &["upfront_fee"]), Grade { level: 2, signs: 1 });
        assert_eq!(grade(Level::Low, &[]).points(), 0);
        assert_eq!(grade(Level::Distress, &both).level, 0);
    }

    #[test]
    fn ticking_everything_is_not_the_way() {
        let (taxonomy, round) = (taxonomy(), round());
        let choices = choices(&round, &taxonomy);
        assert!(choices.len() >= FEWEST_CHOICES);
        assert!(grade(Level::High, &choices).signs < 2);
    }

    #[test]
    fn answers_and_tallies_come_back_as_they_went() {
        let (taxonomy, round) = (taxonomy(), round());
        let choices = choices(&round, &taxonomy);
        let answer = Answer::new(Some(Level::Low), &["upfront_fee".to_owned()], &choices);
        let answers = vec![answer.clone(), Answer::default()];
        assert_eq!(read(&write(&answers)), answers);
        assert_eq!(read("zz.<script>"), []);
        let mut tally = Tally::default();
        tally.add(&round, &answer, &choices);
        assert_eq!(tally.0["upfront_fee"], (1, 1));
        assert_eq!(tally.0["irregular_route"], (0, 1));
        assert_eq!(Tally::read(&tally.write(&taxonomy), &taxonomy), tally);
        assert_eq!(Tally::read("999-1-1.3-5-1.x", &taxonomy), Tally::default());
    }
}
