//! A round in words: the question, and the answer explained word by word.

use super::{
    grade::{Answer, Grade, Tally, choices},
    rounds::{Quoted, Round, RoundSign},
    words::{LearnWords, words},
};
use crate::{
    advice::Advice,
    policy::Level,
    service::pages::{Mark, Reader, Segment, segments},
    taxonomy::Taxonomy,
};

/// What the views are made with.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) advice: &'a Advice,
    pub(super) reader: &'a Reader,
}

impl Setting<'_> {
    pub(super) fn words(&self) -> &'static LearnWords {
        words(self.reader.language)
    }

    fn name(&self, id: &str) -> String {
        self.taxonomy.name(id, self.reader.language).to_owned()
    }

    fn level(&self, level: Level) -> String {
        let words = self.words();
        match level {
            Level::NotScored => words.level_not_scored.clone(),
            Level::Distress => words.level_distress.clone(),
            Level::InsufficientText => words.level_insufficient_text.clone(),
            _ => self.advice.level(level).label.clone(),
        }
    }
}

/// A choice with its name.
#[derive(Debug)]
pub(super) struct Choice {
    pub(super) id: String,
    pub(super) name: String,
}

/// A post, and what is asked about it.
#[derive(Debug)]
pub(super) struct QuestionView {
    pub(super) text: String,
    pub(super) levels: Vec<(Level, String)>,
    pub(super) choices: Vec<Choice>,
    /// What travels in the form.
    pub(super) hidden: Vec<(&'static str, String)>,
    pub(super) action: &'static str,
    pub(super) button: &'static str,
    /// From 1.
    pub(super) position: usize,
    pub(super) total: usize,
}

impl QuestionView {
    /// The question about `round`; where it is and what travels with it are for the caller to fill in.
    pub(super) fn new(setting: &Setting<'_>, round: &Round) -> Self {
        let ids = choices(round, setting.taxonomy).into_iter();
        Self {
            text: round.text.clone(),
            levels: Level::ALL.map(|level| (level, setting.level(level))).into(),
            choices: ids.map(|id| Choice { id: id.to_owned(), name: setting.name(id) }).collect(),
            hidden: Vec::new(),
            action: "",
            button: &setting.words().answer_button,
            position: 1,
            total: 1,
        }
    }
}

/// A sign of a round with its reasons.
#[derive(Debug)]
pub(super) struct SignView {
    /// What stands beside its words in the post.
    pub(super) label: String,
    pub(super) name: String,
    pub(super) quotes: Vec<Quoted>,
    /// Whether the learner ticked it.
    pub(super) seen: bool,
}

/// An answered round.
#[derive(Debug)]
pub(super) struct AnswerView {
    pub(super) id: String,
    /// What the ids of this answer's marks begin with, when several stand on one page.
    pub(super) prefix: String,
    pub(super) level: Level,
    pub(super) level_name: String,
    /// What was said of the level; empty for nothing.
    pub(super) said: String,
    pub(super) level_right: bool,
    pub(super) points: u32,
    pub(super) segments: Vec<Segment>,
    pub(super) signs: Vec<SignView>,
    pub(super) not_there: Vec<String>,
    /// Whether there were signs, and all and only they were ticked.
    pub(super) all_right: bool,
    pub(super) protective: Vec<SignView>,
    pub(super) open: Vec<(String, String)>,
    pub(super) note: String,
    /// For the script: each sign that was there or was ticked, and whether it was judged rightly.
    pub(super) progress: String,
}

impl AnswerView {
    /// Explains `round` to someone who answered `answer`.
    pub(super) fn new(setting: &Setting<'_>, round: &Round, answer: &Answer) -> Self {
        let choices = choices(round, setting.taxonomy);
        let ticked =
            |id: &str| choices.iter().position(|one| *one == id).is_some_and(|at| answer.has(at));
        let grade = Grade::of(round, answer, &choices);
        let present = |id: &str| round.signs.iter().any(|sign| sign.id == id);
        let not_there = choices.iter().filter(|id| ticked(id) && !present(id));
        let mut tally = Tally::default();
        tally.add(round, answer, &choices);
        let signs = signs(setting, &round.signs, false, ticked);
        let protective = signs_for(setting, &round.protective);
        let mut marks = marks(&round.text, &signs, false);
        marks.extend(self::marks(&round.text, &protective, true));
        Self {
            id: round.id.clone(),
            prefix: String::new(),
            level: round.level,
            level_name: setting.level(round.level),
            said: answer.level.map_or_else(String::new, |level| setting.level(level)),
            level_right: answer.level == Some(round.level),
            points: grade.points(),
            segments: segments(&round.text, &marks, usize::MAX),
            all_right: !signs.is_empty() && grade.signs == 2 && not_there.clone().count() == 0,
            not_there: not_there.map(|id| setting.name(id)).collect(),
            signs,
            protective,
            open: round.unclear.iter().map(|(id, ask)| (setting.name(id), ask.clone())).collect(),
            note: round.note.clone(),
            progress: progress(&tally),
        }
    }
}

fn signs(
    setting: &Setting<'_>,
    found: &[RoundSign],
    letters: bool,
    ticked: impl Fn(&str) -> bool,
) -> Vec<SignView> {
    let label = |at: usize| {
        let letter = ('A'..='Z').nth(at).filter(|_| letters);
        letter.map_or_else(|| format!("{}", at + 1), String::from)
    };
    let view = |(at, sign): (usize, &RoundSign)| SignView {
        label: label(at),
        name: setting.name(&sign.id),
        quotes: sign.quotes.clone(),
        seen: ticked(&sign.id),
    };
    found.iter().enumerate().map(view).collect()
}

fn signs_for(setting: &Setting<'_>, found: &[RoundSign]) -> Vec<SignView> {
    signs(setting, found, true, |_| true)
}

fn marks(text: &str, signs: &[SignView], protective: bool) -> Vec<Mark> {
    let quoted = signs.iter().flat_map(|sign| sign.quotes.iter().map(move |quoted| (sign, quoted)));
    let mark = |(sign, quoted): (&SignView, &Quoted)| {
        let (before, _) = text.split_once(&quoted.quote)?;
        let start = before.chars().count();
        let end = start + quoted.quote.chars().count();
        Some(Mark { start, end, label: sign.label.clone(), protective })
    };
    quoted.filter_map(mark).collect()
}

fn progress(tally: &Tally) -> String {
    let entries = tally.0.iter().map(|(id, (right, seen))| format!("{id}:{right}:{seen}"));
    entries.collect::<Vec<_>>().join(",")
}

/// A line of the table of progress.
#[derive(Debug)]
pub(super) struct TallyRow {
    pub(super) name: String,
    pub(super) right: u32,
    pub(super) seen: u32,
}

/// `tally` in words, in the order of the taxonomy.
pub(super) fn tally_rows(setting: &Setting<'_>, tally: &Tally) -> Vec<TallyRow> {
    let signs = setting.taxonomy.indicators().iter();
    let row = |id: &String| {
        let (right, seen) = *tally.0.get(id)?;
        Some(TallyRow { name: setting.name(id), right, seen })
    };
    signs.filter_map(|sign| row(&sign.id)).collect()
}
