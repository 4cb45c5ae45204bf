//! What all requests share: the classifier, the words for readers, and the bounds on what is taken at once.

use std::{io, net::IpAddr, sync::Arc, time::Duration};

use axum::http::HeaderMap;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use super::{
    clients::Clients,
    cores::Cores,
    error::{Code, Problem},
    learn::{Course, RoundError},
    limits::{BODIES_KIB, CHUNK_BYTES, CHUNK_POSTS, MAX_STREAMS},
    metrics::Metrics,
    settings::Settings,
};
use crate::{
    advice::{Advice, AdviceError, Contacts},
    assessment::Assessment,
    classify::Classifier,
    fetch::{FetchError, Fetcher},
    model::{Bundle, Manifest, ModelError},
    post::{MAX_POST_BYTES, Post},
    taxonomy::{ReaderLanguage, Taxonomy},
};

/// Why the service cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SetupError {
    /// The bundle cannot be used.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The words for readers or the contacts cannot be used.
    #[error(transparent)]
    Advice(#[from] AdviceError),
    /// Pages cannot be fetched.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The system has no thread left.
    #[error("cannot start the threads that score; set fewer `threads`")]
    Threads(#[from] io::Error),
}

/// What all requests share.
#[derive(Debug)]
pub struct State {
    classifier: Arc<Classifier>,
    manifest: Manifest,
    sha256: String,
    advice: [Advice; 3],
    contacts: Contacts,
    course: Course,
    /// None where fetching is off.
    fetcher: Option<Fetcher>,
    /// One permit for each scoring that is taken: those that run and those that wait.
    taken: Arc<Semaphore>,
    scorings: usize,
    /// One thread for each core: more would only make all of them late.
    cores: Cores,
    threads: usize,
    /// One permit for each open stream.
    streams: Arc<Semaphore>,
    /// One permit for each KiB of bodies in memory.
    bodies: Arc<Semaphore>,
    clients: Clients,
    metrics: Metrics,
    stopping: CancellationToken,
}

impl State {
    /// Unpacks `bundle`: a second of work.
    ///
    /// # Errors
    ///
    /// When a file of the bundle cannot be used.
    pub fn new(bundle: &Bundle, settings: &Settings) -> Result<Self, SetupError> {
        let classifier = Arc::new(Classifier::from_bundle(bundle)?);
        let advice = |language: ReaderLanguage| -> Result<Advice, SetupError> {
            let text = bundle.text(&format!("advice.{}.toml", language.code()))?;
            Ok(Advice::from_toml(text, classifier.taxonomy())?)
        };
        let [first, second, third] = ReaderLanguage::ALL;
        let manifest = bundle.manifest().clone();
        Ok(Self {
            cores: Cores::start(&classifier, settings.threads)?,
            advice: [advice(first)?, advice(second)?, advice(third)?],
            contacts: Contacts::from_toml(bundle.text("contacts.toml")?)?,
            course: Course::new(classifier.taxonomy()),
            metrics: Metrics::new(&manifest.name, &manifest.version, bundle.sha256()),
            classifier: Arc::clone(&classifier),
            manifest,
            sha256: bundle.sha256().to_owned(),
            fetcher: if settings.fetch { Some(Fetcher::new()?) } else { None },
            taken: Arc::new(Semaphore::new(settings.scorings)),
            scorings: settings.scorings,
            threads: settings.threads,
            streams: Arc::new(Semaphore::new(MAX_STREAMS)),
            bodies: Arc::new(Semaphore::new(BODIES_KIB)),
            clients: Clients::new(settings),
            stopping: CancellationToken::new(),
        })
    }

    /// This with the practice rounds of a trainer's file before ours; `text` is what the file holds.
    ///
    /// # Errors
    ///
    /// Names the line that is no round.
    pub fn with_rounds(mut self, text: &str) -> Result<Self, RoundError> {
        self.course = self.course.with_rounds(text, self.classifier.taxonomy())?;
        Ok(self)
    }

    /// What reads posts.
    pub fn classifier(&self) -> &Classifier {
        &self.classifier
    }

    /// What is looked for.
    pub fn taxonomy(&self) -> &Taxonomy {
        self.classifier.taxonomy()
    }

    /// What the bundle says of itself.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// SHA-256 of the manifest, which names the bundle.
    pub fn sha256(&self) -> &str {
        &self.sha256
    }

    /// The words for a reader of `language`.
    pub fn advice(&self, language: ReaderLanguage) -> &Advice {
        let found = self.advice.iter().find(|advice| advice.language() == language);
        found.expect("there is one for each language")
    }

    /// Whom readers can call.
    pub fn contacts(&self) -> &Contacts {
        &self.contacts
    }

    /// What can be learnt.
    pub(super) fn course(&self) -> &Course {
        &self.course
    }

    /// Assesses `post`, unless too many are being assessed.
    ///
    /// # Errors
    ///
    /// [`Code::Overloaded`] at once when too many run and wait; [`Code::TooLong`] for more than [`MAX_POST_BYTES`].
    pub async fn assess(&self, post: Post) -> Result<Assessment, Problem> {
        check_length(&post)?;
        let taken = self.take()?;
        let assessment = self.on_a_core(move |classifier| {
            let assessment = classifier.assess(&post);
            drop(taken);
            assessment
        });
        let assessment = assessment.await?;
        self.metrics.post(assessment.level);
        Ok(assessment)
    }

    /// Assesses `posts`, in order, a few at a time so that single posts get their turn in between. All of them count as one
    /// scoring that is taken. Nobody checks their lengths here.
    ///
    /// # Errors
    ///
    /// [`Code::Overloaded`] at once when too many scorings run and wait.
    pub(super) async fn assess_all(&self, posts: Vec<Post>) -> Result<Vec<Assessment>, Problem> {
        let _taken = self.take()?;
        let assess = |chunk: Vec<Post>| {
            self.on_a_core(move |classifier| {
                chunk.iter().map(|post| classifier.assess(post)).collect()
            })
        };
        let chunks: Vec<Vec<Assessment>> =
            stream::iter(chunks(posts)).map(assess).buffered(self.threads).try_collect().await?;
        let all: Vec<Assessment> = chunks.into_iter().flatten().collect();
        for assessment in &all {
            self.metrics.post(assessment.level);
        }
        Ok(all)
    }

    /// Runs `work` as soon as a core is free.
    ///
    /// # Errors
    ///
    /// [`Code::Internal`] when `work` panics.
    pub(super) async fn on_a_core<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Classifier) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let done = self.cores.run(work).await;
        done.map_err(|_| {
            Problem::new(Code::Internal, "this post could not be assessed; please report it")
        })
    }

    fn take(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.taken).try_acquire_owned().map_err(|_| Problem::overloaded())
    }

    /// A place for one more stream; it is given back when dropped.
    pub(super) fn open_stream(&self) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.streams).try_acquire_owned().map_err(|_| Problem::overloaded())
    }

    /// Memory for `kib` KiB of a body; it is given back when dropped.
    pub(super) fn hold_body(&self, kib: u32) -> Result<OwnedSemaphorePermit, Problem> {
        Arc::clone(&self.bodies).try_acquire_many_owned(kib).map_err(|_| Problem::overloaded())
    }

    /// Posts scored at the same time.
    pub(super) fn threads(&self) -> usize {
        self.threads
    }

    /// Counts a request that came from `peer`.
    ///
    /// # Errors
    ///
    /// When the client has asked too often: how long it should wait.
    pub(super) fn count_request(&self, peer: IpAddr, headers: &HeaderMap) -> Result<(), Duration> {
        self.clients.count(peer, headers)
    }

    /// What is counted.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.metrics
    }

    /// The counts, with how many scorings there are now.
    pub(super) fn metrics_text(&self) -> String {
        let taken = self.scorings - self.taken.available_permits();
        self.metrics.text(taken, self.cores.busy())
    }

    /// Cancelled when the service is asked to stop.
    pub(super) fn stopping(&self) -> &CancellationToken {
        &self.stopping
    }

    /// The post on the page at `url`, through the guard of [`crate::fetch`].
    ///
    /// # Errors
    ///
    /// [`Code::RefusedUrl`] if the address is not called, [`Code::NoPage`] or [`Code::SlowPage`] if there is no text to be
    /// had, [`Code::FetchingIsOff`] if the operator wants none fetched.
    pub async fn fetch_post(&self, url: &str) -> Result<Post, Problem> {
        let Some(fetcher) = &self.fetcher else {
            let detail = "this service fetches no pages; paste the text of the post instead";
            return Err(Problem::new(Code::FetchingIsOff, detail));
        };
        let found = fetcher.text(url).await.map_err(|error| fetch_problem(&error))?;
        Ok(Post::new(found.url, found.text))
    }
}

/// A post that is not too long to be read.
///
/// # Errors
///
/// [`Code::TooLong`] for more than [`MAX_POST_BYTES`].
pub(super) fn check_length(post: &Post) -> Result<(), Problem> {
    if post.text.len() <= MAX_POST_BYTES {
        return Ok(());
    }
    let detail =
        format!("the post has more than {MAX_POST_BYTES} bytes; send one post, or split it");
    Err(Problem::new(Code::TooLong, detail))
}

/// Posts in pieces that take a core for a few milliseconds each.
fn chunks(posts: Vec<Post>) -> Vec<Vec<Post>> {
    let mut chunks: Vec<Vec<Post>> = Vec::new();
    let mut bytes = 0;
    for post in posts {
        bytes += post.text.len();
        let has_room = |chunk: &&mut Vec<Post>| chunk.len() < CHUNK_POSTS && bytes <= CHUNK_BYTES;
        if let Some(chunk) = chunks.last_mut().filter(has_room) {
            chunk.push(post);
        } else {
            bytes = post.text.len();
            chunks.push(vec![post]);
        }
    }
    chunks
}

/// What a client is told. A refused address and one that cannot be reached get the same words: the two together would
/// tell which names exist in our own network.
fn fetch_problem(error: &FetchError) -> Problem {
    match error {
        FetchError::Refused { .. } | FetchError::Unreachable { .. } => Problem::new(
            Code::RefusedUrl,
            "the address cannot be reached or is not one that is fetched; \
             check its spelling, or paste the text of the post",
        ),
        FetchError::InvalidUrl => Problem::new(Code::RefusedUrl, error.to_string()),
        FetchError::TimedOut { .. } => Problem::new(Code::SlowPage, error.to_string()),
        FetchError::Setup { .. } => Problem::new(Code::Internal, error.to_string()),
        _ => Problem::new(Code::NoPage, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn posts_are_cut_into_pieces_by_number_and_by_length_and_none_is_lost() {
        let short = (0..=CHUNK_POSTS).map(|_| Post::new("", "x"));
        let long = (0..2).map(|_| Post::new("", "x".repeat(CHUNK_BYTES)));
        let lengths: Vec<usize> =
            chunks(short.chain(long).collect()).iter().map(Vec::len).collect();
        assert_eq!(lengths, [CHUNK_POSTS, 1, 1, 1]);
        assert!(chunks(Vec::new()).is_empty());
    }

    #[test]
    fn an_address_that_is_refused_and_one_that_is_not_there_are_told_alike() {
        let refused =
            FetchError::Refused { host: "a".to_owned(), reason: crate::fetch::Refusal::NotPublic };
        let unreachable =
            FetchError::Unreachable { host: "a".to_owned(), source: "no route".into() };
        assert_eq!(fetch_problem(&refused), fetch_problem(&unreachable));
    }
}
