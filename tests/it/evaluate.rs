//! The report of a bundle or of anyone's records: figures, gates, pages, and what is refused.

use std::fmt::Write as _;

use serde_json::{Value, json};
use waspada::{
    evaluate::{Gate, Judgement, evaluate},
    io::labeled,
    labels::{LabeledPost, Split},
    taxonomy::TextType,
};

use crate::{CLASSIFIER, Desk, training_posts, tree};

/// Every tenth held-out post.
fn some_posts() -> Vec<LabeledPost> {
    let held_out = training_posts().into_iter().filter(|post| post.split == Split::Test);
    held_out.step_by(10).collect()
}

fn desk() -> Desk {
    let desk = Desk::new();
    labeled::save(&desk.path("posts.jsonl"), &some_posts()).expect("there is room for a file");
    desk
}

fn json(desk: &Desk, file: &str) -> Value {
    serde_json::from_str(&desk.read(file)).expect("it is JSON")
}

#[test]
fn the_released_bundle_keeps_its_gate() {
    let posts: Vec<LabeledPost> =
        training_posts().into_iter().filter(|post| post.split == Split::Test).collect();
    let judgements: Vec<Judgement> = posts
        .iter()
        .map(|post| Judgement { assessment: CLASSIFIER.assess(&post.post()), confidences: None })
        .collect();
    let context = waspada::evaluate::Context {
        taxonomy: CLASSIFIER.taxonomy(),
        policy: CLASSIFIER.policy(),
        thresholds: &[],
        prevalence: 0.02,
    };
    let report = evaluate(&posts, &judgements, &[], &context);
    let gate = std::fs::read_to_string(tree("models/gate.toml")).unwrap();
    let gate = Gate::from_toml(&gate).unwrap();
    assert!(gate.bounds.len() >= 8);
    assert_eq!(gate.broken(&report), Vec::<String>::new());
}

#[test]
fn the_same_posts_give_the_same_report_and_the_page_needs_nothing_from_elsewhere() {
    let desk = desk();
    let ordinary: String = some_posts()
        .iter()
        .filter(|post| post.tags.iter().any(|tag| tag == "honest"))
        .fold(String::new(), |mut out, post| {
            writeln!(out, "{}", json!({ "id": post.id, "text": post.text })).unwrap();
            out
        });
    desk.write("ordinary.jsonl", ordinary);
    let run = |number: &str| {
        let (json, html) = (format!("{number}.json"), format!("{number}.html"));
        let arguments = ["evaluate", "posts.jsonl", "--json", &json, "--html", &html];
        let ran = desk
            .run(&[&arguments[..], &["--ordinary", "ordinary.jsonl", "--robustness"][..]].concat());
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        (ran.stdout, desk.read(&json), desk.read(&html))
    };
    let (first, again) = (run("1"), run("2"));
    assert_eq!(first, again);
    let (said, report, page) = first;
    assert!(said.contains("labelled elevated or above, found"));
    assert!(
        !page.contains("http://")
            || page.matches("http://").count()
                == page.matches("http://www.w3.org/2000/svg").count()
    );
    assert!(!page.contains("https://") && !page.contains("<script") && page.contains("</svg>"));
    let report: Value = serde_json::from_str(&report).unwrap();
    let figure = &report["figures"]["indicator_micro_f1"];
    let of = |key: &str| figure[key].as_f64().unwrap();
    assert!(of("low") <= of("value") && of("value") <= of("high") && of("low") < of("high"));
    assert_eq!(report["ordinary"][0]["name"], "ordinary");
    assert_eq!(report["robustness"]["contacts"]["different"], json!([]));
    assert!(report["slices"].as_array().unwrap().iter().any(|slice| slice["by"] == "language"));
}

#[test]
fn perfect_records_have_perfect_figures_and_silent_ones_have_none() {
    let desk = desk();
    let posts = some_posts();
    let mut perfect = String::new();
    let mut silent = String::new();
    for post in &posts {
        let mut record = serde_json::to_value(CLASSIFIER.assess(&post.post())).unwrap();
        record["text_type"] = json!(post.text_type.id());
        let findings = post.findings(CLASSIFIER.taxonomy());
        record["level"] = json!(CLASSIFIER.policy().evaluate(&findings).level.id());
        let finding = |id: &String| {
            let whole = json!({ "start": 0, "end": post.text.chars().count(), "text": post.text });
            json!({ "id": id, "group": "A", "dimension": "D", "strength": "weak",
                "state": "present", "confidence": 1.0, "spans": [whole] })
        };
        let present = post.indicators.keys().filter(|id| post.has(id));
        let is_protective = |id: &&String| {
            let index = CLASSIFIER.taxonomy().index(id).unwrap();
            CLASSIFIER.taxonomy().indicator(index).is_protective()
        };
        let (claims, risks): (Vec<_>, Vec<_>) = present.partition(is_protective);
        record["indicators"] = risks.into_iter().map(finding).collect();
        record["protective"] = claims.into_iter().map(finding).collect();
        writeln!(perfect, "{record}").unwrap();
        record["indicators"] = json!([]);
        record["protective"] = json!([]);
        record["level"] = json!("low");
        record["text_type"] = json!(TextType::RecruitmentAd.id());
        writeln!(silent, "{record}").unwrap();
    }
    desk.write("perfect.jsonl", perfect);
    desk.write("silent.jsonl", silent);
    let figures = |records: &str| {
        let ran = desk.run(&[
            "evaluate",
            "posts.jsonl",
            "--predictions",
            records,
            "--json",
            "report.json",
        ]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
        json(&desk, "report.json")["figures"].clone()
    };
    let value = |figures: &Value, name: &str| figures[name]["value"].as_f64();
    let found = figures("perfect.jsonl");
    for name in [
        "elevated_found",
        "high_found",
        "indicator_macro_f1",
        "indicator_micro_f1",
        "evidence_overlap",
        "text_type_accuracy",
        "distress_found",
    ] {
        assert_eq!(value(&found, name), Some(1.0), "{name}");
    }
    for name in ["low_raised", "honest_raised", "not_ad_flagged", "distress_false"] {
        assert_eq!(value(&found, name), Some(0.0), "{name}");
    }
    let found = figures("silent.jsonl");
    assert_eq!(value(&found, "elevated_found"), Some(0.0));
    assert_eq!(value(&found, "indicator_micro_f1"), Some(0.0));
    assert_eq!(value(&found, "evidence_overlap"), None, "nothing found can overlap nothing");
}

#[test]
fn a_broken_gate_fails_and_says_by_how_much() {
    let desk = desk();
    desk.write("hard.toml", "[[bound]]\nfigure = \"indicator_micro_f1\"\nat_least = 1.0\n");
    let ran = desk.run(&["evaluate", "posts.jsonl", "--gate", "hard.toml", "--json", "now.json"]);
    assert_eq!(ran.code, 1);
    let said = ran.stderr.strip_prefix("gate: indicator_micro_f1 is 0.").expect(&ran.stderr);
    assert!(said.ends_with("and must be at least 1\n"), "{said}");
    // A report holds the next one to its own intervals.
    let kept = desk.run(&["evaluate", "posts.jsonl", "--gate", "now.json"]);
    assert_eq!((kept.code, kept.stderr.as_str()), (0, ""));
    let mut better = json(&desk, "now.json");
    better["figures"]["text_type_accuracy"] = json!({ "value": 1.0, "low": 1.0, "high": 1.0 });
    desk.write("better.json", better.to_string());
    assert_eq!(desk.run(&["evaluate", "posts.jsonl", "--gate", "better.json"]).code, 1);
}

#[test]
fn records_that_do_not_fit_are_named() {
    let desk = Desk::new();
    let posts: Vec<LabeledPost> = some_posts().into_iter().take(2).collect();
    labeled::save(&desk.path("posts.jsonl"), &posts).unwrap();
    let record = |post: &LabeledPost| {
        serde_json::to_string(&CLASSIFIER.assess(&post.post())).unwrap() + "\n"
    };
    let said = |records: String| {
        desk.write("records.jsonl", records);
        let ran = desk.run(&["evaluate", "posts.jsonl", "--predictions", "records.jsonl"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        ran.stderr.replace(&posts[1].id, "[id]")
    };
    insta::assert_snapshot!(said(record(&posts[0])), @"waspada: records.jsonl: no record of post `[id]`; add one, of any level");
    insta::assert_snapshot!(said(record(&posts[1]) + &record(&posts[1])), @"waspada: records.jsonl: line 2: a second record of `[id]`; keep one");
    let malformed = said("{}\n".to_owned());
    assert!(
        malformed
            .starts_with("waspada: records.jsonl: line 1: not a record; write what `scan` writes"),
        "{malformed}"
    );
    desk.write("gate.toml", "[[bound]]\nfigure = \"speed\"\nat_least = 1\n");
    let ran = desk.run(&["evaluate", "posts.jsonl", "--gate", "gate.toml"]);
    assert!(ran.code == 2 && ran.stderr.contains("bound 1 names `speed`, which is not measured"));
    let none = desk.run(&["evaluate", "posts.jsonl", "--split", "train"]);
    assert_eq!(none.code, 2);
    assert!(none.stderr.contains("no post of this split; try `--split all`"), "{}", none.stderr);
}
