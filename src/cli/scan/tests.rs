//! A scan from its arguments to its files, with an assessor that costs nothing.

use std::io::Write as _;

use clap::Parser as _;
use serde_json::Value;

use super::*;
use crate::assessment::{IndicatorFinding, ModelStamp, Quote, State};

#[derive(clap::Parser)]
struct Line {
    #[command(flatten)]
    args: Args,
}

/// A record that says nothing but the level, which stands first in the text.
fn assess(post: &Post) -> Assessment {
    let (level, words) = post.text.split_once(' ').unwrap_or((&post.text, ""));
    let finding = IndicatorFinding {
        id: "travel_to_risk_place".to_owned(),
        kind: Some("SCAM_HUB".to_owned()),
        group: "A".to_owned(),
        dimension: "P".to_owned(),
        strength: "strong".to_owned(),
        state: State::Present,
        confidence: 0.9,
        spans: vec![Quote { start: 0, end: 1, text: words.to_owned() }],
    };
    let unclear = IndicatorFinding { state: State::Unclear, kind: None, ..finding.clone() };
    Assessment {
        schema: 1,
        id: post.id.as_str().to_owned(),
        level: Level::from_id(level).unwrap_or(Level::Low),
        rules: vec!["K1".to_owned(), "K2".to_owned()],
        reason: None,
        score: 0.25,
        text_type: "recruitment_ad".to_owned(),
        text_type_confidence: 1.0,
        languages: Vec::new(),
        indicators: vec![finding, unclear],
        protective: Vec::new(),
        places: Vec::new(),
        pay: None,
        contacts: Vec::new(),
        notices: Vec::new(),
        obfuscated_tokens: 0,
        model: ModelStamp { name: String::new(), version: String::new(), sha256: String::new() },
    }
}

/// A folder with an input `posts.jsonl` and perhaps an output `out`.
struct Desk(tempfile::TempDir);

impl Desk {
    fn new(input: impl AsRef<[u8]>) -> Self {
        let desk = Self(tempfile::tempdir().unwrap());
        fs::write(desk.path("posts.jsonl"), input).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Scans the input with `options`.
    fn scan(&self, options: &str) -> anyhow::Result<Ending> {
        self.args(options)?.scan("model", assess)
    }

    fn args(&self, options: &str) -> anyhow::Result<Args> {
        let line =
            ["scan", "--quiet"].into_iter().chain(options.split_whitespace()).map(PathBuf::from);
        let files = ["-o".into(), self.path("out"), self.path("posts.jsonl")];
        Ok(Line::try_parse_from(line.chain(files).map(PathBuf::into_os_string))?.args)
    }

    fn output(&self) -> String {
        fs::read_to_string(self.path("out")).unwrap()
    }

    /// The ids of the records.
    fn ids(&self) -> Vec<String> {
        let record = |line| serde_json::from_str::<Assessment>(line).unwrap().id;
        self.output().lines().map(record).collect()
    }

    fn file_count(&self) -> usize {
        fs::read_dir(self.0.path()).unwrap().count()
    }
}

fn posts(texts: &[&str]) -> String {
    let line = |text| serde_json::json!({ "text": text }).to_string() + "\n";
    texts.iter().map(line).collect()
}

#[test]
fn the_bytes_do_not_depend_on_the_number_of_threads() {
    let text = |number: usize| format!("low {}", "kerja ".repeat(number * 7919 % 300));
    let input: String = (0..2000).map(|number| posts(&[&text(number)])).collect();
    let output = |threads: usize| {
        let desk = Desk::new(&input);
        assert_eq!(desk.scan(&format!("--threads {threads}")).unwrap(), Ending::Done);
        desk.output()
    };
    let one = output(1);
    assert_eq!(one.lines().count(), 2000);
    assert!(one == output(2) && one == output(5));
}

#[test]
fn a_bad_line_is_passed_over_or_stops_and_a_stopped_scan_leaves_the_output_alone() {
    let desk = Desk::new(posts(&["low"]) + "not json\n" + &posts(&["low"]));
    assert_eq!(desk.scan("").unwrap(), Ending::Done);
    assert_eq!(desk.ids(), ["1", "3"]);
    fs::write(desk.path("out"), "before").unwrap();
    assert_eq!(desk.scan("--on-error stop").unwrap(), Ending::Stopped);
    assert_eq!((desk.output().as_str(), desk.file_count()), ("before", 2));
}

#[test]
fn what_came_before_the_end_of_a_broken_file_is_kept() {
    let texts: Vec<String> =
        (0..5000u64).map(|number| format!("low {}", number.pow(3) % 99_991)).collect();
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(posts(&texts).as_bytes()).unwrap();
    let mut whole = encoder.finish().unwrap();
    whole.truncate(whole.len() * 9 / 10);
    let desk = Desk::new(whole);
    assert_eq!(desk.scan("").unwrap(), Ending::Unreadable);
    assert!(desk.ids().len() > 3000, "{}", desk.ids().len());
}

#[test]
fn distress_passes_every_level() {
    let desk = Desk::new(posts(&["low", "elevated", "high", "critical", "distress", "not_scored"]));
    for (options, ids) in [
        ("--min-level critical", vec!["4", "5"]),
        ("--min-level elevated", vec!["2", "3", "4", "5"]),
        ("--min-level low", vec!["1", "2", "3", "4", "5"]),
        ("", vec!["1", "2", "3", "4", "5", "6"]),
    ] {
        desk.scan(options).unwrap();
        assert_eq!(desk.ids(), ids, "{options}");
    }
    assert!(desk.scan("--min-level distress").is_err());
}

#[test]
fn csv_has_one_row_a_post_with_the_main_fields() {
    let desk = Desk::new("{\"id\":\"a,b\",\"text\":\"high\",\"from\":1}\n");
    desk.scan("--format csv --keep-input").unwrap();
    let expected = "id,level,rules,score,text_type,indicators,unclear,protective,notices,reason,input\n\
        \"a,b\",high,K1 K2,0.250000,recruitment_ad,travel_to_risk_place:SCAM_HUB,travel_to_risk_place,,,,\
        \"{\"\"from\"\":1}\"\n";
    assert_eq!(desk.output(), expected);
}

#[test]
fn other_fields_stay_under_input_when_asked_for() {
    let desk = Desk::new("{\"id\":7,\"text\":\"high\",\"from\":{\"page\":1}}\n");
    desk.scan("--keep-input").unwrap();
    let record: Value = serde_json::from_str(&desk.output()).unwrap();
    assert_eq!(record["input"], serde_json::json!({"from": {"page": 1}}));
    assert_eq!((&record["id"], &record["level"]), (&"7".into(), &"high".into()));
    desk.scan("").unwrap();
    assert!(!desk.output().contains("input"));
}

#[test]
fn an_input_is_never_written_over_and_a_missing_one_is_named_before_any_work() {
    let desk = Desk::new(posts(&["low"]));
    let posts = desk.path("posts.jsonl").display().to_string();
    let error =
        Line::parse_from(["scan", &posts, "-o", &posts]).args.scan("model", assess).unwrap_err();
    assert!(error.to_string().contains("is read and cannot be written too"), "{error}");
    let missing = desk.path("missing").display().to_string();
    let error =
        Line::parse_from(["scan", &posts, &missing]).args.scan("model", assess).unwrap_err();
    assert_eq!(error.to_string(), format!("cannot open {missing}"));
    let folder = desk.0.path().display().to_string();
    let error =
        Line::parse_from(["scan", &posts, "-o", &folder]).args.scan("model", assess).unwrap_err();
    assert_eq!(
        format!("{error:#}"),
        format!("cannot write `{folder}`: it is a folder; name a file")
    );
    assert_eq!(desk.file_count(), 1);
}

#[test]
fn a_scan_that_broke_off_is_gone_on_with_by_the_same_model_only() {
    let text = |number: usize| format!("low {number}");
    let input: String = (0..2000).map(|number| posts(&[&text(number)])).collect();
    let unbroken = Desk::new(&input);
    unbroken.scan("").unwrap();
    let desk = Desk::new(&input);
    let options = "--threads 1 --checkpoint-every 256";
    let breaks = |post: &Post| match post.text.as_str() {
        "low 1500" => panic!("the lights went out"),
        _ => assess(post),
    };
    let args = desk.args(options).unwrap();
    let broken =
        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| args.scan("model", breaks)));
    assert!(broken.is_err() && !desk.path("out").exists());
    let error = desk.args("--resume").unwrap().scan("another", assess).unwrap_err();
    assert!(error.to_string().contains("the model was another one"), "{error:#}");
    let assessed = std::sync::atomic::AtomicUsize::new(0);
    let counts = |post: &Post| {
        assessed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        assess(post)
    };
    assert_eq!(desk.args("--resume").unwrap().scan("model", counts).unwrap(), Ending::Done);
    assert_eq!(assessed.into_inner(), 2000 - 5 * 256, "what was written is not assessed again");
    assert!(desk.output() == unbroken.output());
    assert_eq!(desk.file_count(), 2);
}

#[test]
fn a_text_that_comes_again_is_assessed_once() {
    let desk = Desk::new(posts(&["low a", "low b"]).repeat(300));
    let assessed = |options: &str| {
        let assessed = std::sync::atomic::AtomicUsize::new(0);
        let counts = |post: &Post| {
            assessed.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            assess(post)
        };
        desk.args(options).unwrap().scan("model", counts).unwrap();
        (assessed.into_inner(), desk.output())
    };
    let (few, with) = assessed("--threads 1");
    let (all, without) = assessed("--threads 1 --no-cache");
    assert_eq!((few, all), (2, 600));
    assert!(with == without);
}
