//! Policy: from the indicators of a post to its level, by rules that can be read and edited.
//!
//! ```text
//! policy.toml + Taxonomy --from_toml--> Policy --evaluate(&Findings)--> Outcome { level, rules, notices, reason }
//! ```
//!
//! There is no learnt weight in here: every level is the work of rules whose ids are printed with it. Names in the
//! file are resolved once, at the door, so that a slip of the pen is an error with the rule's id and not a rule that
//! never holds. Evaluating is pure and costs a few microseconds.

mod condition;
mod error;
mod level;

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use toml::Value;

use self::condition::{Case, Compiler, Condition, Pattern};
pub use self::{error::PolicyError, level::Level};
use crate::taxonomy::{Dimension, IndicatorIndex, Localized, Strength, Taxonomy, TextType};

/// What was found in one text: all that the rules may ask about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Findings {
    /// What the text is.
    pub text_type: TextType,
    /// Whether a question about an offer quotes the offer; the offer is then what is judged.
    pub offer_quoted: bool,
    /// Codes of the languages found in the text, such as `id`.
    pub languages: Vec<String>,
    /// Words made of letters, without links, contacts and hashtags.
    pub words: usize,
    /// Whether the work is outside the country where the post recruits.
    pub abroad: bool,
    /// The present indicators, risk and protective, each with its kind if it has one.
    pub present: BTreeMap<IndicatorIndex, Option<String>>,
}

/// What the rules make of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The level.
    pub level: Level,
    /// The ids of the rules that gave it, in the order of the file; none for a plain `low`.
    pub rules: Vec<String>,
    /// The ids of the notices beside the level.
    pub notices: Vec<String>,
    /// Why a text cannot be judged.
    pub reason: Option<String>,
}

/// One rule, as a reader may look it up by its id.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Its id, such as `K5`.
    pub id: String,
    /// The level it gives.
    pub level: Level,
    /// Why a text cannot be judged, if that is what it says.
    pub reason: Option<String>,
    /// Its condition in words, English.
    pub text: String,
    when: Condition,
}

/// Something to say beside the level.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Its id, such as `possible_job_scam`.
    pub id: String,
    /// What a reader sees.
    pub name: Localized,
    /// Its condition in words, English.
    pub text: String,
    when: Condition,
    never_with: BTreeSet<String>,
}

/// One step down the ladder for offers that can be checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Mitigation {
    /// Its id, printed beside the rules it softens.
    pub id: String,
    /// Its condition in words, English.
    pub text: String,
    when: Condition,
    step: BTreeMap<Level, Level>,
}

#[derive(Clone, Debug, PartialEq)]
struct Soft {
    when: Condition,
    counts_as: BTreeMap<IndicatorIndex, Strength>,
}

/// The rules of one bundle.
#[derive(Clone, Debug, PartialEq)]
pub struct Policy {
    version: String,
    rules: Vec<Rule>,
    notices: Vec<Notice>,
    mitigation: Mitigation,
    soft: Soft,
    blockers: BTreeSet<IndicatorIndex>,
    terms: Vec<Condition>,
    positive: Vec<Pattern>,
    /// Dimension and strength of every indicator that counts.
    weights: BTreeMap<IndicatorIndex, (Dimension, Strength)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    counted_dimensions: BTreeSet<Dimension>,
    blockers: Vec<String>,
    positive_dimension: Vec<BTreeMap<String, usize>>,
    terms: BTreeMap<String, Value>,
    soft: RawSoft,
    mitigation: RawMitigation,
    rules: Vec<RawRule>,
    notices: Vec<RawNotice>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSoft {
    id: String,
    #[serde(rename = "text")]
    _text: String,
    when: Value,
    counts_as: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawMitigation {
    id: String,
    text: String,
    when: Value,
    step: BTreeMap<Level, Level>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRule {
    id: String,
    level: Level,
    reason: Option<String>,
    text: String,
    when: Value,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNotice {
    id: String,
    text: String,
    when: Value,
    never_with: BTreeSet<String>,
    name: Localized,
}

impl Policy {
    /// Reads and checks the text of `policy.toml`, resolving its names in `taxonomy`.
    ///
    /// # Errors
    ///
    /// When the text is no such file, when a rule names an indicator, kind, term, dimension, strength, argument or
    /// rule that does not exist, when terms are defined by each other, or when an id is used twice.
    pub fn from_toml(text: &str, taxonomy: &Taxonomy) -> Result<Self, PolicyError> {
        let file: File = toml::from_str(text)
            .map_err(|error| PolicyError::Malformed { reason: one_line(&error.to_string()) })?;
        check_ids(&file)?;
        Builder::new(&file, taxonomy).policy(&file)
    }

    /// The version of the rules.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All rules in the order of the file.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rule that `id` names; the mitigation is not among them.
    pub fn rule(&self, id: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }

    /// All notices in the order of the file.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// The notice that `id` names.
    pub fn notice(&self, id: &str) -> Option<&Notice> {
        self.notices.iter().find(|notice| notice.id == id)
    }

    /// The step down for offers that can be checked.
    pub fn mitigation(&self) -> &Mitigation {
        &self.mitigation
    }

    /// The level of a text, and the rules that gave it.
    ///
    /// Rules off the ladder come first, and the first of them that holds decides. Otherwise the highest level of a
    /// rule that holds is the level, all rules of that level are named, and the mitigation may take one step down.
    pub fn evaluate(&self, findings: &Findings) -> Outcome {
        let mut case = Case::new(findings, &self.weights, &self.terms, &self.positive);
        if case.holds(&self.soft.when) {
            case.reweigh(&self.soft.counts_as);
        }
        let mut outcome = self.level(&case, findings);
        let silenced =
            |notice: &Notice| outcome.rules.iter().any(|rule| notice.never_with.contains(rule));
        let heard =
            self.notices.iter().filter(|notice| case.holds(&notice.when) && !silenced(notice));
        outcome.notices = heard.map(|notice| notice.id.clone()).collect();
        outcome
    }

    fn level(&self, case: &Case<'_>, findings: &Findings) -> Outcome {
        let hits: Vec<&Rule> = self.rules.iter().filter(|rule| case.holds(&rule.when)).collect();
        if let Some(early) = hits.iter().find(|rule| rule.level.rung().is_none()) {
            return early.outcome(vec![early.id.clone()]);
        }
        let Some(top) = hits.iter().max_by_key(|rule| rule.level) else {
            return Outcome {
                level: Level::Low,
                rules: Vec::new(),
                notices: Vec::new(),
                reason: None,
            };
        };
        let same = hits.iter().filter(|rule| rule.level == top.level);
        self.mitigate(top.outcome(same.map(|rule| rule.id.clone()).collect()), case, findings)
    }

    fn mitigate(&self, mut outcome: Outcome, case: &Case<'_>, findings: &Findings) -> Outcome {
        let blocked = findings.present.keys().any(|index| self.blockers.contains(index));
        if let Some(lower) = self.mitigation.step.get(&outcome.level)
            && !blocked
            && case.holds(&self.mitigation.when)
        {
            outcome.level = *lower;
            outcome.rules.push(self.mitigation.id.clone());
        }
        outcome
    }
}

impl Rule {
    fn outcome(&self, rules: Vec<String>) -> Outcome {
        Outcome { level: self.level, rules, notices: Vec::new(), reason: self.reason.clone() }
    }
}

/// Turns the file's text into conditions, one place of the file at a time.
struct Builder<'a> {
    taxonomy: &'a Taxonomy,
    counted: &'a BTreeSet<Dimension>,
    terms: Vec<String>,
}

impl<'a> Builder<'a> {
    fn new(file: &'a File, taxonomy: &'a Taxonomy) -> Self {
        Self {
            taxonomy,
            counted: &file.counted_dimensions,
            terms: file.terms.keys().cloned().collect(),
        }
    }

    fn policy(&self, file: &File) -> Result<Policy, PolicyError> {
        let terms = self.compile_terms(&file.terms)?;
        let blockers = file.blockers.iter().map(|id| self.at("blockers").indicator(id));
        Ok(Policy {
            version: file.version.clone(),
            rules: file.rules.iter().map(|raw| self.rule(raw)).collect::<Result<_, _>>()?,
            notices: file
                .notices
                .iter()
                .map(|raw| self.notice(raw, file))
                .collect::<Result<_, _>>()?,
            mitigation: self.mitigation(&file.mitigation)?,
            soft: self.soft(&file.soft)?,
            blockers: blockers.collect::<Result<_, _>>()?,
            terms,
            positive: file
                .positive_dimension
                .iter()
                .map(|raw| self.pattern(raw))
                .collect::<Result<_, _>>()?,
            weights: self.weights(),
        })
    }

    fn at<'b>(&'b self, rule: &'b str) -> Compiler<'b> {
        Compiler { taxonomy: self.taxonomy, counted: self.counted, terms: &self.terms, rule }
    }

    fn compile_terms(&self, raw: &BTreeMap<String, Value>) -> Result<Vec<Condition>, PolicyError> {
        let compile =
            |(name, value): (&String, &Value)| self.at(&format!("terms.{name}")).condition(value);
        let terms: Vec<Condition> = raw.iter().map(compile).collect::<Result<_, _>>()?;
        for term in 0..terms.len() {
            self.refuse_cycle(&terms, &mut vec![term])?;
        }
        Ok(terms)
    }

    /// Follows every reference from the last term of `path`, which starts at the term asked about.
    fn refuse_cycle(&self, terms: &[Condition], path: &mut Vec<usize>) -> Result<(), PolicyError> {
        let last = *path.last().expect("a path starts with a term");
        for next in terms[last].terms() {
            let repeated = path.contains(&next);
            path.push(next);
            if repeated {
                let names: Vec<&str> = path.iter().map(|term| self.terms[*term].as_str()).collect();
                return Err(PolicyError::CyclicTerms {
                    term: self.terms[next].clone(),
                    path: names.join(" -> "),
                });
            }
            self.refuse_cycle(terms, path)?;
            path.pop();
        }
        Ok(())
    }

    fn rule(&self, raw: &RawRule) -> Result<Rule, PolicyError> {
        let RawRule { id, level, reason, text, when } = raw;
        let when = self.at(id).condition(when)?;
        Ok(Rule { id: id.clone(), level: *level, reason: reason.clone(), text: text.clone(), when })
    }

    fn notice(&self, raw: &RawNotice, file: &File) -> Result<Notice, PolicyError> {
        let RawNotice { id, text, when, never_with, name } = raw;
        let known = |named: &String| file.rules.iter().any(|rule| rule.id == *named);
        if let Some(named) = never_with.iter().find(|named| !known(named)) {
            return Err(PolicyError::UnknownRule { rule: id.clone(), named: named.clone() });
        }
        let when = self.at(id).condition(when)?;
        let never_with = never_with.clone();
        Ok(Notice { id: id.clone(), name: name.clone(), text: text.clone(), when, never_with })
    }

    fn mitigation(&self, raw: &RawMitigation) -> Result<Mitigation, PolicyError> {
        let RawMitigation { id, text, when, step } = raw;
        for (from, to) in step {
            if !matches!((from.rung(), to.rung()), (Some(from), Some(to)) if to < from) {
                return Err(PolicyError::NotAStepDown {
                    rule: id.clone(),
                    from: from.id(),
                    to: to.id(),
                });
            }
        }
        let when = self.at(id).condition(when)?;
        Ok(Mitigation { id: id.clone(), text: text.clone(), when, step: step.clone() })
    }

    fn soft(&self, raw: &RawSoft) -> Result<Soft, PolicyError> {
        let compiler = self.at(&raw.id);
        let weigh = |(id, strength): (&String, &String)| {
            Ok((compiler.indicator(id)?, compiler.strength(strength)?))
        };
        let counts_as = raw.counts_as.iter().map(weigh).collect::<Result<_, _>>()?;
        Ok(Soft { when: compiler.condition(&raw.when)?, counts_as })
    }

    fn pattern(&self, raw: &BTreeMap<String, usize>) -> Result<Pattern, PolicyError> {
        let compiler = self.at("positive_dimension");
        let part = |(strengths, least): (&String, &usize)| {
            let strengths = strengths.split("_or_").map(|id| compiler.strength(id));
            Ok((strengths.collect::<Result<_, _>>()?, *least))
        };
        raw.iter().map(part).collect()
    }

    fn weights(&self) -> BTreeMap<IndicatorIndex, (Dimension, Strength)> {
        let counted = self.taxonomy.iter().filter_map(|(index, indicator)| {
            let dimension =
                indicator.dimension.filter(|dimension| self.counted.contains(dimension))?;
            Some((index, (dimension, indicator.strength)))
        });
        counted.collect()
    }
}

fn check_ids(file: &File) -> Result<(), PolicyError> {
    let mut seen = BTreeSet::from([&file.mitigation.id, &file.soft.id]);
    let ids =
        file.rules.iter().map(|rule| &rule.id).chain(file.notices.iter().map(|notice| &notice.id));
    for id in ids {
        if !seen.insert(id) {
            return Err(PolicyError::Duplicate { rule: id.clone() });
        }
    }
    Ok(())
}

/// A parser's message without its drawing of the place.
fn one_line(message: &str) -> String {
    let lines = message.lines().filter(|line| !line.contains('|'));
    lines.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(": ")
}
