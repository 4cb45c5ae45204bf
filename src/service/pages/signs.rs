//! The list of what is looked for, and what this is and is not: the bundle in words.

use std::sync::Arc;

use askama::Template;
use axum::{extract::State as Shared, http::StatusCode, response::Response};

use super::{
    contact::{ContactView, contacts},
    page::{Page, answer},
    reader::Reader,
    result::sentences,
};
use crate::{
    advice::Advice,
    policy::{Level, Rule},
    service::state::State,
    taxonomy::{Group, Indicator, Kind, Strength},
};

struct GroupView<'a> {
    name: &'a str,
    signs: Vec<SignRow<'a>>,
}

struct SignRow<'a> {
    id: &'a str,
    name: &'a str,
    strength: Strength,
    weight: &'a str,
    why: &'a str,
    ask: &'a str,
    definition: &'a str,
    kinds: &'a [Kind],
    source: &'a str,
}

struct TextTypeRow<'a> {
    name: &'a str,
    scored: bool,
}

/// The levels of risk.
const LADDER: [Level; 4] = [Level::Low, Level::Elevated, Level::High, Level::Critical];

#[derive(Template)]
#[template(path = "service/pages/indicators.html")]
struct SignsPage<'a> {
    page: Page,
    groups: Vec<GroupView<'a>>,
    levels: Vec<(Level, &'a str)>,
    text_types: Vec<TextTypeRow<'a>>,
    rules: &'a [Rule],
}

/// `GET /indicators`.
pub(super) async fn indicators(Shared(state): Shared<Arc<State>>, reader: Reader) -> Response {
    let page = Page::new(reader, "/indicators", &reader.words().signs.title);
    let advice = state.advice(reader.language);
    let text_types = state
        .taxonomy()
        .text_types()
        .iter()
        .map(|entry| TextTypeRow { name: entry.name.get(reader.language), scored: entry.scored });
    let list = SignsPage {
        page,
        groups: groups(&state, &reader),
        levels: LADDER.map(|level| (level, advice.level(level).label.as_str())).into(),
        text_types: text_types.collect(),
        rules: state.classifier().policy().rules(),
    };
    answer(StatusCode::OK, &reader, &list)
}

fn groups<'a>(state: &'a State, reader: &Reader) -> Vec<GroupView<'a>> {
    let taxonomy = state.taxonomy();
    let advice = state.advice(reader.language);
    let view = |group: &'a Group| {
        let members = taxonomy.indicators().iter().filter(|sign| sign.group == group.id);
        let signs = members.filter_map(|sign| row(sign, advice, reader)).collect();
        GroupView { name: group.name.get(reader.language), signs }
    };
    taxonomy.groups().iter().map(view).collect()
}

fn row<'a>(sign: &'a Indicator, advice: &'a Advice, reader: &Reader) -> Option<SignRow<'a>> {
    let words = advice.indicator(&sign.id)?;
    Some(SignRow {
        id: &sign.id,
        name: sign.name.get(reader.language),
        strength: sign.strength,
        weight: reader.words().strength(sign.strength),
        why: &words.why,
        ask: &words.ask,
        definition: &sign.definition,
        kinds: &sign.kinds,
        source: &sign.source,
    })
}

#[derive(Template)]
#[template(path = "service/pages/about.html")]
struct AboutPage<'a> {
    page: Page,
    model: String,
    sha256: &'a str,
    taxonomy: &'a str,
}

/// `GET /about`.
pub(super) async fn about(Shared(state): Shared<Arc<State>>, reader: Reader) -> Response {
    let page = Page::new(reader, "/about", &reader.words().about.title);
    let manifest = state.manifest();
    let about = AboutPage {
        page,
        model: format!("{} {}", manifest.name, manifest.version),
        sha256: state.sha256(),
        taxonomy: state.taxonomy().version(),
    };
    answer(StatusCode::OK, &reader, &about)
}

#[derive(Template)]
#[template(path = "service/pages/help.html")]
struct HelpPage {
    page: Page,
    for_reader: Vec<String>,
    for_volunteer: Vec<String>,
    contacts: Vec<ContactView>,
}

/// `GET /help`: contacts at once, with no text to paste first.
pub(super) async fn help(Shared(state): Shared<Arc<State>>, reader: Reader) -> Response {
    let mut page = Page::new(reader, "/help", &reader.words().result.help_first);
    page.rest = format!("&country={}", reader.country);
    let advice = state.advice(reader.language);
    let words = advice.level(Level::Distress);
    let help = HelpPage {
        page,
        for_reader: sentences(&words.reader_with(&advice.headings().contacts_word)),
        for_volunteer: sentences(&words.volunteer),
        contacts: contacts(state.contacts(), advice, &reader, Level::Distress, &[]),
    };
    answer(StatusCode::OK, &reader, &help)
}

#[derive(Template)]
#[template(path = "service/pages/error.html")]
struct ErrorPage<'a> {
    page: Page,
    title: &'a str,
    detail: &'a str,
}

/// The page where there is none.
pub(in crate::service) fn not_found(reader: Reader) -> Response {
    let words = &reader.words().error;
    let page = Page::new(reader, "/", &words.not_found_title);
    let missing = ErrorPage { page, title: &words.not_found_title, detail: &words.not_found };
    answer(StatusCode::NOT_FOUND, &reader, &missing)
}
