//! The form, and what it answers: a pasted text, or the page behind a pasted link.

use std::sync::Arc;

use askama::Template;
use axum::{
    body::Bytes,
    extract::{State as Shared, rejection::BytesRejection},
    http::StatusCode,
    response::Response,
};

use super::{
    contact::{LookupView, lookups},
    page::{Page, answer},
    reader::Reader,
    result::{ResultView, Source},
};
use crate::{
    policy::Level,
    post::Post,
    service::{
        error::{Code, Problem},
        state::State,
    },
};

/// The longest text that is read from the form, in bytes: the longest advert seen has under 40 KiB.
const MAX_PASTED_BYTES: usize = 64 << 10;

/// The longest body of the form, in bytes: a browser writes one byte of text with up to three.
pub(super) const MAX_FORM_BYTES: usize = 4 * MAX_PASTED_BYTES;

/// What the form shows.
#[derive(Debug, Default)]
pub(super) struct Form {
    pub(super) text: String,
    /// What went wrong, and what to do.
    pub(super) problem: String,
}

#[derive(Template)]
#[template(path = "service/pages/home.html")]
struct FormPage {
    page: Page,
    form: Form,
    full: bool,
}

#[derive(Template)]
#[template(path = "service/pages/result.html")]
struct ResultPage<'a> {
    page: Page,
    view: ResultView,
    /// The text as it was sent, for another language or country.
    text: &'a str,
    from_link: Option<&'a str>,
    lookups: Vec<LookupView>,
    model: String,
    not_a_verdict: &'a str,
}

/// `GET /`.
pub(super) async fn home(reader: Reader) -> Response {
    let page = Page::new(reader, "/", &reader.words().site.tagline);
    answer(StatusCode::OK, &reader, &FormPage { page, form: Form::default(), full: true })
}

/// `GET /check`.
pub(super) async fn form(reader: Reader) -> Response {
    form_page(StatusCode::OK, reader, Form::default())
}

fn form_page(status: StatusCode, reader: Reader, form: Form) -> Response {
    let page = Page::new(reader, "/check", &reader.words().form.check_title);
    answer(status, &reader, &FormPage { page, form, full: false })
}

/// `POST /check`.
pub(super) async fn check(
    Shared(state): Shared<Arc<State>>,
    mut reader: Reader,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let words = &reader.words().form;
    let Ok(body) = body else {
        let form = Form { problem: words.too_long.clone(), ..Form::default() };
        return form_page(StatusCode::PAYLOAD_TOO_LARGE, reader, form);
    };
    let text = read(&body, &mut reader);
    if let Some((status, problem)) = unusable(&text, &reader) {
        return form_page(status, reader, Form { problem, ..Form::default() });
    }
    let asked = if let Some(address) = link(&text) {
        state.fetch_post(address).await
    } else {
        Ok(Post::new("1", text.clone()))
    };
    let judged = match asked {
        Ok(post) => state.assess(post.clone()).await.map(|assessment| (post, assessment)),
        Err(problem) => Err(problem),
    };
    match judged {
        Ok((post, assessment)) => result_page(&state, reader, &text, &post, &assessment),
        Err(problem) => refused(reader, text, &problem),
    }
}

/// The text of the form; the reader's choices are taken over into `reader`.
fn read(body: &[u8], reader: &mut Reader) -> String {
    let mut text = String::new();
    let mut again = None;
    for (name, value) in url::form_urlencoded::parse(body) {
        match name.as_ref() {
            // Browsers send line ends as CR LF, whatever was pasted.
            // A page cannot hold a NUL.
            "text" => text = value.replace("\r\n", "\n").replace('\0', "\u{fffd}"),
            // A button that asks for the same text in another language or country.
            "go" => again = Some(value.into_owned()),
            _ => reader.set(&name, &value),
        }
    }
    if let Some((name, value)) = again.as_deref().and_then(|again| again.split_once('=')) {
        reader.set(name, value);
    }
    text
}

fn unusable(text: &str, reader: &Reader) -> Option<(StatusCode, String)> {
    let words = &reader.words().form;
    if text.trim().is_empty() {
        return Some((StatusCode::UNPROCESSABLE_ENTITY, words.empty.clone()));
    }
    let long = text.len() > MAX_PASTED_BYTES;
    long.then(|| (StatusCode::PAYLOAD_TOO_LARGE, words.too_long.clone()))
}

/// The address, when the whole text is one.
fn link(text: &str) -> Option<&str> {
    let text = text.trim();
    let is_link = text.starts_with("http://") || text.starts_with("https://");
    (is_link && !text.contains(char::is_whitespace)).then_some(text)
}

fn result_page(
    state: &State,
    reader: Reader,
    text: &str,
    post: &Post,
    assessment: &crate::assessment::Assessment,
) -> Response {
    let advice = state.advice(reader.language);
    let source = Source {
        text: &post.text,
        assessment,
        taxonomy: state.taxonomy(),
        policy: state.classifier().policy(),
        advice,
        contacts: state.contacts(),
    };
    let view = ResultView::new(&source, &reader);
    let mut page = Page::new(reader, "/check", &view.label);
    page.by_form = true;
    let result = ResultPage {
        page,
        view,
        text,
        from_link: link(text),
        lookups: lookups(&reader),
        model: format!("{} {}", assessment.model.name, assessment.model.version),
        not_a_verdict: &advice.headings().not_a_verdict,
    };
    answer(StatusCode::OK, &reader, &result)
}

/// The form again, with what the reader can do.
pub(super) fn refused(reader: Reader, text: String, problem: &Problem) -> Response {
    let words = &reader.words().form;
    let words = match problem.code() {
        Code::Overloaded | Code::TooManyRequests | Code::ShuttingDown => &words.busy,
        Code::TooLong => &words.too_long,
        Code::RefusedUrl | Code::NoPage | Code::SlowPage | Code::FetchingIsOff => {
            &words.link_failed
        }
        _ => &reader.words().error.failed,
    };
    let mut response =
        form_page(problem.code().status(), reader, Form { text, problem: words.clone() });
    problem.mark(&mut response);
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::taxonomy::ReaderLanguage;

    #[test]
    fn a_button_that_asks_again_wins_over_what_the_form_held() {
        let mut reader = Reader::of(ReaderLanguage::Id);
        let body = b"go=lang%3Dms&lang=id&country=SG&for=volunteer&text=satu%0D%0Adua";
        assert_eq!(read(body, &mut reader), "satu\ndua");
        let expected = Reader { language: ReaderLanguage::Ms, country: "SG", volunteer: true };
        assert_eq!(reader, expected);
    }

    #[test]
    fn only_a_text_that_is_nothing_but_an_address_is_a_link() {
        assert_eq!(link(" https://contoh.id/loker?id=1\n"), Some("https://contoh.id/loker?id=1"));
        assert_eq!(link("loker https://contoh.id"), None);
        assert_eq!(link("https://contoh.id loker"), None);
        assert_eq!(link("file:///etc/passwd"), None);
    }
}
