//! Why a page could not be fetched, and what to do about it.

use std::{error::Error, time::Duration};

/// What makes an address one that this crate does not call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not `http` or `https`.
    #[error("only http and https are fetched")]
    Scheme,
    /// A user name or password in front of the host.
    #[error("an address with a user name or password is not fetched")]
    UserInfo,
    /// A port web pages are not served on.
    #[error("port {0} is not a port of web pages (80, 443, 8080, 8443)")]
    Port(u16),
    /// A host that is, or whose name leads to, an address outside the public internet.
    #[error("it leads to an address that is not on the public internet")]
    NotPublic,
}

/// Why there is no text.
///
/// Messages name the host and never more: neither the page nor the rest of
/// the address, which may hold a key, ends up in a log by way of an error.
/// A service whose own network is secret answers [`FetchError::Refused`] and
/// [`FetchError::Unreachable`] alike, for the two together tell which names
/// exist inside.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The client cannot be built.
    #[error("the web client cannot be set up; this build is broken, report it")]
    Setup {
        /// What the client or the TLS library said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// What was given is no address.
    #[error("this is not a web address; give all of it, from https:// on")]
    InvalidUrl,
    /// The address, or one it sent us on to, is not called.
    #[error("`{host}` is not fetched: {reason}; paste the text of the post instead")]
    Refused {
        /// The host refused, empty where the address has none.
        host: String,
        /// The rule it breaks.
        reason: Refusal,
    },
    /// The host has no address, refused the connection, or failed its TLS handshake.
    #[error("`{host}` cannot be reached; check the spelling, or try again later")]
    Unreachable {
        /// The host called.
        host: String,
        /// What the network said.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The page took longer than it may.
    #[error(
        "the page of `{host}` did not arrive within {} s; \
         try again later, or paste the text of the post", limit.as_secs_f32()
    )]
    TimedOut {
        /// The host asked first.
        host: String,
        /// All the time there was.
        limit: Duration,
    },
    /// The host sent us on more often than we follow, or nowhere.
    #[error(
        "`{host}` sends on too often or to nowhere; open the link, and give the address it ends at"
    )]
    Redirects {
        /// The host that sent us on last.
        host: String,
    },
    /// The host answered, but not with a page.
    #[error(
        "`{host}` answered with status {status}; \
         open the link, and paste the text if it can be read there"
    )]
    Status {
        /// The host that answered.
        host: String,
        /// Its HTTP status.
        status: u16,
    },
    /// The page is of a kind that holds no text we can take.
    #[error(
        "`{host}` sent {found}, and only text/html, application/xhtml+xml and text/plain are read; \
         paste the text of the post instead"
    )]
    WrongType {
        /// The host that answered.
        host: String,
        /// The media type, or how it was encoded.
        found: String,
    },
    /// The answer broke off or could not be decompressed.
    #[error("the page of `{host}` broke off or is damaged; try again later")]
    Body {
        /// The host that answered.
        host: String,
        /// What went wrong.
        source: Box<dyn Error + Send + Sync>,
    },
    /// The page, or the text on it, is longer than is read.
    #[error(
        "the page of `{host}` is longer than {limit} bytes, which no post is; \
         paste the text of the post instead"
    )]
    TooLong {
        /// The host that answered.
        host: String,
        /// The limit passed.
        limit: usize,
    },
    /// The page shows nothing without a script, or is empty.
    #[error("the page of `{host}` holds no text; paste the text of the post instead")]
    NoText {
        /// The host that answered.
        host: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_one_line_and_says_what_to_do() {
        let host = || "example.com".to_owned();
        let errors = [
            FetchError::InvalidUrl,
            FetchError::Refused { host: host(), reason: Refusal::Port(22) },
            FetchError::TimedOut { host: host(), limit: Duration::from_secs(10) },
            FetchError::Redirects { host: host() },
            FetchError::Status { host: host(), status: 404 },
            FetchError::WrongType { host: host(), found: "image/png".to_owned() },
            FetchError::TooLong { host: host(), limit: 2 },
            FetchError::NoText { host: host() },
        ];
        for error in errors {
            let message = error.to_string();
            assert!(!message.contains('\n') && !message.ends_with('.'), "{message}");
            assert!(message.contains([';', ',']), "{message}");
        }
        let late = FetchError::TimedOut { host: host(), limit: Duration::from_secs(10) };
        assert!(late.to_string().contains("within 10 s"));
    }
}
