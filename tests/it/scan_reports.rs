//! What a scan tells beside its records, and what may not change them.

use serde_json::{Value, json};

use crate::{Desk, golden_posts};

/// The golden posts `times` over as JSON lines, each with an id of its own.
fn many_posts(times: usize) -> String {
    let posts = golden_posts();
    let posts = (0..times).flat_map(|time| posts.iter().map(move |post| (time, post)));
    posts
        .map(|(time, post)| {
            json!({ "id": format!("{time}-{}", post.id), "text": post.text }).to_string() + "\n"
        })
        .collect()
}

#[test]
fn errors_names_every_bad_line_with_place_cause_and_remedy() {
    let posts = "{\"text\":\"Dicari kasir\"}\n\nno post\r\n{\"text\":7}\n";
    let desk = Desk::with("a.jsonl", posts);
    desk.write("b.csv", "id,text\n1,Dicari kasir\n2,Dicari, kasir\n");
    let ran = desk.run(&["scan", "--quiet", "--errors", "errors.jsonl", "a.jsonl", "b.csv"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2));
    insta::assert_snapshot!(desk.read("errors.jsonl"), @r#"
{"file":"a.jsonl","line":3,"offset":25,"cause":"not JSON","message":"line 3, column 2: not JSON: expected ident; write one object a line","remedy":"write one object a line"}
{"file":"a.jsonl","line":4,"offset":34,"cause":"not a string","message":"line 4: field `text` is a number; it must be a string","remedy":"it must be a string"}
{"file":"b.csv","line":3,"offset":23,"cause":"wrong number of fields","message":"line 3: 3 fields where the first row has 2; put fields that hold the separator or a line break in quotes","remedy":"put fields that hold the separator or a line break in quotes"}
"#);
    let fault: Value =
        serde_json::from_str(desk.read("errors.jsonl").lines().next().unwrap()).unwrap();
    let offset = usize::try_from(fault["offset"].as_u64().unwrap()).unwrap();
    assert!(posts.as_bytes()[offset..].starts_with(b"no post"));
}

#[test]
fn errors_is_whole_where_only_twenty_are_named_and_empty_where_there_is_none() {
    let desk = Desk::with("bad.jsonl", "nonsense\n".repeat(500));
    desk.write("good.jsonl", "{\"text\":\"Dicari kasir\"}\n");
    desk.run(&["scan", "--errors", "errors", "bad.jsonl"]);
    assert_eq!(desk.read("errors").lines().count(), 500);
    desk.run(&["scan", "--errors", "errors", "good.jsonl"]);
    assert_eq!(desk.read("errors"), "");
}

#[test]
fn no_report_is_written_over_an_input_or_another_output() {
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    for option in ["--errors", "--summary-file", "-o"] {
        let ran = desk.run(&["scan", "posts.txt", option, "posts.txt"]);
        assert_eq!(ran.code, 2);
        assert!(ran.stderr.contains("is read and cannot be written too"), "{}", ran.stderr);
    }
    let ran = desk.run(&["scan", "posts.txt", "-o", "out", "--errors", "out"]);
    assert_eq!(
        ran.stderr,
        "waspada: `out` is given for two outputs; choose another file for one\n"
    );
    assert_eq!(desk.read("posts.txt"), "Dicari kasir\n");
}

#[test]
fn the_summary_for_programs_counts_what_the_records_say() {
    let desk = Desk::with("posts.jsonl", many_posts(2) + "no post\n");
    let ran = desk.run(&["scan", "--summary", "json", "posts.jsonl"]);
    let summary: Value = serde_json::from_str(ran.stderr.lines().last().unwrap()).unwrap();
    let levels = ran.stdout.lines().map(|line| {
        let record: Value = serde_json::from_str(line).unwrap();
        record["level"].as_str().unwrap().to_owned()
    });
    let mut counted = json!({
        "critical": 0, "distress": 0, "elevated": 0, "high": 0, "insufficient_text": 0, "low": 0,
        "not_scored": 0,
    });
    levels.for_each(|level| counted[&level] = (counted[&level].as_u64().unwrap() + 1).into());
    assert_eq!(summary["levels"], counted);
    assert_eq!(summary["posts"], 80);
    assert_eq!(summary["records"], 80);
    assert_eq!((&summary["bad_lines"], &summary["causes"]), (&json!(1), &json!({"not JSON": 1})));
    let arguments = ["scan", "--quiet", "--summary", "json", "--summary-file", "s", "posts.jsonl"];
    assert!(!desk.run(&arguments).stderr.contains("levels"));
    assert_eq!(serde_json::from_str::<Value>(&desk.read("s")).unwrap(), summary);
    desk.run(&["scan", "--summary-file", "s", "posts.jsonl"]);
    assert!(desk.read("s").starts_with("80 posts\nlevels: "), "{}", desk.read("s"));
}

#[test]
fn a_sample_is_the_same_in_any_order_and_any_split() {
    let posts: Vec<String> =
        (0..400).map(|id| json!({"id": id, "text": "Dicari kasir"}).to_string() + "\n").collect();
    let ids = |text: String| {
        let id = |line: &str| {
            let record: Value = serde_json::from_str(line).unwrap();
            record["id"].as_str().unwrap().to_owned()
        };
        let mut ids: Vec<String> = text.lines().map(id).collect();
        ids.sort();
        ids
    };
    let desk = Desk::with("all.jsonl", posts.concat());
    desk.write("back.jsonl", posts.iter().rev().cloned().collect::<String>());
    desk.write("one.jsonl", posts[..150].concat());
    desk.write("two.jsonl", posts[150..].concat());
    let scan = |files: &[&str]| desk.run(&[&["scan", "--sample", "10"], files].concat());
    let all = scan(&["all.jsonl"]);
    let sampled = ids(all.stdout);
    assert!((20..=65).contains(&sampled.len()), "{}", sampled.len());
    let not_sampled = format!("not in the sample: {}", 400 - sampled.len());
    assert!(all.stderr.contains(&not_sampled), "{}", all.stderr);
    assert_eq!(ids(scan(&["back.jsonl"]).stdout), sampled);
    assert_eq!(ids(scan(&["one.jsonl", "two.jsonl"]).stdout), sampled);
    let every = desk.run(&["scan", "--sample", "1", "all.jsonl"]);
    assert_eq!(every.stdout.lines().count(), 400);
}

#[test]
fn a_text_that_comes_again_has_the_record_that_it_would_have_had() {
    let desk = Desk::with("posts.jsonl", many_posts(12));
    for format in ["jsonl", "csv"] {
        let scan = ["scan", "--quiet", "--format", format, "posts.jsonl"];
        let with = desk.run(&scan).stdout;
        let without = desk.run(&[&scan[..], &["--no-cache"]].concat()).stdout;
        assert!(with == without, "{format}");
    }
}
