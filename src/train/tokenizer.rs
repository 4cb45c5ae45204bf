//! The subword tokenizer, trained on the posts by the `tokenizers` crate.

use tokenizers::{
    DecoderWrapper, Model as _, NormalizerWrapper, PostProcessorWrapper, PreTokenizerWrapper,
    TokenizerBuilder,
    models::bpe::{BPE, BpeTrainer},
    pre_tokenizers::whitespace::WhitespaceSplit,
};

use super::{DomainFiles, TrainError, TrainSettings};
use crate::{
    labels::LabeledPost,
    text::{Analyzer, Gazetteer, Lexicon, words},
};

/// Letters that get a piece of their own; rarer ones are unknown.
const ALPHABET: usize = 200;

/// A pair of pieces must occur this often to become one.
const LEAST_FREQUENCY: u64 = 3;

/// Trains byte-pair pieces on the masked words of `posts`; returns a `tokenizer.json`.
pub(super) fn train(
    posts: &[LabeledPost],
    files: &DomainFiles,
    settings: &TrainSettings,
) -> Result<Vec<u8>, TrainError> {
    let analyzer = analyzer(files)?;
    let texts: Vec<String> = posts
        .iter()
        .map(|post| {
            let text = analyzer.analyze(&post.text);
            let masked = text.masked.as_str();
            let words: Vec<&str> = words(masked).filter_map(|word| masked.get(word)).collect();
            words.join(" ")
        })
        .collect();
    let failed = |error: tokenizers::Error| TrainError::Tokenizer { reason: error.to_string() };
    let mut trainer = BpeTrainer::builder()
        .show_progress(false)
        .vocab_size(settings.vocabulary)
        .min_frequency(LEAST_FREQUENCY)
        .limit_alphabet(ALPHABET)
        .build();
    let mut tokenizer = TokenizerBuilder::<
        BPE,
        NormalizerWrapper,
        PreTokenizerWrapper,
        PostProcessorWrapper,
        DecoderWrapper,
    >::new()
    .with_model(BPE::default())
    .with_pre_tokenizer(Some(PreTokenizerWrapper::WhitespaceSplit(WhitespaceSplit)))
    .build()
    .map_err(failed)?;
    tokenizer.train(&mut trainer, texts.into_iter()).map_err(failed)?;
    debug_assert!(tokenizer.get_model().get_vocab_size() > 0);
    let mut json = tokenizer.to_string(true).map_err(failed)?;
    json.push('\n');
    Ok(json.into_bytes())
}

/// An analyzer needs no tokenizer, so the words can be found before one is trained.
fn analyzer(files: &DomainFiles) -> Result<Analyzer, TrainError> {
    let bad = |file: &str, reason: String| crate::model::ModelError::Domain {
        file: file.to_owned(),
        reason,
    };
    let lexicon = Lexicon::from_toml(files.text("lexicon.toml")?)
        .map_err(|error| bad("lexicon.toml", error.to_string()))?;
    let places = Gazetteer::from_toml(files.text("places.toml")?)
        .map_err(|error| bad("places.toml", error.to_string()))?;
    Ok(Analyzer::new(lexicon, places))
}
