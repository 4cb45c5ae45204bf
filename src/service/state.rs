//! What all requests share: the classifier, the words for readers, and the bound on what runs at once.

use std::sync::Arc;

use tokio::{sync::Semaphore, task::spawn_blocking};

use super::{
    error::{Code, Problem},
    learn::{Course, RoundError},
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
    /// The trainer's file of practice rounds cannot be used.
    #[error("cannot use the file of rounds: {0}")]
    Rounds(#[from] RoundError),
}

/// What all requests share.
#[derive(Debug)]
pub struct State {
    classifier: Arc<Classifier>,
    manifest: Manifest,
    advice: [Advice; 3],
    contacts: Contacts,
    course: Course,
    /// None where fetching is off.
    fetcher: Option<Fetcher>,
    /// One permit for each scoring that is taken: those that run and those that wait.
    taken: Arc<Semaphore>,
    /// One permit for each core: more would only make all of them late.
    running: Arc<Semaphore>,
}

impl State {
    /// Unpacks `bundle`: a second of work.
    ///
    /// # Errors
    ///
    /// When a file of the bundle cannot be used.
    pub fn new(bundle: &Bundle, settings: &Settings) -> Result<Self, SetupError> {
        let classifier = Classifier::from_bundle(bundle)?;
        let advice = |language: ReaderLanguage| -> Result<Advice, SetupError> {
            let text = bundle.text(&format!("advice.{}.toml", language.code()))?;
            Ok(Advice::from_toml(text, classifier.taxonomy())?)
        };
        let [first, second, third] = ReaderLanguage::ALL;
        Ok(Self {
            advice: [advice(first)?, advice(second)?, advice(third)?],
            contacts: Contacts::from_toml(bundle.text("contacts.toml")?)?,
            course: Course::new(classifier.taxonomy(), settings.rounds.as_deref())?,
            manifest: bundle.manifest().clone(),
            classifier: Arc::new(classifier),
            fetcher: if settings.fetch { Some(Fetcher::new()?) } else { None },
            taken: Arc::new(Semaphore::new(settings.scorings)),
            running: Arc::new(Semaphore::new(settings.threads)),
        })
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
        let taken =
            Arc::clone(&self.taken).try_acquire_owned().map_err(|_| Problem::overloaded())?;
        let running = Arc::clone(&self.running).acquire_owned().await.expect("it is never closed");
        let classifier = Arc::clone(&self.classifier);
        let scoring = spawn_blocking(move || {
            // A client that leaves does not end the work, so the permits stay with it.
            let _held = (taken, running);
            classifier.assess(&post)
        });
        scoring.await.map_err(|_| {
            Problem::new(Code::Internal, "this post could not be assessed; please report it")
        })
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

fn check_length(post: &Post) -> Result<(), Problem> {
    if post.text.len() <= MAX_POST_BYTES {
        return Ok(());
    }
    let detail =
        format!("the post has more than {MAX_POST_BYTES} bytes; send one post, or split it");
    Err(Problem::new(Code::TooLong, detail))
}

/// What a client is told. A refused address and one that cannot be reached get the same words: the two together would
/// tell which names exist in our own network.
fn fetch_problem(error: &FetchError) -> Problem {
    let code = match error {
        FetchError::InvalidUrl | FetchError::Refused { .. } | FetchError::Unreachable { .. } => {
            Code::RefusedUrl
        }
        FetchError::TimedOut { .. } => Code::SlowPage,
        FetchError::Setup { .. } => Code::Internal,
        _ => Code::NoPage,
    };
    match error {
        FetchError::Refused { .. } | FetchError::Unreachable { .. } => Problem::new(
            code,
            "the address cannot be reached or is not one that is fetched; check its spelling, or paste the text of the post",
        ),
        _ => Problem::new(code, error.to_string()),
    }
}
