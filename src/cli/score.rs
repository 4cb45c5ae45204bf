//! `waspada score`: one post to a report that a volunteer can read, or to the record.

use std::{
    fs,
    io::{self, IsTerminal as _, Read as _, Write as _},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::Context as _;

use super::{ModelArgs, report::Report};
use crate::{
    advice::{Advice, Contacts},
    assessment::Assessment,
    classify::Classifier,
    fetch::Fetcher,
    model::Bundle,
    post::{MAX_POST_BYTES, Post},
    taxonomy::ReaderLanguage,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A report for people
    Text,
    /// The record, as one JSON object
    Json,
}

/// Assess one post: what was found, where, why it matters, what to ask, whom to call
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The post; without it, standard input is read
    text: Option<String>,
    /// Read the post from a file
    #[arg(long, value_name = "FILE", conflicts_with = "text")]
    file: Option<PathBuf>,
    /// Fetch the post from a public page
    #[arg(long, value_name = "URL", conflicts_with_all = ["text", "file"])]
    url: Option<String>,
    /// Language of the report: id, ms or en; without it, that of the post
    #[arg(long, value_name = "LANG")]
    lang: Option<ReaderLanguage>,
    /// Country of the reader, for whom to call; without it, that of the language
    #[arg(long, value_name = "ID|MY|SG", value_parser = ["ID", "MY", "SG"], ignore_case = true)]
    country: Option<String>,
    /// How the answer is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    model: ModelArgs,
}

impl Args {
    pub(super) fn run(self) -> anyhow::Result<ExitCode> {
        let post = Post::new("1", self.read()?);
        let bundle = self.model.bundle()?;
        let classifier = Classifier::from_bundle(&bundle)?;
        let assessment = classifier.assess(&post);
        let mut out = io::stdout();
        match self.format {
            Format::Json => {
                serde_json::to_writer(&mut out, &assessment)?;
                out.write_all(b"\n")?;
            }
            Format::Text => {
                let text = self.report(&bundle, &classifier, &post, &assessment)?;
                out.write_all(text.as_bytes())?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }

    fn read(&self) -> anyhow::Result<String> {
        if let Some(url) = &self.url {
            return fetch(url);
        }
        let bytes = match (&self.text, &self.file) {
            (Some(text), _) => return Ok(text.clone()),
            (None, Some(path)) => {
                fs::read(path).with_context(|| format!("cannot read `{}`", path.display()))?
            }
            (None, None) => {
                let mut bytes = Vec::new();
                let limit = MAX_POST_BYTES as u64 + 1;
                io::stdin()
                    .take(limit)
                    .read_to_end(&mut bytes)
                    .context("cannot read standard input")?;
                bytes
            }
        };
        anyhow::ensure!(
            bytes.len() <= MAX_POST_BYTES,
            "the post has more than {MAX_POST_BYTES} bytes; give one post, or use `waspada scan` for many"
        );
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            anyhow::anyhow!("the post is not UTF-8 from byte {at} on; save it as UTF-8")
        })
    }

    fn report(
        &self,
        bundle: &Bundle,
        classifier: &Classifier,
        post: &Post,
        assessment: &Assessment,
    ) -> anyhow::Result<String> {
        let language = self.lang.unwrap_or_else(|| language_of(assessment));
        let name = format!("advice.{}.toml", language.code());
        let advice = Advice::from_toml(bundle.text(&name)?, classifier.taxonomy())
            .with_context(|| format!("cannot use `{name}`"))?;
        let contacts = Contacts::from_toml(bundle.text("contacts.toml")?)?;
        let country = self.country.as_deref().unwrap_or(match language {
            ReaderLanguage::Ms => "MY",
            ReaderLanguage::Id | ReaderLanguage::En => "ID",
        });
        let report = Report {
            post,
            assessment,
            taxonomy: classifier.taxonomy(),
            policy: classifier.policy(),
            advice: &advice,
            contacts: &contacts,
            language,
            country: &country.to_uppercase(),
            color: io::stdout().is_terminal(),
        };
        Ok(report.to_string())
    }
}

/// The visible text of a page.
fn fetch(url: &str) -> anyhow::Result<String> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the network runtime")?;
    Ok(runtime.block_on(async { Fetcher::new()?.text(url).await })?.text)
}

/// The reader most likely reads what the post is written in.
fn language_of(assessment: &Assessment) -> ReaderLanguage {
    let first = assessment.languages.first().map_or("", String::as_str);
    first.parse().unwrap_or(ReaderLanguage::En)
}
