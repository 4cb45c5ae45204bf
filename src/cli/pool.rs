//! Work on many threads, results in the order of the input.

use std::{
    any::Any,
    collections::BTreeMap,
    num::NonZeroUsize,
    ops::ControlFlow,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    sync::{
        Mutex, PoisonError,
        mpsc::{Receiver, SyncSender, sync_channel},
    },
    thread,
};

/// How many items may be between source and sink for each worker: one that is
/// worked on, one that waits, and two so that a slow one does not hold the others up.
const ITEMS_PER_WORKER: usize = 4;

/// What a worker sends: the number of its item, and the result or the panic.
type Done<U> = (u64, Result<U, Box<dyn Any + Send>>);

/// Takes `items` through `work` on `threads` threads, and the results to `sink` in the order of the items.
///
/// ```text
/// items --(own thread)--> channel --(threads)--> work --> channel --(this thread)--> in order --> sink
///   ^------------------------------- permits: so many are under way ------------------------------'
/// ```
///
/// At most [`ITEMS_PER_WORKER`] × `threads` items are under way at any time, so
/// memory does not grow with their number. What `sink` sees does not depend on `threads`.
///
/// # Errors
///
/// The first error of `sink`, after which no more items are taken. `sink` breaks to end early without error.
pub(super) fn in_order<T: Send, U: Send, E>(
    items: impl Iterator<Item = T> + Send,
    threads: NonZeroUsize,
    work: impl Fn(T) -> U + Sync,
    mut sink: impl FnMut(U) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let window = threads.get().saturating_mul(ITEMS_PER_WORKER);
    let (permits, permits_back) = sync_channel(window);
    let (to_work, waiting) = sync_channel(window);
    let (to_sink, done) = sync_channel(window);
    let waiting = Mutex::new(waiting);
    thread::scope(|scope| {
        let (waiting, work) = (&waiting, &work);
        scope.spawn(move || feed(items, &permits, &to_work));
        for _ in 0..threads.get() {
            let to_sink = to_sink.clone();
            scope.spawn(move || work_on(waiting, work, &to_sink));
        }
        drop(to_sink);
        // Returning drops both receivers, and every thread ends at its next send.
        drain(done, permits_back, &mut sink)
    })
}

/// Numbers the items and sends each as soon as there is a permit for it.
fn feed<T>(
    items: impl Iterator<Item = T>,
    permits: &SyncSender<()>,
    to_work: &SyncSender<(u64, T)>,
) {
    for numbered in (0..).zip(items) {
        if permits.send(()).is_err() || to_work.send(numbered).is_err() {
            return;
        }
    }
}

/// Works on one item after another. A panic is sent on: kept here it would leave the sink waiting for ever.
fn work_on<T, U>(
    waiting: &Mutex<Receiver<(u64, T)>>,
    work: &impl Fn(T) -> U,
    to_sink: &SyncSender<Done<U>>,
) {
    loop {
        let next = waiting.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok((number, item)) = next else { return };
        let result = catch_unwind(AssertUnwindSafe(|| work(item)));
        if to_sink.send((number, result)).is_err() {
            return;
        }
    }
}

/// Puts results in order and hands them on, giving a permit back for each.
#[expect(clippy::needless_pass_by_value, reason = "dropping the receivers ends the other threads")]
fn drain<U, E>(
    done: Receiver<Done<U>>,
    permits: Receiver<()>,
    sink: &mut impl FnMut(U) -> Result<ControlFlow<()>, E>,
) -> Result<(), E> {
    let mut early = BTreeMap::new();
    let mut next = 0;
    for (number, result) in done {
        early.insert(number, result);
        while let Some(result) = early.remove(&next) {
            let result = result.unwrap_or_else(|panic| resume_unwind(panic));
            if sink(result)?.is_break() {
                return Ok(());
            }
            next += 1;
            permits.recv().ok();
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicUsize, Ordering},
        time::Duration,
    };

    use super::*;

    fn threads(threads: usize) -> NonZeroUsize {
        NonZeroUsize::new(threads).unwrap()
    }

    /// Takes longest for the items that come first of each ten.
    fn slow_double(item: u64) -> u64 {
        thread::sleep(Duration::from_micros(200 * (9 - item % 10)));
        item * 2
    }

    #[test]
    fn results_come_in_the_order_of_the_items_for_any_number_of_threads() {
        for count in [1, 2, 7] {
            let mut results = Vec::new();
            let all: Result<(), ()> = in_order(0..200u64, threads(count), slow_double, |result| {
                results.push(result);
                Ok(ControlFlow::Continue(()))
            });
            assert_eq!(all, Ok(()));
            assert!(results.iter().copied().eq((0..200).map(|item| item * 2)), "{count} threads");
        }
    }

    #[test]
    fn only_so_many_items_are_under_way() {
        let (taken, mut sunk, mut most) = (AtomicUsize::new(0), 0, 0);
        let items = (0..500u64).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let all: Result<(), ()> = in_order(items, threads(2), slow_double, |_| {
            most = most.max(taken.load(Ordering::SeqCst) - sunk);
            sunk += 1;
            Ok(ControlFlow::Continue(()))
        });
        assert_eq!((all, sunk), (Ok(()), 500));
        // One more is taken before a permit is asked for.
        assert!(most <= 2 * ITEMS_PER_WORKER + 1, "{most}");
    }

    #[test]
    fn a_slow_sink_slows_the_source() {
        let (taken, mut sunk, mut most) = (AtomicUsize::new(0), 0, 0);
        let items = (0..100u64).inspect(|_| {
            taken.fetch_add(1, Ordering::SeqCst);
        });
        let all: Result<(), ()> = in_order(
            items,
            threads(2),
            |item| item,
            |_| {
                thread::sleep(Duration::from_millis(1));
                most = most.max(taken.load(Ordering::SeqCst) - sunk);
                sunk += 1;
                Ok(ControlFlow::Continue(()))
            },
        );
        assert_eq!((all, sunk), (Ok(()), 100));
        assert!(most <= 2 * ITEMS_PER_WORKER + 1, "{most}");
    }

    #[test]
    fn a_sink_that_fails_or_has_enough_ends_the_work() {
        let endless = || 0..u64::MAX;
        let failed = in_order(
            endless(),
            threads(3),
            |item| item,
            |item| match item {
                20 => Err("full"),
                _ => Ok(ControlFlow::Continue(())),
            },
        );
        assert_eq!(failed, Err("full"));
        let stopped: Result<(), ()> = in_order(
            endless(),
            threads(3),
            |item| item,
            |item| Ok(if item == 20 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }),
        );
        assert_eq!(stopped, Ok(()));
    }

    #[test]
    #[should_panic(expected = "item 5")]
    fn a_panic_in_the_work_is_not_swallowed() {
        let panics = |item| assert!(item != 5, "item {item}");
        let sink = |()| Ok::<_, ()>(ControlFlow::Continue(()));
        in_order(0..u64::MAX, threads(2), panics, sink).unwrap();
    }
}
