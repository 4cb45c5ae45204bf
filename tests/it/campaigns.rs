//! `waspada campaigns`: what belongs together is found, in any order, at once or bit by bit.

use serde_json::{Value, json};

use crate::{Desk, Ran};

/// Adverts by three invented authors, and two that belong to nobody.
fn posts() -> Vec<Value> {
    let hub = |id: &str, place: &str, pay: u32, day: u32, phone: &str| {
        json!({
            "id": id,
            "at": format!("2026-03-{day:02}"),
            "text": format!(
                "Dicari admin kantor penempatan {place}, gaji {pay} juta sebulan, tiket dan paspor ditanggung, \
                 tempat tinggal gratis, tanpa pengalaman boleh. Hubungi WA {phone}"
            ),
        })
    };
    let short = |id: &str, text: &str| json!({ "id": id, "at": "2026-03-09", "text": text });
    vec![
        hub("a1", "Poipet Kamboja", 15, 3, "0812-3456-7890"),
        hub("a2", "Poipet Kamboja", 20, 1, "0813-1111-2222"),
        hub("a3", "Myawaddy Myanmar", 15, 7, "0813-1111-2222"),
        hub("a4", "Bavet Kamboja", 17, 5, "0899-7777-6666"),
        short(
            "b1",
            "Lowongan kasir minimarket Batam Centre, shift pagi, bawa lamaran ke toko, WA 0857 1234 5678",
        ),
        short(
            "b2",
            "Ada yang mau kerja jaga kebun durian di kampung? Makan ditanggung. Kontak 085712345678 ya",
        ),
        short("c1", "Jual motor bekas mulus pajak hidup, lokasi Tanjung Pinang, nego sampai jadi"),
        short(
            "c2",
            "Pengajian rutin malam Jumat di masjid raya, terbuka untuk umum, ada makan bersama",
        ),
        short("d1", "info dong"),
        short("d2", "info dong"),
    ]
}

fn lines(posts: &[Value]) -> String {
    posts.iter().map(|post| post.to_string() + "\n").collect()
}

fn campaigns(ran: &Ran) -> Vec<Value> {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    ran.stdout.lines().map(|line| serde_json::from_str(line).expect("a campaign is JSON")).collect()
}

#[test]
fn near_copies_and_posts_of_one_contact_are_campaigns() {
    let desk = Desk::with("posts.jsonl", lines(&posts()));
    let ran = desk.run(&["campaigns", "posts.jsonl", "--time-column", "at"]);
    let found = campaigns(&ran);
    assert_eq!(found.len(), 2, "{found:#?}");
    let (near, shared) = (&found[0], &found[1]);
    assert_eq!(near["members"], json!(["a1", "a2", "a3", "a4"]));
    assert_eq!((&near["size"], &near["texts"]), (&json!(4), &json!(1)));
    assert_eq!(
        (&near["first_seen"], &near["last_seen"]),
        (&json!("2026-03-01"), &json!("2026-03-07"))
    );
    let template = near["template"].as_str().expect("a template is text");
    assert!(template.contains("{1}") && template.contains("[phone]"), "{template}");
    assert!(near["slots"][0]["examples"].to_string().contains("poipet"), "{near:#}");
    assert_eq!(near["contacts"].as_array().map(Vec::len), Some(3));
    assert_eq!(shared["members"], json!(["b1", "b2"]));
    assert_eq!(shared["texts"], json!(2));
    for secret in
        ["1234567890", "34567890", "11112222", "77776666", "12345678", "3456-7890", "1111-2222"]
    {
        assert!(!ran.stdout.contains(secret), "{secret} is told");
    }
}

#[test]
fn the_order_the_files_and_the_runs_change_nothing() {
    let posts = posts();
    let whole = Desk::with("posts.jsonl", lines(&posts)).run(&["campaigns", "posts.jsonl"]);
    assert!(whole.stdout.lines().count() == 2);
    let turned: Vec<Value> = posts.iter().rev().cloned().collect();
    let desk = Desk::with("turned.jsonl", lines(&turned));
    assert_eq!(desk.run(&["campaigns", "turned.jsonl", "--threads", "1"]).stdout, whole.stdout);

    let (odd, even) = (posts.iter().step_by(2), posts.iter().skip(1).step_by(2));
    desk.write("odd.jsonl", lines(&odd.cloned().collect::<Vec<_>>()));
    desk.write("even.jsonl", lines(&even.cloned().collect::<Vec<_>>()));
    assert_eq!(desk.run(&["campaigns", "even.jsonl", "odd.jsonl"]).stdout, whole.stdout);

    desk.run(&["campaigns", "odd.jsonl", "--index", "seen.index"]);
    let second = desk.run(&["campaigns", "even.jsonl", "--index", "seen.index"]);
    assert_eq!(second.stdout, whole.stdout);
    // What comes again counts once.
    let third = desk.run(&["campaigns", "odd.jsonl", "--index", "seen.index"]);
    assert_eq!(third.stdout, whole.stdout);
}

#[test]
fn a_contact_in_too_many_unrelated_texts_joins_nothing() {
    let desk = Desk::with("posts.jsonl", lines(&posts()));
    let ran = desk.run(&["campaigns", "posts.jsonl", "--most-texts", "1"]);
    let found = campaigns(&ran);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(ran.stderr.contains("generic contacts: 1"), "{}", ran.stderr);
}

#[test]
fn an_index_that_cannot_be_used_is_named_and_left_alone() {
    let desk = Desk::with("posts.jsonl", lines(&posts()));
    let run = |arguments: &[&str]| {
        let base = ["campaigns", "posts.jsonl", "--index", "seen.index"];
        desk.run(&[&base, arguments].concat())
    };
    assert_eq!(run(&[]).code, 0);
    let index = std::fs::read(desk.path("seen.index")).expect("it was written");

    desk.write("key", "sixteen bytes or more");
    let ran = run(&["--contact-key-file", "key"]);
    assert_eq!(ran.code, 2);
    assert!(ran.stderr.contains("hashed with another key"), "{}", ran.stderr);

    let mut changed = index.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    desk.write("seen.index", &changed);
    let ran = run(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (2, ""));
    assert!(
        ran.stderr.contains("cannot use the index `seen.index`: the index is damaged at byte"),
        "{}",
        ran.stderr
    );
    assert_eq!(std::fs::read(desk.path("seen.index")).expect("it is there"), changed);

    desk.write("seen.index", &index[..index.len() - 3]);
    assert!(run(&[]).stderr.contains("before its end mark"));

    changed.clone_from(&index);
    changed[8] = 2;
    desk.write("seen.index", &changed);
    assert!(run(&[]).stderr.contains("has format 2, this build reads format 1"));

    desk.write("seen.index", lines(&posts()));
    assert!(run(&[]).stderr.contains("this is no index of campaigns"));
}

#[test]
fn bad_lines_and_bad_times_are_named_and_cost_no_post() {
    let mut input = lines(&posts());
    input.push_str("not json\n");
    input.push_str(r#"{"id":"a5","at":"kemarin","text":"Jual motor bekas mulus pajak hidup, lokasi Tanjung Pinang, nego sampai jadi"}"#);
    let desk = Desk::with("posts.jsonl", input);
    let ran = desk.run(&["campaigns", "posts.jsonl", "--time-column", "at", "-o", "out.jsonl"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (0, ""));
    assert_eq!(desk.read("out.jsonl").lines().count(), 3);
    insta::assert_snapshot!(crate::without_figures(&ran.stderr), @r#"
    posts.jsonl: line 11, column 2: not JSON: expected ident; write one object a line
    posts.jsonl: line 12: "kemarin" is no time; write `2026-03-01`, `2026-03-01T10:00:00Z` or a whole number
    11 posts, [rate] a second
    campaigns: 3 with 8 posts
    too short and without a contact: 2
    bad lines: 1
    bad times: 1
    "#);
}

#[test]
fn what_was_read_of_a_broken_file_is_grouped_and_the_index_waits() {
    let desk = Desk::with("posts.jsonl", lines(&posts()));
    let ran = desk.run(&["campaigns", "posts.jsonl", "--index", "posts.jsonl"]);
    assert_eq!(ran.code, 2);
    let ran = desk.run(&["campaigns", "posts.jsonl", "-o", "one", "--index", "./one"]);
    assert_eq!(ran.code, 2, "{}", ran.stderr);
    let wide: Vec<u8> = lines(&posts()).encode_utf16().flat_map(u16::to_le_bytes).collect();
    desk.write("wide.jsonl", [&b"\xff\xfe"[..], &wide].concat());
    let ran = desk.run(&["campaigns", "posts.jsonl", "wide.jsonl", "--index", "seen.index"]);
    assert_eq!((ran.code, ran.stdout.lines().count()), (2, 2), "{}", ran.stderr);
    assert!(!desk.path("seen.index").exists());
}
