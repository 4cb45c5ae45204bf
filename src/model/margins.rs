//! The joined model: from a prepared text to the margin of every head.

use super::{
    Calibration, DenseHead, Evidence, HeadCalibration, ModelError, WideTable, dense::MARGIN_BOUND,
};
use crate::features::{FeatureMaker, Prepared, View, Whole};

/// The head whose probability is the record's `score`.
pub const SCORE_HEAD: &str = "score";

/// The post heads for the level of a post as a whole, in order: they feed the score.
pub const LEVEL_HEADS: [&str; 2] = ["level:elevated", "level:high"];

/// What the heads of a model are called, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeadNames {
    /// Indicators, in the order of the taxonomy.
    pub indicators: Vec<String>,
    /// Text types, in the order of the taxonomy.
    pub text_types: Vec<String>,
}

impl HeadNames {
    /// Names of the heads of the post table.
    pub fn post(&self) -> Vec<String> {
        let levels = LEVEL_HEADS.iter().map(|name| (*name).to_owned());
        self.indicators.iter().chain(&self.text_types).cloned().chain(levels).collect()
    }

    /// Where the text types stand among the dense heads.
    pub fn text_type_heads(&self) -> std::ops::Range<usize> {
        let first = self.indicators.len();
        first..first + self.text_types.len()
    }

    /// How many columns the evidence has that dense heads see: pooled clause margins, post
    /// margins, form margins, whole-text facts.
    pub fn evidence_columns(&self) -> usize {
        self.indicators.len() + self.post().len() + self.text_types.len() + Whole::ALL.len()
    }

    /// Names of all dense heads: indicators, text types as `type:…`, the score.
    pub fn dense(&self) -> Vec<String> {
        let types = self.text_types.iter().map(|id| format!("type:{id}"));
        let score = std::iter::once(SCORE_HEAD.to_owned());
        self.indicators.iter().cloned().chain(types).chain(score).collect()
    }
}

/// The wide tables of a model, one a view.
#[derive(Clone, Debug)]
pub struct WideTables {
    /// One head an indicator, over clauses.
    pub clause: WideTable,
    /// One head an indicator, one a text type, and [`LEVEL_HEADS`], over posts.
    pub post: WideTable,
    /// One head a text type, over the form of posts.
    pub form: WideTable,
}

/// All numbers that a fit found.
#[derive(Clone, Debug)]
pub struct Model {
    /// Weights of the features.
    pub wide: WideTables,
    /// In the order of [`HeadNames::dense`].
    pub dense: Vec<DenseHead>,
    /// In the same order.
    calibration: Vec<HeadCalibration>,
    names: HeadNames,
}

/// The margins of one post, and the probabilities they stand for.
#[derive(Clone, Debug, PartialEq)]
pub struct Margins {
    /// What the dense heads saw.
    pub evidence: Evidence,
    /// Log-odds, in the order of [`HeadNames::dense`].
    pub margins: Vec<f32>,
    /// Calibrated, in the same order. Those of the text types add up to one.
    pub probabilities: Vec<f64>,
}

impl Model {
    /// Joins the parts.
    ///
    /// # Errors
    ///
    /// When they do not belong together.
    pub fn try_new(
        names: HeadNames,
        wide: WideTables,
        dense: Vec<DenseHead>,
        calibration: &Calibration,
    ) -> Result<Self, ModelError> {
        let (indicators, types) = (names.indicators.len(), names.text_types.len());
        let found: Vec<&str> = dense.iter().map(|head| head.name.as_str()).collect();
        let posts = indicators + types + LEVEL_HEADS.len();
        let heads = [wide.clause.heads(), wide.post.heads(), wide.form.heads()];
        if heads != [indicators, posts, types] || found != names.dense() {
            let reason = "the heads are not those of the taxonomy".to_owned();
            return Err(ModelError::Weights { reason });
        }
        let columns = names.evidence_columns();
        dense.iter().try_for_each(|head| head.check(columns))?;
        let calibration =
            found.iter().map(|name| calibration.head(name)).collect::<Result<_, _>>()?;
        Ok(Self { wide, dense, calibration, names })
    }

    /// What the heads are called.
    pub fn names(&self) -> &HeadNames {
        &self.names
    }

    /// Map and thresholds of dense head number `head`.
    pub fn calibration(&self, head: usize) -> HeadCalibration {
        self.calibration[head]
    }

    /// The margins of a text. The cost is that of its features, times the number of heads.
    pub fn margins(&self, maker: &FeatureMaker, prepared: &Prepared<'_>) -> Margins {
        let evidence = self.wide.evidence(maker, prepared);
        let margins: Vec<f32> = self.dense.iter().map(|head| head.margin(&evidence)).collect();
        let mut probabilities: Vec<f64> = margins
            .iter()
            .zip(&self.calibration)
            .map(|(margin, calibration)| calibration.probability(*margin))
            .collect();
        let types = self.names.text_type_heads();
        let shares = softmax(&margins[types.clone()]);
        probabilities[types].copy_from_slice(&shares);
        Margins { evidence, margins, probabilities }
    }
}

/// `exp(mᵢ) / Σ exp(mⱼ)`: a text is of one type, so that their probabilities add up to one.
pub fn softmax(margins: &[f32]) -> Vec<f64> {
    let highest = margins.iter().copied().fold(f32::MIN, f32::max);
    let powers: Vec<f64> = margins.iter().map(|m| f64::from(m - highest).exp()).collect();
    let sum: f64 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

impl WideTables {
    /// What the dense heads see of a text.
    pub fn evidence(&self, maker: &FeatureMaker, prepared: &Prepared<'_>) -> Evidence {
        let Self { clause, post, form } = self;
        let by_clause: Vec<Vec<f32>> = (0..prepared.text.clauses.len())
            .map(|at| clause.margins(maker, prepared, View::Clause(at)))
            .collect();
        let mut values = Vec::new();
        let mut best_clause = Vec::new();
        for head in 0..clause.heads() {
            let best = best(&by_clause, head);
            best_clause.push(best.map(|(at, _)| at));
            values.push(best.map_or_else(|| clause.intercept(head), |(_, margin)| margin));
        }
        values.extend(post.margins(maker, prepared, View::Post));
        values.extend(form.margins(maker, prepared, View::Form));
        let mut values: Vec<f32> =
            values.into_iter().map(|margin| margin.clamp(-MARGIN_BOUND, MARGIN_BOUND)).collect();
        let facts = &prepared.atoms.whole;
        let table = maker.table();
        values.extend(
            Whole::ALL.iter().map(|fact| {
                if facts.binary_search(&table.whole(*fact)).is_ok() { 1.0 } else { 0.0 }
            }),
        );
        Evidence { values, best_clause }
    }
}

/// The first clause with the highest margin of `head`.
fn best(by_clause: &[Vec<f32>], head: usize) -> Option<(usize, f32)> {
    let mut best: Option<(usize, f32)> = None;
    for (at, margins) in by_clause.iter().enumerate() {
        if best.is_none_or(|(_, margin)| margins[head] > margin) {
            best = Some((at, margins[head]));
        }
    }
    best
}
