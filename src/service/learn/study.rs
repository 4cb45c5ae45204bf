//! The page of all lessons, and the lessons.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Bytes,
    extract::{Path, State as Shared},
    http::StatusCode,
    response::Response,
};

use super::{
    fields::Fields,
    lessons::{Block, Lesson},
    rounds::Track,
    words::{LearnWords, words},
};
use crate::service::{
    pages::{Page, Reader, answer, not_found},
    state::State,
};

struct TrackView<'a> {
    id: &'static str,
    name: &'a str,
    lead: &'a str,
    lessons: Vec<&'a Lesson>,
    rounds: usize,
}

#[derive(Template)]
#[template(path = "service/learn/index.html")]
struct IndexPage<'a> {
    page: Page,
    l: &'static LearnWords,
    tracks: Vec<TrackView<'a>>,
    /// Ids and names of the signs, for the script.
    names: String,
}

/// `GET /learn`.
pub(super) async fn index(Shared(state): Shared<Arc<State>>, reader: Reader) -> Response {
    let l = words(reader.language);
    let track = |track: Track| {
        let (name, lead) = match track {
            Track::Volunteer => (&l.volunteer, &l.volunteer_lead),
            Track::Officer => (&l.officer, &l.officer_lead),
        };
        TrackView {
            id: track.id(),
            name,
            lead,
            lessons: state.course().lessons(reader.language, track),
            rounds: state.course().rounds(reader.language, track).len(),
        }
    };
    let signs = state.taxonomy().indicators().iter().filter(|sign| !sign.is_protective());
    let names = signs.map(|sign| format!("{}={}", sign.id, sign.name.get(reader.language)));
    let index = IndexPage {
        page: Page::new(reader, "/learn", &l.title),
        l,
        tracks: Track::ALL.map(track).into(),
        names: names.collect::<Vec<_>>().join("|"),
    };
    answer(StatusCode::OK, &reader, &index)
}

/// A question with what was chosen, once it was.
struct CheckedQuestion<'a> {
    question: &'a str,
    answers: &'a [String],
    right: usize,
    why: &'a str,
    /// None before the form was sent, or when nothing was chosen.
    chosen: Option<usize>,
}

impl CheckedQuestion<'_> {
    #[expect(clippy::trivially_copy_pass_by_ref, reason = "a template gives references")]
    fn is_chosen(&self, at: &usize) -> bool {
        self.chosen == Some(*at)
    }

    fn is_right(&self) -> bool {
        self.is_chosen(&self.right)
    }

    fn right_answer(&self) -> &str {
        &self.answers[self.right]
    }
}

#[derive(Template)]
#[template(path = "service/learn/lesson.html")]
struct LessonPage<'a> {
    page: Page,
    l: &'static LearnWords,
    lesson: &'a Lesson,
    questions: Vec<CheckedQuestion<'a>>,
    sent: bool,
    next: Option<&'a Lesson>,
}

/// `GET /learn/lesson/{id}`.
pub(super) async fn lesson(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    reader: Reader,
) -> Response {
    lesson_page(&state, &id, reader, None)
}

/// `POST /learn/lesson/{id}`: the questions with their answers.
pub(super) async fn checked(
    Shared(state): Shared<Arc<State>>,
    Path(id): Path<String>,
    mut reader: Reader,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    reader.set("lang", fields.get("lang"));
    lesson_page(&state, &id, reader, Some(&fields))
}

fn lesson_page(state: &State, id: &str, reader: Reader, sent: Option<&Fields>) -> Response {
    let course = state.course();
    let Some(lesson) = course.lesson(reader.language, id) else {
        return not_found(reader);
    };
    let questions = lesson.questions.iter().enumerate().map(|(at, question)| CheckedQuestion {
        question: &question.text,
        answers: &question.answers,
        right: question.right,
        why: &question.why,
        chosen: sent.and_then(|fields| fields.get(&format!("q{at}")).parse().ok()),
    });
    let lessons = course.lessons(reader.language, lesson.track);
    let place = lessons.iter().position(|other| other.id == lesson.id);
    let shown = LessonPage {
        page: Page::new(reader, &format!("/learn/lesson/{}", lesson.id), &lesson.title),
        l: words(reader.language),
        lesson,
        questions: questions.collect(),
        sent: sent.is_some(),
        next: place.and_then(|place| lessons.get(place + 1).copied()),
    };
    answer(StatusCode::OK, &reader, &shown)
}
