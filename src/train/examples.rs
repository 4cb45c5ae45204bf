//! Examples: a labelled post as sparse rows and targets, one row a clause and one a post.

use std::collections::BTreeMap;

use super::{Problem, TrainSettings, cuts::CUT_TAG, single};
use crate::{
    classify::{ABOUT_SILENCE, Domain},
    features::{Prepared, View},
    labels::{LabelState, LabeledPost},
    policy::Level,
    taxonomy::TextType,
    text::{AnalyzedText, Span},
};

/// One labelled post, read.
#[derive(Debug)]
pub(super) struct Example<'a> {
    pub(super) prepared: Prepared<'a>,
    post: &'a LabeledPost,
    /// For each indicator its state, and the clauses that show it.
    indicators: Vec<(Option<LabelState>, Vec<usize>)>,
    /// The rung that a reader's labels put the post on; `None` for a text without a level.
    rung: Option<u8>,
    is_scored: bool,
    silent: Vec<bool>,
}

impl<'a> Example<'a> {
    pub(super) fn new(post: &'a LabeledPost, text: &'a AnalyzedText, domain: &Domain) -> Self {
        let taxonomy = &domain.taxonomy;
        let indicators = taxonomy
            .indicators()
            .iter()
            .map(|indicator| {
                let spans = post.evidence_spans(&indicator.id);
                (post.state(&indicator.id), clauses_with(text, &spans))
            })
            .collect();
        let is_cut = post.tags.iter().any(|tag| tag == CUT_TAG);
        let silent = taxonomy
            .indicators()
            .iter()
            .map(|indicator| is_cut && ABOUT_SILENCE.contains(&indicator.id.as_str()))
            .collect();
        Self {
            prepared: domain.maker.prepare(text, &domain.analyzer),
            post,
            indicators,
            rung: domain.policy.evaluate(&post.findings(taxonomy)).level.rung(),
            is_scored: taxonomy.text_type(post.text_type).scored,
            silent,
        }
    }

    /// The number of its text type.
    pub(super) fn text_type(&self) -> usize {
        let known = TextType::ALL.iter().position(|t| *t == self.post.text_type);
        known.expect("every text type is in the list of all")
    }

    fn reaches(&self, level: Level) -> bool {
        self.rung >= level.rung()
    }

    pub(super) fn is_cut(&self) -> bool {
        self.post.tags.iter().any(|tag| tag == CUT_TAG)
    }

    /// What dense head number `head` should say; `None` where the label leaves it open.
    pub(super) fn dense_target(&self, head: usize) -> Option<bool> {
        let indicators = self.indicators.len();
        if head < indicators {
            return self.indicator(head).map(|(target, _)| target);
        }
        let at = head - indicators;
        match TextType::ALL.get(at) {
            Some(text_type) => Some(self.post.text_type == *text_type),
            None => Some(self.reaches(Level::High)),
        }
    }

    /// The rows that dense head number `head` learns from. A post that is elevated and no more
    /// teaches the score both ways: it belongs between those above and those below. The map to
    /// probabilities is fitted on [`Self::dense_target`], so the score keeps its meaning.
    pub(super) fn dense_lessons(&self, head: usize) -> Vec<bool> {
        let is_score = head == self.indicators.len() + TextType::ALL.len();
        let between = self.reaches(Level::Elevated) && !self.reaches(Level::High);
        if is_score && between {
            return vec![true, false];
        }
        self.dense_target(head).into_iter().collect()
    }

    /// Target and weight of each text type.
    fn types(&self) -> impl Iterator<Item = (bool, f32)> {
        TextType::ALL.iter().map(|text_type| (self.post.text_type == *text_type, 1.0))
    }

    /// Target and weight of an indicator for the post; `None` where the label leaves it open,
    /// and in texts whose indicators nobody marked.
    fn indicator(&self, at: usize) -> Option<(bool, bool)> {
        if !self.is_scored || self.silent[at] {
            return None;
        }
        match self.indicators[at].0 {
            None => Some((false, false)),
            Some(LabelState::Present) => Some((true, false)),
            Some(LabelState::Denied) => Some((false, true)),
            Some(LabelState::Unclear) => None,
        }
    }
}

/// The clauses that share a byte with one of `spans`.
fn clauses_with(text: &AnalyzedText, spans: &[Span]) -> Vec<usize> {
    let clauses = text.clauses.iter().enumerate();
    clauses
        .filter(|(_, clause)| {
            let place = text.normalized.original_span((*clause).clone());
            spans.iter().any(|span| span.overlaps(place))
        })
        .map(|(at, _)| at)
        .collect()
}

/// Sparse rows with a target and a weight for each head.
pub(super) struct Rows {
    /// Row `i` holds `columns[starts[i]..starts[i + 1]]`.
    starts: Vec<usize>,
    columns: Vec<u32>,
    values: Vec<f32>,
    /// By head, by row: target and weight; weight 0 leaves the row out.
    targets: Vec<Vec<(bool, f32)>>,
    /// Column to feature.
    features: Vec<u32>,
    dimensions: usize,
    names: Vec<String>,
}

impl Rows {
    pub(super) fn of_clauses(
        examples: &[&Example<'_>],
        domain: &Domain,
        settings: &TrainSettings,
    ) -> Self {
        let names = domain.head_names().indicators;
        let mut rows = Builder::new(domain.maker.dimensions(View::Clause(0)), names);
        for (number, example) in examples.iter().enumerate().filter(|(_, e)| e.is_scored) {
            for at in 0..example.prepared.text.clauses.len() {
                let targets = (0..example.indicators.len())
                    .map(|head| clause_target(example, head, at, settings))
                    .collect();
                rows.push(number, targets, |sink| {
                    domain.maker.for_each(&example.prepared, View::Clause(at), |feature| {
                        sink(feature.index, feature.value);
                    });
                });
            }
        }
        rows.finish(settings.least_posts)
    }

    pub(super) fn of_posts(
        examples: &[&Example<'_>],
        domain: &Domain,
        settings: &TrainSettings,
    ) -> Self {
        let names = domain.head_names().post();
        let mut rows = Builder::new(domain.maker.dimensions(View::Post), names);
        for (number, example) in examples.iter().enumerate() {
            let denial = single(settings.denial);
            let indicators = (0..example.indicators.len()).map(|head| {
                example.indicator(head).map_or((false, 0.0), |(target, denied)| {
                    (target, if denied { denial } else { 1.0 })
                })
            });
            let types = example.types();
            let levels = [Level::Elevated, Level::High].map(|level| (example.reaches(level), 1.0));
            let targets = indicators.chain(types).chain(levels).collect();
            rows.push(number, targets, |sink| {
                domain.maker.for_each(&example.prepared, View::Post, |feature| {
                    sink(feature.index, feature.value);
                });
            });
        }
        rows.finish(settings.least_posts)
    }

    pub(super) fn of_forms(
        examples: &[&Example<'_>],
        domain: &Domain,
        settings: &TrainSettings,
    ) -> Self {
        let names = domain.head_names().text_types;
        let mut rows = Builder::new(domain.maker.dimensions(View::Form), names);
        for (number, example) in examples.iter().enumerate() {
            rows.push(number, example.types().collect(), |sink| {
                domain.maker.for_each(&example.prepared, View::Form, |feature| {
                    sink(feature.index, feature.value);
                });
            });
        }
        rows.finish(settings.least_posts)
    }

    pub(super) fn problem(&self) -> Problem<'_> {
        Problem {
            starts: &self.starts,
            columns: &self.columns,
            values: &self.values,
            targets: &self.targets,
            features: &self.features,
            dimensions: self.dimensions,
            names: &self.names,
        }
    }
}

/// Target and weight of an indicator for one clause.
fn clause_target(
    example: &Example<'_>,
    head: usize,
    clause: usize,
    settings: &TrainSettings,
) -> (bool, f32) {
    let Some((target, denied)) = example.indicator(head) else { return (false, 0.0) };
    let shows = example.indicators[head].1.contains(&clause);
    match (target, denied, shows) {
        (true, _, true) => (true, 1.0),
        // The reader quoted one to three places; this one may show it too.
        (true, _, false) => (false, single(settings.silent_clause)),
        (false, true, true) => (false, single(settings.denial)),
        (false, _, _) => (false, 1.0),
    }
}

struct Builder {
    starts: Vec<usize>,
    features: Vec<u32>,
    values: Vec<f32>,
    targets: Vec<Vec<(bool, f32)>>,
    /// Feature to the posts it occurs in, and the last of them.
    met: BTreeMap<u32, (usize, usize)>,
    dimensions: usize,
    names: Vec<String>,
}

impl Builder {
    fn new(dimensions: usize, names: Vec<String>) -> Self {
        Self {
            starts: vec![0],
            features: Vec::new(),
            values: Vec::new(),
            targets: vec![Vec::new(); names.len()],
            met: BTreeMap::new(),
            dimensions,
            names,
        }
    }

    fn push(
        &mut self,
        post: usize,
        targets: Vec<(bool, f32)>,
        features: impl FnOnce(&mut dyn FnMut(u32, f32)),
    ) {
        features(&mut |feature, value| {
            self.features.push(feature);
            self.values.push(value);
            let met = self.met.entry(feature).or_insert((0, usize::MAX));
            if met.1 != post {
                *met = (met.0 + 1, post);
            }
        });
        self.starts.push(self.features.len());
        for (head, target) in self.targets.iter_mut().zip(targets) {
            head.push(target);
        }
    }

    /// Drops features of fewer than `least` posts and numbers the rest.
    fn finish(self, least: usize) -> Rows {
        let features: Vec<u32> =
            self.met.iter().filter(|(_, (posts, _))| *posts >= least).map(|(f, _)| *f).collect();
        let mut starts = vec![0];
        let mut columns = Vec::new();
        let mut values = Vec::new();
        for row in self.starts.windows(2) {
            for at in row[0]..row[1] {
                if let Ok(column) = features.binary_search(&self.features[at]) {
                    columns.push(u32::try_from(column).expect("fewer columns than features"));
                    values.push(self.values[at]);
                }
            }
            starts.push(columns.len());
        }
        let Self { targets, dimensions, names, .. } = self;
        Rows { starts, columns, values, targets, features, dimensions, names }
    }
}
