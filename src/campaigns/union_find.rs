//! Union-find: which things hang together, by pairs?

/// Parts of `0..n`; each is named by one of its members, by any until the end.
#[derive(Debug)]
pub(super) struct UnionFind(Vec<u32>);

impl UnionFind {
    /// `n` parts of one member each.
    pub(super) fn new(n: u32) -> Self {
        Self((0..n).collect())
    }

    /// The name of the part of `at`; almost constant time.
    pub(super) fn root(&mut self, mut at: u32) -> u32 {
        while self.0[at as usize] != at {
            let above = self.0[self.0[at as usize] as usize];
            self.0[at as usize] = above;
            at = above;
        }
        at
    }

    /// Makes one part of two.
    pub(super) fn join(&mut self, one: u32, other: u32) {
        let (one, other) = (self.root(one), self.root(other));
        self.0[one.max(other) as usize] = one.min(other);
    }

    /// The name of each member's part.
    pub(super) fn roots(&mut self) -> Vec<u32> {
        (0..self.0.len())
            .map(|at| self.root(u32::try_from(at).expect("it was made from a u32")))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_joined_by_a_chain_has_one_name() {
        let mut parts = UnionFind::new(6);
        parts.join(5, 1);
        parts.join(3, 5);
        parts.join(0, 4);
        parts.join(0, 0);
        assert_eq!(parts.roots(), [0, 1, 2, 1, 0, 1]);
    }
}
