//! A bundle that is not what it was is refused, by the name of the file and with a remedy.

use std::fs;

use waspada::model::Bundle;

use crate::{Desk, tree};

const RELEASED: &str = "models/waspada/0.1.0";

/// A copy of the released bundle, as `bundle` on a desk of its own.
fn copy() -> Desk {
    let desk = Desk::new();
    fs::create_dir(desk.path("bundle")).expect("there is room for a folder");
    for entry in fs::read_dir(tree(RELEASED)).expect("the bundle is there") {
        let entry = entry.expect("the bundle can be read");
        let target = desk.path("bundle").join(entry.file_name());
        fs::copy(entry.path(), target).expect("there is room for a copy");
    }
    desk
}

fn file_names() -> Vec<String> {
    let bundle = Bundle::embedded().expect("the tree is whole");
    bundle.manifest().files.keys().cloned().collect()
}

/// What is said of the bundle on `desk`.
fn refusal(desk: &Desk) -> String {
    let loaded = Bundle::load(&desk.path("bundle")).map(|bundle| bundle.sha256().to_owned());
    loaded.expect_err("the bundle is not whole").to_string()
}

#[test]
fn the_bundle_in_the_tree_is_the_one_that_is_compiled_in() {
    let bundle = Bundle::load(&tree(RELEASED)).unwrap();
    assert_eq!(bundle.sha256(), Bundle::embedded().unwrap().sha256());
}

#[test]
fn a_whole_bundle_is_listed_and_said_to_be_whole() {
    let desk = copy();
    let verified = desk.run(&["model", "verify", "--model", "bundle"]);
    assert_eq!(verified.code, 0);
    // Whatever the day is, nothing but the age of pay references is complained of.
    assert!(verified.stderr.lines().all(|line| line.starts_with("pay.toml: ")));
    let lines: Vec<&str> = verified.stdout.lines().collect();
    let names = file_names();
    assert_eq!(lines.len(), names.len() + 1);
    for (line, name) in lines.iter().zip(&names) {
        assert!(line.contains(&format!("  {name}  ")), "{line}");
    }
    assert_eq!(lines.last(), Some(&"waspada 0.1.0: whole"));
    assert_eq!(desk.run(&["model", "verify"]).stdout, verified.stdout, "the one compiled in");
}

#[test]
fn show_prints_the_manifest() {
    let desk = copy();
    let shown = desk.run(&["model", "show", "--model", "bundle"]);
    assert_eq!(shown.code, 0);
    assert_eq!(shown.stdout, desk.read("bundle/manifest.json"));
}

#[test]
fn one_changed_byte_in_any_file_is_found_and_the_file_named() {
    let desk = copy();
    for name in file_names() {
        let path = desk.path("bundle").join(&name);
        let whole = fs::read(&path).unwrap();
        let mut changed = whole.clone();
        let middle = changed.len() / 2;
        changed[middle] ^= 1;
        fs::write(&path, &changed).unwrap();
        let message = refusal(&desk);
        assert!(message.starts_with(&format!("`{name}` was changed or damaged")), "{message}");
        fs::write(&path, &whole).unwrap();
    }
    assert!(Bundle::load(&desk.path("bundle")).is_ok());
}

#[test]
fn the_command_says_which_file_was_changed_and_what_to_do() {
    let desk = copy();
    desk.write("bundle/policy.toml", desk.read("bundle/policy.toml") + "#");
    let hash = regex::Regex::new("[0-9a-f]{64}").unwrap();
    for arguments in
        [["model", "verify", "--model", "bundle"], ["score", "kerja", "--model", "bundle"]]
    {
        let report = desk.run(&arguments).report();
        insta::allow_duplicates! {
            insta::assert_snapshot!(hash.replace_all(&report, "[hash]"), @r"
            exit 2
            --- stdout
            --- stderr
            waspada: cannot use the bundle in `bundle`: `policy.toml` was changed or damaged: SHA-256 is [hash], the manifest says [hash]; copy the bundle again, or train one
            ");
        }
    }
}

#[test]
fn a_newer_format_is_told_apart_from_a_broken_manifest() {
    let desk = copy();
    let manifest = desk.read("bundle/manifest.json");
    let newer = manifest.replacen("\"format\": 1", "\"format\": 99", 1);
    assert_ne!(newer, manifest);
    // A later format may have fields that this build does not know.
    desk.write("bundle/manifest.json", newer.replacen("\"features\"", "\"traits\"", 1));
    insta::assert_snapshot!(desk.run(&["model", "verify", "--model", "bundle"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot use the bundle in `bundle`: the bundle has format 99, this build reads up to 1; upgrade, or train a bundle with this build
    ");
    desk.write("bundle/manifest.json", manifest.replacen("\"features\"", "\"traits\"", 1));
    let report = desk.run(&["model", "verify", "--model", "bundle"]).report();
    let place = regex::Regex::new(r"at line \d+").unwrap();
    insta::assert_snapshot!(place.replace(&report, "at line [n]"), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot use the bundle in `bundle`: `manifest.json` is no manifest: missing field `features` at line [n] column 1; copy the bundle again
    ");
    desk.write("bundle/manifest.json", "{");
    insta::assert_snapshot!(desk.run(&["model", "verify", "--model", "bundle"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot use the bundle in `bundle`: `manifest.json` is no manifest: EOF while parsing an object at line 1 column 1; copy the bundle again
    ");
}

#[test]
fn a_missing_file_is_named_and_a_folder_without_a_bundle_too() {
    let desk = copy();
    for name in file_names().into_iter().chain(["manifest.json".to_owned()]) {
        let (path, aside) = (desk.path("bundle").join(&name), desk.path("aside"));
        fs::rename(&path, &aside).unwrap();
        assert_eq!(refusal(&desk), format!("the bundle lacks `{name}`; copy it again"));
        fs::rename(&aside, &path).unwrap();
    }
    insta::assert_snapshot!(desk.run(&["model", "verify", "--model", "none"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot use the bundle in `none`: the bundle lacks `manifest.json`; copy it again
    ");
}

#[test]
fn a_manifest_that_names_no_such_file_does_not_make_it_whole() {
    let desk = copy();
    let manifest = desk.read("bundle/manifest.json").replacen("policy.toml", "rules.toml", 1);
    desk.write("bundle/manifest.json", manifest);
    assert_eq!(refusal(&desk), "the bundle lacks `policy.toml`; copy it again");
}
