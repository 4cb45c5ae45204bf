//! How many planted campaigns are found, and how fast.
//!
//! ```text
//! cargo bench --bench campaigns                            planted groups at 5, 15 and 30 % of edited words
//! cargo bench --bench campaigns -- write 1000000 15 FILE   posts to a file, to time the command and its peers
//! cargo bench --bench campaigns -- judge FILE OUT          how well OUT gives what was planted in FILE
//! ```
//!
//! Of the posts 60 % are in groups of 3 to 12: a training text of which every word is, with the chance given, replaced,
//! left out or followed by another word of the training texts. Half of the posts end in a number of their own.
//! Figures are over pairs of posts. Everything comes from a fixed seed.

use std::{
    collections::{HashMap, HashSet},
    fs::File,
    io::{self, BufRead as _, BufReader, BufWriter, Write},
    path::Path,
    time::Instant,
};

use serde_json::{Value, json};
use waspada::{
    campaigns::{ContactKey, Grouper, Row, Settings, Viewer},
    classify::Classifier,
    post::Post,
    similar,
};

fn main() -> io::Result<()> {
    let arguments: Vec<String> =
        std::env::args().skip(1).filter(|word| word != "--bench").collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut out = io::stdout().lock();
    match words.as_slice() {
        ["write", posts, percent, file] => {
            let number = |text: &str| text.parse().expect("a whole number");
            write(number(posts), number(percent), Path::new(file))
        }
        ["judge", file, found] => judge(&mut out, Path::new(file), Path::new(found)),
        ["threshold", part] => quality(&mut out, part.parse().expect("a number")),
        _ => quality(&mut out, Settings::default().threshold),
    }
}

/// Splitmix64 (Steele, Lea and Flood 2014).
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).expect("it is below a usize")
    }

    fn one_of<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len())]
    }
}

/// A planted post: its group, if it has one.
struct Planted {
    group: Option<usize>,
    text: String,
}

/// Groups and loners of texts from `base`, until it gives no more or there are `most` posts.
fn plant(
    mut base: impl FnMut(&mut Dice) -> Option<String>,
    vocabulary: &[&str],
    percent: usize,
    most: usize,
) -> Vec<Planted> {
    let mut dice = Dice(7);
    let mut posts = Vec::new();
    let (mut groups, mut grouped) = (0, 0);
    while posts.len() < most {
        let Some(text) = base(&mut dice) else { break };
        let size = if grouped * 10 <= posts.len() * 6 { 3 + dice.below(10) } else { 1 };
        let group = (size > 1).then_some(groups);
        groups += usize::from(size > 1);
        grouped += if size > 1 { size } else { 0 };
        for _ in 0..size {
            let text =
                if size > 1 { edited(&text, vocabulary, percent, &mut dice) } else { text.clone() };
            let text = match dice.below(2) {
                0 => text,
                _ => format!("{text} WA 08{}", 1_000_000_000 + dice.below(8_999_999_999)),
            };
            posts.push(Planted { group, text });
        }
    }
    for at in (1..posts.len()).rev() {
        posts.swap(at, dice.below(at + 1));
    }
    posts
}

fn edited(text: &str, vocabulary: &[&str], percent: usize, dice: &mut Dice) -> String {
    let mut words: Vec<&str> = Vec::new();
    for word in text.split_whitespace() {
        let edit = if dice.below(100) < percent { dice.below(3) } else { 3 };
        match edit {
            0 => words.push(dice.one_of(vocabulary)),
            1 => {}
            2 => words.extend([word, dice.one_of(vocabulary)]),
            _ => words.push(word),
        }
    }
    words.join(" ")
}

/// The texts of the training data, one of those that are near copies.
fn training_texts() -> io::Result<Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("training-data");
    let mut files: Vec<_> = folder
        .read_dir()?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    files.retain(|path| path.extension().is_some_and(|end| end == "jsonl"));
    files.sort();
    let mut texts = Vec::new();
    for file in files {
        for line in BufReader::new(File::open(file)?).lines() {
            let post: Value = serde_json::from_str(&line?)?;
            texts.push(post["text"].as_str().unwrap_or_default().to_owned());
        }
    }
    let groups = similar::groups(&texts, 0.05);
    let firsts = texts.into_iter().zip(groups).enumerate().filter(|(at, (_, group))| at == group);
    Ok(firsts.map(|(_, (text, _))| text).collect())
}

fn quality(out: &mut impl Write, threshold: f64) -> io::Result<()> {
    let classifier = Classifier::embedded().expect("the tree is whole");
    let viewer = Viewer::new(classifier.analyzer(), ContactKey::default());
    let texts = training_texts()?;
    let settings = Settings { threshold, ..Settings::default() };
    writeln!(out, "words  edits  posts  precision recall  F1     view/s  group/s")?;
    for least in [5, 20, 40] {
        let texts: Vec<&String> =
            texts.iter().filter(|text| text.split_whitespace().count() >= least).collect();
        let vocabulary: Vec<&str> = texts.iter().flat_map(|text| text.split_whitespace()).collect();
        for percent in [5, 15, 30] {
            let mut order = texts.iter();
            let posts = plant(
                |_| order.next().map(|text| (*text).clone()),
                &vocabulary,
                percent,
                usize::MAX,
            );
            let started = Instant::now();
            let see = |(at, post): (usize, &Planted)| {
                viewer.sight(&Post::new(at.to_string(), &post.text), None)
            };
            let seen: Vec<_> = posts.iter().enumerate().map(see).collect();
            let viewed = started.elapsed().as_secs_f64();
            let started = Instant::now();
            let mut grouper = Grouper::new(settings);
            seen.iter().flatten().for_each(|sighting| grouper.add(&Row::new(sighting)));
            let groups = grouper.groups();
            let grouped = started.elapsed().as_secs_f64();
            let mut at = 0;
            let found = seen.iter().map(|sighting| {
                let campaign = sighting.as_ref().and_then(|_| groups.campaign(at));
                at += usize::from(sighting.is_some());
                campaign
            });
            let pairs = Pairs::count(found.zip(posts.iter().map(|post| post.group)));
            let count = posts.len() as f64;
            writeln!(
                out,
                "≥ {least:<3}  {percent:>3} %  {:>5}  {:.3}     {:.3}   {:.3}  {:>6.0}  {:>7.0}",
                posts.len(),
                pairs.precision(),
                pairs.recall(),
                pairs.f1(),
                count / viewed,
                count / grouped,
            )?;
        }
    }
    Ok(())
}

/// Pairs of posts that are together where it was looked, and where it was planted.
#[derive(Default)]
struct Pairs {
    both: f64,
    found: f64,
    planted: f64,
}

impl Pairs {
    fn count<A: std::hash::Hash + Eq + Copy, B: std::hash::Hash + Eq + Copy>(
        posts: impl Iterator<Item = (Option<A>, Option<B>)>,
    ) -> Self {
        let (mut both, mut found, mut planted) = (HashMap::new(), HashMap::new(), HashMap::new());
        for (campaign, group) in posts {
            if let Some(campaign) = campaign {
                *found.entry(campaign).or_insert(0u64) += 1;
            }
            if let Some(group) = group {
                *planted.entry(group).or_insert(0u64) += 1;
            }
            if let Some(cell) = campaign.zip(group) {
                *both.entry(cell).or_insert(0u64) += 1;
            }
        }
        Self {
            both: pairs(both.values()),
            found: pairs(found.values()),
            planted: pairs(planted.values()),
        }
    }

    fn precision(&self) -> f64 {
        self.both / self.found.max(1.0)
    }

    fn recall(&self) -> f64 {
        self.both / self.planted.max(1.0)
    }

    fn f1(&self) -> f64 {
        2.0 * self.both / (self.found + self.planted).max(1.0)
    }
}

fn pairs<'a>(sizes: impl Iterator<Item = &'a u64>) -> f64 {
    let sizes: u64 = sizes.map(|size| size * (size - 1) / 2).sum();
    sizes as f64
}

/// Posts for a run at scale: texts made of pieces of five words of the training texts, so that there
/// are enough of them, and strangers share what strangers share. The id tells the group.
fn write(posts: usize, percent: usize, file: &Path) -> io::Result<()> {
    let texts = training_texts()?;
    let texts: Vec<Vec<&str>> =
        texts.iter().map(|text| text.split_whitespace().collect()).collect();
    let vocabulary: Vec<&str> = texts.iter().flatten().copied().collect();
    let base = |dice: &mut Dice| {
        let length = texts[dice.below(texts.len())].len().max(8);
        let mut words: Vec<&str> = Vec::new();
        while words.len() < length {
            let start = dice.below(vocabulary.len());
            words.extend(&vocabulary[start..(start + 5).min(vocabulary.len())]);
        }
        Some(words.join(" "))
    };
    let mut out = BufWriter::new(File::create(file)?);
    for (at, post) in plant(base, &vocabulary, percent, posts).iter().enumerate() {
        let group = post.group.map_or_else(|| "loner".to_owned(), |group| group.to_string());
        writeln!(out, "{}", json!({ "id": format!("{at}-{group}"), "text": post.text }))?;
    }
    out.flush()
}

fn judge(out: &mut impl Write, file: &Path, found: &Path) -> io::Result<()> {
    let mut campaigns: HashMap<String, usize> = HashMap::new();
    for (at, line) in BufReader::new(File::open(found)?).lines().enumerate() {
        let campaign: Value = serde_json::from_str(&line?)?;
        let members = campaign["members"].as_array().cloned().unwrap_or_default();
        campaigns.extend(members.iter().filter_map(Value::as_str).map(|id| (id.to_owned(), at)));
    }
    let mut posts = Vec::new();
    let mut ids = HashSet::new();
    for line in BufReader::new(File::open(file)?).lines() {
        let post: Value = serde_json::from_str(&line?)?;
        let id = post["id"].as_str().unwrap_or_default().to_owned();
        let group = id.split_once('-').and_then(|(_, group)| group.parse::<usize>().ok());
        posts.push((campaigns.get(&id).copied(), group));
        ids.insert(id);
    }
    let pairs = Pairs::count(posts.iter().copied());
    let (precision, recall, f1) = (pairs.precision(), pairs.recall(), pairs.f1());
    writeln!(out, "{} posts: precision {precision:.3}, recall {recall:.3}, F1 {f1:.3}", ids.len())
}
