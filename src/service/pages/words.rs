//! The words of the pages in three languages, read from files beside this one.
//!
//! Those about levels, indicators and contacts are in the bundle ([`crate::advice`]): they belong to
//! the model. These belong to the pages.

use std::{collections::BTreeMap, sync::LazyLock};

use serde::Deserialize;

use crate::taxonomy::{ReaderLanguage, Strength};

/// All words in one language.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Words {
    pub(in crate::service) language: ReaderLanguage,
    /// The language's name for itself.
    pub(in crate::service) language_name: String,
    pub(in crate::service) site: Site,
    pub(in crate::service) form: Form,
    pub(in crate::service) country: Countries,
    pub(in crate::service) result: ResultWords,
    pub(in crate::service) message: Message,
    pub(in crate::service) card: Card,
    pub(in crate::service) signs: Signs,
    pub(in crate::service) about: About,
    pub(in crate::service) error: ErrorWords,
    /// What stands beside a number of `contacts.toml`, by its English.
    notes: BTreeMap<String, String>,
}

impl Words {
    /// The note beside a number in this language; as it is where nobody has translated it.
    pub(in crate::service) fn note<'a>(&'a self, english: &'a str) -> &'a str {
        self.notes.get(english).map_or(english, String::as_str)
    }

    /// How much a sign weighs.
    pub(in crate::service) fn strength(&self, strength: Strength) -> &str {
        match strength {
            Strength::Strong => &self.result.strength_strong,
            Strength::Medium => &self.result.strength_medium,
            Strength::Weak => &self.result.strength_weak,
            Strength::Notice => &self.result.strength_notice,
            Strength::Mitigates => &self.signs.protective,
        }
    }
}

/// Makes the sections: each field is one key of the file.
macro_rules! section {
    ($(#[$doc:meta])* $name:ident { $($text:ident),* $(,)? } $([ $($list:ident),* $(,)? ])?) => {
        $(#[$doc])*
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(in crate::service) struct $name {
            $(pub(in crate::service) $text: String,)*
            $($(pub(in crate::service) $list: Vec<String>,)*)?
        }
    };
}

section! {
    /// Around every page.
    Site { tagline, skip, menu, language, check, learn, signs, about, footer, privacy }
}

section! {
    /// The form, and what can go wrong with it.
    Form {
        title, lead, check_title, text, text_hint, country, reader, jobseeker, volunteer, button,
        again, in_danger, how_title, learn_title, learn, learn_button, empty, too_long,
        link_failed, busy, from_link,
    } [how]
}

section! {
    /// What was read.
    ResultWords {
        title, step, of, not_safe, do_now, for_volunteers, for_readers, post, post_help, post_cut,
        hidden, signs, sign, words, whole_text, ask, source, back, strength_strong,
        strength_medium, strength_weak, strength_notice, missing, missing_help, unclear, speaks_for,
        speaks_for_help, check_it, lookups, lookups_help, contacts, contacts_date, undated,
        other_country, message, message_help, copy, copied, share, picture, picture_help,
        picture_open, rules, model, help_first, help_lead, help_more, help_erase, nothing,
        question_employer, question_place, question_pay, question_visa, question_contract,
        question_licence, question_fee,
    }
}

section! {
    /// The message to pass on.
    Message { opening, level, signs, none, ask, call, ending, distress }
}

section! {
    /// The picture to share.
    Card { heading, signs, more, none, ask, foot }
}

section! {
    /// The list of what is looked for.
    Signs {
        title, lead, protective, text_types, text_types_help, scored, not_scored, rules,
        rules_help, kinds,
    }
}

section! {
    /// What this is, and what it is not.
    About {
        title, does_title, never_title, wrong_title, privacy_title, model_title, model_name,
        model_hash, taxonomy_version, model_card, object_title, object,
    } [does, never, wrong, privacy]
}

section! {
    /// A page that says what went wrong.
    ErrorWords { not_found_title, not_found, failed, home }
}

/// The names of the readers' countries.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Countries {
    #[serde(rename = "ID")]
    indonesia: String,
    #[serde(rename = "MY")]
    malaysia: String,
    #[serde(rename = "SG")]
    singapore: String,
}

impl Countries {
    /// The name of `ID`, `MY` or `SG`; another code is its own name.
    pub(in crate::service) fn name<'a>(&'a self, code: &'a str) -> &'a str {
        match code {
            "ID" => &self.indonesia,
            "MY" => &self.malaysia,
            "SG" => &self.singapore,
            other => other,
        }
    }
}

static ALL: LazyLock<[Words; 3]> = LazyLock::new(|| {
    [include_str!("words.en.toml"), include_str!("words.id.toml"), include_str!("words.ms.toml")]
        .map(|text| toml::from_str(text).expect("a test reads each file of words"))
});

/// The words in `language`.
pub(in crate::service) fn words(language: ReaderLanguage) -> &'static Words {
    ALL.iter().find(|words| words.language == language).expect("there is a file for each language")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_file_with_every_word() {
        for language in ReaderLanguage::ALL {
            let words = words(language);
            assert_eq!(words.language, language);
            assert_eq!(words.form.how.len(), 3);
            assert!(words.card.more.contains("{n}"));
        }
    }

    #[test]
    fn every_note_of_the_contacts_is_translated() {
        let contacts = include_str!("../../../models/domain/contacts.toml");
        let contacts = crate::advice::Contacts::from_toml(contacts).unwrap();
        let ways = contacts.all().iter().flat_map(|contact| &contact.ways);
        for note in ways.filter_map(|way| way.note.as_deref()) {
            for language in [ReaderLanguage::Id, ReaderLanguage::Ms] {
                assert!(words(language).notes.contains_key(note), "{language}: {note}");
            }
        }
    }

    #[test]
    fn the_words_accuse_nobody() {
        let files = [
            include_str!("words.en.toml"),
            include_str!("words.id.toml"),
            include_str!("words.ms.toml"),
        ];
        let never = ["trafficker", "criminal", "pelaku", "penjahat", "penjenayah", "sindik", "%"];
        for text in files {
            let lower = text.to_lowercase();
            for word in never {
                assert!(!lower.contains(word), "`{word}` in {:?}", text.lines().next());
            }
        }
    }
}
