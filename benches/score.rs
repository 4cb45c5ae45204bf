//! What one post costs, step by step: analyse, margins, the whole record.
//!
//! Throughput is in bytes of text. Compare two figures of one machine only.

use std::{hint::black_box, path::Path};

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use waspada::{
    classify::Classifier,
    io::{ByteCounter, ReaderOptions, Source},
    model::Bundle,
    post::Post,
    text::{Analyzer, Gazetteer, Lexicon, Normalizer},
};

fn golden_posts() -> Vec<Post> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/posts.jsonl");
    Source::new(path)
        .posts(&ReaderOptions::default(), &ByteCounter::default())
        .expect("the golden posts are there")
        .map(|read| read.expect("the golden posts are whole").post)
        .collect()
}

/// One kind of post, as it came and in a spelling that has to be undone.
fn normalize(c: &mut Criterion) {
    let bundle = Bundle::embedded().expect("the tree is whole");
    let lexicon = bundle.text("lexicon.toml").expect("the bundle has a lexicon");
    let lexicon = Lexicon::from_toml(lexicon).expect("the lexicon is good");
    let slang: Vec<_> =
        lexicon.slang().iter().map(|(from, to)| (from.clone(), to.clone())).collect();
    let normalizer = Normalizer::new(lexicon.vocabulary(), slang, lexicon.ordinary_words());
    let posts = golden_posts();
    let mut group = c.benchmark_group("normalize");
    for (name, is_disguised) in [("plain", false), ("disguised", true)] {
        let texts: Vec<&str> = posts
            .iter()
            .filter(|post| post.id.as_str().starts_with("obfuscated") == is_disguised)
            .map(|post| post.text.as_str())
            .collect();
        group.throughput(Throughput::Bytes(texts.iter().map(|text| text.len() as u64).sum()));
        group.bench_function(name, |bencher| {
            bencher.iter(|| {
                texts
                    .iter()
                    .map(|text| normalizer.normalize(black_box(text)).as_str().len())
                    .sum::<usize>()
            });
        });
    }
    group.finish();
}

/// The steps of one post, each with those before it.
fn steps(c: &mut Criterion) {
    let bundle = Bundle::embedded().expect("the tree is whole");
    let file = |name: &str| bundle.text(name).expect("the bundle has the file");
    let analyzer = Analyzer::new(
        Lexicon::from_toml(file("lexicon.toml")).expect("the lexicon is good"),
        Gazetteer::from_toml(file("places.toml")).expect("the places are good"),
    );
    let classifier = Classifier::from_bundle(&bundle).expect("the bundle is good");
    let posts = golden_posts();
    let mut group = c.benchmark_group("post");
    group.throughput(Throughput::Bytes(posts.iter().map(|post| post.text.len() as u64).sum()));
    group.bench_function("analyze", |bencher| {
        bencher.iter(|| {
            posts
                .iter()
                .map(|post| analyzer.analyze(black_box(&post.text)).clauses.len())
                .sum::<usize>()
        });
    });
    group.bench_function("margins", |bencher| {
        bencher.iter(|| {
            posts
                .iter()
                .map(|post| classifier.margins(black_box(&post.text)).margins[0])
                .sum::<f32>()
        });
    });
    group.bench_function("assess", |bencher| {
        bencher.iter(|| {
            posts
                .iter()
                .map(|post| classifier.assess(black_box(post)).indicators.len())
                .sum::<usize>()
        });
    });
    group.finish();
}

/// From the compiled-in bundle to a classifier: what every run of the command pays once.
fn load(c: &mut Criterion) {
    c.bench_function("load", |bencher| {
        bencher.iter(|| Classifier::embedded().expect("the tree is whole"));
    });
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20);
    targets = normalize, steps, load
}
criterion_main!(benches);
