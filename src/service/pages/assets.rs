//! The stylesheet, the script and the icon: compiled in, and kept by browsers until they change.

use axum::{
    http::header,
    response::{IntoResponse, Response},
};

use super::page::fingerprint;

/// A file that a page loads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Asset {
    pub(super) path: &'static str,
    media_type: &'static str,
    text: &'static str,
}

/// The one stylesheet.
pub(super) const STYLE: Asset = Asset {
    path: "/assets/waspada.css",
    media_type: "text/css; charset=utf-8",
    text: include_str!("waspada.css"),
};

/// The one script.
pub(super) const SCRIPT: Asset = Asset {
    path: "/assets/waspada.js",
    media_type: "text/javascript; charset=utf-8",
    text: include_str!("waspada.js"),
};

/// The icon of a tab.
pub(super) const ICON: Asset =
    Asset { path: "/assets/icon.svg", media_type: "image/svg+xml", text: include_str!("icon.svg") };

impl Asset {
    /// Its address with the hash of what it holds.
    pub(super) fn address(&self) -> String {
        format!("{}?v={}", self.path, fingerprint(self.text.as_bytes()))
    }

    /// The file as an answer.
    pub(super) fn response(self) -> Response {
        let headers = [
            (header::CONTENT_TYPE, self.media_type),
            (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        ];
        (headers, self.text).into_response()
    }
}
