//! What a record means, in the words of the reader's language: for programs that talk to people.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    advice,
    assessment::Assessment,
    service::state::State,
    taxonomy::{Localized, ReaderLanguage},
};

/// The reader's language.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum Lang {
    /// English.
    En,
    /// Indonesian.
    Id,
    /// Malay.
    Ms,
}

/// The country that a reader is in or from, for whom to call.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Country {
    /// Indonesia.
    Id,
    /// Malaysia.
    My,
    /// Singapore.
    Sg,
}

/// A record, and what it means.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Answer {
    #[serde(flatten)]
    pub(super) assessment: Assessment,
    /// Only where the request had `lang`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) words: Option<Words>,
}

/// What a record means, in one language.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Words {
    language: &'static str,
    /// The level in a few words.
    label: String,
    /// To someone who saw the offer.
    reader: String,
    /// To a volunteer or moderator.
    volunteer: String,
    /// What stands beside the level, by the id of the notice.
    notices: BTreeMap<String, NoticeWords>,
    /// Every indicator of the record that is present or unclear, protective ones too, by id.
    indicators: BTreeMap<String, IndicatorWords>,
    /// Whom the reader can call, most helpful first.
    contacts: Vec<ContactWords>,
    /// To be shown with every record: a hint about a text, no verdict about a person.
    not_a_verdict: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct NoticeWords {
    label: String,
    reader: String,
}

#[derive(Debug, Serialize, ToSchema)]
struct IndicatorWords {
    name: String,
    /// Why it matters.
    why: Option<String>,
    /// What to ask or check.
    ask: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
struct ContactWords {
    who: String,
    what_for: String,
    ways: Vec<WayWords>,
    /// When its source was published.
    date: String,
    /// `fresh`, `re-check` or `stale`: how far it can be relied on.
    #[schema(value_type = String)]
    status: advice::Status,
}

#[derive(Debug, Serialize, ToSchema)]
struct WayWords {
    /// `phone`, `whatsapp`, `email` or `web`.
    #[schema(value_type = String)]
    kind: advice::WayKind,
    value: String,
}

impl From<Lang> for ReaderLanguage {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::En => Self::En,
            Lang::Id => Self::Id,
            Lang::Ms => Self::Ms,
        }
    }
}

impl Country {
    fn code(self) -> &'static str {
        match self {
            Self::Id => "ID",
            Self::My => "MY",
            Self::Sg => "SG",
        }
    }

    /// Where most readers of `language` are.
    fn of(language: ReaderLanguage) -> Self {
        match language {
            ReaderLanguage::Ms => Self::My,
            ReaderLanguage::Id | ReaderLanguage::En => Self::Id,
        }
    }
}

impl Words {
    /// What `assessment` means to a reader of `lang`.
    pub(super) fn new(
        state: &State,
        assessment: &Assessment,
        lang: Lang,
        country: Option<Country>,
    ) -> Self {
        let language = ReaderLanguage::from(lang);
        let advice = state.advice(language);
        let level = advice.level(assessment.level);
        let here = &advice.headings().contacts_word;
        let notices = assessment.notices.iter().filter_map(|id| {
            let words = advice.notice(id)?;
            Some((
                id.clone(),
                NoticeWords { label: words.label.clone(), reader: words.reader_with(here) },
            ))
        });
        let risks = assessment.indicators.iter().map(|found| &found.id);
        let ids = risks.chain(assessment.protective.iter().map(|found| &found.id));
        Self {
            language: language.code(),
            label: level.label.clone(),
            reader: level.reader_with(here),
            volunteer: level.volunteer.clone(),
            notices: notices.collect(),
            indicators: ids.map(|id| (id.clone(), indicator(state, id, language))).collect(),
            contacts: contacts(
                state,
                assessment,
                language,
                country.unwrap_or(Country::of(language)),
            ),
            not_a_verdict: advice.headings().not_a_verdict.clone(),
        }
    }
}

fn indicator(state: &State, id: &str, language: ReaderLanguage) -> IndicatorWords {
    let words = state.advice(language).indicator(id);
    IndicatorWords {
        name: state.taxonomy().name(id, language).to_owned(),
        why: words.map(|words| words.why.clone()),
        ask: words.map(|words| words.ask.clone()),
    }
}

fn contacts(
    state: &State,
    assessment: &Assessment,
    language: ReaderLanguage,
    country: Country,
) -> Vec<ContactWords> {
    let Assessment { level, notices, .. } = assessment;
    let found = state.contacts().for_reader(country.code(), *level, notices);
    let in_language = |words: &Localized| words.get(language).to_owned();
    let contact = |contact: &advice::Contact| ContactWords {
        who: in_language(&contact.who),
        what_for: in_language(&contact.what_for),
        ways: contact
            .ways
            .iter()
            .map(|way| WayWords { kind: way.kind, value: way.value.clone() })
            .collect(),
        date: contact.date.clone(),
        status: contact.status,
    };
    found.into_iter().map(contact).collect()
}
