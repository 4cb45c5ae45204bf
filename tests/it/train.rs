//! A fit is made again to the byte by the same posts, settings and seed.

use std::{collections::BTreeMap, fs, path::Path, sync::LazyLock};

use waspada::{
    io::labeled,
    labels::{LabeledPost, Split},
    train::{DomainFiles, TrainSettings, train},
};

use crate::{Desk, training_posts, tree};

/// How many posts of each file are taken.
const FIRST_POSTS: usize = 7;

/// The first posts of each file of the training data.
static POSTS: LazyLock<Vec<LabeledPost>> = LazyLock::new(|| {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut posts = training_posts();
    posts.retain(|post| {
        let count = seen.entry(post.author.clone()).or_default();
        *count += 1;
        *count <= FIRST_POSTS
    });
    posts
});

/// Settings that make a fit of seconds.
fn settings() -> TrainSettings {
    TrainSettings { folds: 2, vocabulary: 300, least_posts: 2, ..TrainSettings::default() }
}

/// Every file of the bundle that a fit to `posts` writes, by name.
fn fit(posts: &[LabeledPost], settings: &TrainSettings) -> BTreeMap<String, Vec<u8>> {
    let domain = DomainFiles::load(&tree("models/domain")).expect("the domain files are there");
    let bundle = train(posts, &domain, settings).expect("the posts are enough");
    let desk = Desk::new();
    bundle.write(&desk.path("bundle")).expect("the folder is new");
    files(&desk.path("bundle"))
}

/// What the others are compared with.
static FIRST_FIT: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| fit(&POSTS, &settings()));

/// Every file of a folder, by name.
fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).expect("the folder is there");
    entries
        .map(|entry| {
            let entry = entry.expect("it can be read");
            let bytes = fs::read(entry.path()).expect("it can be read");
            (entry.file_name().to_string_lossy().into_owned(), bytes)
        })
        .collect()
}

/// Compares by file, so that a failure says in which step of the fit it lies.
fn assert_same(found: &BTreeMap<String, Vec<u8>>) {
    // The command judges its fit and writes the figures into the manifest; the library does not.
    for (name, bytes) in FIRST_FIT.iter().filter(|(name, _)| *name != "manifest.json") {
        assert!(found.get(name) == Some(bytes), "`{name}` differs");
    }
    assert_eq!(found.len(), FIRST_FIT.len());
}

#[test]
fn the_same_posts_and_settings_give_the_same_bytes_by_library_and_by_command() {
    let desk = Desk::new();
    labeled::save(&desk.path("posts.jsonl"), &POSTS).unwrap();
    desk.write("settings.json", serde_json::to_string(&settings()).unwrap());
    let domain = tree("models/domain").display().to_string();
    let arguments = ["train", "posts.jsonl", "--domain", &domain, "--settings", "settings.json"];
    let by_command = [&arguments[..], &["--output", "command"]].concat();
    let ran = desk.run(&by_command);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let figures = ran.stdout.strip_prefix("waspada 0.1.0 in `command`\n").expect(&ran.stdout);
    let figures: serde_json::Value = serde_json::from_str(figures).unwrap();
    assert!(figures["posts"].as_u64().unwrap() > 0, "{figures}");
    let command = files(&desk.path("command"));
    assert_eq!(command.len(), 14);
    assert_same(&command);

    let again = [&arguments[..], &["--output", "again"]].concat();
    assert_eq!(desk.run(&again).code, 0);
    assert!(files(&desk.path("again")) == command, "the manifest too");

    // What was written can be used, and is never written over.
    assert_eq!(desk.run(&["model", "verify", "--model", "command"]).code, 0);
    assert_eq!(desk.run(&["score", "Dicari kasir", "--model", "command"]).code, 0);
    let refused = desk.run(&by_command);
    insta::assert_snapshot!(refused.report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: `command` exists and a bundle is written once; choose another directory
    ");
    assert!(files(&desk.path("command")) == command);
}

#[test]
fn another_seed_gives_another_bundle() {
    let other = fit(&POSTS, &TrainSettings { seed: 7, ..settings() });
    let differs = |name: &str| other[name] != FIRST_FIT[name];
    assert!(differs("manifest.json"));
    assert!(differs("calibration.json"), "other folds and cuts give other margins");
    assert!(!differs("taxonomy.toml"));
}

#[test]
fn what_a_fit_cannot_be_made_from_is_named_and_nothing_is_written() {
    let desk = Desk::new();
    let few: Vec<LabeledPost> = POSTS.iter().take(3).cloned().collect();
    labeled::save(&desk.path("few.jsonl"), &few).unwrap();
    desk.write("bad.jsonl", fs::read_to_string(desk.path("few.jsonl")).unwrap() + "{}\n");
    desk.write("bad.json", "{\"fold\": 3}");
    let domain = tree("models/domain").display().to_string();
    let with = |arguments: &[&str]| {
        let all = [&["train", "-o", "out", "--domain", &domain], arguments].concat();
        desk.run(&all).report()
    };
    insta::assert_snapshot!(with(&["few.jsonl"]), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: 2 posts with split `train` are too few; a fit needs at least 10
    ");
    insta::assert_snapshot!(with(&["bad.jsonl"]), @r"
    exit 1
    --- stdout
    --- stderr
    bad.jsonl: line 4, column 2: not a labelled post: missing field `id`
    to correct: 1, in 3 posts
    ");
    insta::assert_snapshot!(with(&["none.jsonl"]), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot open none.jsonl: No such file or directory (os error 2)
    ");
    let bad = with(&["few.jsonl", "--settings", "bad.json"]);
    insta::assert_snapshot!(bad.split(", expected").next().unwrap(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: `bad.json` holds no settings of a fit: unknown field `fold`
    ");
    insta::assert_snapshot!(with(&["few.jsonl", "--settings", "none.json"]), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot read settings `none.json`: No such file or directory (os error 2)
    ");
    let elsewhere = desk.run(&["train", "-o", "out", "--domain", ".", "few.jsonl"]);
    insta::assert_snapshot!(elsewhere.report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot read domain file `./MODEL_CARD.md`; give a folder that holds all of them: No such file or directory (os error 2)
    ");
    assert!(!desk.path("out").exists());
}

#[test]
fn posts_that_are_held_out_do_not_reach_the_fit() {
    let mut posts = POSTS.clone();
    posts.retain(|post| post.split == Split::Train);
    assert!(posts.len() < POSTS.len(), "there is none to hold out");
    assert_same(&fit(&posts, &settings()));
}

#[test]
fn the_released_bundle_is_what_the_training_posts_give() {
    let desk = Desk::new();
    let (posts, domain) = (tree("training-data"), tree("models/domain"));
    let (posts, domain) = (posts.display().to_string(), domain.display().to_string());
    let ran = desk.run(&["train", &posts, "--domain", &domain, "-o", "again"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    let (again, released) = (files(&desk.path("again")), files(&tree("models/waspada/0.1.0")));
    for (name, bytes) in &released {
        assert!(
            again.get(name) == Some(bytes),
            "`{name}` differs: train, and release what it gives"
        );
    }
    assert_eq!(again.len(), released.len());
}
