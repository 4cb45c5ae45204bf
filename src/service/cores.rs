//! The threads that score: one for each core, and always the same ones.
//!
//! A thread that scores comes to hold some megabytes of automata. The threads that tokio keeps for work that blocks come and
//! go by the dozen, and each would hold its own.

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use tokio::sync::oneshot;

use crate::classify::Classifier;

type Job = Box<dyn FnOnce(&Classifier) + Send>;

/// The work panicked. The thread goes on with the next.
#[derive(Debug)]
pub(super) struct Crashed;

/// Threads that score, and the work that waits for them, first come first served. They end when this is dropped.
#[derive(Debug)]
pub(super) struct Cores {
    jobs: mpsc::Sender<Job>,
    busy: Arc<AtomicUsize>,
}

impl Cores {
    /// Starts `threads` threads.
    ///
    /// # Errors
    ///
    /// When the system has none left.
    pub(super) fn start(classifier: &Arc<Classifier>, threads: usize) -> io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        let busy = Arc::new(AtomicUsize::new(0));
        for number in 0..threads {
            let (classifier, queue, busy) =
                (Arc::clone(classifier), Arc::clone(&queue), Arc::clone(&busy));
            let name = format!("score-{number}");
            thread::Builder::new().name(name).spawn(move || work(&classifier, &queue, &busy))?;
        }
        Ok(Self { jobs, busy })
    }

    /// What `job` gives, when a thread has got to it. If nobody waits for it any more by then, it is left out; once begun,
    /// it is finished.
    ///
    /// # Errors
    ///
    /// When `job` panics.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Classifier) -> T + Send + 'static,
    ) -> Result<T, Crashed> {
        let (answer, answered) = oneshot::channel();
        let job = move |classifier: &Classifier| {
            if !answer.is_closed() {
                // The client may leave while it runs.
                answer.send(job(classifier)).ok();
            }
        };
        self.jobs.send(Box::new(job)).map_err(|_| Crashed)?;
        answered.await.map_err(|_| Crashed)
    }

    /// How many threads have work.
    pub(super) fn busy(&self) -> usize {
        self.busy.load(Ordering::Relaxed)
    }
}

fn work(classifier: &Classifier, queue: &Mutex<mpsc::Receiver<Job>>, busy: &AtomicUsize) {
    loop {
        // No job runs while it is held, so that no panic can spoil it.
        let job = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        busy.fetch_add(1, Ordering::Relaxed);
        // Whoever waits is told by the answer that never comes. The classifier keeps nothing of a post.
        catch_unwind(AssertUnwindSafe(|| job(classifier))).ok();
        busy.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_costs_its_own_work_and_no_thread() {
        let classifier = Arc::new(Classifier::embedded().unwrap());
        let cores = Cores::start(&classifier, 1).unwrap();
        assert!(cores.run(|_| panic!("on purpose")).await.map(|(): ()| ()).is_err());
        assert_eq!(
            cores.run(|classifier| classifier.taxonomy().len()).await.unwrap(),
            classifier.taxonomy().len()
        );
    }
}
