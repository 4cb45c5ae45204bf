//! The condition language of `policy.toml`: names are resolved once, then conditions are asked of each post.
//!
//! ```text
//! toml::Value --Compiler--> Condition --Case::holds--> bool
//! ```

use std::collections::{BTreeMap, BTreeSet};

use toml::{Table, Value};

use super::{Findings, PolicyError};
use crate::taxonomy::{Dimension, IndicatorIndex, Strength, Taxonomy, TextType};

/// A condition whose names have been resolved.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Condition {
    Present(IndicatorIndex),
    Kind(IndicatorIndex, String),
    Term(usize),
    Positive(Dimension),
    OfferQuoted,
    Abroad,
    All(Vec<Self>),
    Any(Vec<Self>),
    Not(Box<Self>),
    TextTypeIn(Vec<TextType>),
    AnyLanguageIn(Vec<String>),
    WordsAtMost(usize),
    Count(Selection, Bounds),
    DimensionsWith(BTreeSet<Strength>, Bounds),
}

/// Which counted indicators are meant; an empty set means any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) strengths: BTreeSet<Strength>,
    pub(super) dimensions: BTreeSet<Dimension>,
}

/// How many there must be, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bounds {
    pub(super) min: usize,
    pub(super) max: usize,
}

impl Bounds {
    fn hold(self, count: usize) -> bool {
        (self.min..=self.max).contains(&count)
    }
}

/// One way for a dimension to be positive: each selection of strengths needs its number.
pub(super) type Pattern = Vec<(BTreeSet<Strength>, usize)>;

/// Resolves the names in the conditions of one rule.
pub(super) struct Compiler<'a> {
    pub(super) taxonomy: &'a Taxonomy,
    pub(super) counted: &'a BTreeSet<Dimension>,
    /// Term names, in the order in which [`Condition::Term`] counts them.
    pub(super) terms: &'a [String],
    /// Where in the file, for errors.
    pub(super) rule: &'a str,
}

impl Compiler<'_> {
    pub(super) fn condition(&self, value: &Value) -> Result<Condition, PolicyError> {
        match value {
            Value::String(name) => self.name(name),
            Value::Table(table) => self.table(table),
            other => Err(self.not_a_condition(other)),
        }
    }

    pub(super) fn indicator(&self, id: &str) -> Result<IndicatorIndex, PolicyError> {
        self.taxonomy.index(id).ok_or_else(|| PolicyError::UnknownIndicator {
            rule: self.rule.to_owned(),
            indicator: id.to_owned(),
        })
    }

    pub(super) fn strength(&self, id: &str) -> Result<Strength, PolicyError> {
        let counted =
            |strength: &Strength| !matches!(strength, Strength::Notice | Strength::Mitigates);
        Strength::from_id(id).filter(counted).ok_or_else(|| PolicyError::UnknownStrength {
            rule: self.rule.to_owned(),
            strength: id.to_owned(),
        })
    }

    fn name(&self, name: &str) -> Result<Condition, PolicyError> {
        match name.split_once(':') {
            None => self.indicator(name).map(Condition::Present),
            Some(("term", term)) => self.term(term),
            Some(("pos", letter)) => self.dimension(letter).map(Condition::Positive),
            Some(("arg", "offer_quoted")) => Ok(Condition::OfferQuoted),
            Some(("arg", "abroad")) => Ok(Condition::Abroad),
            Some(("arg", argument)) => Err(self.unknown_argument(argument)),
            Some((id, kind)) => self.kind(id, kind),
        }
    }

    fn term(&self, term: &str) -> Result<Condition, PolicyError> {
        let place = self.terms.iter().position(|name| name == term);
        place.map(Condition::Term).ok_or_else(|| PolicyError::UnknownTerm {
            rule: self.rule.to_owned(),
            term: term.to_owned(),
        })
    }

    fn kind(&self, id: &str, kind: &str) -> Result<Condition, PolicyError> {
        let index = self.indicator(id)?;
        let indicator = self.taxonomy.indicator(index);
        if indicator.has_kind(kind) {
            return Ok(Condition::Kind(index, kind.to_owned()));
        }
        let known: Vec<&str> = indicator.kinds.iter().map(|kind| kind.id.as_str()).collect();
        Err(PolicyError::UnknownKind {
            rule: self.rule.to_owned(),
            indicator: id.to_owned(),
            kind: kind.to_owned(),
            known: if known.is_empty() { "none".to_owned() } else { known.join(", ") },
        })
    }

    fn dimension(&self, letter: &str) -> Result<Dimension, PolicyError> {
        let counted = |dimension: &Dimension| self.counted.contains(dimension);
        Dimension::from_id(letter).filter(counted).ok_or_else(|| PolicyError::UnknownDimension {
            rule: self.rule.to_owned(),
            dimension: letter.to_owned(),
        })
    }

    fn table(&self, table: &Table) -> Result<Condition, PolicyError> {
        let keys: Vec<&str> = table.keys().map(String::as_str).collect();
        let value = |key: &str| table.get(key).expect("the key was just listed");
        match keys.as_slice() {
            ["all"] => self.conditions(value("all")).map(Condition::All),
            ["any"] => self.conditions(value("any")).map(Condition::Any),
            ["not"] => Ok(Condition::Not(Box::new(self.condition(value("not"))?))),
            _ if keys.contains(&"arg") => self.argument(table),
            _ if keys.contains(&"count") => self.count(table),
            _ if keys.contains(&"dims_with") => self.dimensions_with(table),
            _ => Err(self.not_a_condition(table)),
        }
    }

    fn conditions(&self, value: &Value) -> Result<Vec<Condition>, PolicyError> {
        let list = value.as_array().ok_or_else(|| self.not_a_condition(value))?;
        list.iter().map(|value| self.condition(value)).collect()
    }

    fn argument(&self, table: &Table) -> Result<Condition, PolicyError> {
        let argument =
            table.get("arg").and_then(Value::as_str).ok_or_else(|| self.not_a_condition(table))?;
        if table.len() != 2 {
            return Err(self.not_a_condition(table));
        }
        match (argument, table.get("in"), table.get("any_in"), table.get("max")) {
            ("text_type", Some(list), None, None) => {
                let types = self.strings(list)?.into_iter().map(|id| self.text_type(id));
                types.collect::<Result<_, _>>().map(Condition::TextTypeIn)
            }
            ("languages", None, Some(list), None) => Ok(Condition::AnyLanguageIn(
                self.strings(list)?.into_iter().map(str::to_owned).collect(),
            )),
            ("words", None, None, Some(most)) => self.number(most).map(Condition::WordsAtMost),
            _ => Err(self.unknown_argument(argument)),
        }
    }

    fn text_type(&self, id: &str) -> Result<TextType, PolicyError> {
        TextType::from_id(id).ok_or_else(|| PolicyError::UnknownTextType {
            rule: self.rule.to_owned(),
            text_type: id.to_owned(),
        })
    }

    fn count(&self, table: &Table) -> Result<Condition, PolicyError> {
        let selected = table
            .get("count")
            .and_then(Value::as_table)
            .ok_or_else(|| self.not_a_condition(table))?;
        self.only(selected, &["strength", "dim"])?;
        let mut selection = Selection::default();
        for id in selected.get("strength").map_or(Ok(Vec::new()), |list| self.strings(list))? {
            selection.strengths.insert(self.strength(id)?);
        }
        for letter in selected.get("dim").map_or(Ok(Vec::new()), |list| self.strings(list))? {
            selection.dimensions.insert(self.dimension(letter)?);
        }
        self.only(table, &["count", "min", "max"])?;
        Ok(Condition::Count(selection, self.bounds(table)?))
    }

    fn dimensions_with(&self, table: &Table) -> Result<Condition, PolicyError> {
        self.only(table, &["dims_with", "min", "max"])?;
        let list = table.get("dims_with").ok_or_else(|| self.not_a_condition(table))?;
        let strengths = self
            .strings(list)?
            .into_iter()
            .map(|id| self.strength(id))
            .collect::<Result<_, _>>()?;
        Ok(Condition::DimensionsWith(strengths, self.bounds(table)?))
    }

    fn bounds(&self, table: &Table) -> Result<Bounds, PolicyError> {
        let min = table.get("min").map_or(Ok(0), |value| self.number(value))?;
        let max = table.get("max").map_or(Ok(usize::MAX), |value| self.number(value))?;
        Ok(Bounds { min, max })
    }

    fn number(&self, value: &Value) -> Result<usize, PolicyError> {
        let number = value.as_integer().and_then(|number| usize::try_from(number).ok());
        number.ok_or_else(|| self.not_a_condition(value))
    }

    fn strings<'v>(&self, value: &'v Value) -> Result<Vec<&'v str>, PolicyError> {
        let list = value.as_array().ok_or_else(|| self.not_a_condition(value))?;
        list.iter().map(|value| value.as_str().ok_or_else(|| self.not_a_condition(value))).collect()
    }

    fn only(&self, table: &Table, known: &[&str]) -> Result<(), PolicyError> {
        let all_known = table.keys().all(|key| known.contains(&key.as_str()));
        if all_known { Ok(()) } else { Err(self.not_a_condition(table)) }
    }

    fn not_a_condition(&self, found: &impl ToString) -> PolicyError {
        let found = found.to_string().split_whitespace().collect::<Vec<_>>().join(" ");
        PolicyError::NotACondition { rule: self.rule.to_owned(), found }
    }

    fn unknown_argument(&self, argument: &str) -> PolicyError {
        PolicyError::UnknownArgument { rule: self.rule.to_owned(), argument: argument.to_owned() }
    }
}

impl Condition {
    /// The terms that this condition names itself, not by way of other terms.
    pub(super) fn terms(&self) -> Vec<usize> {
        match self {
            Self::Term(term) => vec![*term],
            Self::All(conditions) | Self::Any(conditions) => {
                conditions.iter().flat_map(Self::terms).collect()
            }
            Self::Not(condition) => condition.terms(),
            _ => Vec::new(),
        }
    }
}

/// One post's findings, as the conditions ask about them.
#[derive(Debug)]
pub(super) struct Case<'a> {
    findings: &'a Findings,
    terms: &'a [Condition],
    positive: &'a [Pattern],
    /// The present risk indicators that count, with the strength they have for this post.
    counted: BTreeMap<IndicatorIndex, (Dimension, Strength)>,
}

impl<'a> Case<'a> {
    pub(super) fn new(
        findings: &'a Findings,
        weights: &BTreeMap<IndicatorIndex, (Dimension, Strength)>,
        terms: &'a [Condition],
        positive: &'a [Pattern],
    ) -> Self {
        let present =
            findings.present.keys().filter_map(|index| Some((*index, *weights.get(index)?)));
        Self { findings, terms, positive, counted: present.collect() }
    }

    /// Lets the present ones among `strengths` count as that much.
    pub(super) fn reweigh(&mut self, strengths: &BTreeMap<IndicatorIndex, Strength>) {
        for (index, (_, strength)) in &mut self.counted {
            if let Some(other) = strengths.get(index) {
                *strength = *other;
            }
        }
    }

    pub(super) fn holds(&self, condition: &Condition) -> bool {
        match condition {
            Condition::Present(index) => self.findings.present.contains_key(index),
            Condition::Kind(index, kind) => {
                self.findings.present.get(index).and_then(Option::as_ref) == Some(kind)
            }
            Condition::Term(term) => self.holds(&self.terms[*term]),
            Condition::Positive(dimension) => self.is_positive(*dimension),
            Condition::OfferQuoted => self.findings.offer_quoted,
            Condition::Abroad => self.findings.abroad,
            Condition::All(conditions) => conditions.iter().all(|condition| self.holds(condition)),
            Condition::Any(conditions) => conditions.iter().any(|condition| self.holds(condition)),
            Condition::Not(condition) => !self.holds(condition),
            Condition::TextTypeIn(types) => types.contains(&self.findings.text_type),
            Condition::AnyLanguageIn(known) => {
                self.findings.languages.iter().any(|language| known.contains(language))
            }
            Condition::WordsAtMost(most) => self.findings.words <= *most,
            Condition::Count(selection, bounds) => bounds.hold(self.count(selection)),
            Condition::DimensionsWith(strengths, bounds) => {
                bounds.hold(self.dimensions_with(strengths))
            }
        }
    }

    fn count(&self, selection: &Selection) -> usize {
        let Selection { strengths, dimensions } = selection;
        let counts = |(dimension, strength): &&(Dimension, Strength)| {
            (strengths.is_empty() || strengths.contains(strength))
                && (dimensions.is_empty() || dimensions.contains(dimension))
        };
        self.counted.values().filter(counts).count()
    }

    fn dimensions_with(&self, strengths: &BTreeSet<Strength>) -> usize {
        let held = self.counted.values().filter(|(_, strength)| strengths.contains(strength));
        held.map(|(dimension, _)| *dimension).collect::<BTreeSet<_>>().len()
    }

    /// The Delphi rule inside one dimension.
    fn is_positive(&self, dimension: Dimension) -> bool {
        let enough = |(strengths, least): &(BTreeSet<Strength>, usize)| {
            let held = self
                .counted
                .values()
                .filter(|(other, strength)| *other == dimension && strengths.contains(strength));
            held.count() >= *least
        };
        self.positive.iter().any(|pattern| pattern.iter().all(enough))
    }
}
