//! What a batch costs: lines in, records out, on one thread, in posts and in bytes a second.

use std::{hint::black_box, path::Path};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use waspada::{
    classify::Classifier,
    io::{ByteCounter, InputFormat, PostReader, ReaderOptions, Source},
    post::Post,
};

/// How often the golden posts are repeated: a few batches of the command.
const TIMES: usize = 25;

/// The golden posts as JSON lines.
fn lines() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/posts.jsonl");
    let posts = Source::new(path)
        .posts(&ReaderOptions::default(), &ByteCounter::default())
        .expect("the golden posts are there");
    let line = |post: &Post| {
        serde_json::json!({ "id": post.id.as_str(), "text": post.text }).to_string() + "\n"
    };
    let once: String =
        posts.map(|read| line(&read.expect("the golden posts are whole").post)).collect();
    once.repeat(TIMES)
}

fn posts(input: &str) -> impl Iterator<Item = Post> {
    PostReader::new(input.as_bytes(), InputFormat::Jsonl, ReaderOptions::default())
        .map(|read| read.expect("the golden posts are whole").post)
}

/// Reads, assesses and writes every line; gives the bytes written.
fn scan(classifier: &Classifier, input: &str) -> usize {
    let record = |post| serde_json::to_vec(&classifier.assess(&post)).expect("memory takes all");
    posts(input).map(|post| record(post).len()).sum()
}

fn batch(c: &mut Criterion) {
    let classifier = Classifier::embedded().expect("the tree is whole");
    let input = lines();
    let throughputs = [
        ("bytes", Throughput::Bytes(input.len() as u64)),
        ("posts", Throughput::Elements(input.lines().count() as u64)),
    ];
    let mut group = c.benchmark_group("scan");
    group.sample_size(10);
    for (unit, throughput) in throughputs {
        group.throughput(throughput);
        group.bench_function(BenchmarkId::new("read", unit), |bencher| {
            bencher.iter(|| posts(black_box(&input)).map(|post| post.text.len()).sum::<usize>());
        });
        group.bench_function(BenchmarkId::new("read, assess, write", unit), |bencher| {
            bencher.iter(|| scan(&classifier, black_box(&input)));
        });
    }
    group.finish();
}

criterion_group!(benches, batch);
criterion_main!(benches);
