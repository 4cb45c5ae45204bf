//! From hashes of posts to groups of posts.

use std::{
    collections::HashMap,
    hash::{BuildHasherDefault, Hasher},
};

use xxhash_rust::xxh3::Xxh3;

use super::{
    Settings,
    bands::join_near,
    sets::Sets,
    shingle::{Words, likeness},
    union_find::UnionFind,
    view::Sighting,
};

/// How many posts of a campaign are laid side by side for its template.
pub(super) const MOST_SAMPLES: usize = 12;

/// No campaign.
const NONE: u32 = u32::MAX;

/// A post as hashes; cheap to make on another thread.
#[derive(Clone, Debug)]
pub struct Row {
    /// Of the words; of words and contacts where the words are too few.
    content: u64,
    /// Of everything in the post.
    mark: u64,
    long: Vec<u32>,
    short: Vec<u32>,
    contacts: Vec<u64>,
}

impl Row {
    /// The hashes of a sighting.
    pub fn new(sighting: &Sighting) -> Self {
        let words = Words::new(&sighting.view);
        let contacts: Vec<u64> = sighting.contacts.iter().map(|contact| contact.hash).collect();
        let mut content = words.hash();
        if !words.are_enough() {
            let mut hasher = Xxh3::with_seed(content);
            for contact in &contacts {
                hasher.update(&contact.to_le_bytes());
            }
            content = hasher.digest();
        }
        let (long, short) = (words.long_shingles(), words.short_shingles());
        Self { content, mark: mark(sighting), long, short, contacts }
    }
}

fn mark(sighting: &Sighting) -> u64 {
    let bytes = postcard::to_stdvec(sighting).expect("memory takes all");
    xxhash_rust::xxh3::xxh3_64(&bytes)
}

/// Takes posts one by one, then says which belong together.
///
/// A post takes about 50 bytes and 4 for each shingle of a text that was not there before (at most
/// 256 of them): a run over 4 million posts of 28 words on average took 0.92 GB in all.
#[derive(Debug)]
pub struct Grouper {
    settings: Settings,
    text_by_content: HashMap<u64, u32, BuildHasherDefault<Hashed>>,
    contents: Vec<u64>,
    long: Sets,
    short: Sets,
    /// By post, in order of arrival.
    texts: Vec<u32>,
    marks: Vec<u64>,
    contacts: Vec<(u64, u32)>,
}

impl Grouper {
    /// A grouper without posts.
    pub fn new(settings: Settings) -> Self {
        Self {
            settings,
            text_by_content: HashMap::default(),
            contents: Vec::new(),
            long: Sets::default(),
            short: Sets::default(),
            texts: Vec::new(),
            marks: Vec::new(),
            contacts: Vec::new(),
        }
    }

    /// Adds the next post.
    ///
    /// # Panics
    ///
    /// At four thousand million posts.
    pub fn add(&mut self, row: &Row) {
        let next =
            u32::try_from(self.contents.len()).expect("fewer texts than four thousand million");
        let text = *self.text_by_content.entry(row.content).or_insert(next);
        if text == next {
            self.contents.push(row.content);
            self.long.push(text, &row.long);
            self.short.push(text, &row.short);
        }
        self.texts.push(text);
        self.marks.push(row.mark);
        self.contacts.extend(row.contacts.iter().map(|contact| (*contact, text)));
    }

    /// How many posts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// The campaigns among all posts. Linear in the posts, but for sorting.
    pub fn groups(mut self) -> Groups {
        self.text_by_content = HashMap::default();
        let texts =
            u32::try_from(self.contents.len()).expect("it was checked when they were added");
        let mut joined = UnionFind::new(texts);
        join_near(&self.long, self.settings.threshold, &self.contents, &mut joined);
        join_near(&self.short, self.settings.short_threshold(), &self.contents, &mut joined);
        let near = joined.roots();
        let generic = self.join_contacts(&near, &mut joined);
        let campaign = joined.roots();
        self.plan(&near, &campaign, generic)
    }

    /// Joins texts by shared contacts, and gives the generic ones in order: those that stand in more
    /// than `most_texts` groups of near copies.
    fn join_contacts(&mut self, near: &[u32], joined: &mut UnionFind) -> Vec<u64> {
        let mut contacts = std::mem::take(&mut self.contacts);
        contacts.sort_unstable();
        contacts.dedup();
        let mut generic = Vec::new();
        for same in contacts.chunk_by(|one, next| one.0 == next.0) {
            let mut groups: Vec<u32> = same.iter().map(|(_, text)| near[*text as usize]).collect();
            groups.sort_unstable();
            groups.dedup();
            if groups.len() > self.settings.most_texts as usize {
                generic.push(same[0].0);
            } else {
                groups.windows(2).for_each(|pair| joined.join(pair[0], pair[1]));
            }
        }
        generic
    }

    fn plan(self, near: &[u32], root: &[u32], generic: Vec<u64>) -> Groups {
        let posts = self.distinct_posts();
        let mut sizes = vec![0u32; root.len()];
        let mut near_sizes = vec![0u32; root.len()];
        for post in &posts {
            let text = self.texts[*post as usize] as usize;
            sizes[root[text] as usize] += 1;
            near_sizes[near[text] as usize] += 1;
        }
        let parts =
            Parts { near, root, contents: &self.contents, sizes: &sizes, near_sizes: &near_sizes };
        let plans = parts.plans();
        let mut number = vec![NONE; root.len()];
        for (at, plan) in (0..).zip(&plans) {
            number[plan.root as usize] = at;
        }
        let mut groups = Groups { campaigns: vec![NONE; self.texts.len()], plans, generic };
        for post in posts {
            let text = self.texts[post as usize] as usize;
            let campaign = number[root[text] as usize];
            groups.campaigns[post as usize] = campaign;
            if let Some(plan) = groups.plans.get_mut(campaign as usize)
                && plan.main == near[text]
                && plan.samples.len() < MOST_SAMPLES
            {
                plan.samples.push(post);
            }
        }
        for plan in &mut groups.plans {
            self.medoid_first(&mut plan.samples);
        }
        groups
    }

    /// One of each post, by mark: an order that the order of arrival does not change.
    fn distinct_posts(&self) -> Vec<u32> {
        let mut marked: Vec<(u64, u32)> = self.marks.iter().copied().zip(0..).collect();
        marked.sort_unstable();
        marked.dedup_by_key(|(mark, _)| *mark);
        marked.into_iter().map(|(_, post)| post).collect()
    }

    /// Puts the post that is most like the others before them.
    fn medoid_first(&self, samples: &mut [u32]) {
        let text = |at: usize| self.texts[samples[at] as usize];
        let closeness = |at: usize| -> f64 {
            (0..samples.len()).map(|other| self.likeness(text(at), text(other))).sum()
        };
        let by_closeness = |one: &usize, other: &usize| {
            closeness(*one).total_cmp(&closeness(*other)).then(other.cmp(one))
        };
        if samples.len() > 2
            && let Some(best) = (0..samples.len()).max_by(by_closeness)
        {
            samples[..=best].rotate_right(1);
        }
    }

    fn likeness(&self, one: u32, other: u32) -> f64 {
        let by = |sets: &Sets| Some(likeness(sets.of(one)?, sets.of(other)?));
        if one == other { 1.0 } else { by(&self.long).or_else(|| by(&self.short)).unwrap_or(0.0) }
    }
}

/// Which text lies in which part, and how large the parts are.
struct Parts<'a> {
    near: &'a [u32],
    root: &'a [u32],
    contents: &'a [u64],
    sizes: &'a [u32],
    near_sizes: &'a [u32],
}

impl Parts<'_> {
    /// A plan for each part of two posts or more, the largest first.
    fn plans(&self) -> Vec<Plan> {
        let mut least = vec![u64::MAX; self.root.len()];
        let mut near_least = vec![u64::MAX; self.root.len()];
        for (text, content) in self.contents.iter().enumerate() {
            let (root, near) = (self.root[text] as usize, self.near[text] as usize);
            least[root] = least[root].min(*content);
            near_least[near] = near_least[near].min(*content);
        }
        let mut main = vec![NONE; self.root.len()];
        let mut texts = vec![0u32; self.root.len()];
        for (text, near) in
            self.near.iter().enumerate().filter(|(text, near)| *text == **near as usize)
        {
            let root = self.root[text] as usize;
            texts[root] += 1;
            let rank = |near: u32| (self.near_sizes[near as usize], !near_least[near as usize]);
            if main[root] == NONE || rank(main[root]) < rank(*near) {
                main[root] = *near;
            }
        }
        let roots = (0..self.root.len()).filter(|root| self.sizes[*root] > 1);
        let mut plans: Vec<Plan> = roots
            .map(|root| Plan {
                id: least[root],
                size: self.sizes[root],
                texts: texts[root],
                samples: Vec::new(),
                root: u32::try_from(root).expect("texts are counted by u32"),
                main: main[root],
            })
            .collect();
        plans.sort_unstable_by_key(|plan| (std::cmp::Reverse(plan.size), plan.id));
        plans
    }
}

/// What is known of a campaign before its posts are looked at again.
#[derive(Debug)]
pub(super) struct Plan {
    /// The least content hash: a campaign that grows mostly keeps it.
    pub(super) id: u64,
    /// Posts.
    pub(super) size: u32,
    /// Groups of near copies that contacts join; 1 where texts alone do.
    pub(super) texts: u32,
    /// Posts of its largest group of near copies, the one most like the others first.
    pub(super) samples: Vec<u32>,
    root: u32,
    main: u32,
}

/// Which posts are in which campaign.
#[derive(Debug)]
pub struct Groups {
    /// By post, in order of arrival; [`NONE`] for a post in no campaign, and for a second copy of a post.
    campaigns: Vec<u32>,
    /// By campaign, the largest first.
    pub(super) plans: Vec<Plan>,
    /// Contacts that joined nothing, in order.
    pub(super) generic: Vec<u64>,
}

impl Groups {
    /// How many campaigns there are.
    pub fn len(&self) -> usize {
        self.plans.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.plans.is_empty()
    }

    /// How many posts are in a campaign.
    pub fn members(&self) -> u64 {
        self.plans.iter().map(|plan| u64::from(plan.size)).sum()
    }

    /// How many contacts were too generic to join anything.
    pub fn generic_contacts(&self) -> usize {
        self.generic.len()
    }

    /// The campaign of the post that came `at`th, from 0; campaigns are numbered from the largest.
    pub fn campaign(&self, at: usize) -> Option<usize> {
        let campaign = *self.campaigns.get(at)?;
        (campaign != NONE).then_some(campaign as usize)
    }
}

/// Takes a hash as it is.
#[derive(Debug, Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = xxhash_rust::xxh3::xxh3_64_with_seed(bytes, self.0);
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::{BTreeMap, BTreeSet},
        io::Cursor,
    };

    use proptest::prelude::*;

    use super::{
        super::{
            Block, Blocks, CampaignError, ContactKey, Ledger, Stamp, Time, shingle::are_near,
            view::Contact,
        },
        *,
    };

    fn stamp() -> Stamp {
        Stamp::new("m", &ContactKey::default())
    }

    fn sighting(id: usize, view: &str, contacts: &[u64]) -> Sighting {
        let contact = |hash: &u64| Contact { hash: *hash, masked: format!("08••{hash}") };
        Sighting {
            id: format!("p{id}"),
            time: Some(Time::Integer(i64::try_from(id * 7 % 11).unwrap())),
            view: view.to_owned(),
            places: vec![format!("Place {}", id % 3)],
            contacts: contacts.iter().map(contact).collect(),
        }
    }

    /// The output for posts that come in these blocks.
    fn output(blocks: &[&[Sighting]], settings: Settings) -> String {
        let mut grouper = Grouper::new(settings);
        let mut ledger = Ledger::begin(Cursor::new(Vec::new()), stamp()).unwrap();
        for posts in blocks {
            posts.iter().for_each(|post| grouper.add(&Row::new(post)));
            ledger.append(&Block::new(posts)).unwrap();
        }
        ledger.finish().unwrap();
        told(grouper, &mut ledger)
    }

    fn told(grouper: Grouper, ledger: &mut Ledger<Cursor<Vec<u8>>>) -> String {
        let mut lines = String::new();
        let tell = |campaign| -> Result<(), CampaignError> {
            lines.push_str(&serde_json::to_string(&campaign).expect("it is JSON"));
            lines.push('\n');
            Ok(())
        };
        grouper.groups().tell(ledger, tell).unwrap();
        lines
    }

    const WORDS: &str = "satu dua tiga empat lima enam tujuh delapan";

    #[test]
    fn a_generic_contact_joins_nothing_and_is_not_told() {
        let view = |at: usize| ["k", "l", "m", "n"].map(|c| c.repeat(at + 1)).join(" ") + " z";
        let posts: Vec<Sighting> =
            (0..4).map(|at| sighting(at, &view(at), &[9, 10 + at as u64 / 2])).collect();
        let with = |most_texts| output(&[&posts], Settings { most_texts, ..Settings::default() });
        assert_eq!(with(4).lines().count(), 1);
        let apart = with(3);
        assert_eq!(apart.lines().count(), 2);
        assert!(apart.contains("08••10") && !apart.contains("08••9"), "{apart}");
    }

    #[test]
    fn short_posts_are_the_same_only_with_the_same_contacts() {
        let posts = [
            sighting(1, "info loker", &[1]),
            sighting(2, "info loker", &[2]),
            sighting(3, "info loker", &[1]),
        ];
        let lines = output(&[&posts], Settings::default());
        assert!(lines.lines().count() == 1 && lines.contains(r#"["p1","p3"]"#), "{lines}");
    }

    #[test]
    fn a_post_that_comes_again_counts_once() {
        let (one, two) = (sighting(1, WORDS, &[]), sighting(2, WORDS, &[]));
        let once = output(&[&[one.clone(), two.clone()]], Settings::default());
        assert_eq!(
            output(&[std::slice::from_ref(&one), &[two, one.clone()]], Settings::default()),
            once
        );
        assert_eq!(output(&[&[one.clone(), one]], Settings::default()), "");
    }

    #[test]
    fn no_posts_have_no_campaigns() {
        assert_eq!(output(&[], Settings::default()), "");
    }

    fn any_posts() -> impl Strategy<Value = Vec<Sighting>> {
        let view = prop_oneof![
            "([abcd] ){0,20}[ab]",
            Just(WORDS.to_owned()),
            "[a-f]{2}( [a-f]{1,2}){9,25}"
        ];
        let post = (view, prop::collection::btree_set(0u64..6, 0..3));
        prop::collection::vec(post, 0..24).prop_map(|posts| {
            let sighting = |(id, (view, contacts)): (usize, (String, BTreeSet<u64>))| {
                sighting(id, &view, &contacts.into_iter().collect::<Vec<_>>())
            };
            posts.into_iter().enumerate().map(sighting).collect()
        })
    }

    proptest! {
        #[test]
        fn no_order_and_no_division_changes_a_byte(
            posts in any_posts(),
            seed in any::<u64>(),
            most_texts in 1u32..5,
            cuts in prop::collection::vec(0usize..24, 2),
        ) {
            let settings = Settings { most_texts, ..Settings::default() };
            let expected = output(&[&posts], settings);
            let mut shuffled = posts.clone();
            shuffled.sort_by_key(|post| xxhash_rust::xxh3::xxh3_64_with_seed(post.id.as_bytes(), seed));
            let (low, high) = (cuts[0].min(cuts[1]).min(posts.len()), cuts[0].max(cuts[1]).min(posts.len()));
            let blocks = [&shuffled[..low], &shuffled[low..high], &shuffled[high..]];
            prop_assert_eq!(&output(&blocks, settings), &expected);

            // Two runs over one index.
            let mut first = Ledger::begin(Cursor::new(Vec::new()), stamp()).unwrap();
            first.append(&Block::new(blocks[0])).unwrap();
            first.finish().unwrap();
            let index = first.into_file().into_inner();
            let mut second = Ledger::begin(Cursor::new(Vec::new()), stamp()).unwrap();
            let mut grouper = Grouper::new(settings);
            let old = Blocks::open(index.as_slice(), &stamp()).unwrap().map(Result::unwrap);
            for block in old.chain(blocks[1..].iter().map(|posts| Block::new(posts))) {
                block.sightings().unwrap().iter().for_each(|post| grouper.add(&Row::new(post)));
                second.append(&block).unwrap();
            }
            second.finish().unwrap();
            prop_assert_eq!(&told(grouper, &mut second), &expected);
        }

        /// The oracle compares every pair. Minima may miss a pair of the oracle and never add one; how
        /// few they miss is measured in `benches/campaigns.rs`.
        #[test]
        fn no_campaign_reaches_beyond_those_of_comparing_every_pair(posts in any_posts()) {
            let settings = Settings::default();
            let rows: Vec<Row> = posts.iter().map(Row::new).collect();
            let mut joined = UnionFind::new(u32::try_from(rows.len()).unwrap());
            for (one, other) in (0..rows.len()).flat_map(|one| (0..one).map(move |other| (one, other))) {
                let (left, right) = (&rows[one], &rows[other]);
                let near = |a: &[u32], b: &[u32], threshold| !a.is_empty() && !b.is_empty() && are_near(a, b, threshold, 4);
                if left.content == right.content
                    || near(&left.long, &right.long, settings.threshold)
                    || near(&left.short, &right.short, settings.short_threshold())
                    || left.contacts.iter().any(|contact| right.contacts.contains(contact))
                {
                    joined.join(u32::try_from(one).unwrap(), u32::try_from(other).unwrap());
                }
            }
            let mut expected: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
            for (at, root) in joined.roots().into_iter().enumerate() {
                expected.entry(root).or_default().insert(at);
            }
            let mut grouper = Grouper::new(Settings { most_texts: 100, ..settings });
            for row in &rows {
                grouper.add(row);
            }
            let groups = grouper.groups();
            let mut found: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
            for at in 0..rows.len() {
                if let Some(campaign) = groups.campaign(at) {
                    found.entry(campaign).or_default().insert(at);
                }
            }
            let expected: BTreeSet<_> = expected.into_values().filter(|posts| posts.len() > 1).collect();
            let found: BTreeSet<_> = found.into_values().collect();
            for campaign in &found {
                prop_assert!(expected.iter().any(|posts| campaign.is_subset(posts)), "{:?}", campaign);
            }
        }
    }
}
