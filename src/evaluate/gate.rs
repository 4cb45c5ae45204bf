//! Gates: bounds that a release must keep, in a file that a person can read and raise.
//!
//! ```toml
//! [[bound]]
//! figure = "indicator_micro_f1"
//! at_least = 0.74
//! ```

use serde::Deserialize;

use super::{
    figures::{Better, FIGURES, FigureInfo},
    report::Report,
};

/// Bounds on figures.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Each bound, in the order of the file.
    #[serde(rename = "bound")]
    pub bounds: Vec<Bound>,
}

/// One figure and what it must reach.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bound {
    /// A name of [`FIGURES`].
    pub figure: String,
    /// For figures of which more is better.
    pub at_least: Option<f64>,
    /// For figures of which less is better.
    pub at_most: Option<f64>,
}

/// Why a file is no gate.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum GateError {
    /// Not the form of a gate.
    #[error("not a gate: {0}")]
    Form(String),
    /// A figure that is not measured.
    #[error("bound {number} names `{figure}`, which is not measured; use one of: {known}")]
    UnknownFigure {
        /// Which bound, counted from 1.
        number: usize,
        /// What it names.
        figure: String,
        /// What there is.
        known: String,
    },
    /// A bound on the wrong side, or none.
    #[error("bound {number} on `{figure}` needs `{needed}` and nothing else")]
    WrongSide {
        /// Which bound, counted from 1.
        number: usize,
        /// What it names.
        figure: String,
        /// The key it needs.
        needed: &'static str,
    },
}

impl Gate {
    /// Reads a gate.
    ///
    /// # Errors
    ///
    /// Names the bound that cannot be meant.
    pub fn from_toml(text: &str) -> Result<Self, GateError> {
        let gate: Self =
            toml::from_str(text).map_err(|error| GateError::Form(error.to_string()))?;
        for (at, bound) in gate.bounds.iter().enumerate() {
            let (number, figure) = (at + 1, bound.figure.clone());
            let Some(info) = FIGURES.iter().find(|info| info.name == bound.figure) else {
                let known = FIGURES.map(|info| info.name).join(", ");
                return Err(GateError::UnknownFigure { number, figure, known });
            };
            let (needed, is_right) = match info.better {
                Better::Higher => ("at_least", bound.at_least.is_some() && bound.at_most.is_none()),
                Better::Lower => ("at_most", bound.at_most.is_some() && bound.at_least.is_none()),
            };
            if !is_right {
                return Err(GateError::WrongSide { number, figure, needed });
            }
        }
        Ok(gate)
    }

    /// What an earlier release measured, as bounds: a figure may be worse than it was by chance, but
    /// not worse than its interval. Figures that were not measured bind nothing.
    pub fn from_report(earlier: &Report) -> Self {
        let bound = |info: &FigureInfo| {
            let figure = earlier.figures.get(info.name)?;
            let (at_least, at_most) = match info.better {
                Better::Higher => (Some(figure.low.or(figure.value)?), None),
                Better::Lower => (None, Some(figure.high.or(figure.value)?)),
            };
            Some(Bound { figure: info.name.to_owned(), at_least, at_most })
        };
        Self { bounds: FIGURES.iter().filter_map(bound).collect() }
    }

    /// What `report` does not keep, a sentence each. A figure that does not exist keeps nothing.
    pub fn broken(&self, report: &Report) -> Vec<String> {
        self.bounds.iter().filter_map(|bound| bound.broken(report)).collect()
    }
}

impl Bound {
    fn broken(&self, report: &Report) -> Option<String> {
        let name = &self.figure;
        let Some(value) = report.value(name) else {
            return Some(format!("{name} could not be measured: no such posts"));
        };
        let low = self.at_least.filter(|bound| value < *bound);
        let high = self.at_most.filter(|bound| value > *bound);
        low.map(|bound| format!("{name} is {value:.4}, and must be at least {bound}")).or_else(
            || high.map(|bound| format!("{name} is {value:.4}, and must be at most {bound}")),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_that_cannot_be_meant_is_refused() {
        let error = |text: &str| Gate::from_toml(text).unwrap_err().to_string();
        assert!(
            error("[[bound]]\nfigure = \"speed\"\nat_least = 1")
                .starts_with("bound 1 names `speed`")
        );
        let other = error("[[bound]]\nfigure = \"low_raised\"\nat_least = 0.1");
        assert_eq!(other, "bound 1 on `low_raised` needs `at_most` and nothing else");
        assert!(error("bounds = 1").starts_with("not a gate"));
    }
}
