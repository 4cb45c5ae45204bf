//! Places: which towns and countries a post names, and what is known of them.
//!
//! ```text
//! "kerja admin ke poipet" --find--> [poipet 15..21, Cambodia, SCAM_HUB]
//! ```
//!
//! The names are data (`places.toml`). One Aho-Corasick automaton reads the
//! normalised view once; the longest name on word boundaries wins. A short or
//! everyday form ("kl", "tw", "batu") counts only with another cue, and flowers,
//! streets, dishes, languages and firms that bear a place's name are passed over.
//!
//! Pure and deterministic. The cost is linear in the text.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use aho_corasick::AhoCorasick;
use serde::{Deserialize, Serialize};

use super::chars;

/// What a place stands for, as section 8 of the specification names it.
///
/// None is a verdict by itself: see [`Risk::condition`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Risk {
    /// Scam compounds: any work offered there.
    ScamHub,
    /// A scam hub for computer, chat, sales or unnamed work only.
    #[serde(rename = "SCAM_HUB_IF_REMOTE_WORK")]
    ScamHubConditional,
    /// Closed to placement with individual employers.
    Closed,
    /// Placement often goes past the procedure.
    Unprocedural,
    /// A way station inside Indonesia.
    Transit,
    /// Sexual exploitation inside the country.
    DomesticSex,
    /// Ports of distant-water fishing.
    Fishing,
    /// Marriage brokers.
    Bride,
    /// Trade in organs.
    Organ,
}

/// What else a post must say before a [`Risk`] makes an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Nothing: any work there.
    AnyWork,
    /// Computer, chat, sales, marketing, crypto, gaming or unnamed work.
    RemoteOrUnnamedWork,
    /// Household work or unnamed work.
    HouseholdOrUnnamedWork,
    /// A broker, a sea or land route, tourist entry, a fee, a deduction or a group departure.
    BrokerOrRoute,
    /// It never makes an indicator; a reviewer may want to know.
    ContextOnly,
}

impl Risk {
    /// What else the post must say.
    pub fn condition(self) -> Condition {
        match self {
            Self::ScamHub => Condition::AnyWork,
            Self::ScamHubConditional => Condition::RemoteOrUnnamedWork,
            Self::Closed => Condition::HouseholdOrUnnamedWork,
            Self::Unprocedural => Condition::BrokerOrRoute,
            _ => Condition::ContextOnly,
        }
    }

    /// The name in records: `SCAM_HUB`, `CLOSED`, …; a conditional hub is a `SCAM_HUB` there.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ScamHub | Self::ScamHubConditional => "SCAM_HUB",
            Self::Closed => "CLOSED",
            Self::Unprocedural => "UNPROCEDURAL",
            Self::Transit => "TRANSIT",
            Self::DomesticSex => "DOMESTIC_SEX",
            Self::Fishing => "FISHING",
            Self::Bride => "BRIDE",
            Self::Organ => "ORGAN",
        }
    }
}

/// How large a place is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PlaceKind {
    /// A state, or a group of states (`XX`, `EU`).
    Country,
    /// A province, an isle of provinces.
    Region,
    /// A city, town or district.
    City,
    /// A harbour, airport or crossing.
    Port,
    /// An island.
    Island,
    /// One walled site.
    Compound,
}

/// One row of the place list.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct Place {
    /// English name, for records.
    pub name: String,
    /// ISO 3166 alpha-2; `XX` for the Middle East as a whole, `EU` for Europe.
    pub country: String,
    /// How large it is.
    pub kind: PlaceKind,
    /// Its main type; `None` is a normal destination.
    pub risk: Option<Risk>,
    /// Further types.
    #[serde(default)]
    pub also_risk: Vec<Risk>,
    /// 1, or 2 for a minor place.
    pub tier: u8,
    /// When the row was last looked at.
    pub year: u16,
    /// `spec section 8` or `general knowledge`.
    pub source: String,
    /// What a maintainer should know.
    pub note: Option<String>,
    #[serde(default)]
    forms: Vec<String>,
    #[serde(default)]
    ambiguous: Vec<String>,
    #[serde(default)]
    common: Vec<String>,
}

impl Place {
    /// Whether the place bears `risk`, as its main type or as a further one.
    pub fn has_risk(&self, risk: Risk) -> bool {
        self.risk == Some(risk) || self.also_risk.contains(&risk)
    }
}

/// One place named in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlaceMention {
    /// Index for [`Gazetteer::place`].
    pub place: usize,
    /// Bytes of the normalised text, on `char` boundaries.
    pub range: Range<usize>,
    /// The form alone would not have been enough; a cue stood near.
    pub ambiguous: bool,
}

/// The place list, ready to search.
#[derive(Clone, Debug)]
pub struct Gazetteer {
    places: Vec<Place>,
    automaton: AhoCorasick,
    /// By pattern of the automaton; empty for a phrase that is no place.
    owners: Vec<Vec<Owner>>,
    guards: NotPlaces,
}

#[derive(Clone, Copy, Debug)]
struct Owner {
    place: usize,
    certainty: Certainty,
}

/// How much a form says by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Certainty {
    Sure,
    Ambiguous,
    Common,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct NotPlaces {
    phrases: Vec<String>,
    words_before: Vec<String>,
    pairs_before: Vec<String>,
    titles: Vec<String>,
    words_after: Vec<String>,
}

#[derive(Deserialize)]
struct PlaceFile {
    #[serde(default)]
    not_places: NotPlaces,
    #[serde(default)]
    place: Vec<Place>,
}

/// Words of Indonesian and Malay that make a place of what follows.
const NEAR_PREPOSITIONS: &[&str] = &[
    "ke",
    "di",
    "dari",
    "kat",
    "negara",
    "kota",
    "daerah",
    "wilayah",
    "kawasan",
    "tujuan",
    "area",
    "pulau",
    "kab",
    "kabupaten",
    "provinsi",
    "tki",
    "tkw",
    "pmi",
    "via",
    "penempatan",
    "domisili",
    "loker",
    "lokasi",
    "bandar",
    "bandara",
    "pelabuhan",
    "seputar",
    "sekitar",
];
/// Words of work: enough before a short form, too weak before an everyday word.
const WORK_WORDS: &[&str] = &["kerja", "prt", "art", "sebelah", "job", "jobs"];
/// English ones: too weak before an everyday word ("to us", "in my").
const ENGLISH_PREPOSITIONS: &[&str] = &["to", "in", "at", "from", "near"];

struct Hit {
    range: Range<usize>,
    pattern: usize,
}

impl Gazetteer {
    /// Reads a place list.
    ///
    /// # Errors
    ///
    /// When `text` is no TOML, or a row lacks a field or names an unknown type.
    ///
    /// # Panics
    ///
    /// When the list is too large for an automaton (billions of forms).
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        let file: PlaceFile = toml::from_str(text)?;
        let mut index: BTreeMap<&str, Vec<Owner>> = BTreeMap::new();
        for phrase in &file.not_places.phrases {
            index.entry(phrase).or_default();
        }
        for (place, row) in file.place.iter().enumerate() {
            let kinds = [
                (&row.forms, Certainty::Sure),
                (&row.ambiguous, Certainty::Ambiguous),
                (&row.common, Certainty::Common),
            ];
            for (forms, certainty) in kinds {
                for form in forms.iter().filter(|form| !form.is_empty()) {
                    index.entry(form).or_default().push(Owner { place, certainty });
                }
            }
        }
        // Overlapping search and a choice of our own, not `LeftmostLongest`: a longest match that
        // ends inside a word ("jawa barat" in "jawa baratnya") must not hide the shorter one.
        let automaton = AhoCorasick::new(index.keys()).expect("a list of names fits an automaton");
        let owners = index.into_values().collect();
        Ok(Self { places: file.place, automaton, owners, guards: file.not_places })
    }

    /// The row of a mention.
    ///
    /// # Panics
    ///
    /// When `index` is not below [`Gazetteer::len`].
    pub fn place(&self, index: usize) -> &Place {
        &self.places[index]
    }

    /// How many places there are.
    pub fn len(&self) -> usize {
        self.places.len()
    }

    /// Whether the list has no row.
    pub fn is_empty(&self) -> bool {
        self.places.is_empty()
    }

    /// The words of all sure forms, for repairing spaced and disguised letters.
    pub fn vocabulary(&self) -> Vec<String> {
        let forms = self.places.iter().flat_map(|place| &place.forms);
        let words = forms.flat_map(|form| form.split_whitespace());
        words.filter(|word| word.len() > 3).map(str::to_owned).collect()
    }

    /// Whether a place lies outside `home` (an ISO code).
    pub fn is_foreign(&self, index: usize, home: &str) -> bool {
        self.place(index).country != home
    }

    /// The places `normalized` names, in reading order, without overlaps.
    pub fn find(&self, normalized: &str) -> Vec<PlaceMention> {
        let hits = self.hits(normalized);
        let countries = self.sure_countries(&hits);
        let listed = self.listed(normalized, &hits);
        let mentions = hits.iter().zip(listed).filter_map(|(hit, in_list)| {
            let owner = self.owner(normalized, hit, &countries, in_list)?;
            let ambiguous = owner.certainty != Certainty::Sure;
            Some(PlaceMention { place: owner.place, range: hit.range.clone(), ambiguous })
        });
        mentions.collect()
    }

    /// The leftmost, then longest names that stand as words and are not something else.
    fn hits(&self, text: &str) -> Vec<Hit> {
        let mut found: Vec<Hit> = self
            .automaton
            .find_overlapping_iter(text)
            .map(|hit| Hit { range: hit.range(), pattern: hit.pattern().as_usize() })
            .filter(|hit| stands_alone(text, &hit.range))
            .collect();
        found.sort_by_key(|hit| (hit.range.start, usize::MAX - hit.range.end));
        let mut end = 0;
        found.retain(|hit| {
            let free = hit.range.start >= end;
            if free {
                end = hit.range.end;
            }
            free
        });
        let mut language_end = None;
        found.retain(|hit| {
            let Some(owner) = self.owners[hit.pattern].first() else { return false };
            // "bahasa inggris dan jepang": the second one is a language as well.
            let after_language =
                language_end.is_some_and(|end| joins(text.get(end..hit.range.start)));
            let barred = after_language || self.is_barred(text, &hit.range, owner.place);
            let language = after_language || word_before(text, hit.range.start) == "bahasa";
            if language {
                language_end = Some(hit.range.end);
            }
            !barred
        });
        found
    }

    /// Whether the words around a name make something else of it.
    fn is_barred(&self, text: &str, range: &Range<usize>, place: usize) -> bool {
        let before = word_before(text, range.start);
        let has = |list: &[String], word: &str| list.iter().any(|entry| entry == word);
        let guards = &self.guards;
        if !before.is_empty() {
            let is_person =
                self.places[place].kind != PlaceKind::Country && has(&guards.titles, before);
            if is_person || has(&guards.words_before, before) {
                return true;
            }
            let start = range.start - text_before(text, range.start).len();
            let pair = text.get(start..range.start).map(str::trim_end).unwrap_or_default();
            if guards.pairs_before.iter().any(|entry| same_words(entry, pair)) {
                return true;
            }
        }
        let after = text.get(range.end..).unwrap_or_default();
        let next = after.strip_prefix(' ').map(first_word).unwrap_or_default();
        after.starts_with(".co") || has(&guards.words_after, next)
    }

    fn sure_countries(&self, hits: &[Hit]) -> BTreeSet<&str> {
        let owners = hits.iter().flat_map(|hit| &self.owners[hit.pattern]);
        let sure = owners.filter(|owner| owner.certainty == Certainty::Sure);
        sure.map(|owner| self.places[owner.place].country.as_str()).collect()
    }

    /// For each hit, whether it stands in a list of countries ("hk/tw/sg").
    fn listed(&self, text: &str, hits: &[Hit]) -> Vec<bool> {
        let is_country = |hit: &Hit| {
            self.owners[hit.pattern].iter().any(|owner| {
                owner.certainty != Certainty::Common
                    && self.places[owner.place].kind == PlaceKind::Country
            })
        };
        let mut listed = vec![false; hits.len()];
        for (index, pair) in hits.windows(2).enumerate() {
            let [left, right] = pair else { continue };
            let joined = joins(text.get(left.range.end..right.range.start));
            if joined && is_country(left) && is_country(right) {
                listed[index] = true;
                listed[index + 1] = true;
            }
        }
        listed
    }

    /// Whose name it is here; `None` when no cue makes a place of an ambiguous form.
    fn owner(&self, text: &str, hit: &Hit, sure: &BTreeSet<&str>, in_list: bool) -> Option<Owner> {
        let owners = &self.owners[hit.pattern];
        let word = word_before(text, hit.range.start);
        let near = NEAR_PREPOSITIONS.contains(&word);
        let preposition =
            near || WORK_WORDS.contains(&word) || ENGLISH_PREPOSITIONS.contains(&word);
        let same_country =
            |owner: &&Owner| sure.contains(&self.places[owner.place].country.as_str());
        let counts = |owner: &&Owner| match owner.certainty {
            Certainty::Sure => true,
            _ if in_host(text, &hit.range) => false,
            Certainty::Ambiguous => preposition || in_list || same_country(owner),
            Certainty::Common => near,
        };
        let fitting = || owners.iter().filter(counts);
        fitting().find(same_country).or_else(|| fitting().next()).copied()
    }
}

/// Whether no letter or digit touches the range; scripts without spaces need no boundary.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let is_word = |c: char| chars::is_alphanumeric(c) || matches!(c, '_' | '$');
    let name = text.get(range.clone()).unwrap_or_default();
    if !name.is_ascii() {
        return true;
    }
    let before = text.get(..range.start).and_then(|head| head.chars().next_back());
    let after = text.get(range.end..).and_then(|tail| tail.chars().next());
    !before.is_some_and(|c| is_word(c) || c == '@') && !after.is_some_and(is_word)
}

/// Whether a point ties the range to letters, as in "contoh.com.sg".
fn in_host(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(chars::is_alphanumeric);
    let head = text.get(..range.start).and_then(|head| head.strip_suffix('.'));
    let tail = text.get(range.end..).and_then(|tail| tail.strip_prefix('.'));
    head.is_some_and(|head| letter(head.chars().next_back()))
        || tail.is_some_and(|tail| letter(tail.chars().next()))
}

/// The word directly before `at`, across one space, full stop or hash; empty when there is none.
fn word_before(text: &str, at: usize) -> &str {
    let head = text.get(..at).unwrap_or_default();
    let trimmed = head.trim_end_matches([' ', '.', '#', '"', '(']);
    if trimmed.len() == head.len() { "" } else { last_word(trimmed) }
}

/// The two words before `at`, with what stands between.
fn text_before(text: &str, at: usize) -> &str {
    let head = text.get(..at).unwrap_or_default();
    let gap = |text: &str| text.trim_end_matches([' ', '.']).len();
    let one = gap(head) - last_word(head.get(..gap(head)).unwrap_or_default()).len();
    let rest = head.get(..one).unwrap_or_default();
    let two = gap(rest) - last_word(rest.get(..gap(rest)).unwrap_or_default()).len();
    head.get(two..).unwrap_or_default()
}

fn last_word(text: &str) -> &str {
    let start = text.rfind(|c: char| !chars::is_alphanumeric(c));
    let start = start.map_or(0, |at| {
        at + text.get(at..).and_then(|t| t.chars().next()).map_or(0, char::len_utf8)
    });
    text.get(start..).unwrap_or_default()
}

fn first_word(text: &str) -> &str {
    text.split(|c: char| !chars::is_alphanumeric(c)).next().unwrap_or_default()
}

/// Whether two phrases have the same words, whatever stands between them.
fn same_words(left: &str, right: &str) -> bool {
    let words = |text| str::split(text, [' ', '.']).filter(|word| !word.is_empty());
    words(left).eq(words(right))
}

/// Whether a gap only joins two items of a list.
fn joins(gap: Option<&str>) -> bool {
    gap.is_some_and(|gap| {
        gap.len() <= 8
            && matches!(gap.trim(), "/" | "," | "&" | "|" | "+" | "dan" | "and" | "atau" | "or")
    })
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;

    static GAZETTEER: LazyLock<Gazetteer> = LazyLock::new(|| {
        Gazetteer::from_toml(include_str!("../../models/domain/places.toml")).unwrap()
    });

    fn names(text: &str) -> Vec<&'static str> {
        let mentions = GAZETTEER.find(text);
        mentions.iter().map(|m| GAZETTEER.place(m.place).name.as_str()).collect()
    }

    #[test]
    fn a_place_is_named_by_its_longest_form_on_word_boundaries() {
        let cases: &[(&str, &[&str])] = &[
            ("", &[]),
            ("kerja admin di kamboja gaji besar", &["Cambodia"]),
            ("cs online phnom penh kamboja", &["Phnom Penh"]),
            ("kerja ke poipet, berangkat dari batam", &["Poipet", "Batam"]),
            ("labuan bajo", &["Manggarai"]),
            ("pulau labuan", &["Labuan"]),
            ("job kilang di johor bahru, malaysia", &["Johor Bahru", "Malaysia"]),
            ("kerja di jawa baratnya", &["Java"]),
            ("kambojaku", &[]),
            ("#kamboja", &["Cambodia"]),
            ("@kamboja_jobs", &[]),
            ("去柬埔寨工作", &["Cambodia"]),
            ("timur tengah", &["Middle East"]),
            ("tempat di kk park, myawaddy", &["KK Park", "Myawaddy"]),
            ("karimun jawa", &[]),
        ];
        for (text, expected) in cases {
            assert_eq!(&names(text), expected, "{text:?}");
        }
    }

    #[test]
    fn flowers_streets_dishes_languages_and_persons_are_no_places() {
        let cases = [
            "bunga kamboja",
            "jalan kamboja no 5",
            "jl. kamboja",
            "jl. raya kamboja 3",
            "perumahan kamboja indah",
            "rumah makan padang",
            "nasi padang",
            "soto lamongan",
            "pecel lele lamongan",
            "restoran bali",
            "bank jakarta",
            "bahasa inggris",
            "bahasa inggris dan jepang",
            "bahasa jepang / korea / thailand",
            "hubungi pak medan",
            "pt korea jaya",
            "singapore airlines",
            "as soon as possible, contact us in my office",
            "di bawah ini",
            "tambang batu bara",
        ];
        for text in cases {
            assert_eq!(names(text), [""; 0], "{text:?}");
        }
    }

    #[test]
    fn an_ambiguous_form_needs_a_cue() {
        let cases: &[(&str, &[&str])] = &[
            ("hk", &[]),
            ("gaji sg besar", &[]),
            ("kerja di sg", &["Singapore"]),
            ("kerja pabrik ke tw", &["Taiwan"]),
            ("loker malang hari ini", &["Malang"]),
            ("nasibku malang", &[]),
            ("tki hk/tw/sg", &["Hong Kong", "Taiwan", "Singapore"]),
            ("tkw ke arab", &["Saudi Arabia"]),
            ("kerja prt ke arab saudi", &["Saudi Arabia"]),
            ("gaji hk$ 5,100", &[]),
            ("malaysia, kl area", &["Malaysia", "Kuala Lumpur"]),
            ("penempatan batam: nagoya", &["Batam", "Nagoya Batam"]),
            ("apply to us", &[]),
            ("lihat contoh.com.sg singapore", &["Singapore"]),
            ("di rak, di my store", &[]),
            ("ke us gaji dolar", &["United States"]),
        ];
        for (text, expected) in cases {
            assert_eq!(&names(text), expected, "{text:?}");
        }
        assert!(GAZETTEER.find("pabrik ke tw")[0].ambiguous);
        assert!(!GAZETTEER.find("hong kong")[0].ambiguous);
    }

    #[test]
    fn the_nineteen_states_are_closed_and_the_hubs_know_their_condition() {
        let states = [
            "SA", "AE", "QA", "KW", "OM", "BH", "JO", "LB", "SY", "IQ", "LY", "YE", "EG", "DZ",
            "MA", "MR", "PS", "SD", "TN",
        ];
        for state in states {
            let country = GAZETTEER.places.iter().find(|place| place.country == state);
            assert!(country.is_some_and(|place| place.has_risk(Risk::Closed)), "{state}");
        }
        let risk = |text| GAZETTEER.place(GAZETTEER.find(text)[0].place).risk;
        assert_eq!(risk("kamboja"), Some(Risk::ScamHub));
        assert_eq!(risk("bangkok"), Some(Risk::ScamHubConditional));
        assert_eq!(risk("johor"), Some(Risk::Unprocedural));
        assert_eq!(risk("korea"), None);
        assert_eq!(Risk::ScamHub.condition(), Condition::AnyWork);
        assert_eq!(Risk::ScamHubConditional.condition(), Condition::RemoteOrUnnamedWork);
        let dubai = GAZETTEER.find("dubai")[0].place;
        assert!(GAZETTEER.place(dubai).has_risk(Risk::ScamHubConditional));
        assert!(GAZETTEER.is_foreign(dubai, "ID") && !GAZETTEER.is_foreign(dubai, "AE"));
    }

    #[test]
    fn a_row_that_names_an_unknown_type_is_refused() {
        let row = "[[place]]\nname='X'\ncountry='XX'\nkind='city'\nrisk='NOPE'\ntier=1\nyear=1\nsource=''";
        assert!(Gazetteer::from_toml(row).is_err());
        assert!(Gazetteer::from_toml("").unwrap().is_empty());
    }

    proptest! {
        #[test]
        fn mentions_lie_on_boundaries_in_order(
            words in prop::collection::vec(
                prop_oneof![".{0,6}", "(ke|di|jl\\.|bahasa|bunga) ", "(kamboja|hk|sg|batam|kk park|柬埔寨)[ ,/]?"],
                0..12,
            ),
        ) {
            let text = words.concat();
            let mut last = 0;
            for mention in GAZETTEER.find(&text) {
                prop_assert!(text.get(mention.range.clone()).is_some_and(|name| !name.is_empty()));
                prop_assert!(mention.range.start >= last);
                last = mention.range.end;
            }
        }
    }
}
