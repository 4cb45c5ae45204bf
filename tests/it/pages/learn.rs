//! The training over HTTP, without a script, and what its rounds promise.

use std::fs;

use super::{FORM, LANGUAGES, form};
use crate::{
    service::server::{Answer, Server, post},
    tree,
};

fn send(server: &Server, path: &str, fields: &[(&str, &str)]) -> Answer {
    server.send(&post(path, FORM, form(fields).as_bytes()))
}

/// The value of the hidden field `name`.
fn hidden(page: &str, name: &str) -> String {
    let start = format!("<input type=\"hidden\" name=\"{name}\" value=\"");
    let (_, after) = page.split_once(&start).unwrap_or_else(|| panic!("no `{name}` in {page}"));
    after.split('"').next().expect("an attribute ends").to_owned()
}

/// A round as it stands in the files, found by its text.
fn rounds(language: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(tree(&format!("src/service/learn/rounds.{language}.jsonl")));
    let text = text.expect("the file is there");
    text.lines().map(|line| serde_json::from_str(line).expect("a round a line")).collect()
}

#[test]
fn every_lesson_can_be_read_and_answered_in_every_language() {
    let server = Server::start(&[]);
    for language in LANGUAGES {
        let index = server.get(&format!("/learn?lang={language}")).body;
        let lessons: Vec<&str> = index.split("data-lesson=\"").skip(1).collect();
        assert!(lessons.len() >= 10, "{language}: {}", lessons.len());
        for lesson in lessons {
            let id = lesson.split('"').next().expect("an attribute ends");
            let path = format!("/learn/lesson/{id}?lang={language}");
            assert_eq!(server.get(&path).status, 200, "{path}");
            let answered = send(&server, &path, &[("lang", language), ("q0", "0"), ("q1", "99")]);
            assert_eq!(answered.status, 200, "{path}");
            assert!(
                answered.body.contains("class=\"to-ask\"") && answered.body.contains("data-done=")
            );
        }
    }
    assert_eq!(server.get("/learn/lesson/none").status, 404);
}

#[test]
fn practice_explains_a_post_word_by_word_and_counts_by_sign() {
    let server = Server::start(&[]);
    let question = server.get("/learn/practice?lang=id&track=volunteer&n=0").body;
    let id = hidden(&question, "round");
    let round =
        rounds("id").into_iter().find(|round| round["id"] == id.as_str()).expect("it is there");
    let signs = round["ind"].as_object().expect("an object");
    let ids: Vec<&str> = signs.keys().filter_map(|key| key.split(':').next()).collect();
    let level = round["level"].as_str().expect("a level");
    let mut fields =
        vec![("lang", "id"), ("track", "volunteer"), ("n", "0"), ("round", &*id), ("level", level)];
    fields.extend(ids.iter().map(|id| ("sign", *id)));
    let answer = send(&server, "/learn/practice", &fields);
    assert!(answer.body.contains("4 dari 4 poin"), "{answer:?}");
    for quotes in signs.values() {
        let why = quotes[0]["why"].as_str().expect("a reason");
        let first = why.split(['"', '\'', '&']).next().expect("some words");
        assert!(answer.body.contains(first), "{why}");
    }
    assert!(answer.body.contains("1 dari 1"), "the tally counts");
    assert!(answer.body.contains("n=1&amp;t="), "and goes on");
}

#[test]
fn strange_answers_are_graded_and_break_nothing() {
    let server = Server::start(&[]);
    let question = server.get("/learn/practice?lang=en&track=officer&n=18446744073709551615").body;
    let id = hidden(&question, "round");
    let fields = [
        ("lang", "en"),
        ("track", "officer"),
        ("n", "18446744073709551615"),
        ("round", &*id),
        ("level", "<b>"),
        ("sign", "none"),
        ("sign", "upfront_fee"),
        ("t", "9999-1-1.0-4294967295-4294967295"),
    ];
    assert_eq!(send(&server, "/learn/practice", &fields).status, 200);
    assert_eq!(send(&server, "/learn/practice", &[("round", "none")]).status, 404);
    assert_eq!(send(&server, "/learn/final", &[("given", "zz.!.9"), ("seed", "1")]).status, 200);
}

/// Answers a whole final; `good` answers rightly, otherwise nothing is ticked and `low` is said.
fn play(server: &Server, good: bool) -> String {
    let known = rounds("ms");
    let mut page = server.get("/learn/final?lang=ms&track=officer").body;
    for _ in 0..10 {
        let given = hidden(&page, "given");
        let seed = hidden(&page, "seed");
        let shows = |round: &&serde_json::Value| {
            let text = round["text"].as_str().expect("a text");
            page.contains(
                text.split(['"', '\'', '&', '<', '>'])
                    .max_by_key(|part| part.len())
                    .expect("a part"),
            )
        };
        let round = known.iter().find(shows).expect("the post is one of the file");
        let signs = round["ind"].as_object().expect("an object");
        let ids: Vec<&str> = signs.keys().filter_map(|key| key.split(':').next()).collect();
        let mut fields =
            vec![("lang", "ms"), ("track", "officer"), ("seed", &*seed), ("given", &*given)];
        if good {
            fields.push(("level", round["level"].as_str().expect("a level")));
            fields.extend(ids.iter().map(|id| ("sign", *id)));
        } else {
            fields.push(("level", "insufficient_text"));
        }
        page = send(server, "/learn/final", &fields).body;
    }
    page
}

#[test]
fn a_final_that_is_passed_gives_a_certificate_and_no_other_does() {
    let server = Server::start(&[]);
    let passed = play(&server, true);
    assert!(passed.contains("<b>100</b> daripada 100"), "{passed}");
    let (seed, given) = (hidden(&passed, "seed"), hidden(&passed, "given"));
    let fields = |seed, given| {
        [
            ("lang", "ms"),
            ("track", "officer"),
            ("seed", seed),
            ("given", given),
            ("name", "Siti <b>Aminah</b>"),
        ]
    };
    let certificate = send(&server, "/learn/certificate", &fields(&seed, &given)).body;
    assert!(certificate.contains("class=\"certificate\""));
    assert!(certificate.contains("Siti &#60;b&#62;Aminah"), "the name is text");

    let failed = play(&server, false);
    assert!(failed.contains("Belum lulus") && !failed.contains("/learn/certificate"));
    let forged =
        send(&server, "/learn/certificate", &fields("1", "00.00.00.00.00.00.00.00.00.00")).body;
    assert!(!forged.contains("class=\"certificate\""));
}

#[test]
fn no_round_is_a_post_that_the_model_learnt_from() {
    let mut texts: Vec<String> = LANGUAGES
        .iter()
        .flat_map(|language| rounds(language))
        .map(|round| round["text"].as_str().expect("a text").to_owned())
        .collect();
    let ours = texts.len();
    assert!(ours >= 120, "{ours}");
    for folder in ["training-data", "training-data/unseen-writers"] {
        for entry in fs::read_dir(tree(folder)).expect("the folder is there") {
            let path = entry.expect("it can be read").path();
            if path.extension().is_some_and(|end| end == "jsonl") {
                let file = fs::read_to_string(&path).expect("it is text");
                texts.extend(file.lines().map(|line| {
                    let post: serde_json::Value =
                        serde_json::from_str(line).expect("a post a line");
                    post["text"].as_str().expect("a text").to_owned()
                }));
            }
        }
    }
    assert!(texts.len() > ours + 1_000);
    let groups = waspada::similar::groups(&texts, waspada::similar::NEAR);
    for (at, group) in groups.iter().enumerate().skip(ours) {
        assert!(*group >= ours, "{:?} is near {:?}", texts[at], texts[*group]);
    }
}

#[test]
fn a_level_of_a_round_is_the_level_that_the_rules_give() {
    use std::collections::BTreeMap;
    use waspada::{
        policy::{Findings, Policy},
        taxonomy::{Taxonomy, TextType},
    };
    let read = |name: &str| {
        fs::read_to_string(tree(&format!("models/domain/{name}"))).expect("it is there")
    };
    let taxonomy = Taxonomy::from_toml(&read("taxonomy.toml")).expect("it is ours");
    let policy = Policy::from_toml(&read("policy.toml"), &taxonomy).expect("it is ours");
    for round in LANGUAGES.iter().flat_map(|language| rounds(language)) {
        let mut present = BTreeMap::new();
        for side in ["ind", "prot"] {
            for key in round[side].as_object().expect("an object").keys() {
                let (id, kind) =
                    key.split_once(':').map_or((key.as_str(), None), |(id, kind)| (id, Some(kind)));
                present.insert(taxonomy.index(id).expect("an id"), kind.map(str::to_owned));
            }
        }
        let text = round["text"].as_str().expect("a text");
        let findings = |abroad| Findings {
            text_type: TextType::from_id(round["type"].as_str().expect("a type")).expect("an id"),
            offer_quoted: true,
            languages: vec![round["lang"].as_str().expect("a language").to_owned()],
            words: text
                .split_whitespace()
                .filter(|word| word.chars().any(char::is_alphabetic) && !word.contains('/'))
                .count(),
            abroad,
            present: present.clone(),
        };
        let levels = [false, true].map(|abroad| policy.evaluate(&findings(abroad)).level.id());
        assert!(
            levels.contains(&round["level"].as_str().expect("a level")),
            "{}: {levels:?}",
            round["id"]
        );
    }
}
