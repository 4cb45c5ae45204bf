//! The files that data people have: folders, packed files, and files that are not what they seem.

use std::{fs, io::Write as _};

use crate::Desk;

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).expect("memory takes all");
    encoder.finish().expect("memory takes all")
}

#[test]
fn a_folder_is_all_its_files_in_order() {
    let desk = Desk::new();
    fs::create_dir_all(desk.path("posts/2024/05")).unwrap();
    fs::create_dir_all(desk.path("posts/empty")).unwrap();
    desk.write("posts/b.txt", "Dicari kasir\nPelayan warung\n");
    desk.write("posts/2024/05/a.jsonl.gz", gzip(b"{\"text\":\"Dicari koki\"}\n"));
    desk.write("posts/2024/a.csv", "text\nDicari kasir toko\n");
    desk.write("posts/README.md", "Dicari penjaga toko\n");
    let files = ["posts/2024/05/a.jsonl.gz", "posts/2024/a.csv", "posts/b.txt"];
    let one_by_one = desk.run(&[&["scan", "--quiet"], &files[..]].concat());
    assert_eq!(one_by_one.stdout.lines().count(), 4);
    assert_eq!(desk.run(&["scan", "--quiet", "posts"]).report(), one_by_one.report());
    let both = desk.run(&["scan", "--quiet", "posts/2024", "posts/b.txt"]);
    assert_eq!(both.report(), one_by_one.report());
    insta::assert_snapshot!(desk.run(&["scan", "posts/empty"]).report(), @r"
exit 2
--- stdout
--- stderr
waspada: `posts/empty` holds no file to read, such as posts.jsonl, .csv, .tsv, .txt or .parquet; for files with other names, name the files
");
}

#[test]
fn bzip2_is_undone_like_the_others() {
    let posts = "{\"text\":\"Dicari kasir\"}\n{\"text\":\"Dicari koki\"}\n";
    let desk = Desk::with("posts.jsonl", posts);
    let mut encoder = bzip2::write::BzEncoder::new(Vec::new(), bzip2::Compression::fast());
    encoder.write_all(posts.as_bytes()).unwrap();
    desk.write("posts.jsonl.bz2", encoder.finish().unwrap());
    let plain = desk.run(&["scan", "--quiet", "posts.jsonl"]).report();
    assert_eq!(desk.run(&["scan", "--quiet", "posts.jsonl.bz2"]).report(), plain);
}

#[test]
fn what_was_read_of_a_bomb_or_a_cut_file_is_written_and_the_place_is_named() {
    let mut bomb = b"{\"text\":\"Dicari kasir\"}\n".to_vec();
    bomb.resize(200 << 20, b' ');
    let desk = Desk::with("bomb.jsonl.gz", gzip(&bomb));
    let post =
        |id: u64| format!("{{\"id\":{id},\"text\":\"Dicari kasir {}\"}}\n", id.pow(3) % 99_991);
    let posts = (0..3000).map(post).collect::<Vec<_>>().concat();
    let whole = gzip(posts.as_bytes());
    desk.write("cut.jsonl.gz", &whole[..whole.len() / 2]);
    let ran = desk.run(&["scan", "bomb.jsonl.gz", "cut.jsonl.gz", "-o", "out"]);
    assert_eq!(ran.code, 2);
    let said = ran.stderr;
    let line = desk.read("out").lines().count();
    assert!(
        said.contains("bomb.jsonl.gz: line 2: the compressed input unpacks to more than 500 times")
    );
    assert!(
        said.contains(&format!(
            "cut.jsonl.gz: line {line}: the compressed input is cut short here"
        )),
        "{said}"
    );
    assert!(said.contains("bad lines: cut short 1, grows without measure 1"), "{said}");
    assert!(desk.read("out").lines().all(|line| line.ends_with('}')), "no record is half");
}

#[test]
fn a_disk_that_is_full_is_named() {
    if !std::path::Path::new("/dev/full").exists() {
        return;
    }
    let desk = Desk::with("posts.txt", "Dicari kasir\n");
    for option in ["-o", "--errors", "--summary-file"] {
        desk.write("posts.jsonl", "{\"text\":\"Dicari kasir\"}\nno post\n");
        let ran = desk.run(&["scan", "--quiet", "posts.jsonl", option, "/dev/full"]);
        assert_eq!(ran.code, 2, "{option}");
        assert!(ran.stderr.contains("cannot write `/dev/full`: No space left"), "{}", ran.stderr);
    }
}
