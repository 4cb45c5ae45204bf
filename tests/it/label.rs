//! Own labels: any labelled texts become a model, the model labels texts, and bad input is told.

use std::{collections::BTreeMap, fs};

use serde_json::Value;

use crate::Desk;

/// Words of invented messages: a third of each label's own, and those that all share.
const OWN: [[&str; 8]; 3] = [
    ["undian", "hadiah", "menang", "transfer", "pajak", "klaim", "PIN", "juta"],
    ["rapat", "aula", "ronda", "buku", "paman", "jadwal", "pos", "sarapan"],
    ["diskon", "promo", "gratis", "paket", "kuota", "toko", "murah", "kedai"],
];
const SHARED: [&str; 11] =
    ["kak", "hari", "ini", "untuk", "warga", "besok", "pagi", "mohon", "info", "semua", "jangan"];

/// Texts a label.
const TEXTS: usize = 32;

/// Rows of label and text, in turn. The strides make no run of five words twice, as a rule.
fn texts(labels: &[&str]) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    for number in 0..TEXTS {
        for (label, own) in labels.iter().zip(OWN) {
            let words = (0..9).map(|at| match at % 3 {
                0 => own[(number + at * (1 + number / 8)) % own.len()],
                _ => SHARED[(number * 3 + at * (1 + number % 5) + label.len()) % SHARED.len()],
            });
            rows.push(((*label).to_owned(), words.collect::<Vec<_>>().join(" ")));
        }
    }
    rows
}

fn jsonl(rows: &[(String, String)]) -> String {
    let line = |(at, (label, text)): (usize, &(String, String))| {
        serde_json::json!({"id": format!("t{at}"), "kind": label, "text": text}).to_string() + "\n"
    };
    rows.iter().enumerate().map(line).collect()
}

fn csv(rows: &[(String, String)]) -> String {
    let lines =
        rows.iter().enumerate().map(|(at, (label, text))| format!("t{at},{label},\"{text}\"\n"));
    std::iter::once("nomor,kind,isi\n".to_owned()).chain(lines).collect()
}

/// Settings that make a fit of a moment.
const SETTINGS: &str = r#"{"inner_folds": 2, "penalties": [0.1], "piece_weights": [1.0]}"#;

fn desk(rows: &[(String, String)]) -> Desk {
    let desk = Desk::with("texts.jsonl", jsonl(rows));
    desk.write("settings.json", SETTINGS);
    desk
}

const TRAIN: [&str; 6] = ["train", "texts.jsonl", "--label", "kind", "--settings", "settings.json"];

/// Every file of a folder of the desk.
fn files(desk: &Desk, folder: &str) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(desk.path(folder)).expect("the folder is there");
    let read = |entry: fs::DirEntry| {
        let bytes = fs::read(entry.path()).expect("it can be read");
        (entry.file_name().to_string_lossy().into_owned(), bytes)
    };
    entries.map(|entry| read(entry.expect("it can be read"))).collect()
}

#[test]
fn a_model_learns_three_labels_and_gives_them_to_new_texts() {
    let desk = desk(&texts(&["tipu", "biasa", "promo"]));
    let ran = desk.run(&[&TRAIN[..], &["-o", "model"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.report());
    assert_eq!(ran.stdout, "96 texts, labels biasa, promo, tipu, in `model`\n");
    assert!(files(&desk, "model").keys().eq([
        "labels.json",
        "manifest.json",
        "weights.safetensors"
    ]));
    let new = "text\nkamu menang undian hadiah\nrapat di aula jam dua\ndiskon di toko\n\"\"\n";
    desk.write("new.csv", new);
    let ran = desk.run(&["label", "--model", "model", "new.csv"]);
    assert_eq!(ran.code, 0, "{}", ran.report());
    let records: Vec<Value> =
        ran.stdout.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let labels: Vec<&str> =
        records.iter().map(|record| record["label"].as_str().unwrap()).collect();
    assert_eq!(labels[..3], ["tipu", "biasa", "promo"]);
    assert_eq!(records[0]["id"], "2");
    for record in &records {
        let sum: f64 =
            record["probabilities"].as_object().unwrap().values().filter_map(Value::as_f64).sum();
        assert!((sum - 1.0).abs() < 1e-5, "{record}");
    }
    assert!(ran.stdout.contains(r#""probabilities":{"biasa":0."#), "six decimals: {}", ran.stdout);
}

#[test]
fn the_same_texts_give_the_same_bytes_on_any_number_of_threads() {
    let rows = texts(&["1", "0"]);
    let desk = desk(&rows);
    for folder in ["one", "two"] {
        assert_eq!(desk.run(&[&TRAIN[..], &["-o", folder]].concat()).code, 0);
    }
    assert!(files(&desk, "one") == files(&desk, "two"));
    // Another form of the same texts is the same data.
    desk.write("texts.csv", csv(&rows));
    let arguments =
        ["train", "texts.csv", "--label", "kind", "--text-column", "isi", "--id-column"];
    let ran = desk
        .run(&[&arguments[..], &["nomor", "--settings", "settings.json", "-o", "csv"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(files(&desk, "one") == files(&desk, "csv"));

    let label =
        |threads| desk.run(&["label", "--model", "one", "texts.jsonl", "--threads", threads]);
    let (one, four) = (label("1"), label("4"));
    assert_eq!(one.code, 0, "{}", one.report());
    assert_eq!(one.stdout, four.stdout);
    assert_eq!(one.stdout.lines().count(), rows.len());
    let ran = desk.run(&["label", "--model", "one", "texts.jsonl", "-o", "out.jsonl"]);
    assert_eq!((ran.code, desk.read("out.jsonl")), (0, one.stdout));
}

#[test]
fn folds_are_judged_and_written_for_other_tools() {
    let rows = texts(&["1", "0"]);
    let desk = desk(&rows);
    let files = ["--folds", "3", "--json", "figures.json", "--fold-file", "folds.csv"];
    let ran = desk.run(&[&TRAIN[..], &files].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.report());
    assert!(ran.stdout.starts_with("label "), "{}", ran.stdout);
    let figures: Value = serde_json::from_str(&desk.read("figures.json")).unwrap();
    assert_eq!(figures["texts"], 64);
    let class = &figures["labels"][1];
    assert_eq!((&class["label"], &class["texts"]), (&Value::from("1"), &Value::from(32)));
    for figure in ["pr_auc", "roc_auc", "f1"] {
        assert!(class[figure]["mean"].as_f64().unwrap() > 0.8, "{figures:#}");
        assert_eq!(class[figure]["folds"].as_array().unwrap().len(), 3);
    }
    let table = desk.read("folds.csv");
    let mut lines = table.lines();
    assert_eq!(lines.next(), Some("file,line,id,fold,label,predicted,p:0,p:1"));
    assert!(lines.next().unwrap().starts_with("texts.jsonl,1,t0,"));
    assert_eq!(table.lines().count(), rows.len() + 1);
    assert!(!desk.path("model").exists());
}

#[test]
fn bad_texts_are_told_with_file_line_and_remedy_before_any_fit() {
    let row = |label: &str, text: &str| format!("{{\"kind\":{label},\"text\":\"{text}\"}}\n");
    let good = jsonl(&texts(&["1", "0"]));
    let ten: String = good.lines().take(10).map(|line| line.to_owned() + "\n").collect();
    let one = jsonl(&texts(&["1"])) + &jsonl(&texts(&["1"]));
    let rare = good.clone() + &row("\"9\"", "sebuah teks sendiri");
    // (input, further arguments, exit status, what is told)
    let cases: [(&str, &[&str], i32, &str); 10] = [
        (
            &ten,
            &[],
            2,
            "cannot learn from `texts.jsonl`: 10 labelled texts are too few; give at least 40",
        ),
        (
            &one,
            &[],
            2,
            "texts.jsonl: line 1: every text has the label `1`; add texts with another label",
        ),
        (
            &rare,
            &[],
            2,
            "texts.jsonl: line 65: label `9`, first met here, has 1 different texts and needs 4",
        ),
        (
            &(good.clone() + &row("\"1\"", "  ")),
            &[],
            1,
            "texts.jsonl: line 65: the text is empty; write one",
        ),
        (
            &(good.clone() + &row("null", "a")),
            &[],
            1,
            "texts.jsonl: line 65: the label is empty; write one",
        ),
        (
            &(good.clone() + &row("[1]", "a")),
            &[],
            1,
            "texts.jsonl: line 65: the label is a list; write a word",
        ),
        (
            &(good.clone() + "{\"text\":\"a\"}\n"),
            &[],
            1,
            "texts.jsonl: line 65: no column `kind` for the label",
        ),
        (
            &(good.clone() + "{\"kind\":1}\n"),
            &[],
            1,
            "texts.jsonl: line 65: no field `text`; add it",
        ),
        (&(good.clone() + "kind\n"), &[], 1, "texts.jsonl: line 65, column 1: not JSON"),
        (
            &good,
            &["--labels", "1,2"],
            1,
            "texts.jsonl: line 2: label `0` is none of --labels; correct it",
        ),
    ];
    for (input, more, code, told) in cases {
        let desk = Desk::with("texts.jsonl", input);
        desk.write("settings.json", SETTINGS);
        let ran = desk.run(&[&TRAIN[..], &["-o", "model"], more].concat());
        assert_eq!(ran.code, code, "{told}: {}", ran.report());
        assert!(ran.stderr.contains(told), "{} is not {told}", ran.stderr);
        assert!(!desk.path("model").exists(), "{told}");
    }
}

#[test]
fn a_wrong_column_is_told_with_those_there_are_and_not_for_every_line() {
    let desk = Desk::with("texts.csv", csv(&texts(&["1", "0"])));
    let ran = desk.run(&[
        "train",
        "texts.csv",
        "--label",
        "kelas",
        "--text-column",
        "isi",
        "-o",
        "model",
    ]);
    assert_eq!(ran.code, 1);
    let first = "texts.csv: line 2: no column `kelas` for the label; name it with --label, there are: `kind`, `nomor`";
    assert_eq!(ran.stderr.lines().next(), Some(first));
    assert!(ran.stderr.ends_with("and 44 more\nto correct: 64; without a fault: 0 texts\n"));
    let ran = desk.run(&["train", "texts.csv", "--label", "text", "--folds", "2"]);
    assert!(ran.stderr.contains("--label names column `text`"), "{}", ran.stderr);
}

#[test]
fn texts_without_a_label_are_passed_over_when_asked() {
    let input = jsonl(&texts(&["1", "0"]))
        + "{\"kind\":null,\"text\":\"a\"}\n{\"kind\":\" \",\"text\":\"b\"}\n";
    let desk = Desk::with("texts.jsonl", input);
    desk.write("settings.json", SETTINGS);
    let ran = desk.run(&[&TRAIN[..], &["--skip-unlabelled", "-o", "model"]].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (0, "passed over without a label: 2\n"));
}

#[test]
fn a_changed_model_and_a_bundle_are_refused() {
    let desk = desk(&texts(&["1", "0"]));
    assert_eq!(desk.run(&[&TRAIN[..], &["-o", "model"]].concat()).code, 0);
    let again = desk.run(&[&TRAIN[..], &["-o", "model"]].concat());
    assert_eq!(again.code, 2);
    assert!(
        again.stderr.contains("`model` exists and a model is written once"),
        "{}",
        again.stderr
    );
    let told = |desk: &Desk, folder: &str| {
        let ran = desk.run(&["label", "--model", folder, "texts.jsonl"]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
        ran.stderr
    };
    let bundle = crate::tree("models/waspada/0.1.0").display().to_string();
    assert!(told(&desk, &bundle).contains("of kind `bundle` and not `labels`"));
    let labels = desk.read("model/labels.json");
    desk.write("model/labels.json", labels.replace('1', "7"));
    assert!(told(&desk, "model").contains("`labels.json` was changed or damaged"));
    desk.write("model/labels.json", labels);
    let manifest = desk.read("model/manifest.json");
    desk.write("model/manifest.json", manifest.replace("\"format\": 1", "\"format\": 2"));
    assert!(told(&desk, "model").contains("the bundle has format 2, this build reads up to 1"));
    fs::remove_file(desk.path("model/weights.safetensors")).unwrap();
    desk.write("model/manifest.json", manifest);
    assert!(told(&desk, "model").contains("lacks `weights.safetensors`"));
}

#[test]
fn a_bad_line_costs_itself_when_texts_are_labelled() {
    let desk = desk(&texts(&["1", "0"]));
    assert_eq!(desk.run(&[&TRAIN[..], &["-o", "model"]].concat()).code, 0);
    desk.write("new.jsonl", "{\"text\":\"undian\"}\nkata\n{\"text\":\"rapat\"}\n");
    let ran = desk.run(&["label", "--model", "model", "new.jsonl"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (0, 2));
    assert!(ran.stderr.starts_with("new.jsonl: line 2, column 1: not JSON"), "{}", ran.stderr);
    assert!(ran.stderr.ends_with("labelled: 2, not read: 1\n"), "{}", ran.stderr);
    let ran = desk.run(&["label", "--model", "model", "no-such.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
}
