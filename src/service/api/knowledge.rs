//! `/v1/taxonomy` and `/v1/model`: what is looked for, by which model, and within which limits.

use std::{collections::BTreeMap, sync::Arc};

use axum::{Json, extract};
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    post::MAX_POST_BYTES,
    service::{error::AnyRefusal, limits, state::State},
    taxonomy::{Indicator, Localized},
};

/// What is looked for.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct TaxonomyView {
    /// Version of the taxonomy.
    version: String,
    /// What kinds of text there are.
    text_types: Vec<TextTypeView>,
    /// Groups of risk indicators, and of protective ones.
    groups: Vec<GroupView>,
    /// What a text may show.
    indicators: Vec<IndicatorView>,
}

/// A name in three languages.
#[derive(Debug, Serialize, ToSchema)]
struct Names {
    en: String,
    id: String,
    ms: String,
}

impl From<&Localized> for Names {
    fn from(name: &Localized) -> Self {
        Self { en: name.en.clone(), id: name.id.clone(), ms: name.ms.clone() }
    }
}

/// A kind of text.
#[derive(Debug, Serialize, ToSchema)]
struct TextTypeView {
    id: &'static str,
    /// Whether texts of this kind get a risk level.
    scored: bool,
    name: Names,
    meaning: String,
}

/// A group of indicators.
#[derive(Debug, Serialize, ToSchema)]
struct GroupView {
    id: String,
    name: Names,
}

/// Something that a text may show.
#[derive(Debug, Serialize, ToSchema)]
struct IndicatorView {
    id: String,
    group: String,
    /// Policy dimension: D, C, V, P or F; none for protective indicators.
    dimension: Option<&'static str>,
    /// `strong`, `medium`, `weak`, `notice` or `protective`.
    strength: &'static str,
    /// Kinds that findings tell apart, by id.
    kinds: BTreeMap<String, String>,
    name: Names,
    definition: String,
    /// Whose observation this rests on.
    source: String,
}

impl From<&Indicator> for IndicatorView {
    fn from(indicator: &Indicator) -> Self {
        Self {
            id: indicator.id.clone(),
            group: indicator.group.clone(),
            dimension: indicator.dimension.map(crate::taxonomy::Dimension::id),
            strength: indicator.strength.id(),
            kinds: indicator
                .kinds
                .iter()
                .map(|kind| (kind.id.clone(), kind.meaning.clone()))
                .collect(),
            name: (&indicator.name).into(),
            definition: indicator.definition.clone(),
            source: indicator.source.clone(),
        }
    }
}

/// What is looked for
#[utoipa::path(
    get, path = "/v1/taxonomy", tag = "knowledge",
    responses((status = 200, description = "Text types, groups and indicators.", body = TaxonomyView), AnyRefusal)
)]
pub(super) async fn taxonomy(
    extract::State(state): extract::State<Arc<State>>,
) -> Json<TaxonomyView> {
    let taxonomy = state.taxonomy();
    let text_types = taxonomy.text_types().iter().map(|entry| TextTypeView {
        id: entry.id.id(),
        scored: entry.scored,
        name: (&entry.name).into(),
        meaning: entry.meaning.clone(),
    });
    let groups = taxonomy.groups().iter();
    Json(TaxonomyView {
        version: taxonomy.version().to_owned(),
        text_types: text_types.collect(),
        groups: groups
            .map(|group| GroupView { id: group.id.clone(), name: (&group.name).into() })
            .collect(),
        indicators: taxonomy.indicators().iter().map(IndicatorView::from).collect(),
    })
}

/// Which model this is, how good it was found, and how much is taken.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ModelView {
    /// Name of the bundle.
    name: String,
    /// Version of the fit.
    version: String,
    /// SHA-256 of the manifest: the same as in every record.
    sha256: String,
    /// Version of the program.
    program: &'static str,
    /// The confidence from which each indicator counts as present.
    thresholds: BTreeMap<String, f64>,
    /// Headline figures on held-out synthetic posts.
    #[schema(value_type = Object)]
    metrics: serde_json::Value,
    limits: Limits,
}

/// How much is taken.
#[derive(Debug, Serialize, ToSchema)]
struct Limits {
    /// The longest post, in bytes of UTF-8.
    post_bytes: usize,
    /// The longest body of one post, in bytes after decompression.
    body_bytes: usize,
    /// The most posts in a batch.
    batch_posts: usize,
    /// The longest body of a batch, in bytes after decompression.
    batch_bytes: usize,
    /// The most streams at once.
    streams: usize,
    /// All the time of a request that is no stream, in seconds.
    request_seconds: u64,
}

/// Which model scores, and within which limits
#[utoipa::path(
    get, path = "/v1/model", tag = "knowledge",
    responses((status = 200, description = "The bundle, its figures, and the limits of this service.", body = ModelView), AnyRefusal)
)]
pub(super) async fn model(extract::State(state): extract::State<Arc<State>>) -> Json<ModelView> {
    let manifest = state.manifest();
    let ids = state.taxonomy().indicators().iter().map(|indicator| indicator.id.clone());
    Json(ModelView {
        name: manifest.name.clone(),
        version: manifest.version.clone(),
        sha256: state.sha256().to_owned(),
        program: env!("CARGO_PKG_VERSION"),
        thresholds: ids.zip(state.classifier().thresholds()).collect(),
        metrics: manifest.metrics.clone(),
        limits: Limits {
            post_bytes: MAX_POST_BYTES,
            body_bytes: limits::MAX_BODY_BYTES,
            batch_posts: limits::MAX_BATCH_POSTS,
            batch_bytes: limits::MAX_BATCH_BYTES,
            streams: limits::MAX_STREAMS,
            request_seconds: limits::REQUEST_TIME.as_secs(),
        },
    })
}
