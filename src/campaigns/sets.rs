//! Many small sets of hashes in little memory.

/// Hashes by chunk: growing by chunks never copies, so memory is what the sets need and no more.
const CHUNK: usize = 1 << 20;

/// Sets of at most [`super::shingle::MOST_SHINGLES`] hashes, each with the text that owns it.
#[derive(Debug, Default)]
pub(super) struct Sets {
    chunks: Vec<Vec<u32>>,
    starts: Vec<u32>,
    lengths: Vec<u16>,
    owners: Vec<u32>,
}

impl Sets {
    /// Adds the set of a text; an empty set is not kept.
    pub(super) fn push(&mut self, owner: u32, set: &[u32]) {
        if set.is_empty() {
            return;
        }
        if self.chunks.last().is_none_or(|chunk| chunk.len() + set.len() > CHUNK) {
            self.chunks.push(Vec::with_capacity(CHUNK));
        }
        let chunk_number = self.chunks.len() - 1;
        let chunk = self.chunks.last_mut().expect("one was pushed");
        let start = chunk_number * CHUNK + chunk.len();
        self.starts.push(u32::try_from(start).expect("four thousand million hashes are 16 GB"));
        self.lengths.push(u16::try_from(set.len()).expect("sets are cut far below"));
        self.owners.push(owner);
        chunk.extend_from_slice(set);
    }

    pub(super) fn len(&self) -> usize {
        self.starts.len()
    }

    /// The text that the set belongs to.
    pub(super) fn owner(&self, at: usize) -> u32 {
        self.owners[at]
    }

    /// The hashes, in order.
    pub(super) fn get(&self, at: usize) -> &[u32] {
        let start = self.starts[at] as usize;
        let (chunk, start) = (&self.chunks[start / CHUNK], start % CHUNK);
        &chunk[start..start + usize::from(self.lengths[at])]
    }

    /// The set of a text. Owners were pushed in rising order.
    pub(super) fn of(&self, owner: u32) -> Option<&[u32]> {
        self.owners.binary_search(&owner).ok().map(|at| self.get(at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_comes_back_from_any_chunk() {
        let mut sets = Sets::default();
        for owner in 0..10_000u32 {
            let set: Vec<u32> = (0..owner % 256).map(|n| owner + n).collect();
            sets.push(owner, &set);
        }
        assert!(sets.chunks.len() > 1);
        assert_eq!(sets.of(256), None);
        assert_eq!(sets.of(9999).unwrap().len(), 9999 % 256);
        assert!((0..sets.len()).all(|at| sets.get(at).first() == Some(&sets.owner(at))));
    }
}
