//! Advice: the words that readers and volunteers get, and whom they can call.
//!
//! ```text
//! advice.{en,id,ms}.toml --Advice::from_toml--> level("high").reader, indicator("wrong_visa").ask, headings().why
//! contacts.toml ---------Contacts::from_toml--> for_country("ID", Level::High) -> KP2MI, Kemlu, ...
//! ```
//!
//! All words stand in files, so that they can be corrected without a build. The texts speak of posts, never of
//! guilty people; they never call an offer safe and never promise rescue. Every contact carries its source, date and
//! status, and one that was never confirmed has no row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    policy::Level,
    taxonomy::{Localized, ReaderLanguage, Taxonomy},
};

/// Where the contacts are named in a text.
const CONTACTS_HERE: &str = "{contacts}";

/// What to say to the two audiences at a level or with a notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// A few words to head it.
    pub label: String,
    /// To someone who saw the offer; may hold `{contacts}`.
    pub reader: String,
    /// To a volunteer or moderator.
    pub volunteer: String,
}

impl Words {
    /// The text to the reader with `contacts` in place of `{contacts}`.
    pub fn reader_with(&self, contacts: &str) -> String {
        self.reader.replace(CONTACTS_HERE, contacts)
    }
}

/// What to say about one indicator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndicatorWords {
    /// Why it matters.
    pub why: String,
    /// What to ask or check.
    pub ask: String,
}

/// The headings and standing lines of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Headings {
    /// Over the level.
    pub level: String,
    /// Before the name of the text type.
    pub text_type: String,
    /// Says that the offer inside a question was judged.
    pub quoted: String,
    /// Over the risk indicators.
    pub found: String,
    /// Over the protective indicators.
    pub protective: String,
    /// Over the indicators that the text leaves open.
    pub unclear: String,
    /// Before the words where an indicator was found.
    pub place: String,
    /// Before [`IndicatorWords::why`].
    pub why: String,
    /// Before [`IndicatorWords::ask`].
    pub ask: String,
    /// Over the advice of the level.
    pub advice: String,
    /// Over the contacts.
    pub call: String,
    /// Over why a text cannot be judged.
    pub reasons: String,
    /// Before the ids of the rules.
    pub rules: String,
    /// Over the notices.
    pub notices: String,
    /// Over the places named in the text.
    pub places: String,
    /// Over the pay named in the text.
    pub pay: String,
    /// Stands where no indicator was found.
    pub nothing_found: String,
    /// Ends every report: a hint about a text, no verdict about a person.
    pub not_a_verdict: String,
    /// Beside a contact whose status is [`Status::Stale`].
    pub stale_contact: String,
    /// Beside a contact whose status is [`Status::ReCheck`].
    pub recheck_contact: String,
    /// In place of `{contacts}` where the contacts follow below.
    pub contacts_word: String,
}

/// Why a file is no [`Advice`] or no [`Contacts`].
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdviceError {
    /// The file is not TOML, lacks a field, or has one that nobody knows.
    #[error("{file} is malformed: {reason}")]
    Malformed {
        /// Which file: `advice` or `contacts`.
        file: &'static str,
        /// What the parser said, with the line.
        reason: String,
    },
    /// A level without words.
    #[error("advice.{language}.toml has no words for level `{level}`; add [levels.{level}]")]
    MissingLevel {
        /// The language of the file.
        language: ReaderLanguage,
        /// The level.
        level: Level,
    },
    /// An indicator without words.
    #[error(
        "advice.{language}.toml has no words for indicator `{indicator}`; add [indicators.{indicator}]"
    )]
    MissingIndicator {
        /// The language of the file.
        language: ReaderLanguage,
        /// The indicator.
        indicator: String,
    },
    /// Words for an indicator that the taxonomy does not have.
    #[error(
        "advice.{language}.toml speaks of the unknown indicator `{indicator}`; use an id of taxonomy.toml"
    )]
    UnknownIndicator {
        /// The language of the file.
        language: ReaderLanguage,
        /// What was written.
        indicator: String,
    },
    /// Two contacts share an id.
    #[error("contacts.toml has two rows `{id}`; rename or remove one")]
    DuplicateContact {
        /// The id.
        id: String,
    },
    /// A contact with nothing to call, or that no reader would see.
    #[error(
        "contact `{id}` can never be shown; give it at least one of each of ways, countries and use"
    )]
    UselessContact {
        /// The id.
        id: String,
    },
}

/// All words in one language.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    language: ReaderLanguage,
    headings: Headings,
    reasons: BTreeMap<String, String>,
    levels: BTreeMap<Level, Words>,
    notices: BTreeMap<String, Words>,
    indicators: BTreeMap<String, IndicatorWords>,
}

impl Advice {
    /// Reads the text of an `advice.*.toml`, and checks that it speaks of every level and every indicator.
    ///
    /// # Errors
    ///
    /// When the text is no such file, when a level or an indicator of `taxonomy` has no words, or when there are words
    /// for an indicator that `taxonomy` does not have.
    pub fn from_toml(text: &str, taxonomy: &Taxonomy) -> Result<Self, AdviceError> {
        let advice: Self = toml::from_str(text).map_err(|error| malformed("advice", &error))?;
        advice.check(taxonomy)?;
        Ok(advice)
    }

    /// The language of the words.
    pub fn language(&self) -> ReaderLanguage {
        self.language
    }

    /// The headings of a report.
    pub fn headings(&self) -> &Headings {
        &self.headings
    }

    /// What to say at `level`.
    pub fn level(&self, level: Level) -> &Words {
        self.levels.get(&level).expect("`from_toml` refuses a file that lacks a level")
    }

    /// What to say with the notice that `id` names.
    pub fn notice(&self, id: &str) -> Option<&Words> {
        self.notices.get(id)
    }

    /// Why a text cannot be judged, in words, for a reason such as `too_short`.
    pub fn reason(&self, id: &str) -> Option<&str> {
        self.reasons.get(id).map(String::as_str)
    }

    /// What to say about the indicator that `id` names.
    pub fn indicator(&self, id: &str) -> Option<&IndicatorWords> {
        self.indicators.get(id)
    }

    fn check(&self, taxonomy: &Taxonomy) -> Result<(), AdviceError> {
        let language = self.language;
        if let Some(level) = Level::ALL.into_iter().find(|level| !self.levels.contains_key(level)) {
            return Err(AdviceError::MissingLevel { language, level });
        }
        let ids = taxonomy.indicators().iter().map(|indicator| &indicator.id);
        if let Some(missing) = ids.into_iter().find(|id| !self.indicators.contains_key(*id)) {
            return Err(AdviceError::MissingIndicator { language, indicator: missing.clone() });
        }
        match self.indicators.keys().find(|id| taxonomy.index(id).is_none()) {
            Some(unknown) => {
                Err(AdviceError::UnknownIndicator { language, indicator: unknown.clone() })
            }
            None => Ok(()),
        }
    }
}

/// How far a contact can be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Published within about a year of its source.
    Fresh,
    /// Likely right; to be confirmed before a release.
    ReCheck,
    /// Older, or from a secondary source.
    Stale,
}

/// How a contact is reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WayKind {
    /// A telephone number.
    Phone,
    /// A `WhatsApp` number.
    Whatsapp,
    /// An e-mail address.
    Email,
    /// The address of a site.
    Web,
}

/// One number or address.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Way {
    /// How to use it.
    pub kind: WayKind,
    /// The number or address as it is to be shown.
    pub value: String,
    /// When it works or for whom, English.
    pub note: Option<String>,
}

/// Someone to call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contact {
    /// Its name in files and records.
    pub id: String,
    /// Who it is.
    pub who: Localized,
    /// For whom or what it is there.
    pub what_for: Localized,
    /// Two-letter codes of the readers' countries it is shown for.
    pub countries: Vec<String>,
    /// Two-letter code of the country where it helps, if that is another one.
    pub place: Option<String>,
    /// `advice`, `danger`, or the id of a notice.
    #[serde(rename = "use")]
    pub uses: Vec<String>,
    /// How to reach it.
    pub ways: Vec<Way>,
    /// Where it comes from, by the keys of the specification's source list.
    pub source: String,
    /// When the source was published: a year, month or day, or `undated`.
    pub date: String,
    /// How far it can be relied on.
    pub status: Status,
    /// For those who keep the file, English.
    pub note: Option<String>,
}

/// All contacts of one bundle.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Contacts {
    version: String,
    contacts: Vec<Contact>,
}

impl Contacts {
    /// Reads the text of `contacts.toml`.
    ///
    /// # Errors
    ///
    /// When the text is no such file, when an id is used twice, or when a contact could never be shown.
    pub fn from_toml(text: &str) -> Result<Self, AdviceError> {
        let contacts: Self = toml::from_str(text).map_err(|error| malformed("contacts", &error))?;
        let mut seen = std::collections::BTreeSet::new();
        for Contact { id, countries, uses, ways, .. } in &contacts.contacts {
            if !seen.insert(id) {
                return Err(AdviceError::DuplicateContact { id: id.clone() });
            }
            if countries.is_empty() || uses.is_empty() || ways.is_empty() {
                return Err(AdviceError::UselessContact { id: id.clone() });
            }
        }
        Ok(contacts)
    }

    /// The version of the specification that the file follows.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// All contacts in the order of the file.
    pub fn all(&self) -> &[Contact] {
        &self.contacts
    }

    /// Whom a reader in or from `country` (`ID`, `MY` or `SG`) can call at `level`, in the order of the file.
    ///
    /// At high, critical and distress those for someone at risk, otherwise those who answer questions. None for a
    /// country without rows.
    pub fn for_country(&self, country: &str, level: Level) -> Vec<&Contact> {
        let wanted = match level {
            Level::High | Level::Critical | Level::Distress => "danger",
            Level::Low | Level::Elevated | Level::NotScored | Level::InsufficientText => "advice",
        };
        self.select(country, wanted)
    }

    /// Whom a reader in or from `country` can call about a notice such as `possible_job_scam`.
    pub fn for_notice(&self, country: &str, notice: &str) -> Vec<&Contact> {
        self.select(country, notice)
    }

    /// Whom to call at `level` and about each of `notices`, in this order, each once.
    pub fn for_reader(&self, country: &str, level: Level, notices: &[String]) -> Vec<&Contact> {
        let mut found = self.for_country(country, level);
        for contact in notices.iter().flat_map(|notice| self.for_notice(country, notice)) {
            if !found.contains(&contact) {
                found.push(contact);
            }
        }
        found
    }

    fn select(&self, country: &str, wanted: &str) -> Vec<&Contact> {
        let shown = |contact: &&Contact| {
            contact.countries.iter().any(|code| code == country)
                && contact.uses.iter().any(|held| held == wanted)
        };
        self.contacts.iter().filter(shown).collect()
    }
}

/// A parser's message without its drawing of the place.
fn malformed(file: &'static str, error: &toml::de::Error) -> AdviceError {
    let message = error.to_string();
    let lines = message
        .lines()
        .filter(|line| !line.contains('|'))
        .map(str::trim)
        .filter(|line| !line.is_empty());
    AdviceError::Malformed { file, reason: lines.collect::<Vec<_>>().join(": ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TAXONOMY: &str = include_str!("../models/domain/taxonomy.toml");
    const CONTACTS: &str = include_str!("../models/domain/contacts.toml");
    const FILES: [&str; 3] = [
        include_str!("../models/domain/advice.en.toml"),
        include_str!("../models/domain/advice.id.toml"),
        include_str!("../models/domain/advice.ms.toml"),
    ];

    fn taxonomy() -> Taxonomy {
        Taxonomy::from_toml(TAXONOMY).unwrap()
    }

    fn ids(contacts: &[&Contact]) -> Vec<String> {
        contacts.iter().map(|contact| contact.id.clone()).collect()
    }

    #[test]
    fn each_language_has_words_for_everything() {
        for (text, language) in FILES.into_iter().zip(ReaderLanguage::ALL) {
            let advice = Advice::from_toml(text, &taxonomy()).unwrap();
            assert_eq!(advice.language(), language);
            for reason in ["too_short", "no_offer_quoted", "unsupported_language"] {
                assert!(advice.reason(reason).is_some(), "{language}: {reason}");
            }
            assert!(advice.notice("possible_job_scam").is_some());
            for indicator in taxonomy().indicators() {
                let words = advice.indicator(&indicator.id).unwrap();
                assert!(!words.why.is_empty() && !words.ask.is_empty());
                assert!(
                    words.why.len() < 260 && words.ask.len() < 200,
                    "{language}: {} is long",
                    indicator.id
                );
            }
        }
    }

    #[test]
    fn the_words_accuse_nobody_and_give_no_odds() {
        let never = [
            "trafficker",
            "criminal",
            "pelaku",
            "penjahat",
            "penjenayah",
            "sindikat",
            "sindiket",
            "victim",
            "%",
        ];
        for text in FILES {
            let lower = text.to_lowercase();
            for word in never {
                assert!(!lower.contains(word), "`{word}` stands in {:?}", text.lines().next());
            }
        }
    }

    #[test]
    fn the_contacts_are_named_where_the_text_sends_the_reader_to_them() {
        for text in FILES {
            let advice = Advice::from_toml(text, &taxonomy()).unwrap();
            for level in [Level::High, Level::Critical, Level::Distress] {
                let words = advice.level(level);
                assert!(words.reader.contains(CONTACTS_HERE), "{level}");
                let told = words.reader_with("110");
                assert!(told.contains("110") && !told.contains('{'), "{told}");
            }
        }
    }

    #[test]
    fn a_country_has_someone_to_call_at_every_level() {
        let contacts = Contacts::from_toml(CONTACTS).unwrap();
        for country in ["ID", "MY", "SG"] {
            for level in Level::ALL {
                assert!(!contacts.for_country(country, level).is_empty(), "{country} {level}");
            }
            assert_eq!(contacts.for_notice(country, "possible_job_scam").len(), 1, "{country}");
        }
        assert!(contacts.for_country("XX", Level::High).is_empty());
        assert_eq!(ids(&contacts.for_notice("MY", "possible_job_scam")), ["nsrc"]);
        assert!(
            ids(&contacts.for_country("ID", Level::Distress))
                .contains(&"kbri_phnom_penh".to_owned())
        );
        assert!(!ids(&contacts.for_country("ID", Level::Low)).contains(&"polri".to_owned()));
    }

    #[test]
    fn contacts_that_were_never_confirmed_are_left_out() {
        let contacts = Contacts::from_toml(CONTACTS).unwrap();
        for withheld in ["lpsk", "tenaganita", "home", "twc2"] {
            assert!(contacts.all().iter().all(|contact| contact.id != withheld), "{withheld}");
        }
        let mapo = contacts.all().iter().find(|contact| contact.id == "mapo").unwrap();
        assert_eq!(mapo.status, Status::Stale);
    }

    #[test]
    fn a_broken_file_says_what_to_do() {
        let without = |from: &str, to: &str| {
            let text = FILES[0].replacen(from, to, 1);
            assert_ne!(text, FILES[0], "{from}");
            Advice::from_toml(&text, &taxonomy()).unwrap_err().to_string()
        };
        let missing = without("[indicators.wrong_visa]", "[indicators.wrong_vise]");
        assert_eq!(
            missing,
            "advice.en.toml has no words for indicator `wrong_visa`; add [indicators.wrong_visa]"
        );
        let unknown = without(
            "[indicators.wrong_visa]",
            "[indicators.x]\nwhy = \"\"\nask = \"\"\n[indicators.wrong_visa]",
        );
        assert!(unknown.contains("unknown indicator `x`"), "{unknown}");
        assert!(without("[levels.low]", "[levels.lowest]").contains("unknown variant `lowest`"));
        assert!(without("why = ", "wy = ").contains("malformed"));
        let twice =
            Contacts::from_toml(&CONTACTS.replace("id = \"kemlu\"", "id = \"kp2mi\"")).unwrap_err();
        assert_eq!(twice.to_string(), "contacts.toml has two rows `kp2mi`; rename or remove one");
        let useless =
            Contacts::from_toml(&CONTACTS.replacen("countries = [\"ID\"]", "countries = []", 1))
                .unwrap_err();
        assert!(useless.to_string().starts_with("contact `kp2mi` can never be shown"), "{useless}");
    }
}
