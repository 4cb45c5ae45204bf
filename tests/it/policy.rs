//! The rules of the bundle against the worked cases of the specification, and what a broken file says.

use std::collections::BTreeMap;

use serde::Deserialize;
use waspada::{
    policy::{Findings, Level, Outcome, Policy, PolicyError},
    taxonomy::{Taxonomy, TextType},
};

const TAXONOMY: &str = include_str!("../../models/domain/taxonomy.toml");
const POLICY: &str = include_str!("../../models/domain/policy.toml");
const CASES: &str = include_str!("../golden/policy_cases.json");

/// One worked case: what is present, and what the rules make of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Worked {
    name: String,
    present: Vec<String>,
    args: Arguments,
    level: Level,
    rules: Vec<String>,
    notices: Vec<String>,
    reason: Option<String>,
}

/// What a case says besides its indicators; what it leaves out has the default of the specification.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Arguments {
    text_type: TextType,
    offer_quoted: bool,
    languages: Vec<String>,
    words: usize,
    abroad: bool,
    kinds: BTreeMap<String, String>,
}

impl Default for Arguments {
    fn default() -> Self {
        Self {
            text_type: TextType::RecruitmentAd,
            offer_quoted: true,
            languages: vec!["id".to_owned()],
            words: 30,
            abroad: false,
            kinds: BTreeMap::new(),
        }
    }
}

impl Worked {
    fn findings(&self, taxonomy: &Taxonomy) -> Findings {
        let args = &self.args;
        let present = self.present.iter().map(|id| {
            let index = taxonomy
                .index(id)
                .unwrap_or_else(|| panic!("{}: {id} is not in the taxonomy", self.name));
            (index, args.kinds.get(id).cloned())
        });
        Findings {
            text_type: args.text_type,
            offer_quoted: args.offer_quoted,
            languages: args.languages.clone(),
            words: args.words,
            abroad: args.abroad,
            present: present.collect(),
        }
    }

    fn outcome(&self) -> Outcome {
        Outcome {
            level: self.level,
            rules: self.rules.clone(),
            notices: self.notices.clone(),
            reason: self.reason.clone(),
        }
    }
}

fn taxonomy() -> Taxonomy {
    Taxonomy::from_toml(TAXONOMY).expect("the bundle's taxonomy is good")
}

fn cases() -> Vec<Worked> {
    serde_json::from_str(CASES).expect("the cases are JSON")
}

/// The message for a policy in which the first `from` has become `to`.
fn error_after(from: &str, to: &str) -> String {
    assert!(POLICY.contains(from), "`{from}` is not in the file");
    let text = POLICY.replacen(from, to, 1);
    let error: PolicyError =
        Policy::from_toml(&text, &taxonomy()).expect_err("a broken file is refused");
    error.to_string()
}

#[test]
fn every_worked_case_gets_its_level_rules_and_notices() {
    let taxonomy = taxonomy();
    let policy = Policy::from_toml(POLICY, &taxonomy).expect("the bundle's policy is good");
    let cases = cases();
    assert_eq!(cases.len(), 128);
    for case in &cases {
        assert_eq!(policy.evaluate(&case.findings(&taxonomy)), case.outcome(), "{}", case.name);
    }
}

#[test]
fn the_worked_cases_use_every_rule() {
    let policy = Policy::from_toml(POLICY, &taxonomy()).expect("the bundle's policy is good");
    let used: Vec<String> = cases().into_iter().flat_map(|case| case.rules).collect();
    let unused: Vec<&str> = policy.rules().iter().map(|rule| rule.id.as_str()).collect();
    let unused: Vec<&str> =
        unused.into_iter().filter(|id| !used.iter().any(|other| other == id)).collect();
    assert!(unused.is_empty(), "no case shows {unused:?}");
    assert!(used.contains(&policy.mitigation().id));
}

#[test]
fn a_rule_changed_in_the_file_changes_the_outcome() {
    let taxonomy = taxonomy();
    let mut findings = Worked {
        name: "one strong indicator".to_owned(),
        present: vec!["minor_targeted".to_owned()],
        args: Arguments::default(),
        level: Level::High,
        rules: Vec::new(),
        notices: Vec::new(),
        reason: None,
    }
    .findings(&taxonomy);
    let level = |text: &str, findings: &Findings| {
        Policy::from_toml(text, &taxonomy)
            .expect("an edited policy is good")
            .evaluate(findings)
            .level
    };
    assert_eq!(level(POLICY, &findings), Level::High);
    let (h5, raised) = ("id = \"H5\"\nlevel = \"high\"", "id = \"H5\"\nlevel = \"critical\"");
    assert!(POLICY.contains(h5));
    assert_eq!(level(&POLICY.replace(h5, raised), &findings), Level::Critical);

    findings.words = 4;
    findings.present.clear();
    assert_eq!(level(POLICY, &findings), Level::InsufficientText);
    assert_eq!(
        level(&POLICY.replace("arg = \"words\", max = 4", "arg = \"words\", max = 3"), &findings),
        Level::Low
    );
}

#[test]
fn a_broken_file_names_the_rule_and_the_remedy() {
    let k2 = "when = \"organ_or_marriage_offer:ORGAN\"";
    let h5 = "any = [\"minor_targeted\", ";
    let cases = [
        (
            k2,
            "when = \"organ_offer\"",
            "K2: unknown indicator `organ_offer`; use an id of taxonomy.toml",
        ),
        (
            k2,
            "when = \"organ_or_marriage_offer:KIDNEY\"",
            "no kind `KIDNEY`; its kinds are ORGAN, BRIDE, SURROGACY",
        ),
        (k2, "when = \"term:kidney\"", "K2: unknown term `kidney`; define it under [terms]"),
        (k2, "when = \"pos:F\"", "K2: unknown or uncounted dimension `F`"),
        (k2, "when = \"arg:weather\"", "K2: argument `weather` cannot be used here"),
        (
            k2,
            "when = { arg = \"words\", in = [\"x\"] }",
            "K2: argument `words` cannot be used here",
        ),
        (k2, "when = { some = [] }", "K2: `some = []` is no condition"),
        (k2, "when = 7", "K2: `7` is no condition"),
        (k2, "when = { count = { strenght = [\"strong\"] }, min = 1 }", "is no condition"),
        (
            k2,
            "when = { count = { strength = [\"stark\"] }, min = 1 }",
            "K2: unknown strength `stark`",
        ),
        (k2, "when = { count = {}, min = -1 }", "K2: `-1` is no condition"),
        (k2, "when = { dims_with = [\"notice\"], min = 1 }", "K2: unknown strength `notice`"),
        (h5, "any = [\"term:\", ", "H5: unknown term ``"),
        ("in = [\"help_request\"]", "in = [\"help\"]", "T1: unknown text type `help`"),
        ("    \"wrong_visa\",", "    \"bad_visa\",", "blockers: unknown indicator `bad_visa`"),
        ("medium_or_weak = 1", "medium_or_weka = 1", "positive_dimension: unknown strength `weka`"),
        ("id = \"K2\"", "id = \"K1\"", "K1: there are two of this id"),
        (
            "\"T2\", \"T3\"]",
            "\"T2\", \"T33\"]",
            "possible_job_scam: never_with names the unknown rule `T33`",
        ),
        ("step = { high = \"elevated\"", "step = { high = \"critical\"", "MIT: a step leads"),
        ("level = \"critical\"", "level = \"extreme\"", "unknown variant `extreme`"),
        (
            "counts_as = { high_risk_destination",
            "counts_as = { high_risk_place",
            "SOFT: unknown indicator",
        ),
    ];
    for (from, to, expected) in cases {
        let message = error_after(from, to);
        assert!(message.contains(expected), "{to}\n{message}");
        assert!(!message.contains('\n'), "{message}");
    }
}

#[test]
fn terms_that_lead_back_to_themselves_are_refused() {
    let itself = error_after(
        "closed = \"high_risk_destination:CLOSED\"",
        "closed = { not = \"term:closed\" }",
    );
    assert_eq!(
        itself,
        "terms.closed: defined by way of itself (closed -> closed); take one of these references out"
    );
    let by_way_of_another =
        error_after("hub = \"high_risk_destination:SCAM_HUB\"", "hub = \"term:hub_counts\"");
    assert!(by_way_of_another.contains("hub -> hub_counts -> hub"), "{by_way_of_another}");
}

#[test]
fn a_weak_indicator_never_raises_a_level_by_itself() {
    let taxonomy = taxonomy();
    let policy = Policy::from_toml(POLICY, &taxonomy).expect("the bundle's policy is good");
    for (index, indicator) in taxonomy.iter() {
        let case = Worked {
            name: indicator.id.clone(),
            present: Vec::new(),
            args: Arguments::default(),
            level: Level::Low,
            rules: Vec::new(),
            notices: Vec::new(),
            reason: None,
        };
        let mut findings = case.findings(&taxonomy);
        findings.present.insert(index, None);
        let level = policy.evaluate(&findings).level;
        let is_strong = indicator.strength.id() == "strong";
        assert_eq!(level == Level::Low, !is_strong, "{}: {level}", indicator.id);
    }
}
