//! The only place where the steps are joined: a post goes in, an assessment comes out.
//!
//! ```text
//! post ─► text ─► features ─► model ─► policy ─► explain ─► assessment
//! ```
//!
//! Every door (command line, library, later the service) calls
//! [`Classifier::assess`]. It is pure: no files, clock, network or random
//! numbers, and the same bytes give the same record on any number of threads.

use std::{collections::BTreeMap, path::Path};

use crate::{
    assessment::{
        Assessment, ContactFinding, IndicatorFinding, ModelStamp, PayFinding, PlaceFinding,
        PlainSpan, ProtectiveFinding, Quote, SCHEMA, State,
    },
    explain,
    features::{AtomFinder, FeatureMaker, KindEvidence, Prepared, Subwords, Whole, kind_of},
    model::{Bundle, HeadNames, Margins, Model, ModelError},
    policy::{Findings, Policy},
    post::Post,
    taxonomy::{IndicatorIndex, Taxonomy, TextType},
    text::{
        AnalyzedText, Analyzer, EntityKind, Gazetteer, Language, Lexicon, PayTable, Span,
        entities::{Money, Period},
    },
};

/// Fewer words made of letters have no form (specification, section 2: too little text).
const FEW_WORDS: usize = 5;

/// Indicators about something that is missing. A fragment cannot show them: of what it leaves out
/// nothing is known (specification, section 11: "silence in a fragment is `unclear`").
pub(crate) const ABOUT_SILENCE: [&str; 2] = ["vague_job_description", "anonymous_recruiter"];

/// Reads posts: a bundle, unpacked and ready.
#[derive(Debug)]
pub struct Classifier {
    domain: Domain,
    model: Model,
    stamp: ModelStamp,
}

/// Everything of a bundle but the fitted numbers: what a fit starts from, too.
#[derive(Debug)]
pub struct Domain {
    /// Text types and indicators.
    pub taxonomy: Taxonomy,
    /// The rules from indicators to a level.
    pub policy: Policy,
    /// Finds concepts, values and places in texts.
    pub analyzer: Analyzer,
    /// Makes features of what was found.
    pub maker: FeatureMaker,
}

impl Domain {
    /// Unpacks the domain files that `file` gives by name, with a tokenizer and feature settings.
    ///
    /// # Errors
    ///
    /// Names the file that cannot be read, and why.
    pub fn read<'a>(
        file: impl Fn(&str) -> Result<&'a str, ModelError>,
        tokenizer: &[u8],
        settings: crate::features::FeatureSettings,
    ) -> Result<Self, ModelError> {
        let taxonomy = Taxonomy::from_toml(file("taxonomy.toml")?).map_err(bad("taxonomy.toml"))?;
        let policy =
            Policy::from_toml(file("policy.toml")?, &taxonomy).map_err(bad("policy.toml"))?;
        let lexicon = Lexicon::from_toml(file("lexicon.toml")?).map_err(bad("lexicon.toml"))?;
        let places = Gazetteer::from_toml(file("places.toml")?).map_err(bad("places.toml"))?;
        let pay = PayTable::from_toml(file("pay.toml")?).map_err(bad("pay.toml"))?;
        let subwords = Subwords::from_json(tokenizer).map_err(bad("tokenizer.json"))?;
        let analyzer = Analyzer::new(lexicon, places);
        let atoms = AtomFinder::new(&analyzer, pay);
        let maker = FeatureMaker::new(atoms, subwords, settings);
        Ok(Self { taxonomy, policy, analyzer, maker })
    }

    /// The heads that a model of this domain has.
    pub fn head_names(&self) -> HeadNames {
        HeadNames {
            indicators: self.taxonomy.indicators().iter().map(|i| i.id.clone()).collect(),
            text_types: TextType::ALL.iter().map(|text_type| text_type.id().to_owned()).collect(),
        }
    }
}

fn bad<E: std::fmt::Display>(file: &'static str) -> impl Fn(E) -> ModelError {
    move |error| ModelError::Domain { file: file.to_owned(), reason: error.to_string() }
}

impl Classifier {
    /// The classifier that is compiled in.
    ///
    /// # Errors
    ///
    /// When this build was made from a damaged tree.
    pub fn embedded() -> Result<Self, ModelError> {
        Self::from_bundle(&Bundle::embedded()?)
    }

    /// Loads the bundle in directory `path`.
    ///
    /// # Errors
    ///
    /// When the bundle is damaged, too new or not one.
    pub fn load(path: &Path) -> Result<Self, ModelError> {
        Self::from_bundle(&Bundle::load(path)?)
    }

    /// Unpacks `bundle`.
    ///
    /// # Errors
    ///
    /// When a file of it cannot be used.
    pub fn from_bundle(bundle: &Bundle) -> Result<Self, ModelError> {
        let manifest = bundle.manifest();
        let tokenizer = bundle.file("tokenizer.json")?;
        let domain = Domain::read(|name| bundle.text(name), tokenizer, manifest.features.clone())?;
        let model = bundle.model(domain.head_names())?;
        let stamp = ModelStamp {
            name: manifest.name.clone(),
            version: manifest.version.clone(),
            sha256: bundle.sha256().to_owned(),
        };
        Ok(Self { domain, model, stamp })
    }

    /// What is looked for.
    pub fn taxonomy(&self) -> &Taxonomy {
        &self.domain.taxonomy
    }

    /// The rules.
    pub fn policy(&self) -> &Policy {
        &self.domain.policy
    }

    /// Finds concepts, values and places in texts.
    pub fn analyzer(&self) -> &Analyzer {
        &self.domain.analyzer
    }

    /// The confidence from which each indicator is present, in the order of the taxonomy.
    pub fn thresholds(&self) -> Vec<f64> {
        let heads = 0..self.model.names().indicators.len();
        heads.map(|head| self.model.calibration(head).threshold).collect()
    }

    /// Assesses one post. Never fails: what cannot be judged has a level that says so.
    pub fn assess(&self, post: &Post) -> Assessment {
        self.assess_with_margins(post).0
    }

    /// The record of one post and the margins that it was decided by, from one reading.
    pub fn assess_with_margins(&self, post: &Post) -> (Assessment, Margins) {
        let text = self.domain.analyzer.analyze(&post.text);
        let prepared = self.domain.maker.prepare(&text, &self.domain.analyzer);
        let margins = self.model.margins(&self.domain.maker, &prepared);
        let reading = Reading { classifier: self, post, text: &text, prepared: &prepared, margins };
        (reading.assessment(), reading.margins)
    }

    /// The margins of one post: what [`Self::assess`] decides by. For tests and for training.
    pub fn margins(&self, text: &str) -> Margins {
        let text = self.domain.analyzer.analyze(text);
        let prepared = self.domain.maker.prepare(&text, &self.domain.analyzer);
        self.model.margins(&self.domain.maker, &prepared)
    }

    /// The exact account of dense head number `head` for `text`.
    pub fn explain(&self, text: &str, head: usize) -> explain::Explanation {
        let text = self.domain.analyzer.analyze(text);
        let prepared = self.domain.maker.prepare(&text, &self.domain.analyzer);
        let margins = self.model.margins(&self.domain.maker, &prepared);
        explain::explain(&self.model, &self.domain.maker, &prepared, &margins, head)
    }
}

/// One post on its way from margins to the record.
struct Reading<'a> {
    classifier: &'a Classifier,
    post: &'a Post,
    text: &'a AnalyzedText,
    prepared: &'a Prepared<'a>,
    margins: Margins,
}

impl Reading<'_> {
    fn assessment(&self) -> Assessment {
        let (text_type, text_type_confidence) = self.text_type();
        let states = self.states(text_type);
        let findings = self.findings(text_type, &states);
        let outcome = self.classifier.domain.policy.evaluate(&findings);
        // The text path ends before indicators are looked at: nothing of them is shown.
        let is_scored = outcome.level.rung().is_some() || !outcome.notices.is_empty();
        let shown = if is_scored { states } else { BTreeMap::new() };
        let points = CodePoints::new(&self.post.text, self.contact_spans());
        Assessment {
            schema: SCHEMA,
            id: self.post.id.as_str().to_owned(),
            score: self.score(),
            level: outcome.level,
            rules: outcome.rules,
            reason: outcome.reason,
            text_type: text_type.id().to_owned(),
            text_type_confidence,
            languages: findings.languages,
            indicators: self.indicators(&shown, &findings.present, &points),
            protective: self.protective(&shown, &points),
            places: self.places(&points),
            pay: self.pay(),
            contacts: self.contacts(),
            notices: outcome.notices,
            obfuscated_tokens: self.text.normalized.obfuscated_tokens(),
            model: self.classifier.stamp.clone(),
        }
    }

    /// The score does not depend on the text type that was chosen, only on whether the text can be
    /// read: a plea taken for an advert, or the reverse, must not jump to the end of a ranking.
    fn score(&self) -> f64 {
        let score = self.margins.probabilities.last().copied().unwrap_or(0.0);
        if self.text.is_supported() { score } else { 0.0 }
    }

    /// The likeliest text type, and its probability.
    ///
    /// A plea for help comes before all others as soon as it is as likely as its threshold. Of
    /// fewer than [`FEW_WORDS`] words, or in a language that we do not read, no form can be told:
    /// such a text is taken for an offer, the first type, so that the rules can say what is wrong.
    /// A cry for help in words that we know is heard in it all the same.
    fn text_type(&self) -> (TextType, f64) {
        let model = &self.classifier.model;
        let heads = model.names().text_type_heads();
        let probability = |at: usize| self.margins.probabilities[heads.start + at];
        let most = (0..heads.len())
            .reduce(|best, at| if probability(at) > probability(best) { at } else { best })
            .expect("there are nine text types");
        let is_plea = |at: &usize| {
            TextType::ALL[*at] == TextType::HelpRequest
                && probability(*at) >= model.calibration(heads.start + at).threshold
        };
        let unread = !self.text.is_supported();
        if unread && !self.cries_for_help() {
            return (TextType::ALL[0], probability(0));
        }
        let few = unread || self.text.letter_words < FEW_WORDS;
        let formless = few && TextType::ALL[most] != TextType::HelpRequest;
        let best = (0..heads.len()).find(is_plea).unwrap_or(if formless { 0 } else { most });
        (TextType::ALL[best], probability(best))
    }

    /// Whether the lexicon's words of a plea stand in the text.
    fn cries_for_help(&self) -> bool {
        let help = self.classifier.domain.maker.table().find("HELP");
        help.is_some_and(|help| self.prepared.atoms.mentions.iter().any(|m| m.atom == help))
    }

    /// The state of each indicator that is not absent, by its number.
    fn states(&self, text_type: TextType) -> BTreeMap<usize, State> {
        let classifier = self.classifier;
        // Where next to nothing is said, what is missing is no sign either.
        let words = self.text.letter_words;
        let says_nothing =
            words == 0 || (words < FEW_WORDS && self.prepared.atoms.mentions.is_empty());
        if says_nothing || !classifier.domain.taxonomy.text_type(text_type).scored {
            return BTreeMap::new();
        }
        (0..classifier.model.names().indicators.len())
            .filter_map(|head| {
                let calibration = classifier.model.calibration(head);
                let probability = self.margins.probabilities[head];
                let is_silent = words < FEW_WORDS
                    && ABOUT_SILENCE.contains(&classifier.model.names().indicators[head].as_str());
                let state = if probability >= calibration.threshold && !is_silent {
                    State::Present
                } else if probability >= calibration.unclear {
                    State::Unclear
                } else {
                    return None;
                };
                Some((head, state))
            })
            .collect()
    }

    fn findings(&self, text_type: TextType, states: &BTreeMap<usize, State>) -> Findings {
        let domain = &self.classifier.domain;
        let evidence = KindEvidence::new(self.prepared, domain.maker.table());
        let present: BTreeMap<IndicatorIndex, Option<String>> = domain
            .taxonomy
            .iter()
            .filter(|(index, _)| states.get(&usize::from(index.0)) == Some(&State::Present))
            .map(|(index, indicator)| (index, kind_of(indicator, &evidence)))
            .collect();
        let abroad = domain.maker.table().whole(Whole::Abroad);
        Findings {
            text_type,
            offer_quoted: self.offer_quoted(),
            languages: self.languages(),
            words: self.text.letter_words,
            abroad: self.prepared.atoms.whole.binary_search(&abroad).is_ok(),
            present,
        }
    }

    /// A question quotes an offer when it says what work, where or for how much.
    fn offer_quoted(&self) -> bool {
        let table = self.classifier.domain.maker.table();
        let whole = &self.prepared.atoms.whole;
        let lacks = |fact: Whole| whole.binary_search(&table.whole(fact)).is_ok();
        !lacks(Whole::NoTask) || !lacks(Whole::NoPay) || !lacks(Whole::NoPlace)
    }

    fn languages(&self) -> Vec<String> {
        self.text.languages.iter().map(|language: &Language| language.code().to_owned()).collect()
    }

    fn indicators(
        &self,
        states: &BTreeMap<usize, State>,
        present: &BTreeMap<IndicatorIndex, Option<String>>,
        points: &CodePoints<'_>,
    ) -> Vec<IndicatorFinding> {
        let taxonomy = &self.classifier.domain.taxonomy;
        let found = taxonomy.iter().filter(|(_, indicator)| !indicator.is_protective());
        found
            .filter_map(|(index, indicator)| {
                let head = usize::from(index.0);
                let state = *states.get(&head)?;
                let dimension = indicator.dimension.map(|dimension| dimension.id().to_owned());
                Some(IndicatorFinding {
                    id: indicator.id.clone(),
                    kind: present.get(&index).cloned().flatten(),
                    group: indicator.group.clone(),
                    dimension: dimension.unwrap_or_default(),
                    strength: indicator.strength.id().to_owned(),
                    state,
                    confidence: self.margins.probabilities[head],
                    spans: self.quotes(head, points),
                })
            })
            .collect()
    }

    fn protective(
        &self,
        states: &BTreeMap<usize, State>,
        points: &CodePoints<'_>,
    ) -> Vec<ProtectiveFinding> {
        let taxonomy = &self.classifier.domain.taxonomy;
        let found = taxonomy.iter().filter(|(_, indicator)| indicator.is_protective());
        found
            .filter_map(|(index, indicator)| {
                let head = usize::from(index.0);
                Some(ProtectiveFinding {
                    id: indicator.id.clone(),
                    state: *states.get(&head)?,
                    confidence: self.margins.probabilities[head],
                    spans: self.quotes(head, points),
                })
            })
            .collect()
    }

    fn quotes(&self, head: usize, points: &CodePoints<'_>) -> Vec<Quote> {
        let Classifier { domain, model, .. } = self.classifier;
        explain::evidence_spans(model, &domain.maker, self.prepared, &self.margins, head)
            .into_iter()
            .map(|span| points.quote(span))
            .collect()
    }

    fn places(&self, points: &CodePoints<'_>) -> Vec<PlaceFinding> {
        let gazetteer = self.classifier.domain.analyzer.gazetteer();
        self.text
            .places
            .iter()
            .map(|mention| {
                let place = gazetteer.place(mention.place);
                let span = self.text.normalized.original_span(mention.range.clone());
                PlaceFinding {
                    name: place.name.clone(),
                    country: place.country.clone(),
                    risk: place.risk.map(|risk| risk.as_str().to_owned()),
                    span: points.plain(span),
                }
            })
            .collect()
    }

    fn pay(&self) -> Option<PayFinding> {
        let money = self.text.entities.iter().filter_map(|entity| match &entity.kind {
            EntityKind::Money(money) => Some(money),
            _ => None,
        });
        let of_month = |money: &&Money| money.period == Period::Month;
        let best = money
            .clone()
            .find(of_month)
            .or_else(|| money.clone().find(|money| !matches!(money.period, Period::Once)))?;
        Some(PayFinding {
            min: best.min,
            max: best.max,
            currency: best.currency.map(|currency| currency.code().to_owned()),
            period: best.period,
        })
    }

    /// Where contacts stand in the post as received.
    fn contact_spans(&self) -> Vec<Span> {
        let entities = self.text.entities.iter();
        let contacts = entities.filter(|entity| matches!(entity.kind, EntityKind::Contact(_)));
        contacts.map(|e| self.text.normalized.original_span(e.range.clone())).collect()
    }

    fn contacts(&self) -> Vec<ContactFinding> {
        let text = self.text.normalized.as_str();
        self.text
            .entities
            .iter()
            .filter_map(|entity| match entity.kind {
                EntityKind::Contact(kind) => Some(ContactFinding {
                    kind: kind.as_str().to_owned(),
                    masked: crate::text::entities::mask(
                        kind,
                        text.get(entity.range.clone()).unwrap_or_default(),
                    ),
                }),
                _ => None,
            })
            .collect()
    }
}

/// Turns bytes of a text into code points, and quotes it without contacts. One pass over the
/// text, then a look-up each.
struct CodePoints<'a> {
    text: &'a str,
    starts: Vec<u32>,
    contacts: Vec<Span>,
}

/// Stands in a quotation for each code point of a contact.
const HIDDEN: char = '•';

impl<'a> CodePoints<'a> {
    fn new(text: &'a str, contacts: Vec<Span>) -> Self {
        let starts =
            text.char_indices().map(|(at, _)| u32::try_from(at).unwrap_or(u32::MAX)).collect();
        Self { text, starts, contacts }
    }

    fn point(&self, byte: u32) -> u32 {
        let point = self.starts.partition_point(|start| *start < byte);
        u32::try_from(point).unwrap_or(u32::MAX)
    }

    fn plain(&self, span: Span) -> PlainSpan {
        PlainSpan { start: self.point(span.start), end: self.point(span.end) }
    }

    fn quote(&self, span: Span) -> Quote {
        let PlainSpan { start, end } = self.plain(span);
        let words = span.slice(self.text).unwrap_or_default();
        let contacts: Vec<Span> =
            self.contacts.iter().copied().filter(|contact| contact.overlaps(span)).collect();
        let is_hidden = |at: u32| contacts.iter().any(|c| (c.start..c.end).contains(&at));
        let text = words
            .char_indices()
            .map(|(at, c)| (span.start + u32::try_from(at).unwrap_or(u32::MAX - span.start), c))
            .map(|(at, c)| if is_hidden(at) && c.is_alphanumeric() { HIDDEN } else { c })
            .collect();
        Quote { start, end, text }
    }
}
