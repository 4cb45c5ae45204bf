//! Practice, the final round and its certificate.

use std::{
    hash::{BuildHasher as _, RandomState},
    sync::Arc,
};

use askama::Template;
use axum::{
    body::Bytes,
    extract::{RawQuery, State as Shared},
    http::StatusCode,
    response::Response,
};

use super::{
    fields::Fields,
    grade::{self, Answer, Grade, POINTS, Tally, choices},
    rounds::{Round, Track},
    view::{AnswerView, QuestionView, Setting, TallyRow, tally_rows},
    words::LearnWords,
};
use crate::{
    policy::Level,
    service::{
        pages::{Page, Reader, answer, not_found},
        state::State,
    },
};

/// Characters of a name on a certificate.
const LONGEST_NAME: usize = 80;

#[derive(Template)]
#[template(path = "service/learn/round.html")]
struct RoundPage {
    page: Page,
    l: &'static LearnWords,
    q: QuestionView,
}

#[derive(Template)]
#[template(path = "service/learn/answer.html")]
struct AnswerPage {
    page: Page,
    l: &'static LearnWords,
    a: AnswerView,
    track: &'static str,
    next: usize,
    tally: String,
    rows: Vec<TallyRow>,
    most: u32,
}

#[derive(Template)]
#[template(path = "service/learn/over.html")]
struct OverPage {
    page: Page,
    l: &'static LearnWords,
    answers: Vec<AnswerView>,
    /// Of 100.
    points: u32,
    passed: bool,
    track: &'static str,
    seed: String,
    given: String,
}

#[derive(Template)]
#[template(path = "service/learn/certificate.html")]
struct CertificatePage<'a> {
    page: Page,
    l: &'static LearnWords,
    name: &'a str,
    track: &'a str,
    points: u32,
}

fn setting<'a>(state: &'a State, reader: &'a Reader) -> Setting<'a> {
    Setting { taxonomy: state.taxonomy(), advice: state.advice(reader.language), reader }
}

/// `GET /learn/practice?track=…&n=…`: the n-th post, from 0, beginning again after the last.
pub(super) async fn question(
    Shared(state): Shared<Arc<State>>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    let (track, at) = (Track::from_id(fields.get("track")), fields.number("n"));
    let setting = setting(&state, &reader);
    let rounds = state.course().rounds(reader.language, track);
    let Some(round) = rounds.get(at % rounds.len().max(1)) else {
        return not_found(reader);
    };
    let mut page = Page::new(reader, "/learn/practice", &setting.words().practice);
    page.rest = format!("&track={}", track.id());
    let mut q = QuestionView::new(&setting, round);
    q.position = at % rounds.len() + 1;
    q.total = rounds.len();
    q.action = "/learn/practice";
    let tally = Tally::read(fields.get("t"), state.taxonomy());
    q.hidden = vec![
        ("lang", reader.language.code().to_owned()),
        ("track", track.id().to_owned()),
        ("n", at.to_string()),
        ("round", round.id.clone()),
        ("t", tally.write(state.taxonomy())),
    ];
    answer(StatusCode::OK, &reader, &RoundPage { page, l: setting.words(), q })
}

/// `POST /learn/practice`: the answer, word by word.
pub(super) async fn answered(
    Shared(state): Shared<Arc<State>>,
    mut reader: Reader,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    reader.set("lang", fields.get("lang"));
    let (track, at) = (Track::from_id(fields.get("track")), fields.number("n"));
    let setting = setting(&state, &reader);
    let rounds = state.course().rounds(reader.language, track);
    let Some(round) = rounds.into_iter().find(|round| round.id == fields.get("round")) else {
        return not_found(reader);
    };
    let given = given(&fields, round, &state);
    let mut tally = Tally::read(fields.get("t"), state.taxonomy());
    tally.add(round, &given, &choices(round, state.taxonomy()));
    let mut page = Page::new(reader, "/learn/practice", &setting.words().answer);
    page.rest = format!("&track={}", track.id());
    let shown = AnswerPage {
        page,
        l: setting.words(),
        a: AnswerView::new(&setting, round, &given),
        track: track.id(),
        next: at.saturating_add(1),
        rows: tally_rows(&setting, &tally),
        tally: tally.write(state.taxonomy()),
        most: POINTS,
    };
    answer(StatusCode::OK, &reader, &shown)
}

fn given(fields: &Fields, round: &Round, state: &State) -> Answer {
    let level = Level::from_id(fields.get("level"));
    Answer::new(level, &fields.all("sign"), &choices(round, state.taxonomy()))
}

/// `GET /learn/final?track=…`: the first post of a new final.
pub(super) async fn begin(
    Shared(state): Shared<Arc<State>>,
    reader: Reader,
    RawQuery(query): RawQuery,
) -> Response {
    let fields = Fields::read(query.unwrap_or_default().as_bytes());
    // Keyed by the system's randomness: another draw for each learner, and no clock.
    let seed = RandomState::new().hash_one(0) % 1_000_000;
    let run = Run {
        track: Track::from_id(fields.get("track")),
        seed: seed.to_string(),
        answers: Vec::new(),
    };
    run.show(&state, reader)
}

/// `POST /learn/final`: takes the answer to one post and shows the next, or how it went.
pub(super) async fn next(
    Shared(state): Shared<Arc<State>>,
    mut reader: Reader,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    reader.set("lang", fields.get("lang"));
    let mut run = Run::read(&fields);
    let rounds = run.rounds(&state, &reader);
    if let Some(round) = rounds.get(run.answers.len()) {
        run.answers.push(given(&fields, round, &state));
    }
    run.show(&state, reader)
}

/// `POST /learn/certificate`: grades the final again, so that a certificate is earned and not only asked for.
pub(super) async fn certificate(
    Shared(state): Shared<Arc<State>>,
    mut reader: Reader,
    body: Bytes,
) -> Response {
    let fields = Fields::read(&body);
    reader.set("lang", fields.get("lang"));
    let run = Run::read(&fields);
    let rounds = run.rounds(&state, &reader);
    let points = run.points(&state, &rounds);
    if run.answers.len() < rounds.len() || !grade::passes(points, 100) {
        return run.show(&state, reader);
    }
    let setting = setting(&state, &reader);
    let l = setting.words();
    let name: String = fields.get("name").trim().chars().take(LONGEST_NAME).collect();
    let shown = CertificatePage {
        page: Page::new(reader, "/learn", &l.certificate),
        l,
        name: &name,
        track: match run.track {
            Track::Volunteer => &l.volunteer,
            Track::Officer => &l.officer,
        },
        points,
    };
    answer(StatusCode::OK, &reader, &shown)
}

/// A final round under way, as it travels in its form.
struct Run {
    track: Track,
    seed: String,
    answers: Vec<Answer>,
}

impl Run {
    fn read(fields: &Fields) -> Self {
        Self {
            track: Track::from_id(fields.get("track")),
            seed: fields.get("seed").chars().take(20).collect(),
            answers: grade::read(fields.get("given")),
        }
    }

    fn rounds<'a>(&self, state: &'a State, reader: &Reader) -> Vec<&'a Round> {
        state.course().drawn(reader.language, self.track, &self.seed)
    }

    /// Of 100.
    fn points(&self, state: &State, rounds: &[&Round]) -> u32 {
        let graded = rounds.iter().zip(&self.answers).map(|(round, answer)| {
            Grade::of(round, answer, &choices(round, state.taxonomy())).points()
        });
        let most = POINTS * u32::try_from(rounds.len()).unwrap_or(u32::MAX).max(1);
        graded.sum::<u32>() * 100 / most
    }

    fn show(&self, state: &State, reader: Reader) -> Response {
        let rounds = self.rounds(state, &reader);
        match rounds.get(self.answers.len()) {
            Some(round) => self.ask(state, reader, round, rounds.len()),
            None if rounds.is_empty() => not_found(reader),
            None => self.over(state, reader, &rounds),
        }
    }

    fn ask(&self, state: &State, reader: Reader, round: &Round, total: usize) -> Response {
        let setting = setting(state, &reader);
        let l = setting.words();
        let mut q = QuestionView::new(&setting, round);
        q.position = self.answers.len() + 1;
        q.total = total;
        q.action = "/learn/final";
        q.button = &l.answer_next;
        q.hidden = vec![
            ("lang", reader.language.code().to_owned()),
            ("track", self.track.id().to_owned()),
            ("seed", self.seed.clone()),
            ("given", grade::write(&self.answers)),
        ];
        let page = Page::new(reader, "/learn", &l.final_round);
        answer(StatusCode::OK, &reader, &RoundPage { page, l, q })
    }

    fn over(&self, state: &State, reader: Reader, rounds: &[&Round]) -> Response {
        let setting = setting(state, &reader);
        let points = self.points(state, rounds);
        let answers = (1..).zip(rounds.iter().zip(&self.answers)).map(|(at, (round, given))| {
            let mut view = AnswerView::new(&setting, round, given);
            view.prefix = format!("{at}-");
            view
        });
        let shown = OverPage {
            page: Page::new(reader, "/learn", &setting.words().final_over),
            l: setting.words(),
            answers: answers.collect(),
            points,
            passed: grade::passes(points, 100),
            track: self.track.id(),
            seed: self.seed.clone(),
            given: grade::write(&self.answers),
        };
        answer(StatusCode::OK, &reader, &shown)
    }
}
