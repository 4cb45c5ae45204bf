//! Holds the rule of who may use whom, and that the map of the house shows the house.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use regex::Regex;

use crate::tree;

/// Each top-level module and those it may name: the table of `ARCHITECTURE.md`.
///
/// A new module fails the test until it is given a row, which is the moment to ask where it belongs.
const MAY_USE: &[(&str, &[&str])] = &[
    ("post", &[]),
    ("taxonomy", &[]),
    ("telemetry", &[]),
    ("text", &["taxonomy"]),
    ("fetch", &["post"]),
    ("labels", &["policy", "post", "taxonomy", "text"]),
    ("features", &["taxonomy", "text"]),
    ("model", &["features", "taxonomy", "text"]),
    ("policy", &["taxonomy"]),
    ("explain", &["features", "model", "taxonomy", "text"]),
    ("assessment", &["explain", "policy", "taxonomy", "text"]),
    ("advice", &["policy", "taxonomy"]),
    (
        "classify",
        &["assessment", "explain", "features", "model", "policy", "post", "taxonomy", "text"],
    ),
    ("train", &["classify", "features", "labels", "model", "policy", "post", "taxonomy", "text"]),
    ("evaluate", &["assessment", "labels", "policy", "taxonomy", "text"]),
    ("similar", &["text"]),
    ("campaigns", &["post", "text"]),
    ("plain", &["evaluate", "model", "similar", "text", "train"]),
    ("io", &["assessment", "labels", "post", "similar", "taxonomy"]),
    (
        "service",
        &[
            "advice",
            "assessment",
            "classify",
            "fetch",
            "io",
            "model",
            "policy",
            "post",
            "taxonomy",
            "telemetry",
            "text",
        ],
    ),
    (
        "cli",
        &[
            "advice",
            "assessment",
            "campaigns",
            "classify",
            "evaluate",
            "explain",
            "features",
            "fetch",
            "io",
            "labels",
            "model",
            "plain",
            "policy",
            "post",
            "service",
            "similar",
            "taxonomy",
            "telemetry",
            "text",
            "train",
        ],
    ),
];

#[test]
fn a_module_names_only_those_it_may_use() {
    let src = tree("src");
    let mut faults = BTreeSet::new();
    for file in rust_files(&src) {
        let user = top_level_module(&src, &file);
        if matches!(user.as_str(), "lib" | "main") {
            continue;
        }
        let row = MAY_USE.iter().find(|(name, _)| *name == user);
        let (_, allowed) = row.unwrap_or_else(|| panic!("give `{user}` a row in MAY_USE"));
        for used in modules_named_in(&fs::read_to_string(&file).unwrap()) {
            if used != user && !allowed.contains(&used.as_str()) {
                faults.insert(format!("{} names `{used}`", file.display()));
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn evaluation_never_sees_a_weight_and_nobody_uses_the_command_line() {
    for (user, used) in MAY_USE {
        assert!(!used.contains(&"cli"), "{user}");
        let weights = ["model", "features", "train", "classify"];
        assert!(*user != "evaluate" || weights.iter().all(|name| !used.contains(name)));
    }
}

#[test]
fn no_two_modules_use_each_other() {
    let uses = |user: &str, used: &str| {
        MAY_USE.iter().any(|(name, allowed)| *name == user && allowed.contains(&used))
    };
    for (user, used) in MAY_USE {
        assert!(used.iter().all(|other| !uses(other, user)), "{user}");
        let has_row = |other: &&&str| MAY_USE.iter().any(|(name, _)| name == *other);
        assert!(used.iter().filter(has_row).count() == used.len(), "{user} may use an unknown one");
    }
}

#[test]
fn every_path_that_the_architecture_names_is_there() {
    let text = fs::read_to_string(tree("ARCHITECTURE.md")).unwrap();
    let paths: BTreeSet<&str> = paths_named_in(&text).collect();
    assert!(paths.len() > 30, "{paths:?}");
    let missing: Vec<_> = paths.into_iter().filter(|path| !tree(path).exists()).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn the_architecture_has_a_question_for_every_module_of_the_library() {
    let text = fs::read_to_string(tree("ARCHITECTURE.md")).unwrap();
    let lib = fs::read_to_string(tree("src/lib.rs")).unwrap();
    for module in lib.lines().filter_map(|line| line.strip_prefix("pub mod ")) {
        let module = module.trim_end_matches(';');
        assert!(text.contains(&format!("\n| `{module}` | ")), "{module}");
    }
}

#[test]
fn names_are_found_in_every_form_of_path() {
    let source =
        "use crate::a::B;\nuse crate::{b, c::{D, E}, f};\n/// crate::g\nlet x = crate::h::I;";
    let expected = ["a", "b", "c", "f", "h"].map(String::from);
    assert_eq!(modules_named_in(source), BTreeSet::from(expected));
}

#[test]
fn paths_are_told_from_other_words_between_backticks() {
    let text = "`src/io/mod.rs`, `text`, `models/domain/policy.toml`, `level:high`, `a/<b>/c`";
    let found: Vec<_> = paths_named_in(text).collect();
    assert_eq!(found, ["src/io/mod.rs", "models/domain/policy.toml"]);
}

/// Everything between backticks that has a folder of this tree before it, or that ends as a file does.
fn paths_named_in(text: &str) -> impl Iterator<Item = &str> {
    let path = Regex::new(r"`([\w.-]+(?:/[\w.-]+)+/?)`").expect("a constant pattern");
    let found: Vec<_> = path.captures_iter(text).filter_map(|found| found.get(1)).collect();
    found.into_iter().map(|found| found.as_str())
}

/// The `x` of each `crate::x` and `crate::{x, ..}` outside comment lines.
fn modules_named_in(source: &str) -> BTreeSet<String> {
    let code: String = source.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let mut names = BTreeSet::new();
    for path in code.split("crate::").skip(1) {
        match path.strip_prefix('{') {
            None => names.extend(first_name(path)),
            Some(group) => names.extend(items(group).iter().filter_map(|item| first_name(item))),
        }
    }
    names
}

/// The items of a `use` group up to its closing brace, inner groups left out.
fn items(group: &str) -> Vec<String> {
    let mut items = vec![String::new()];
    let mut depth = 0;
    for c in group.chars() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => items.push(String::new()),
            c if depth == 0 => items.last_mut().expect("it begins with one").push(c),
            _ => {}
        }
    }
    items
}

fn first_name(path: &str) -> Option<String> {
    let name: String =
        path.trim_start().chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
    (!name.is_empty()).then_some(name)
}

fn top_level_module(src: &Path, file: &Path) -> String {
    let first = file.strip_prefix(src).ok().and_then(|path| path.components().next());
    let first = first.expect("the file lies under src");
    Path::new(first.as_os_str()).file_stem().expect("it has a name").to_string_lossy().into_owned()
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).expect("the folder is there") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|end| end == "rs") {
            files.push(path);
        }
    }
    files
}
