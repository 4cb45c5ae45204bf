//! Lessons: short texts with a few questions at their end, read from files.

use serde::Deserialize;

use super::rounds::Track;

/// One lesson.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Lesson {
    /// The name in addresses, the same in each language.
    pub(in crate::service) id: String,
    pub(in crate::service) track: Track,
    pub(in crate::service) title: String,
    /// How long it takes to read.
    pub(in crate::service) minutes: u8,
    pub(in crate::service) body: Vec<Block>,
    #[serde(rename = "check")]
    pub(in crate::service) questions: Vec<Question>,
}

/// A piece of a lesson.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(in crate::service) enum Block {
    /// A paragraph.
    P { text: String },
    /// Points of equal weight.
    List { items: Vec<String> },
    /// What to do.
    Do { items: Vec<String> },
    /// What never to do.
    Dont { items: Vec<String> },
    /// An invented example, with what to see in it.
    Quote {
        text: String,
        #[serde(default)]
        note: String,
    },
}

/// A question with one right answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::service) struct Question {
    #[serde(rename = "question")]
    pub(in crate::service) text: String,
    pub(in crate::service) answers: Vec<String>,
    /// The place of the right answer, from 0.
    pub(in crate::service) right: usize,
    pub(in crate::service) why: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    lesson: Vec<Lesson>,
}

/// Reads the text of a `lessons.*.toml`.
pub(super) fn read(text: &str) -> Result<Vec<Lesson>, toml::de::Error> {
    toml::from_str(text).map(|file: File| file.lesson)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FILES: [&str; 3] = [
        include_str!("lessons.id.toml"),
        include_str!("lessons.ms.toml"),
        include_str!("lessons.en.toml"),
    ];

    #[test]
    fn the_lessons_are_the_same_in_each_language() {
        let shape = |text: &str| -> Vec<(String, Track, usize)> {
            let lessons = read(text).unwrap();
            lessons.into_iter().map(|l| (l.id, l.track, l.questions.len())).collect()
        };
        let [first, second, third] = FILES.map(shape);
        assert!(first.len() >= 10 && first == second && second == third);
    }

    #[test]
    fn every_question_has_one_right_answer_and_a_reason() {
        for lesson in FILES.into_iter().flat_map(|text| read(text).unwrap()) {
            assert!(!lesson.questions.is_empty() && lesson.minutes > 0, "{}", lesson.id);
            for question in &lesson.questions {
                assert!(question.right < question.answers.len(), "{}", question.text);
                assert!(question.why.len() > 20, "{}", question.text);
            }
        }
    }
}
