//! Taxonomy: what is looked for, read from `taxonomy.toml` and never written into code.
//!
//! ```text
//! taxonomy.toml --from_toml--> Taxonomy --index("too_good_pay")--> IndicatorIndex --indicator--> names, strength, kinds
//! ```
//!
//! An indicator is a sign that a *post* may carry; none of them says anything about a person. The file is checked
//! once, at the door: ids and numbers are unique, strengths and dimensions are known, risk indicators have a
//! dimension and protective ones have none. After that every [`IndicatorIndex`] made by this taxonomy is good.

use std::{collections::BTreeMap, fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The language a reader is spoken to in.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum ReaderLanguage {
    /// English.
    En,
    /// Indonesian.
    #[default]
    Id,
    /// Malay.
    Ms,
}

impl ReaderLanguage {
    /// All three, in the order the files use.
    pub const ALL: [Self; 3] = [Self::En, Self::Id, Self::Ms];

    /// The two-letter code: `en`, `id` or `ms`.
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Id => "id",
            Self::Ms => "ms",
        }
    }
}

impl fmt::Display for ReaderLanguage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

/// A code that is no [`ReaderLanguage`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown language `{found}`; write `id`, `ms` or `en`")]
pub struct UnknownLanguage {
    /// What was written.
    pub found: String,
}

impl FromStr for ReaderLanguage {
    type Err = UnknownLanguage;

    fn from_str(code: &str) -> Result<Self, Self::Err> {
        let found = |language: &Self| language.code() == code;
        Self::ALL.into_iter().find(found).ok_or_else(|| UnknownLanguage { found: code.to_owned() })
    }
}

/// A few words in each of the three reader languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Localized {
    /// English.
    pub en: String,
    /// Indonesian.
    pub id: String,
    /// Malay.
    pub ms: String,
}

impl Localized {
    /// The words in `language`.
    pub fn get(&self, language: ReaderLanguage) -> &str {
        match language {
            ReaderLanguage::En => &self.en,
            ReaderLanguage::Id => &self.id,
            ReaderLanguage::Ms => &self.ms,
        }
    }
}

/// What a text is, before any indicator is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TextType {
    /// Offers work, or asks people to join, travel or apply.
    RecruitmentAd,
    /// The writer looks for work.
    JobSeekerPost,
    /// Warns, teaches or debunks.
    WarningOrEducation,
    /// Reports what happened to others.
    NewsReport,
    /// Tells what happened to the writer or kin, with no present danger.
    Testimony,
    /// Someone is in danger now, or asks for rescue.
    HelpRequest,
    /// Quotes or shares an offer and asks whether it is safe.
    QuestionAboutAd,
    /// Sells a service that is not a job.
    ServiceAd,
    /// None of these.
    Other,
}

impl TextType {
    /// All nine, in the order of the specification.
    pub const ALL: [Self; 9] = [
        Self::RecruitmentAd,
        Self::JobSeekerPost,
        Self::WarningOrEducation,
        Self::NewsReport,
        Self::Testimony,
        Self::HelpRequest,
        Self::QuestionAboutAd,
        Self::ServiceAd,
        Self::Other,
    ];

    /// The name in files and records, such as `recruitment_ad`.
    pub fn id(self) -> &'static str {
        match self {
            Self::RecruitmentAd => "recruitment_ad",
            Self::JobSeekerPost => "job_seeker_post",
            Self::WarningOrEducation => "warning_or_education",
            Self::NewsReport => "news_report",
            Self::Testimony => "testimony",
            Self::HelpRequest => "help_request",
            Self::QuestionAboutAd => "question_about_ad",
            Self::ServiceAd => "service_ad",
            Self::Other => "other",
        }
    }

    /// The text type that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|text_type| text_type.id() == id)
    }
}

/// How much one indicator weighs in the policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Strength {
    /// Strong.
    Strong,
    /// Medium.
    Medium,
    /// Weak: common in honest adverts too.
    Weak,
    /// Makes a notice, and is never counted.
    Notice,
    /// Protective: may take a level down, never up.
    Mitigates,
}

impl Strength {
    /// All five, strongest first.
    pub const ALL: [Self; 5] =
        [Self::Strong, Self::Medium, Self::Weak, Self::Notice, Self::Mitigates];

    /// The name in files and records.
    pub fn id(self) -> &'static str {
        match self {
            Self::Strong => "strong",
            Self::Medium => "medium",
            Self::Weak => "weak",
            Self::Notice => "notice",
            Self::Mitigates => "mitigates",
        }
    }

    /// The strength that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|strength| strength.id() == id)
    }
}

/// The side of recruitment into trafficking that a risk indicator speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Deception.
    D,
    /// Coercion and debt.
    C,
    /// Vulnerability and irregularity.
    V,
    /// Purpose: what the work would be.
    P,
    /// Fraud for money or data: makes a notice, and is not counted.
    F,
}

impl Dimension {
    /// All five.
    pub const ALL: [Self; 5] = [Self::D, Self::C, Self::V, Self::P, Self::F];

    /// The letter in files and records.
    pub fn id(self) -> &'static str {
        match self {
            Self::D => "D",
            Self::C => "C",
            Self::V => "V",
            Self::P => "P",
            Self::F => "F",
        }
    }

    /// The dimension that `id` names.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.id() == id)
    }
}

/// How much of a post must be read to see an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// A clause and its neighbours.
    Local,
    /// The whole post: the sign is in what is *not* said.
    Global,
}

/// The place of an indicator in its [`Taxonomy`], from 0 in the order of the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct IndicatorIndex(pub u8);

/// One of the kinds an indicator may have, such as `SCAM_HUB`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kind {
    /// The name in files and records.
    pub id: String,
    /// When it is this kind, in English.
    pub meaning: String,
}

/// A sign that a post may carry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// The name in files and records.
    pub id: String,
    /// The number of its entry in the specification, from 1.
    pub number: u8,
    /// The id of its [`Group`].
    pub group: String,
    /// Its side of the policy; none for a protective indicator.
    pub dimension: Option<Dimension>,
    /// Its weight in the policy.
    pub strength: Strength,
    /// How much must be read to see it.
    pub scope: Scope,
    /// Its kinds, the one to prefer first; mostly none.
    #[serde(default)]
    pub kinds: Vec<Kind>,
    /// Whether it may be present without a kind although it has kinds.
    #[serde(default)]
    pub kind_optional: bool,
    /// What a reader sees.
    pub name: Localized,
    /// When it is present, in English.
    pub definition: String,
    /// Where it comes from, by the keys of the specification's source list.
    pub source: String,
}

impl Indicator {
    /// Whether it speaks for the post rather than against it.
    pub fn is_protective(&self) -> bool {
        self.strength == Strength::Mitigates
    }

    /// Whether `kind` is one of its kinds.
    pub fn has_kind(&self, kind: &str) -> bool {
        self.kinds.iter().any(|known| known.id == kind)
    }
}

/// A heading over indicators that belong together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// One letter.
    pub id: String,
    /// What a reader sees.
    pub name: Localized,
}

/// What the file says of one [`TextType`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TextTypeEntry {
    /// Which one.
    pub id: TextType,
    /// Whether a text of this type may get a level of risk.
    pub scored: bool,
    /// What a reader sees.
    pub name: Localized,
    /// When a text is of this type, in English.
    pub meaning: String,
}

/// Why a file is no [`Taxonomy`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TaxonomyError {
    /// The file is not TOML, lacks a field, or has one that nobody knows.
    #[error("taxonomy is malformed: {reason}")]
    Malformed {
        /// What the parser said, with the line.
        reason: String,
    },
    /// Two entries share an id.
    #[error("taxonomy has two entries `{id}`; rename or remove one")]
    Duplicate {
        /// The id.
        id: String,
    },
    /// Two indicators share a number.
    #[error(
        "indicators `{first}` and `{second}` both have number {number}; give one another number"
    )]
    DuplicateNumber {
        /// The number.
        number: u8,
        /// The indicator that stands first in the file.
        first: String,
        /// The other one.
        second: String,
    },
    /// An indicator names a group that is not in the file.
    #[error("indicator `{indicator}` has the unknown group `{group}`; add it to [[groups]]")]
    UnknownGroup {
        /// The indicator.
        indicator: String,
        /// The group it names.
        group: String,
    },
    /// A risk indicator without dimension, or a protective one with a dimension.
    #[error(
        "indicator `{indicator}`: a risk indicator needs a dimension, and one that mitigates has none"
    )]
    Dimension {
        /// The indicator.
        indicator: String,
    },
    /// One of the nine text types has no entry.
    #[error("text type `{id}` is missing; add it to [[text_types]]")]
    MissingTextType {
        /// The text type.
        id: &'static str,
    },
    /// More indicators than an [`IndicatorIndex`] can tell apart.
    #[error("taxonomy has {found} indicators, this build holds up to {most}")]
    TooMany {
        /// How many there are.
        found: usize,
        /// How many there may be.
        most: usize,
    },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    version: String,
    text_types: Vec<TextTypeEntry>,
    groups: Vec<Group>,
    indicators: Vec<Indicator>,
}

/// All text types, groups and indicators of one bundle.
///
/// Holds at most 255 indicators, each with its own id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taxonomy {
    version: String,
    text_types: Vec<TextTypeEntry>,
    groups: Vec<Group>,
    indicators: Vec<Indicator>,
    by_id: BTreeMap<String, IndicatorIndex>,
}

impl Taxonomy {
    /// Reads and checks the text of `taxonomy.toml`.
    ///
    /// # Errors
    ///
    /// When the text is no such file, or when ids, numbers, groups, dimensions or text types do not fit together.
    pub fn from_toml(text: &str) -> Result<Self, TaxonomyError> {
        let file: File = toml::from_str(text)
            .map_err(|error| TaxonomyError::Malformed { reason: one_line(&error.to_string()) })?;
        check_text_types(&file.text_types)?;
        check_indicators(&file)?;
        let by_id = (0..=u8::MAX)
            .zip(&file.indicators)
            .map(|(place, indicator)| (indicator.id.clone(), IndicatorIndex(place)))
            .collect();
        let File { version, text_types, groups, indicators } = file;
        Ok(Self { version, text_types, groups, indicators, by_id })
    }

    /// The version of the specification that the file follows.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// The indicators in the order of the file, so that `IndicatorIndex(n)` is the n-th.
    pub fn indicators(&self) -> &[Indicator] {
        &self.indicators
    }

    /// The indicators with their places.
    pub fn iter(&self) -> impl Iterator<Item = (IndicatorIndex, &Indicator)> {
        (0..=u8::MAX).map(IndicatorIndex).zip(&self.indicators)
    }

    /// How many indicators there are.
    pub fn len(&self) -> usize {
        self.indicators.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.indicators.is_empty()
    }

    /// The place of the indicator that `id` names.
    pub fn index(&self, id: &str) -> Option<IndicatorIndex> {
        self.by_id.get(id).copied()
    }

    /// The name of the indicator that `id` names, for a reader of `language`; `id` itself when there is none.
    pub fn name<'a>(&'a self, id: &'a str, language: ReaderLanguage) -> &'a str {
        self.index(id).map_or(id, |index| self.indicator(index).name.get(language))
    }

    /// The indicator at `index`.
    ///
    /// # Panics
    ///
    /// When `index` was made for a larger taxonomy.
    pub fn indicator(&self, index: IndicatorIndex) -> &Indicator {
        &self.indicators[usize::from(index.0)]
    }

    /// The groups in the order of the file.
    pub fn groups(&self) -> &[Group] {
        &self.groups
    }

    /// The group that `id` names.
    pub fn group(&self, id: &str) -> Option<&Group> {
        self.groups.iter().find(|group| group.id == id)
    }

    /// The text types in the order of the file.
    pub fn text_types(&self) -> &[TextTypeEntry] {
        &self.text_types
    }

    /// What the file says of `text_type`.
    pub fn text_type(&self, text_type: TextType) -> &TextTypeEntry {
        let entry = self.text_types.iter().find(|entry| entry.id == text_type);
        entry.expect("`from_toml` refuses a file that lacks a text type")
    }
}

/// A parser's message without its drawing of the place.
fn one_line(message: &str) -> String {
    let lines = message.lines().filter(|line| !line.contains('|'));
    lines.map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join(": ")
}

fn check_text_types(entries: &[TextTypeEntry]) -> Result<(), TaxonomyError> {
    for text_type in TextType::ALL {
        match entries.iter().filter(|entry| entry.id == text_type).count() {
            0 => return Err(TaxonomyError::MissingTextType { id: text_type.id() }),
            1 => {}
            _ => return Err(TaxonomyError::Duplicate { id: text_type.id().to_owned() }),
        }
    }
    Ok(())
}

fn check_indicators(file: &File) -> Result<(), TaxonomyError> {
    let most = usize::from(u8::MAX);
    if file.indicators.len() > most {
        return Err(TaxonomyError::TooMany { found: file.indicators.len(), most });
    }
    for (place, indicator) in file.indicators.iter().enumerate() {
        check_indicator(indicator, file)?;
        let before = file.indicators.get(..place).unwrap_or_default();
        check_unique(indicator, before)?;
    }
    Ok(())
}

fn check_indicator(indicator: &Indicator, file: &File) -> Result<(), TaxonomyError> {
    if !file.groups.iter().any(|group| group.id == indicator.group) {
        let (indicator, group) = (indicator.id.clone(), indicator.group.clone());
        return Err(TaxonomyError::UnknownGroup { indicator, group });
    }
    if indicator.is_protective() != indicator.dimension.is_none() {
        return Err(TaxonomyError::Dimension { indicator: indicator.id.clone() });
    }
    let kinds = &indicator.kinds;
    let repeated = |kind: &&Kind| kinds.iter().filter(|other| other.id == kind.id).count() > 1;
    match kinds.iter().find(repeated) {
        Some(kind) => Err(TaxonomyError::Duplicate { id: format!("{}:{}", indicator.id, kind.id) }),
        None => Ok(()),
    }
}

fn check_unique(indicator: &Indicator, before: &[Indicator]) -> Result<(), TaxonomyError> {
    for other in before {
        if other.id == indicator.id {
            return Err(TaxonomyError::Duplicate { id: other.id.clone() });
        }
        if other.number == indicator.number {
            let (first, second) = (other.id.clone(), indicator.id.clone());
            return Err(TaxonomyError::DuplicateNumber { number: other.number, first, second });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILE: &str = include_str!("../models/domain/taxonomy.toml");

    fn error_after(from: &str, to: &str) -> String {
        assert!(FILE.contains(from), "{from} is not in the file");
        Taxonomy::from_toml(&FILE.replacen(from, to, 1))
            .expect_err("a broken file is refused")
            .to_string()
    }

    #[test]
    fn the_file_holds_twenty_nine_risks_and_six_protections() {
        let taxonomy = Taxonomy::from_toml(FILE).unwrap();
        let protective =
            taxonomy.indicators().iter().filter(|indicator| indicator.is_protective()).count();
        assert_eq!((taxonomy.len(), protective), (35, 6));
        let global = taxonomy
            .indicators()
            .iter()
            .filter(|indicator| indicator.scope == Scope::Global)
            .count();
        assert_eq!(global, 6);
        let numbers: Vec<u8> =
            taxonomy.indicators().iter().map(|indicator| indicator.number).collect();
        assert_eq!(numbers, (1..=35).collect::<Vec<_>>());
    }

    #[test]
    fn an_index_leads_back_to_its_id() {
        let taxonomy = Taxonomy::from_toml(FILE).unwrap();
        for (index, indicator) in taxonomy.iter() {
            assert_eq!(taxonomy.index(&indicator.id), Some(index));
            assert_eq!(taxonomy.indicator(index).id, indicator.id);
        }
        assert_eq!(taxonomy.index("no_such_indicator"), None);
    }

    #[test]
    fn kinds_keep_the_order_of_preference() {
        let taxonomy = Taxonomy::from_toml(FILE).unwrap();
        let index = taxonomy.index("organ_or_marriage_offer").unwrap();
        let kinds: Vec<&str> =
            taxonomy.indicator(index).kinds.iter().map(|kind| kind.id.as_str()).collect();
        assert_eq!(kinds, ["ORGAN", "BRIDE", "SURROGACY"]);
        assert!(!taxonomy.indicator(index).kind_optional);
    }

    #[test]
    fn every_name_stands_in_three_languages() {
        let taxonomy = Taxonomy::from_toml(FILE).unwrap();
        let indicators = taxonomy.indicators().iter().map(|indicator| &indicator.name);
        let text_types = taxonomy.text_types().iter().map(|entry| &entry.name);
        for name in
            indicators.chain(text_types).chain(taxonomy.groups().iter().map(|group| &group.name))
        {
            for language in ReaderLanguage::ALL {
                assert!(!name.get(language).trim().is_empty());
            }
        }
    }

    #[test]
    fn a_broken_file_is_refused_with_the_remedy() {
        let cases = [
            (
                "id = \"too_good_pay\"",
                "id = \"low_bar_requirements\"",
                "two entries `low_bar_requirements`",
            ),
            ("number = 2\n", "number = 1\n", "both have number 1"),
            ("strength = \"weak\"", "strength = \"wobbly\"", "wobbly"),
            ("group = \"A\"", "group = \"Z\"", "unknown group `Z`; add it to [[groups]]"),
            ("dimension = \"D\"\n", "", "needs a dimension"),
            ("dimension = \"D\"", "dimension = \"Q\"", "unknown variant"),
            ("id = \"service_ad\"", "id = \"other\"", "text type `service_ad` is missing"),
            ("\"BRIDE\"", "\"ORGAN\"", "two entries `organ_or_marriage_offer:ORGAN`"),
            ("version = ", "verzion = ", "malformed"),
        ];
        for (from, to, expected) in cases {
            let error = error_after(from, to);
            assert!(error.contains(expected), "{from}: {error}");
            assert!(!error.contains('\n'), "{error}");
        }
    }

    #[test]
    fn names_in_files_are_the_names_in_code() {
        for text_type in TextType::ALL {
            assert_eq!(TextType::from_id(text_type.id()), Some(text_type));
            let entry = Taxonomy::from_toml(FILE).unwrap().text_type(text_type).clone();
            assert_eq!(entry.id, text_type);
        }
        for language in ReaderLanguage::ALL {
            assert_eq!(language.code().parse(), Ok(language));
        }
        assert!("jv".parse::<ReaderLanguage>().is_err());
    }
}
