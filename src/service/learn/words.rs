//! The words of the learning pages in three languages.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::taxonomy::ReaderLanguage;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    language: ReaderLanguage,
    words: LearnWords,
}

/// Makes the list of words: each field is one key of the file.
macro_rules! words {
    ($($name:ident),* $(,)?) => {
        /// The words in one language.
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        pub(super) struct LearnWords {
            $(pub(super) $name: String,)*
        }
    };
}

words! {
        title, lead, volunteer, volunteer_lead, officer, officer_lead, lessons, minutes,
        practice, practice_lead, practice_button, final_round, final_lead, final_button,
        progress, progress_lead, erase, sign, right_of, all, questions, check_button, right,
        wrong, right_answer, no_answer, next_lesson, do_this, dont, look_at, post, invented,
        of, round, level_question, signs_question, answer_button, answer_next, answer,
        level_is, you_said, points, your_signs, seen, missed, not_there, all_right,
        none_there, speaks_for, open, why_level, next_round, so_far, no_rounds,
        level_not_scored, level_distress, level_insufficient_text, final_over, passed,
        not_passed, not_passed_lead, again, name, name_hint, certificate_button,
        certificate, certificate_who, certificate_what, certificate_result,
        certificate_date, certificate_trainer, certificate_foot, print, print_hint,
}

static ALL: LazyLock<[File; 3]> = LazyLock::new(|| {
    [include_str!("learn.en.toml"), include_str!("learn.id.toml"), include_str!("learn.ms.toml")]
        .map(|text| toml::from_str(text).expect("a test reads each file of words"))
});

/// The words in `language`.
pub(super) fn words(language: ReaderLanguage) -> &'static LearnWords {
    let file = ALL.iter().find(|file| file.language == language);
    &file.expect("there is a file for each language").words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_language_has_its_file_with_every_word() {
        for language in ReaderLanguage::ALL {
            assert!(!words(language).title.is_empty());
        }
    }
}
