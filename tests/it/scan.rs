//! `waspada scan` over what strangers send: no good line is lost, and every bad one is named.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};

use serde_json::{Value, json};

use crate::{Desk, Ran, golden_posts};

/// The records, one a line.
fn records(ran: &Ran) -> Vec<Value> {
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a record is JSON")).collect()
}

fn ids(ran: &Ran) -> Vec<String> {
    let id = |record: &Value| record["id"].as_str().expect("a record has an id").to_owned();
    records(ran).iter().map(id).collect()
}

/// `lines` as one input.
fn input(lines: &[&[u8]]) -> Vec<u8> {
    lines.iter().flat_map(|line| line.iter().chain(b"\n")).copied().collect()
}

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

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

fn zstd(bytes: &[u8]) -> Vec<u8> {
    zstd::encode_all(bytes, 0).expect("memory takes all")
}

#[test]
fn every_bad_line_is_named_with_cause_and_remedy_and_no_good_one_is_lost() {
    let good = br#"{"text":"Dicari kasir"}"#.as_slice();
    let lines = [
        b"\xef\xbb\xbf{\"text\":\"Dicari kasir\"}\r".as_slice(),
        b"not json",
        good,
        b"{\"id\":\"a\"}",
        b"{\"id\":\"b\",\"text\":null}",
        good,
        b"{\"text\":12345}",
        b"{\"text\":\"Dicari kas\xecr\"}",
        b"{\"text\":\"Dicari\0kasir\"}",
        good,
        b"{\"text\":\"Dicari kasir \\ud83d\"}",
        b"[\"Dicari kasir\"]",
        b"",
        b"{\"text\":\"Dicari kasir\"",
        b"{\"text\":[\"Dicari kasir\"]}",
        b"{\"text\":\"Dicari\\u0000kasir\",\"id\":\"nul\"}",
        b"{\"text\":\"Dicari kasir\",\"id\":\"twice\"}",
        b"{\"text\":\"Dicari koki\",\"id\":\"twice\"}",
    ];
    let desk = Desk::with("posts.jsonl", input(&lines));
    let ran = desk.run(&["scan", "posts.jsonl"]);
    assert_eq!(ids(&ran), ["1", "3", "6", "10", "nul", "twice", "twice"]);
    assert_eq!(ran.code, 0);
    insta::assert_snapshot!(crate::without_figures(&ran.stderr), @r"
    posts.jsonl: line 2, column 2: not JSON: expected ident; write one object a line
    posts.jsonl: line 4: no field `text`; add it, or name the field that holds the text
    posts.jsonl: line 5: field `text` is null; it must be a string
    posts.jsonl: line 7: field `text` is a number; it must be a string
    posts.jsonl: line 8, column 20: not UTF-8; convert the file, for instance with `iconv -f WINDOWS-1252 -t UTF-8`
    posts.jsonl: line 9, column 16: not JSON: control character (\u0000-\u001F) found while parsing a string; write one object a line
    posts.jsonl: line 11, column 29: a \u escape is half a character; write both halves or the character itself
    posts.jsonl: line 12: an array and not an object; write one object a line
    posts.jsonl: line 14, column 22: not JSON: EOF while parsing an object; write one object a line
    posts.jsonl: line 15: field `text` is an array; it must be a string
    7 posts, [rate] a second
    bad lines: no text 1, not JSON 3, not UTF-8 1, not a string 3, not an object 1, unpaired surrogate 1
    repeated ids: 1, the first `twice` at posts.jsonl: line 18
    ");
}

#[test]
fn a_long_text_and_a_line_without_end_cost_one_line_each() {
    let text = |length| format!("{{\"text\":\"{}\"}}\n", "x".repeat(length));
    let padded = format!("{{\"text\":\"Dicari kasir\",\"html\":\"{}\"}}\n", "x".repeat(10 << 20));
    let posts = [text(10 << 20), padded, text(17 << 20), text(5)].concat();
    let desk = Desk::with("posts.jsonl", posts);
    let ran = desk.run(&["scan", "posts.jsonl"]);
    assert_eq!((ran.code, ids(&ran)), (0, vec!["2".to_owned(), "4".to_owned()]));
    insta::assert_snapshot!(crate::without_figures(&ran.stderr), @r"
    posts.jsonl: line 1: the text has 10485760 bytes and may have 1048576; break it into single posts
    posts.jsonl: line 3: longer than 16 MiB; break the input into one post a line
    2 posts, [rate] a second
    bad lines: line too long 1, text too long 1
    ");
}

#[test]
fn line_ends_and_a_byte_order_mark_are_no_part_of_a_text() {
    let unix = Desk::with("posts.txt", "Dicari kasir toko\nPelayan warung malam\n");
    let windows = Desk::with("posts.txt", "\u{feff}Dicari kasir toko\r\nPelayan warung malam\r\n");
    let scan = ["scan", "--quiet", "posts.txt"];
    assert_eq!(windows.run(&scan).stdout, unix.run(&scan).stdout);
}

#[test]
fn an_empty_file_and_a_blank_one_have_no_posts() {
    let desk = Desk::with("empty.jsonl", "");
    desk.write("blank.jsonl", "\n \r\n");
    desk.write("empty.csv", "");
    for file in ["empty.jsonl", "blank.jsonl", "empty.csv", "-"] {
        let report = desk.run(&["scan", file]).report();
        insta::allow_duplicates! { insta::assert_snapshot!(report, @r"
        exit 0
        --- stdout
        --- stderr
        0 posts, [rate] a second
        ") };
    }
}

#[test]
fn an_input_that_is_not_there_or_no_file_is_named_before_any_work() {
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    std::fs::create_dir(desk.path("folder")).unwrap();
    insta::assert_snapshot!(desk.run(&["scan", "posts.txt", "none.jsonl"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot open none.jsonl: No such file or directory (os error 2)
    ");
    insta::assert_snapshot!(desk.run(&["scan", "posts.txt", "folder"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: `folder` holds no file to read, such as posts.jsonl, .csv, .tsv, .txt or .parquet; for files with other names, name the files
    ");
    insta::assert_snapshot!(desk.run(&["scan", "posts.txt", "-o", "posts.txt"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: `posts.txt` is read and cannot be written too; choose another file for the output
    ");
    insta::assert_snapshot!(desk.run(&["scan", "posts.txt", "-o", "no/such/out"]).report(), @r"
    exit 2
    --- stdout
    --- stderr
    waspada: cannot write `no/such/out`: No such file or directory (os error 2)
    ");
    assert_eq!(desk.read("posts.txt"), "Dicari kasir\n");
}

#[test]
fn an_input_of_another_kind_is_named_and_the_next_one_is_read() {
    let desk = Desk::with("utf16.txt", b"\xff\xfeD\0i\0");
    desk.write("wrong.csv", "nomor,isi\n1,Dicari kasir\n");
    desk.write("cut.gz", &gzip(many_posts(2).as_bytes())[..2000]);
    desk.write("last.txt", "Dicari kasir\n");
    let ran = desk.run(&["scan", "utf16.txt", "wrong.csv", "last.txt"]);
    assert_eq!(ids(&ran), ["1"]);
    insta::assert_snapshot!(
        format!("exit {}\n{}", ran.code, crate::without_figures(&ran.stderr)), @r"
    exit 2
    utf16.txt: line 1: the input is UTF-16; save it as UTF-8
    wrong.csv: line 1: no column `text` in the first row; name the text column, there are: `nomor`, `isi`
    1 posts, [rate] a second
    bad lines: UTF-16 1, no text column 1
    ");
    let ran = desk.run(&["scan", "cut.gz", "last.txt"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("cut.gz: line "), "{}", ran.stderr);
    assert!(ran.stderr.contains("is cut short here; the lines before were read"), "{}", ran.stderr);
    assert_eq!(ids(&ran).last().map(String::as_str), Some("1"));
}

#[test]
fn a_reader_that_has_enough_is_no_failure() {
    let posts = "{\"text\":\"Dicari kasir\"}\n".repeat(2000);
    let desk = Desk::with("posts.jsonl", posts);
    let mut child = desk.command(&["scan", "posts.jsonl"]).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut first = String::new();
    stdout.read_line(&mut first).unwrap();
    drop(stdout);
    let mut stderr = String::new();
    child.stderr.take().unwrap().read_to_string(&mut stderr).unwrap();
    assert_eq!((child.wait().unwrap().code(), stderr.as_str()), (Some(0), ""));
    assert_eq!(serde_json::from_str::<Value>(&first).unwrap()["id"], "1");
}

#[test]
fn the_bytes_do_not_depend_on_threads_or_on_where_they_come_from() {
    let posts = many_posts(15);
    let desk = Desk::with("posts.jsonl", &posts);
    let one = desk.run(&["scan", "--threads", "1", "posts.jsonl"]).stdout;
    assert_eq!(one.lines().count(), posts.lines().count());
    assert!(desk.run(&["scan", "--threads", "2", "posts.jsonl"]).stdout == one);
    assert!(desk.pipe(&["scan", "--threads", "2", "-"], &posts).stdout == one);
    assert_eq!(desk.run(&["scan", "--threads", "2", "posts.jsonl", "-o", "out.jsonl"]).stdout, "");
    assert!(desk.read("out.jsonl") == one);
}

#[test]
fn records_come_in_the_order_of_the_posts() {
    let posts = many_posts(8);
    let ran = Desk::new().pipe(&["scan", "--threads", "2", "-"], &posts);
    let id = |line: &str| {
        let post: Value = serde_json::from_str(line).unwrap();
        post["id"].as_str().unwrap().to_owned()
    };
    assert_eq!(ids(&ran), posts.lines().map(id).collect::<Vec<_>>());
}

#[test]
fn a_scan_and_the_library_say_the_same() {
    let ran = Desk::new().pipe(&["scan", "-"], many_posts(1));
    for (post, found) in golden_posts().iter().zip(records(&ran)) {
        let mut expected = serde_json::to_value(crate::CLASSIFIER.assess(post)).unwrap();
        expected["id"] = format!("0-{}", post.id).into();
        assert_eq!(found, expected);
    }
}

#[test]
fn compression_is_undone_whatever_the_file_is_called() {
    let posts = many_posts(1);
    let (gzip, zstd) = (gzip(posts.as_bytes()), zstd(posts.as_bytes()));
    let desk = Desk::with("posts.jsonl", &posts);
    desk.write("posts.jsonl.gz", &gzip);
    desk.write("posts.jsonl.zst", &zstd);
    desk.write("posts", &zstd);
    let scan = |file: &str| desk.run(&["scan", "--quiet", file]).report();
    let plain = scan("posts.jsonl");
    for file in ["posts.jsonl.gz", "posts.jsonl.zst", "posts"] {
        assert!(scan(file) == plain, "{file}");
    }
    assert!(desk.pipe(&["scan", "--quiet", "-"], gzip).report() == plain);
}

#[test]
fn tables_and_lines_give_the_records_that_json_gives() {
    let texts = ["Dicari kasir toko, gaji \"UMR\"", "Pelayan warung; shift malam", "Loker koki"];
    let write = |separator: char| {
        let row = |(number, text): (usize, &&str)| {
            format!("{number}{separator}\"{}\"\n", text.replace('"', "\"\""))
        };
        let rows: String = texts.iter().enumerate().map(row).collect();
        format!("id{separator}text\n{rows}")
    };
    let line = |(id, text): (usize, &&str)| json!({"id": id, "text": text}).to_string() + "\n";
    let desk = Desk::with("posts.jsonl", texts.iter().enumerate().map(line).collect::<String>());
    desk.write("posts.csv", write(','));
    desk.write("semicolons.csv", write(';'));
    desk.write("posts.tsv", write('\t'));
    desk.write("posts.txt", texts.join("\n"));
    let scan = |file: &str| desk.run(&["scan", "--quiet", file]);
    let expected = scan("posts.jsonl");
    for file in ["posts.csv", "semicolons.csv", "posts.tsv"] {
        assert_eq!(scan(file).report(), expected.report(), "{file}");
    }
    let lines = scan("posts.txt");
    assert_eq!(ids(&lines), ["1", "2", "3"]);
    for (from_line, from_json) in records(&lines).iter_mut().zip(records(&expected)) {
        from_line["id"] = from_json["id"].clone();
        assert_eq!(*from_line, from_json);
    }
}

#[test]
fn the_columns_can_be_named_and_other_fields_kept() {
    let desk = Desk::with("posts.csv", "nomor,isi,asal\n7,Dicari kasir,facebook\n");
    let arguments = ["--text-column", "isi", "--id-column", "nomor", "--keep-input", "posts.csv"];
    let ran = desk.run(&[&["scan", "--quiet"], &arguments[..]].concat());
    let records = records(&ran);
    assert_eq!(
        (&records[0]["id"], &records[0]["input"]),
        (&json!("7"), &json!({"asal": "facebook"}))
    );
    let ran = desk.run(&[&["scan", "--quiet", "--format", "csv"], &arguments[..]].concat());
    let mut lines = ran.stdout.lines();
    let header =
        "id,level,rules,score,text_type,indicators,unclear,protective,notices,reason,input";
    assert_eq!(lines.next(), Some(header));
    assert!(lines.next().unwrap().starts_with("7,"), "{}", ran.stdout);
}

#[test]
fn a_broken_row_of_a_table_costs_itself_alone() {
    let rows = "text,id\nDicari kasir,1\nDicari kasir, toko,2\n\"Dicari kasir,3\nDicari koki,4\n";
    let ran = Desk::with("posts.csv", rows).run(&["scan", "posts.csv"]);
    assert_eq!(ids(&ran), ["1", "4"]);
    insta::assert_snapshot!(crate::without_figures(&ran.stderr), @r"
    posts.csv: line 3: 3 fields where the first row has 2; put fields that hold the separator or a line break in quotes
    posts.csv: line 4: a quoted field is never closed; close it, or double the quote inside it
    2 posts, [rate] a second
    bad lines: quote not closed 1, wrong number of fields 1
    ");
}

#[test]
fn min_level_leaves_out_what_is_below_and_never_a_plea_for_help() {
    let desk = Desk::with("posts.jsonl", many_posts(1));
    let all = desk.run(&["scan", "posts.jsonl"]);
    let rungs = ["low", "elevated", "high", "critical"];
    for (at, least) in rungs.into_iter().enumerate() {
        let passes = |record: &&Value| {
            let level = record["level"].as_str().unwrap();
            level == "distress" || rungs[at..].contains(&level)
        };
        let expected: Vec<Value> = records(&all).iter().filter(passes).cloned().collect();
        let ran = desk.run(&["scan", "--min-level", least, "posts.jsonl"]);
        assert_eq!(records(&ran), expected, "{least}");
        let posts = ran.stderr.lines().next();
        assert!(posts.is_some_and(|line| line.starts_with("40 posts")), "all are counted");
    }
}

#[test]
fn on_error_stop_ends_with_status_1_and_leaves_the_output_alone() {
    let posts = "{\"text\":\"Dicari kasir\"}\nnot json\n{\"text\":\"Dicari koki\"}\n";
    let desk = Desk::with("posts.jsonl", posts);
    desk.write("out.jsonl", "before");
    let ran = desk.run(&["scan", "--on-error", "stop", "posts.jsonl", "-o", "out.jsonl"]);
    insta::assert_snapshot!(ran.report(), @r"
    exit 1
    --- stdout
    --- stderr
    posts.jsonl: line 2, column 2: not JSON: expected ident; write one object a line
    1 posts, [rate] a second
    bad lines: not JSON 1
    ");
    assert_eq!(desk.read("out.jsonl"), "before");
    assert_eq!(std::fs::read_dir(desk.0.path()).unwrap().count(), 2, "nothing half-written stays");
    let good = Desk::with("posts.jsonl", "{\"text\":\"Dicari kasir\"}\n");
    assert_eq!(good.run(&["scan", "--on-error", "stop", "posts.jsonl"]).code, 0);
}

#[test]
fn the_summary_counts_what_the_records_say() {
    let ran = Desk::new().pipe(&["scan", "-"], many_posts(2));
    let records = records(&ran);
    let count = |level: &str| records.iter().filter(|record| record["level"] == level).count();
    let levels =
        ["distress", "critical", "high", "elevated", "low", "not_scored", "insufficient_text"]
            .map(|level| (level, count(level)));
    let counted = levels.into_iter().filter(|(_, count)| *count > 0);
    let counted: Vec<String> = counted.map(|(level, count)| format!("{level} {count}")).collect();
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert!(lines[0].starts_with("80 posts, ") && lines[0].ends_with(" a second"), "{}", lines[0]);
    assert_eq!(lines[1], format!("levels: {}", counted.join(", ")));
    assert_eq!(Desk::new().pipe(&["scan", "--quiet", "-"], many_posts(1)).stderr, "");
}

#[test]
fn of_many_bad_lines_twenty_are_named_and_all_are_counted() {
    let ran = Desk::new().pipe(&["scan", "--input-format", "jsonl", "-"], "nonsense\n".repeat(500));
    let lines: Vec<&str> = ran.stderr.lines().collect();
    assert_eq!(lines.len(), 23, "{}", ran.stderr);
    assert_eq!(lines[20], "480 more bad lines are not named");
    assert_eq!(lines[22], "bad lines: not JSON 500");
}
