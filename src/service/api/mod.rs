//! The routes for programs.

mod assess;
mod batch;
mod docs;
mod json;
mod knowledge;
mod lines;
pub(super) mod status;
mod stream;
mod url;
mod words;

use std::sync::Arc;

use axum::{Router, middleware, response::Response};
use tower_http::{compression::CompressionLayer, decompression::RequestDecompressionLayer};
use utoipa::OpenApi;
use utoipa_axum::{router::OpenApiRouter, routes};

use super::{
    error::{Code, Problem},
    state::State,
};

/// The head of the description of the interface; the routes add themselves.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Waspada",
        description = "Reads online recruitment posts in Indonesian, Malay and English and says which carry signs of \
                       recruitment into trafficking, and why. Posts are assessed, never people. A score is a lead: no \
                       probability, no finding.",
        license(name = "MIT OR Apache-2.0", identifier = "MIT OR Apache-2.0")
    ),
    tags(
        (name = "assess", description = "Posts to records"),
        (name = "knowledge", description = "What is looked for, and by which model"),
        (name = "service", description = "The service itself")
    )
)]
struct Head;

/// The routes of the API, and what describes them.
pub(super) fn router() -> Router<Arc<State>> {
    let (routes, mut description) = at_once().split_for_parts();
    let unpacked = RequestDecompressionLayer::new();
    let (stream, of_stream) = streaming().split_for_parts();
    description.merge(of_stream);
    let routes = routes.merge(docs::routes(&description)).layer(CompressionLayer::new());
    routes.merge(stream).layer(unpacked).layer(middleware::map_response(told_in_full))
}

/// The routes that answer at once.
fn at_once() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::with_openapi(Head::openapi())
        .routes(routes!(assess::assess))
        .routes(routes!(batch::assess_batch))
        .routes(routes!(url::assess_url))
        .routes(routes!(knowledge::taxonomy))
        .routes(routes!(knowledge::model))
        .routes(routes!(status::health))
        .routes(routes!(status::ready))
}

/// The stream, apart: its answers must not wait for a compressor.
fn streaming() -> OpenApiRouter<Arc<State>> {
    OpenApiRouter::new().routes(routes!(stream::assess_stream))
}

/// Says in our form what a layer said with a bare status.
async fn told_in_full(response: Response) -> Result<Response, Problem> {
    if response.status() == Code::WrongType.status()
        && response.extensions().get::<Code>().is_none()
    {
        let detail =
            "the body is compressed in a way that is not read here; send it plain or with gzip";
        return Err(Problem::new(Code::WrongType, detail));
    }
    Ok(response)
}
