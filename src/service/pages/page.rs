//! What every page has around its content, and how a page becomes an answer.

use std::{fmt::Write as _, sync::LazyLock};

use askama::Template;
use axum::{
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use sha2::{Digest as _, Sha256};

use super::{
    assets,
    reader::{COUNTRIES, Reader},
    words::{Words, words},
};
use crate::taxonomy::ReaderLanguage;

/// Nothing but this service's own stylesheet, script, pictures and forms, and no other site may frame a page.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; \
                      base-uri 'none'; frame-ancestors 'none'";

/// What `layout.html` is filled with.
#[derive(Debug)]
pub(in crate::service) struct Page {
    pub(in crate::service) words: &'static Words,
    pub(in crate::service) reader: Reader,
    pub(in crate::service) title: String,
    /// The path of the page, without its query.
    pub(in crate::service) path: String,
    /// What a link to the page in another language needs besides `lang`, with a leading `&`.
    pub(in crate::service) rest: String,
    /// Whether the page answers a form, so that another language means to send it again.
    pub(in crate::service) by_form: bool,
    pub(in crate::service) style: &'static str,
    pub(in crate::service) script: &'static str,
}

/// A language that a page can be had in.
#[derive(Debug)]
pub(in crate::service) struct OtherLanguage {
    pub(in crate::service) code: &'static str,
    /// The code as a short name.
    pub(in crate::service) short: String,
    pub(in crate::service) name: &'static str,
    pub(in crate::service) current: bool,
}

/// An item of the menu.
#[derive(Debug)]
pub(in crate::service) struct MenuItem {
    pub(in crate::service) path: &'static str,
    pub(in crate::service) name: &'static str,
}

impl Page {
    /// The frame of the page at `path`.
    pub(in crate::service) fn new(reader: Reader, path: &str, title: &str) -> Self {
        static STYLE: LazyLock<String> = LazyLock::new(|| assets::STYLE.address());
        static SCRIPT: LazyLock<String> = LazyLock::new(|| assets::SCRIPT.address());
        Self {
            words: reader.words(),
            reader,
            title: title.to_owned(),
            path: path.to_owned(),
            rest: String::new(),
            by_form: false,
            style: &STYLE,
            script: &SCRIPT,
        }
    }

    /// The address of another page for the same reader.
    pub(in crate::service) fn link(&self, path: &str) -> String {
        format!("{path}?lang={}", self.reader.language.code())
    }

    pub(in crate::service) fn languages(&self) -> Vec<OtherLanguage> {
        let order = [ReaderLanguage::Id, ReaderLanguage::Ms, ReaderLanguage::En];
        let other = |language: ReaderLanguage| OtherLanguage {
            code: language.code(),
            short: language.code().to_uppercase(),
            name: &words(language).language_name,
            current: language == self.reader.language,
        };
        order.map(other).into()
    }

    pub(in crate::service) fn menu(&self) -> [MenuItem; 4] {
        let site = &self.words.site;
        [
            MenuItem { path: "/check", name: &site.check },
            MenuItem { path: "/learn", name: &site.learn },
            MenuItem { path: "/indicators", name: &site.signs },
            MenuItem { path: "/about", name: &site.about },
        ]
    }

    /// Whether this page is the one at `path`.
    pub(in crate::service) fn is_at(&self, path: &str) -> bool {
        self.path == path || self.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'))
    }

    #[expect(clippy::unused_self, reason = "a template calls it on the page")]
    pub(in crate::service) fn countries(&self) -> [&'static str; 3] {
        COUNTRIES
    }
}

/// Fills in `template` for `reader`, with the headers of a page; `observe` adds those that every answer has.
pub(in crate::service) fn answer(
    status: StatusCode,
    reader: &Reader,
    template: &impl Template,
) -> Response {
    let Ok(html) = template.render() else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let mut response = (status, html).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_LANGUAGE, reader.language.code()),
        (header::VARY, "Accept-Language"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_FRAME_OPTIONS, "DENY"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    response
}

/// The hash of `bytes`, short: it changes an address whenever the bytes change.
pub(super) fn fingerprint(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest.iter().take(6).fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").expect("writing to a string does not fail");
        hex
    })
}
