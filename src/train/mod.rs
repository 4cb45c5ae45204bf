//! Training: labelled posts and domain files become a bundle. Same input, same bytes.
//!
//! ```text
//! posts ─► tokenizer ─► examples (sparse rows by clause and by post)
//!       ─► folds by group ─► wide tables without each fold ─► evidence for the posts of that fold
//!       ─► dense heads on that evidence ─► Platt maps and thresholds on held-out margins
//!       ─► wide tables on everything ─► bundle
//! ```
//!
//! Everything that is calibrated or cut is calibrated and cut on posts that the
//! weights had not seen. Own code solves the wide tables, because nothing that
//! is kept up takes sparse rows by the hundred thousand; `linfa` fits the dense
//! heads and the Platt maps.

mod calibrate;
mod cuts;
mod dense;
mod error;
mod examples;
mod folds;
mod parallel;
mod settings;
pub(crate) mod solver;
mod tokenizer;

use std::collections::BTreeMap;

use serde_json::json;

pub(crate) use self::parallel::in_parallel;
pub use self::{
    error::TrainError,
    folds::fold_of,
    settings::{DomainFiles, TrainSettings},
};
use self::{
    examples::{Example, Rows},
    solver::Problem,
};
use crate::{
    classify::Domain,
    labels::{LabeledPost, Split},
    model::{
        Calibration, DenseHead, Evidence, HeadNames, WideTables, WrittenBundle, sha256_hex, softmax,
    },
};

/// Fits a bundle to `posts`.
///
/// The cost grows with posts × heads × folds: about a minute for 3,000 posts on
/// two cores. Uses all cores; the result does not depend on how many there are.
///
/// # Errors
///
/// When a domain file cannot be read, there are too few posts, or a solver fails.
pub fn train(
    posts: &[LabeledPost],
    files: &DomainFiles,
    settings: &TrainSettings,
) -> Result<WrittenBundle, TrainError> {
    let found = posts.iter().filter(|post| post.split == Split::Train).count();
    if found < settings.folds * 2 {
        return Err(TrainError::TooFewPosts { found, needed: settings.folds * 2 });
    }
    let posts = cuts::with_cuts(posts, settings);
    let tokenizer = tokenizer::train(&posts, files, settings)?;
    let domain = Domain::read(|name| files.text(name), &tokenizer, settings.features.clone())?;
    let texts: Vec<_> = posts.iter().map(|post| domain.analyzer.analyze(&post.text)).collect();
    let examples: Vec<Example<'_>> =
        posts.iter().zip(&texts).map(|(post, text)| Example::new(post, text, &domain)).collect();

    let folds: Vec<usize> = posts.iter().map(|post| fold_of(&post.group, settings)).collect();
    let evidence = held_out_evidence(&examples, &folds, &domain, settings)?;
    let (dense, calibration) = fit_dense(&examples, &evidence, &folds, &domain, settings)?;
    let everything: Vec<&Example<'_>> = examples.iter().collect();
    let wide = fit_tables(&everything, &domain, settings)?;

    let mut out = files.bytes();
    out.insert("tokenizer.json".to_owned(), tokenizer);
    out.insert("calibration.json".to_owned(), pretty(&calibration));
    Ok(WrittenBundle {
        files: out,
        wide,
        dense,
        name: settings.name.clone(),
        version: settings.version.clone(),
        features: settings.features.clone(),
        training: json!({ "settings": settings, "posts": posts.len(), "data": data_hash(&posts) }),
        metrics: serde_json::Value::Null,
    })
}

/// Weights are found in f64 and kept in f32: seven digits are more than the data carry.
#[expect(clippy::cast_possible_truncation, reason = "that is the purpose")]
fn single(value: f64) -> f32 {
    value as f32
}

fn pretty<T: serde::Serialize>(value: &T) -> Vec<u8> {
    let mut bytes = serde_json::to_vec_pretty(value).expect("maps of numbers can be written");
    bytes.push(b'\n');
    bytes
}

/// One hash over all posts in the order given.
fn data_hash(posts: &[LabeledPost]) -> String {
    let lines: Vec<u8> = posts
        .iter()
        .flat_map(|post| serde_json::to_vec(post).expect("labelled posts can be written"))
        .collect();
    sha256_hex(&lines)
}

/// What the dense heads would see of each post, by tables that were fitted without its fold.
fn held_out_evidence(
    examples: &[Example<'_>],
    folds: &[usize],
    domain: &Domain,
    settings: &TrainSettings,
) -> Result<Vec<Evidence>, TrainError> {
    let mut found: BTreeMap<usize, Evidence> = BTreeMap::new();
    for fold in 0..settings.folds {
        let seen: Vec<&Example<'_>> =
            examples.iter().zip(folds).filter(|(_, f)| **f != fold).map(|(e, _)| e).collect();
        let tables = fit_tables(&seen, domain, settings)?;
        for (at, example) in examples.iter().enumerate().filter(|(at, _)| folds[*at] == fold) {
            found.insert(at, tables.evidence(&domain.maker, &example.prepared));
        }
    }
    Ok(found.into_values().collect())
}

fn fit_tables(
    examples: &[&Example<'_>],
    domain: &Domain,
    settings: &TrainSettings,
) -> Result<WideTables, TrainError> {
    let clause = Rows::of_clauses(examples, domain, settings);
    let post = Rows::of_posts(examples, domain, settings);
    let form = Rows::of_forms(examples, domain, settings);
    Ok(WideTables {
        clause: solver::fit(&clause.problem(), settings.clause_penalty)?,
        post: solver::fit(&post.problem(), settings.post_penalty)?,
        form: solver::fit(&form.problem(), settings.form_penalty)?,
    })
}

/// Dense heads on all evidence, and their maps and thresholds on margins held out by fold.
fn fit_dense(
    examples: &[Example<'_>],
    evidence: &[Evidence],
    folds: &[usize],
    domain: &Domain,
    settings: &TrainSettings,
) -> Result<(Vec<DenseHead>, Calibration), TrainError> {
    let names = domain.head_names();
    let mut heads = Vec::new();
    let mut calibration = Calibration { heads: BTreeMap::new() };
    for (at, name) in names.dense().iter().enumerate() {
        if names.text_type_heads().contains(&at) {
            continue;
        }
        let columns = dense::columns(at, &names);
        let targets: Vec<Option<bool>> = examples.iter().map(|e| e.dense_target(at)).collect();
        let fit = |keep: &dyn Fn(usize) -> bool| {
            let rows = (0..examples.len()).filter(|row| keep(*row)).flat_map(|row| {
                examples[row]
                    .dense_lessons(at)
                    .into_iter()
                    .map(move |target| (&evidence[row], target))
            });
            dense::fit(name, &columns, rows, settings)
        };
        let mut margins = Vec::new();
        for fold in 0..settings.folds {
            let head = fit(&|row| folds[row] != fold)?;
            for row in (0..examples.len()).filter(|row| folds[*row] == fold) {
                if let (Some(target), false) = (targets[row], examples[row].is_cut()) {
                    margins.push((head.margin(&evidence[row]), target));
                }
            }
        }
        let precision = settings.precision_for(domain.taxonomy.indicators().get(at));
        let least = settings.least_threshold;
        let map = calibrate::calibrate(&margins, precision, least, name)?;
        calibration.heads.insert(name.clone(), map);
        heads.push(fit(&|_| true)?);
    }
    let types = fit_types(examples, evidence, folds, &names, settings, &mut calibration)?;
    let first = names.text_type_heads().start;
    heads.splice(first..first, types);
    Ok((heads, calibration))
}

/// The heads of the text types, and their entries in the calibration.
fn fit_types(
    examples: &[Example<'_>],
    evidence: &[Evidence],
    folds: &[usize],
    names: &HeadNames,
    settings: &TrainSettings,
    calibration: &mut Calibration,
) -> Result<Vec<DenseHead>, TrainError> {
    let fit = |keep: &dyn Fn(usize) -> bool| {
        let rows = (0..examples.len()).filter(|row| keep(*row));
        let rows = rows.map(|row| (&evidence[row], examples[row].text_type()));
        dense::fit_types(names, rows, settings)
    };
    let mut shares: Vec<Vec<(f64, bool)>> = vec![Vec::new(); names.text_types.len()];
    for fold in 0..settings.folds {
        let heads = fit(&|row| folds[row] != fold)?;
        for row in (0..examples.len()).filter(|row| folds[*row] == fold && !examples[*row].is_cut())
        {
            let margins: Vec<f32> = heads.iter().map(|head| head.margin(&evidence[row])).collect();
            for (at, share) in softmax(&margins).into_iter().enumerate() {
                shares[at].push((share, examples[row].text_type() == at));
            }
        }
    }
    let heads = fit(&|_| true)?;
    for (head, shares) in heads.iter().zip(shares) {
        let entry = calibrate::of_text_type(shares, settings.precision);
        calibration.heads.insert(head.name.clone(), entry);
    }
    Ok(heads)
}
