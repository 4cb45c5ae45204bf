//! Which texts are worth comparing: `MinHash` minima, one a band, and neighbours in a bucket.
//!
//! The signature of a set is the least hash in each of [`BINS`] classes of hashes (one permutation
//! hashing: Li, Owen and Zhang 2012), and each minimum is a band of one row. Bands of several rows are
//! for likenesses of .8. Edited adverts have .1 to .6, and that strangers do not meet, which the rows see
//! to elsewhere, is seen to here by the shingles: strangers seldom share three words in a row.
//!
//! Shingles that half of a board uses make large buckets. In a bucket only neighbours are compared, in
//! the order of a second minimum, so that the cost is linear in the texts whatever they say.

use super::{sets::Sets, shingle::are_near, union_find::UnionFind};

/// Minima in a signature.
const BINS: u32 = 32;

/// How many of those that follow in its bucket a text is compared with.
const NEIGHBOURS: usize = 8;

/// Fewer shared shingles than this are chance, whatever part of a short text they are.
const LEAST_SHARED: usize = 4;

/// Joins the owners of sets that are near; `order` gives each owner's place in an order by content.
pub(super) fn join_near(sets: &Sets, threshold: f64, order: &[u64], joined: &mut UnionFind) {
    let seconds: Vec<u32> = (0..sets.len()).map(|at| second_minimum(sets.get(at))).collect();
    let mut bucketed: Vec<Entry> = Vec::with_capacity(sets.len());
    for bin in 0..BINS {
        bucketed.clear();
        bucketed.extend((0..sets.len()).filter_map(|at| {
            let minimum = sets.get(at).iter().copied().find(|hash| hash % BINS == bin)?;
            Some(Entry {
                minimum,
                second: seconds[at],
                at: u32::try_from(at).expect("sets are counted by u32"),
            })
        }));
        let place = |entry: &Entry| order[sets.owner(entry.at as usize) as usize];
        bucketed.sort_unstable_by(|one, other| {
            let key = |entry: &Entry| (entry.minimum, entry.second);
            key(one).cmp(&key(other)).then_with(|| place(one).cmp(&place(other)))
        });
        for bucket in bucketed.chunk_by(|one, next| one.minimum == next.minimum) {
            join_neighbours(sets, bucket, threshold, joined);
        }
    }
}

/// A set in a bucket.
#[derive(Clone, Copy)]
struct Entry {
    minimum: u32,
    second: u32,
    at: u32,
}

fn join_neighbours(sets: &Sets, bucket: &[Entry], threshold: f64, joined: &mut UnionFind) {
    for (place, entry) in bucket.iter().enumerate() {
        let one = entry.at as usize;
        for next in bucket.iter().skip(place + 1).take(NEIGHBOURS) {
            let other = next.at as usize;
            let owners = (sets.owner(one), sets.owner(other));
            // Comparing those that hang together already could not change a thing.
            if joined.root(owners.0) != joined.root(owners.1)
                && are_near(sets.get(one), sets.get(other), threshold, LEAST_SHARED)
            {
                joined.join(owners.0, owners.1);
            }
        }
    }
}

/// The least hash under another permutation.
fn second_minimum(set: &[u32]) -> u32 {
    let mixed = |hash: &u32| (hash ^ (hash >> 15)).wrapping_mul(0x9e37_79b1) ^ (hash >> 7);
    set.iter().map(mixed).min().unwrap_or(u32::MAX)
}
