//! Fetch: the text of a page somebody sent a link to, without calling anything inside.
//!
//! ```text
//! address --guard--> name --resolver, guarded--> connection --> body --limits--> charset --> visible text
//!            ^                                        |
//!            +------------ redirect, at most 5 -------+
//! ```
//!
//! Whoever gives the address chooses what this machine calls. So only addresses
//! on the public internet are called: the guard judges every hop, and the
//! resolver hands the client no other address, so that there is no gap between
//! check and use. No cookie, no referrer and no proxy of the environment.
//!
//! TLS is rustls on ring, which needs a C compiler and nothing more, with Mozilla's
//! roots built in: it works in an empty container, and is renewed by updating
//! `webpki-roots`.

mod error;
mod extract;
mod guard;

use std::{error::Error, sync::Arc, time::Duration};

use reqwest::{Client, Response, header, redirect, retry};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use url::Url;

pub use self::error::{FetchError, Refusal};
use self::{
    extract::{Format, Page},
    guard::{Guard, GuardedResolver},
};
use crate::post::MAX_POST_BYTES;

/// All the time a page has, from the name of its host to its last byte: a person is waiting.
pub const TOTAL_TIME: Duration = Duration::from_secs(10);

/// The time a host has to be found, connected to and trusted; half of all, to leave time for the page.
pub const CONNECT_TIME: Duration = Duration::from_secs(5);

/// The longest page, in bytes after decompression.
///
/// Twice the longest post, which leaves as much again for the markup around it.
/// Counted as it arrives, so that neither a page without end nor one
/// that unpacks to gigabytes is ever held.
pub const MAX_BODY_BYTES: usize = 2 << 20;

/// How often a page may send us on: to https, to www, and out of a link shortener.
pub const MAX_REDIRECTS: usize = 5;

const USER_AGENT: &str = concat!("waspada/", env!("CARGO_PKG_VERSION"));
const ACCEPT: &str = "text/html, application/xhtml+xml, text/plain;q=0.9";
const ACCEPT_LANGUAGE: &str = "id, ms, en;q=0.8";

/// The text of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FetchedText {
    /// Where it was found, after redirects.
    pub url: String,
    /// The title of the page, without line breaks; never empty.
    pub title: Option<String>,
    /// What a reader would see, a line for each block; never empty, at most [`MAX_POST_BYTES`].
    pub text: String,
}

/// Fetches pages from the public internet. A clone shares its settings, and costs nothing.
#[derive(Clone, Debug)]
pub struct Fetcher {
    client: Client,
    guard: Guard,
    limit: Duration,
}

impl Fetcher {
    /// A fetcher with the limits of this module.
    ///
    /// # Errors
    /// [`FetchError::Setup`] if the TLS library refuses its settings, which is a broken build.
    pub fn new() -> Result<Self, FetchError> {
        Self::with(Guard::strict(), TOTAL_TIME)
    }

    fn with(guard: Guard, limit: Duration) -> Result<Self, FetchError> {
        let tls = tls().map_err(|source| FetchError::Setup { source: source.into() })?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls)
            .dns_resolver(GuardedResolver)
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(CONNECT_TIME)
            .user_agent(USER_AGENT)
            .build()
            .map_err(|source| FetchError::Setup { source: source.into() })?;
        Ok(Self { client, guard, limit })
    }

    /// The visible text of the page at `url`. Needs a tokio runtime with time and I/O.
    ///
    /// # Errors
    /// [`FetchError::Refused`] if `url`, or an address it sends us on to, is
    /// not of the public internet; the other variants if there is no page, or
    /// none within the limits.
    pub async fn text(&self, url: &str) -> Result<FetchedText, FetchError> {
        let url = Url::parse(url.trim()).map_err(|_| FetchError::InvalidUrl)?;
        let host = host_of(&url);
        tokio::time::timeout(self.limit, self.text_of(url))
            .await
            .unwrap_or(Err(FetchError::TimedOut { host, limit: self.limit }))
    }

    async fn text_of(&self, url: Url) -> Result<FetchedText, FetchError> {
        let (url, response) = self.follow(url).await?;
        let host = host_of(&url);
        let format = format_of(&host, &response)?;
        let body = body_of(&host, response).await?;
        // A hostile page takes 0.2 s, which the other tasks of the thread would wait.
        let Page { title, text } = tokio::task::spawn_blocking(move || format.read(&body))
            .await
            .expect("reading does not panic, and nobody cancels it");
        if text.is_empty() {
            return Err(FetchError::NoText { host });
        }
        if text.len() > MAX_POST_BYTES {
            return Err(FetchError::TooLong { host, limit: MAX_POST_BYTES });
        }
        Ok(FetchedText { url: url.into(), title, text })
    }

    /// Goes where `url` leads, and judges each step before it is taken.
    async fn follow(&self, mut url: Url) -> Result<(Url, Response), FetchError> {
        for _ in 0..=MAX_REDIRECTS {
            let response = self.get(&url).await?;
            let status = response.status();
            if status.is_success() {
                return Ok((url, response));
            }
            if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
                return Err(FetchError::Status { host: host_of(&url), status: status.as_u16() });
            }
            url = next_hop(&url, &response)?;
        }
        Err(FetchError::Redirects { host: host_of(&url) })
    }

    async fn get(&self, url: &Url) -> Result<Response, FetchError> {
        self.guard
            .check(url)
            .map_err(|reason| FetchError::Refused { host: host_of(url), reason })?;
        self.client
            .get(url.clone())
            .header(header::ACCEPT, ACCEPT)
            .header(header::ACCEPT_LANGUAGE, ACCEPT_LANGUAGE)
            .send()
            .await
            .map_err(|error| self.no_answer(host_of(url), error))
    }

    fn no_answer(&self, host: String, error: reqwest::Error) -> FetchError {
        if let Some(reason) = refusal_in(&error) {
            return FetchError::Refused { host, reason };
        }
        if error.is_timeout() {
            return FetchError::TimedOut { host, limit: CONNECT_TIME.min(self.limit) };
        }
        FetchError::Unreachable { host, source: error.without_url().into() }
    }
}

/// TLS 1.2 and 1.3 with built-in roots, whatever other crates of the program prefer.
fn tls() -> Result<ClientConfig, rustls::Error> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    Ok(builder
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth())
}

fn host_of(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// The refusal of our resolver, out of the depths of an error of the client.
fn refusal_in(error: &reqwest::Error) -> Option<Refusal> {
    let mut cause: Option<&(dyn Error + 'static)> = error.source();
    while let Some(error) = cause {
        if let Some(refusal) = error.downcast_ref::<Refusal>() {
            return Some(*refusal);
        }
        cause = error.source();
    }
    None
}

fn next_hop(url: &Url, response: &Response) -> Result<Url, FetchError> {
    let location = response.headers().get(header::LOCATION);
    location
        .and_then(|location| url.join(location.to_str().ok()?).ok())
        .ok_or_else(|| FetchError::Redirects { host: host_of(url) })
}

/// How to read the body, judged before any of it is.
fn format_of(host: &str, response: &Response) -> Result<Format, FetchError> {
    // The client takes this header away from a body it has unpacked.
    let encoding = response.headers().get(header::CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        let found = "an unknown compression".to_owned();
        return Err(FetchError::WrongType { host: host.to_owned(), found });
    }
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok()).unwrap_or_default();
    Format::from_content_type(content_type)
        .map_err(|found| FetchError::WrongType { host: host.to_owned(), found })
}

async fn body_of(host: &str, mut response: Response) -> Result<Vec<u8>, FetchError> {
    let too_long = || FetchError::TooLong { host: host.to_owned(), limit: MAX_BODY_BYTES };
    if response.content_length().is_some_and(|length| length > MAX_BODY_BYTES as u64) {
        return Err(too_long());
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| FetchError::Body {
        host: host.to_owned(),
        source: error.without_url().into(),
    })? {
        if body.len() + chunk.len() > MAX_BODY_BYTES {
            return Err(too_long());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

#[cfg(test)]
mod tests {
    use std::{
        io::Write,
        net::SocketAddr,
        sync::atomic::{AtomicUsize, Ordering},
        time::Instant,
    };

    use flate2::{Compression, write::GzEncoder};
    use tokio::{
        io::{AsyncReadExt, AsyncWriteExt},
        net::{TcpListener, TcpStream},
    };

    use super::*;

    /// What the server answers, and whether it then stays silent with the line open.
    #[derive(Clone, Debug)]
    struct Answer {
        bytes: Vec<u8>,
        stays_silent: bool,
    }

    fn answer(status: &str, headers: &str, body: &[u8]) -> Answer {
        let mut bytes =
            format!("HTTP/1.1 {status}\r\nConnection: close\r\n{headers}\r\n").into_bytes();
        bytes.extend_from_slice(body);
        Answer { bytes, stays_silent: false }
    }

    fn html(body: &[u8]) -> Answer {
        answer("200 OK", "Content-Type: text/html; charset=utf-8\r\n", body)
    }

    fn moved(location: &str) -> Answer {
        answer("302 Found", &format!("Location: {location}\r\n"), b"")
    }

    /// A server on a free port of this machine, and the number of requests it has had.
    async fn serve(
        answers: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> (SocketAddr, Arc<AtomicUsize>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests = Arc::new(AtomicUsize::new(0));
        let counter = Arc::clone(&requests);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                counter.fetch_add(1, Ordering::SeqCst);
                reply(stream, &answers).await;
            }
        });
        (address, requests)
    }

    async fn reply(mut stream: TcpStream, answers: &(impl Fn(&str) -> Answer + Sync)) {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            request.push(stream.read_u8().await.unwrap());
        }
        let request = String::from_utf8(request).unwrap();
        let answer = answers(request.split(' ').nth(1).unwrap());
        // The other side may hang up in the middle: that is what some tests are about.
        drop(stream.write_all(&answer.bytes).await);
        if answer.stays_silent {
            tokio::time::sleep(Duration::from_mins(1)).await;
        }
    }

    fn fetcher_for(server: SocketAddr) -> Fetcher {
        Fetcher::with(Guard::except(server), TOTAL_TIME).unwrap()
    }

    async fn fetch_from(
        answers: impl Fn(&str) -> Answer + Send + Sync + 'static,
    ) -> Result<FetchedText, FetchError> {
        let (server, _) = serve(answers).await;
        fetcher_for(server).text(&format!("http://{server}/")).await
    }

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[tokio::test]
    async fn a_page_is_fetched_by_way_of_redirects() {
        let (server, requests) = serve(|path| match path {
            "/a/" => moved("b?c=d"),
            "/a/b?c=d" => moved("/e"),
            _ => html(b"<title>Loker</title><p>Dicari admin<p>Poipet"),
        })
        .await;
        let fetched = fetcher_for(server).text(&format!(" http://{server}/a/\n")).await.unwrap();
        assert_eq!(fetched.url, format!("http://{server}/e"));
        assert_eq!(fetched.title.as_deref(), Some("Loker"));
        assert_eq!(fetched.text, "Dicari admin\nPoipet");
        assert_eq!(requests.load(Ordering::SeqCst), 3);
    }

    #[tokio::test]
    async fn five_redirects_are_followed_and_not_six() {
        let countdown = |path: &str| match path.trim_start_matches('/').parse::<u32>().unwrap() {
            0 => html(b"sampai"),
            left => moved(&format!("/{}", left - 1)),
        };
        let (server, requests) = serve(countdown).await;
        let fetcher = fetcher_for(server);
        let fetched = fetcher.text(&format!("http://{server}/5")).await.unwrap();
        assert_eq!(
            (fetched.url, fetched.text),
            (format!("http://{server}/0"), "sampai".to_owned())
        );
        let error = fetcher.text(&format!("http://{server}/6")).await.unwrap_err();
        assert!(matches!(error, FetchError::Redirects { .. }), "{error}");
        assert_eq!(requests.load(Ordering::SeqCst), 12);
    }

    #[tokio::test]
    async fn a_redirect_inside_is_refused_before_it_is_taken() {
        let (inside, requests) = serve(|_| html(b"rahasia")).await;
        let places = [
            (format!("http://{inside}/"), Refusal::Port(inside.port())),
            ("http://127.0.0.1/".to_owned(), Refusal::NotPublic),
            ("http://2130706433/".to_owned(), Refusal::NotPublic),
            ("http://[::ffff:127.0.0.1]/".to_owned(), Refusal::NotPublic),
            ("http://169.254.169.254/latest/meta-data/".to_owned(), Refusal::NotPublic),
            ("http://localhost/".to_owned(), Refusal::NotPublic),
            ("http://user@example.com/".to_owned(), Refusal::UserInfo),
            ("file:///etc/passwd".to_owned(), Refusal::Scheme),
        ];
        for (place, wanted) in places {
            let location = place.clone();
            let error = fetch_from(move |_| moved(&location)).await.unwrap_err();
            assert!(
                matches!(error, FetchError::Refused { reason, .. } if reason == wanted),
                "{place}: {error}"
            );
        }
        assert_eq!(requests.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn a_redirect_to_nowhere_is_an_error() {
        for headers in ["", "Location: http://[\r\n", "Location: \u{e9}\r\n"] {
            let error = fetch_from(move |_| answer("301 Moved", headers, b"")).await.unwrap_err();
            assert!(matches!(error, FetchError::Redirects { .. }), "{headers}: {error}");
        }
    }

    #[tokio::test]
    async fn an_address_inside_is_refused_without_an_exception() {
        let (server, requests) = serve(|_| html(b"rahasia")).await;
        let fetcher = Fetcher::new().unwrap();
        let addresses = [
            format!("http://{server}/"),
            "http://127.0.0.1:8080/".to_owned(),
            "http://localhost:8080/".to_owned(),
            "https://LOCALHOST/".to_owned(),
            "http://[::1]/".to_owned(),
        ];
        for address in addresses {
            let error = fetcher.text(&address).await.unwrap_err();
            assert!(matches!(error, FetchError::Refused { .. }), "{address}: {error:?}");
        }
        assert_eq!(requests.load(Ordering::SeqCst), 0);
    }

    #[tokio::test]
    async fn what_is_no_address_is_not_echoed() {
        for text in ["", "kerja di Poipet", "/a", "example.com", "http://", "http://a b/"] {
            let error = Fetcher::new().unwrap().text(text).await.unwrap_err();
            assert!(matches!(error, FetchError::InvalidUrl), "{text}: {error}");
        }
    }

    #[tokio::test]
    async fn a_page_up_to_the_limit_is_read_and_a_longer_one_is_not() {
        let page = |length: usize| {
            let mut body = b"<p>admin<!--".to_vec();
            body.resize(length, b' ');
            body
        };
        let fetched = fetch_from(move |_| html(&page(MAX_BODY_BYTES))).await.unwrap();
        assert_eq!(fetched.text, "admin");
        let error = fetch_from(move |_| html(&page(MAX_BODY_BYTES + 1))).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLong { limit: MAX_BODY_BYTES, .. }), "{error}");
    }

    #[tokio::test]
    async fn a_page_announced_as_too_long_is_not_waited_for() {
        let headers = "Content-Type: text/html\r\nContent-Length: 2097153\r\n";
        let silent = Answer { stays_silent: true, ..answer("200 OK", headers, b"") };
        let error = fetch_from(move |_| silent.clone()).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLong { limit: MAX_BODY_BYTES, .. }), "{error}");
    }

    #[tokio::test]
    async fn a_text_longer_than_a_post_is_refused() {
        let body = b"kerja ".repeat(MAX_POST_BYTES / 6 + 1);
        let error = fetch_from(move |_| html(&body)).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLong { limit: MAX_POST_BYTES, .. }), "{error}");
    }

    #[tokio::test]
    async fn a_compressed_page_is_read_and_a_bomb_is_not() {
        let headers = "Content-Type: text/html\r\nContent-Encoding: gzip\r\n";
        let page = gzip("<p>Gaji 15 juta".as_bytes());
        let fetched = fetch_from(move |_| answer("200 OK", headers, &page)).await.unwrap();
        assert_eq!(fetched.text, "Gaji 15 juta");
        let bomb = gzip(&vec![b'a'; 64 << 20]);
        assert!(bomb.len() < 1 << 20);
        let error = fetch_from(move |_| answer("200 OK", headers, &bomb)).await.unwrap_err();
        assert!(matches!(error, FetchError::TooLong { limit: MAX_BODY_BYTES, .. }), "{error}");
        let damaged =
            fetch_from(move |_| answer("200 OK", headers, b"not gzip at all, is it")).await;
        assert!(matches!(damaged, Err(FetchError::Body { .. })), "{damaged:?}");
        let other = "Content-Type: text/html\r\nContent-Encoding: br\r\n";
        let unknown = fetch_from(move |_| answer("200 OK", other, b"abc")).await;
        assert!(matches!(unknown, Err(FetchError::WrongType { .. })), "{unknown:?}");
    }

    #[tokio::test]
    async fn a_slow_server_times_out() {
        let silences = [
            Answer { bytes: Vec::new(), stays_silent: true },
            Answer { stays_silent: true, ..html(b"<p>Dicari") },
        ];
        for silence in silences {
            let (server, _) = serve(move |_| silence.clone()).await;
            let limit = Duration::from_millis(200);
            let start = Instant::now();
            let error = Fetcher::with(Guard::except(server), limit)
                .unwrap()
                .text(&format!("http://{server}/"))
                .await
                .unwrap_err();
            assert!(
                matches!(error, FetchError::TimedOut { limit: told, .. } if told == limit),
                "{error}"
            );
            assert!(start.elapsed() < Duration::from_secs(5));
        }
    }

    #[tokio::test]
    async fn what_is_no_page_is_refused_by_name() {
        for (kind, found) in
            [("Content-Type: application/pdf\r\n", "application/pdf"), ("", "no media type")]
        {
            let error = fetch_from(move |_| answer("200 OK", kind, b"rahasia")).await.unwrap_err();
            assert!(error.to_string().contains(found), "{error}");
            assert!(!error.to_string().contains("rahasia"));
        }
        let error =
            fetch_from(|_| answer("404 Not Found", "Content-Type: text/html\r\n", b"rahasia"))
                .await
                .unwrap_err();
        assert!(matches!(error, FetchError::Status { status: 404, .. }), "{error}");
        let error = fetch_from(|_| html(b"<script>app()</script>")).await.unwrap_err();
        assert!(matches!(error, FetchError::NoText { .. }), "{error}");
    }

    #[tokio::test]
    async fn an_error_names_the_host_and_not_the_rest_of_the_address() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let closed = listener.local_addr().unwrap();
        drop(listener);
        let error = fetcher_for(closed)
            .text(&format!("http://{closed}/kunci?token=abc"))
            .await
            .unwrap_err();
        assert!(matches!(error, FetchError::Unreachable { .. }), "{error}");
        assert!(error.to_string().contains("127.0.0.1"));
        assert!(!format!("{error:?}").contains("abc"));
    }
}
