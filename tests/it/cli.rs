//! The command line as a user meets it: exit status, what is printed, and where.

use serde_json::Value;

use crate::Desk;

/// Says almost everything that is looked for; a bundle that finds nothing here is no use.
const DANGEROUS: &str = "URGENT! Dicari admin chat ke Kamboja, gaji 15 juta per bulan, tanpa pengalaman, \
    usia 16 tahun boleh. Tiket, paspor dan visa kami urus, berangkat pakai visa turis. Paspor ditahan \
    perusahaan, denda 50 juta kalau berhenti. WA 081234567890";

const HONEST: &str = "Dicari kasir untuk Toko Maju Jaya, Jl. Sudirman 10, Batam Centre. Gaji UMK, \
    libur satu hari seminggu. Antar lamaran ke toko pada jam kerja.";

/// `json` without what a new bundle may change.
fn without_figures(json: &str) -> String {
    let figure = r#""(score|text_type_confidence)":[0-9.e-]+"#;
    let word = r#""(text_type|version|sha256)":"[^"]*""#;
    let mut text = json.to_owned();
    for pattern in [figure, word] {
        let pattern = regex::Regex::new(pattern).expect("a constant pattern");
        text = pattern.replace_all(&text, "\"$1\":[left out]").into_owned();
    }
    text
}

#[test]
fn a_record_has_the_fields_of_its_schema_in_their_order() {
    let burmese = "လုပ်သားများ အမြန်လိုအပ်သည်၊ လစာကောင်း";
    let ran = Desk::new().run(&["score", burmese, "--format", "json"]);
    insta::assert_snapshot!(without_figures(&ran.report()), @r#"
    exit 0
    --- stdout
    {"schema":1,"id":"1","level":"insufficient_text","rules":["T2"],"reason":"unsupported_language","score":[left out],"text_type":[left out],"text_type_confidence":[left out],"languages":["other"],"indicators":[],"protective":[],"places":[],"pay":null,"contacts":[],"notices":[],"obfuscated_tokens":0,"model":{"name":"waspada","version":[left out],"sha256":[left out]}}
    --- stderr
    "#);
}

#[test]
fn a_dangerous_advert_is_raised_and_its_words_are_quoted_with_what_to_ask() {
    let desk = Desk::new();
    let json = desk.run(&["score", DANGEROUS, "--format", "json"]);
    let record: Value = serde_json::from_str(&json.stdout).unwrap();
    assert!(["high", "critical"].contains(&record["level"].as_str().unwrap()), "{record}");
    assert_eq!(record["languages"][0], "id");
    assert_eq!(record["contacts"][0]["kind"], "phone_id");
    assert!(!json.stdout.contains("081234567890"), "a contact is masked");

    let text = desk.run(&["score", DANGEROUS]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    for words in ["[", "]", "•", "“", "☎", record["level"].as_str().unwrap()] {
        assert!(text.stdout.contains(words), "no {words} in\n{}", text.stdout);
    }
    assert!(!text.stdout.contains('\u{1b}'), "no colour where there is no terminal");
}

#[test]
fn an_honest_advert_is_not_raised() {
    let ran = Desk::new().run(&["score", HONEST, "--format", "json"]);
    let record: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(record["level"], "low", "{record}");
}

#[test]
fn the_report_is_in_the_language_that_is_asked_for_and_else_in_that_of_the_post() {
    let desk = Desk::new();
    let in_language = |language: &str| desk.run(&["score", HONEST, "--lang", language]).stdout;
    let (id, ms, en) = (in_language("id"), in_language("ms"), in_language("en"));
    assert!(id != ms && ms != en && en != id);
    assert_eq!(desk.run(&["score", HONEST]).stdout, id);
    assert!(en.contains("Job advert"), "{en}");
}

#[test]
fn whom_to_call_depends_on_the_country() {
    let desk = Desk::new();
    let from = |country: &str| {
        desk.run(&["score", DANGEROUS, "--lang", "en", "--country", country]).stdout
    };
    assert!(from("MY") != from("ID") && from("SG") != from("MY"));
    assert_eq!(from("my"), from("MY"));
}

#[test]
fn the_same_post_gives_the_same_report_by_argument_file_and_standard_input() {
    let desk = Desk::with("post.txt", DANGEROUS);
    let by_argument = desk.run(&["score", DANGEROUS]).report();
    assert_eq!(desk.run(&["score", "--file", "post.txt"]).report(), by_argument);
    assert_eq!(desk.pipe(&["score"], DANGEROUS).report(), by_argument);
}

#[test]
fn terminal_codes_of_a_post_do_not_reach_the_screen() {
    let post = format!("{DANGEROUS} \u{1b}[2J\u{7}");
    let text = Desk::new().run(&["score", &post]).stdout;
    assert!(!text.contains(['\u{1b}', '\u{7}']), "{text}");
}

#[test]
fn a_post_that_cannot_be_read_is_named_with_the_remedy() {
    let desk = Desk::with("latin1.txt", b"Lowongan caf\xe9 di Batam");
    desk.write("long.txt", "kerja ".repeat(200_000));
    insta::assert_snapshot!(desk.run(&["score", "--file", "none.txt"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot read `none.txt`: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(desk.run(&["score", "--file", "."]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot read `.`: Is a directory (os error 21)
    ");
    insta::assert_snapshot!(desk.run(&["score", "--file", "latin1.txt"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: the post is not UTF-8 from byte 12 on; save it as UTF-8
    ");
    insta::assert_snapshot!(desk.run(&["score", "--file", "long.txt"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: the post has more than 1048576 bytes; give one post, or use `waspada scan` for many
    ");
    insta::assert_snapshot!(desk.pipe(&["score"], b"\xff\xfeL\0").report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: the post is not UTF-8 from byte 0 on; save it as UTF-8
    ");
}

#[test]
fn a_page_of_this_machine_is_not_fetched() {
    for url in ["http://127.0.0.1/", "http://localhost:8080/", "file:///etc/passwd"] {
        let ran = Desk::new().run(&["score", "--url", url]);
        assert_eq!((ran.code, ran.stdout.as_str()), (2, ""), "{url}");
        assert!(ran.stderr.starts_with("waspada: "), "{}", ran.stderr);
    }
}

#[test]
fn nothing_to_read_is_no_failure() {
    let ran = Desk::new().run(&["score", "--format", "json"]);
    assert_eq!(ran.code, 0);
    let record: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(
        (&record["level"], &record["reason"]),
        (&"insufficient_text".into(), &"too_short".into())
    );
}

#[test]
fn an_argument_that_does_not_exist_or_fit_is_refused_with_status_2() {
    let desk = Desk::with("posts.jsonl", "{\"text\":\"a\"}\n");
    insta::assert_snapshot!(desk.run(&["score", "--langue", "id", "kerja"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: unexpected argument '--langue' found

      tip: a similar argument exists: '--lang'

    Usage: waspada score --lang <LANG> [TEXT]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(desk.run(&["score", "--lang", "jw", "kerja"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'jw' for '--lang <LANG>': unknown language `jw`; write `id`, `ms` or `en`

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(desk.run(&["score", "kerja", "--file", "a"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: the argument '[TEXT]' cannot be used with '--file <FILE>'

    Usage: waspada score <TEXT>

    For more information, try '--help'.
    ");
    assert_eq!(desk.run(&["score", "kerja", "--url", "https://example.com"]).code, 2);
    insta::assert_snapshot!(desk.run(&["scan", "--min-level", "distress", "posts.jsonl"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value 'distress' for '--min-level <LEVEL>'
      [possible values: low, elevated, high, critical]

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(desk.run(&["scan", "--threads", "0", "posts.jsonl"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: invalid value '0' for '--threads <N>': number would be zero for non-zero type

    For more information, try '--help'.
    ");
    insta::assert_snapshot!(desk.run(&["scan"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    error: the following required arguments were not provided:
      <FILE>...

    Usage: waspada scan <FILE>...

    For more information, try '--help'.
    ");
    assert_eq!(desk.run(&[]).code, 2);
    assert_eq!(desk.run(&["judge"]).code, 2);
}

#[test]
fn help_names_every_subcommand_and_version_the_release() {
    let desk = Desk::new();
    let help = desk.run(&["--help"]);
    assert_eq!((help.code, help.stderr.as_str()), (0, ""));
    let commands =
        ["score", "scan", "train", "evaluate", "validate", "model", "completions", "man"];
    for command in commands {
        assert!(help.stdout.contains(&format!("\n  {command} ")), "{command}");
        let own = desk.run(&[command, "--help"]);
        assert!(own.code == 0 && own.stdout.contains("Usage:"), "{command}");
    }
    let version = desk.run(&["--version"]).stdout;
    assert_eq!(version, format!("waspada {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn completions_and_the_manual_are_made_for_every_shell_and_subcommand() {
    let desk = Desk::new();
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = desk.run(&["completions", shell]);
        assert!(ran.code == 0 && ran.stdout.contains("waspada"), "{shell}");
    }
    let page = desk.run(&["man"]);
    assert!(page.code == 0 && page.stdout.contains(".TH waspada"), "{}", page.stdout);
    let page = desk.run(&["man", "scan"]);
    assert!(page.code == 0 && page.stdout.contains("min\\-level"), "{}", page.stdout);
    insta::assert_snapshot!(desk.run(&["man", "judge"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: there is no subcommand `judge`; `waspada help` lists them
    ");
}

/// One labelled post; `indicators` as JSON.
fn labelled(id: &str, indicators: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"text\":\"Biaya 15 juta, muka {id}\",\"lang\":[\"id\"],\
         \"text_type\":\"recruitment_ad\",\"indicators\":{indicators},\"group\":\"{id}\",\
         \"author\":\"test\",\"split\":\"train\"}}\n"
    )
}

#[test]
fn validate_counts_good_posts() {
    let fee = r#"{"upfront_fee":{"state":"present","kind":"LARGE","evidence":["Biaya 15 juta"]}}"#;
    let desk = Desk::with("posts.jsonl", labelled("1", fee) + &labelled("2", "{}"));
    insta::assert_snapshot!(desk.run(&["validate", "posts.jsonl"]).report(), @r"
    exit 0
    --- stdout
         1  indicator upfront_fee present
         2  language id
         2  posts
         2  split train
         2  text type recruitment_ad
    --- stderr
    ");
}

#[test]
fn validate_names_every_fault_with_its_line() {
    let desk = Desk::new();
    let unknown = r#"{"forced_labour":{"state":"present","evidence":["Biaya"]}}"#;
    let not_quoted = r#"{"upfront_fee":{"state":"present","evidence":["Biaya 16 juta"]}}"#;
    let lines = [
        labelled("1", "{}"),
        labelled("2", unknown),
        labelled("3", not_quoted),
        "not json\n".to_owned(),
        labelled("1", "{}"),
    ];
    desk.write("posts.jsonl", lines.concat());
    insta::assert_snapshot!(desk.run(&["validate", "posts.jsonl"]).report(), @r"
    exit 1
    --- stdout
    --- stderr
    posts.jsonl: line 2: unknown indicator `forced_labour`; use an id of taxonomy.toml
    posts.jsonl: line 3: evidence `Biaya 16 juta` of `upfront_fee` is not in the text; quote it to the letter
    posts.jsonl: line 4, column 2: not a labelled post: expected ident
    posts.jsonl: line 5: id `1` is taken by posts.jsonl: line 1; give one of them another id
    to correct: 4, in 4 posts
    ");
    insta::assert_snapshot!(desk.run(&["validate", "none.jsonl"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot open none.jsonl: No such file or directory (os error 2)
    ");
    std::fs::create_dir(desk.path("empty")).unwrap();
    insta::assert_snapshot!(desk.run(&["validate", "empty"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: `empty` holds no .jsonl file; put the training posts there
    ");
}

#[test]
fn evaluate_prints_a_report_and_writes_it() {
    let fee = r#"{"upfront_fee":{"state":"present","kind":"LARGE","evidence":["Biaya 15 juta"]}}"#;
    let posts = labelled("1", fee) + &labelled("2", "{}");
    let desk = Desk::with("posts.jsonl", posts);
    let arguments = ["evaluate", "posts.jsonl", "--split", "all", "--json", "report.json"];
    let ran = desk.run(&arguments);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(ran.stdout.contains("upfront_fee"), "{}", ran.stdout);
    let report: Value = serde_json::from_str(&desk.read("report.json")).unwrap();
    assert_eq!(report["posts"], 2);
}
