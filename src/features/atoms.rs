//! Atoms: the smallest things a head can see. A concept, a typed value or a form.
//!
//! An atom is a meaning, not a word: "potong gaji" and "salary deduction" are
//! one atom, Myawaddy and Bavet are one atom, RM 8,000 and Rp 30 million for
//! chat work are one atom. What was learnt from one way of saying it holds for
//! all of them, which is what carries over to words the model has never seen.

use std::{collections::BTreeSet, ops::Range};

use crate::text::{
    AnalyzedText, Analyzer, Destination, EntityKind, Language, PayTable, Place, Risk, Sector,
    entities::{AgeRange, ContactKind, Money, OrganisationForm, Period},
};

/// Number of an atom; see [`AtomTable::name`].
pub type Atom = u16;

/// An atom found in a text. The range is bytes of the normalised view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AtomMention {
    /// Which.
    pub atom: Atom,
    /// Where.
    pub range: Range<usize>,
}

macro_rules! typed_atoms {
    ($($name:ident),* $(,)?) => {
        /// Atoms that come from typed values and not from the lexicon.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        #[allow(missing_docs, reason = "the name says it; `AtomTable` gives it to reports")]
        pub enum Typed { $($name),* }

        impl Typed {
            /// Every typed atom, in the order of its number.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// The name a report shows.
            pub fn name(self) -> &'static str {
                match self { $(Self::$name => stringify!($name)),* }
            }
        }
    };
}

typed_atoms! {
    Money, MoneyForeign, MoneyLarge, PayTooGood, PayHigh, PayOrdinary, PayByHourOrDay, PayVagueDigits,
    Phone, PhoneForeign, ChatLink, Handle, Link, ShortLink, OfficialLink, Email, FreeEmail,
    AgeMinor, AgeSeventeen, AgeAdult, AgeMaxYoung,
    HoursLong, HoursOrdinary, NoDayOff, FewDaysOff, WeeklyDayOff,
    Licence, NameRegistered, NameAgency, NameTrading,
    PlaceHub, PlaceHubConditional, PlaceClosed, PlaceUnprocedural, PlaceForeign, PlaceTransit,
    PlaceEntertainment, PlaceFishing, PlaceHome,
    QuestionMark, Exclamation, Hashtag,
}

/// Facts of a whole text that are known by what is missing or by its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[repr(u16)]
pub enum Whole {
    /// No registered, agency or trading name, and no employer word.
    NoEmployer,
    /// No name of any place.
    NoPlace,
    /// A foreign place, a foreign currency or the word for it.
    Abroad,
    /// Home places and foreign ones, or several countries.
    ManyPlaces,
    /// No occupation.
    NoTask,
    /// No pay in figures or words.
    NoPay,
    /// No contact of any kind.
    NoContact,
    /// A phone or chat contact and nothing else.
    OnlyPrivateContact,
    /// None of the words of written adverts (qualifications, responsibilities, benefits).
    NoHrProse,
    /// Fewer than twelve words.
    UnderTwelveWords,
    /// Fewer than thirty words.
    UnderThirtyWords,
    /// More than a hundred words.
    OverHundredWords,
}

impl Whole {
    /// Every one, in the order of its number.
    pub const ALL: [Self; 12] = [
        Self::NoEmployer,
        Self::NoPlace,
        Self::Abroad,
        Self::ManyPlaces,
        Self::NoTask,
        Self::NoPay,
        Self::NoContact,
        Self::OnlyPrivateContact,
        Self::NoHrProse,
        Self::UnderTwelveWords,
        Self::UnderThirtyWords,
        Self::OverHundredWords,
    ];
}

/// The atoms of one lexicon, numbered: concepts, typed values, denied concepts, whole-text facts.
#[derive(Debug)]
pub struct AtomTable {
    names: Vec<String>,
    concepts: usize,
    occupations: Vec<bool>,
}

impl AtomTable {
    /// The atoms that texts read by `analyzer` can have.
    pub fn new(analyzer: &Analyzer) -> Self {
        let concepts: Vec<&str> =
            analyzer.lexicon().concepts().iter().map(|concept| concept.name.as_str()).collect();
        let names = concepts
            .iter()
            .map(|name| (*name).to_owned())
            .chain(Typed::ALL.iter().map(|typed| typed.name().to_owned()))
            .chain(concepts.iter().map(|name| format!("not {name}")))
            .chain(Whole::ALL.iter().map(|whole| format!("{whole:?}")))
            .collect();
        let occupations = concepts
            .iter()
            .map(|name| name.starts_with("OCC_") && *name != "OCC_UNNAMED")
            .collect();
        Self { names, concepts: concepts.len(), occupations }
    }

    /// How many atoms there are.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Whether there are none; never so for a lexicon that loads.
    pub fn is_empty(&self) -> bool {
        self.names.is_empty()
    }

    /// What a report calls `atom`.
    pub fn name(&self, atom: Atom) -> &str {
        self.names.get(usize::from(atom)).map_or("?", String::as_str)
    }

    /// The atom of that name.
    pub fn find(&self, name: &str) -> Option<Atom> {
        self.names.iter().position(|known| known == name).and_then(|at| Atom::try_from(at).ok())
    }

    /// The atom of a typed value.
    pub fn typed(&self, typed: Typed) -> Atom {
        number(self.concepts + typed as usize)
    }

    /// The atom of a whole-text fact.
    pub fn whole(&self, whole: Whole) -> Atom {
        number(2 * self.concepts + Typed::ALL.len() + whole as usize)
    }

    /// The atom of a concept that a negation reaches.
    fn denied(&self, concept: u16) -> Atom {
        number(self.concepts + Typed::ALL.len() + usize::from(concept))
    }

    fn is_occupation(&self, atom: Atom) -> bool {
        self.occupations.get(usize::from(atom)).copied().unwrap_or(false)
    }
}

fn number(at: usize) -> Atom {
    Atom::try_from(at).expect("a lexicon has at most some hundred concepts")
}

/// The atoms of a text: those with a place in it, and those of the whole.
#[derive(Debug)]
pub struct Atoms {
    /// In reading order.
    pub mentions: Vec<AtomMention>,
    /// Each once, rising.
    pub whole: Vec<Atom>,
}

/// Finds the atoms of texts: joins concepts, typed values, places and pay references.
#[derive(Debug)]
pub struct AtomFinder {
    table: AtomTable,
    pay: PayTable,
}

impl AtomFinder {
    /// A finder for texts read by `analyzer`, with pay compared by `pay`.
    pub fn new(analyzer: &Analyzer, pay: PayTable) -> Self {
        Self { table: AtomTable::new(analyzer), pay }
    }

    /// The names and numbers of atoms.
    pub fn table(&self) -> &AtomTable {
        &self.table
    }

    /// The pay references.
    pub fn pay(&self) -> &PayTable {
        &self.pay
    }

    /// All atoms of `text`.
    pub fn find(&self, text: &AnalyzedText, analyzer: &Analyzer) -> Atoms {
        let mut mentions = Vec::new();
        for mention in &text.concepts {
            let atom =
                if mention.negated { self.table.denied(mention.concept) } else { mention.concept };
            mentions.push(AtomMention { atom, range: mention.range.clone() });
        }
        let places: Vec<&Place> =
            text.places.iter().map(|mention| analyzer.gazetteer().place(mention.place)).collect();
        let sector = self.sector(&mentions);
        let setting = Setting::new(Home::of(text), sector, places);
        let costs = self.cost_clauses(text, &mentions);
        for entity in &text.entities {
            let is_cost = costs.contains(&text.clause_at(entity.range.start));
            for typed in self.typed(&entity.kind, &setting, is_cost) {
                self.push(&mut mentions, typed, &entity.range);
            }
        }
        for (mention, place) in text.places.iter().zip(&setting.places) {
            self.push(&mut mentions, place_atom(place, setting.home), &mention.range);
        }
        self.push_marks(&text.masked, &mut mentions);
        mentions.sort_by_key(|mention| (mention.range.start, mention.atom, mention.range.end));
        let whole = self.whole(text, &mentions, &setting);
        Atoms { mentions, whole }
    }

    /// The clauses that speak of what the worker pays or owes: a sum there is no pay.
    fn cost_clauses(&self, text: &AnalyzedText, mentions: &[AtomMention]) -> BTreeSet<usize> {
        let atoms_of = |names: &[&str]| -> Vec<Atom> {
            names.iter().filter_map(|name| self.table.find(name)).collect()
        };
        let (costs, pay) = (atoms_of(&COSTS), atoms_of(&["PAY"]));
        let clauses_with = |wanted: &[Atom]| -> BTreeSet<usize> {
            let found = mentions.iter().filter(|mention| wanted.contains(&mention.atom));
            found.map(|mention| text.clause_at(mention.range.start)).collect()
        };
        let paid = clauses_with(&pay);
        &clauses_with(&costs) - &paid
    }

    fn push(&self, mentions: &mut Vec<AtomMention>, typed: Typed, range: &Range<usize>) {
        mentions.push(AtomMention { atom: self.table.typed(typed), range: range.clone() });
    }

    fn push_marks(&self, text: &str, mentions: &mut Vec<AtomMention>) {
        for (mark, typed) in
            [("?", Typed::QuestionMark), ("!", Typed::Exclamation), ("#", Typed::Hashtag)]
        {
            for (at, _) in text.match_indices(mark) {
                self.push(mentions, typed, &(at..at + mark.len()));
            }
        }
    }

    fn typed(&self, kind: &EntityKind, setting: &Setting<'_>, is_cost: bool) -> Vec<Typed> {
        match kind {
            EntityKind::Money(money) => self.money(money, setting, is_cost),
            EntityKind::Contact(contact) => vec![contact_atom(*contact)],
            EntityKind::Age(age) => age_atoms(*age),
            EntityKind::Hours(hours) if *hours >= 12.0 => vec![Typed::HoursLong],
            EntityKind::Hours(_) => vec![Typed::HoursOrdinary],
            EntityKind::NoDayOff => vec![Typed::NoDayOff],
            EntityKind::DaysOffPerMonth(days) if *days < 4.0 => vec![Typed::FewDaysOff],
            EntityKind::DaysOffPerMonth(_) => vec![Typed::WeeklyDayOff],
            EntityKind::Licence(_) => vec![Typed::Licence],
            EntityKind::Organisation(OrganisationForm::Registered) => vec![Typed::NameRegistered],
            EntityKind::Organisation(OrganisationForm::Agency) => vec![Typed::NameAgency],
            EntityKind::Organisation(OrganisationForm::Trading) => vec![Typed::NameTrading],
        }
    }

    fn money(&self, money: &Money, setting: &Setting<'_>, is_cost: bool) -> Vec<Typed> {
        let mut atoms = vec![Typed::Money];
        if money.currency.is_some_and(|currency| setting.home.is_foreign_money(currency.code())) {
            atoms.push(Typed::MoneyForeign);
        }
        if money.to_usd(self.pay.rates()).is_some_and(|usd| usd >= LARGE_USD) {
            atoms.push(Typed::MoneyLarge);
        }
        if matches!(money.period, Period::Hour | Period::Day | Period::Week) {
            atoms.push(Typed::PayByHourOrDay);
        }
        if money.vague_digits.is_some() {
            atoms.push(Typed::PayVagueDigits);
        }
        if is_cost {
            return atoms;
        }
        if let Some(ratio) = self.pay.compare(money, &setting.destinations, setting.sector) {
            atoms.push(match (ratio.ratio_to_threshold, ratio.ratio_to_reference) {
                (threshold, _) if threshold >= 1.0 => Typed::PayTooGood,
                (_, Some(reference)) if reference >= 1.5 => Typed::PayHigh,
                _ => Typed::PayOrdinary,
            });
        }
        atoms
    }

    /// The sector that the occupations of a text speak of, for the pay table.
    fn sector(&self, mentions: &[AtomMention]) -> Sector {
        let has = |name: &str| {
            self.table.find(name).is_some_and(|atom| mentions.iter().any(|m| m.atom == atom))
        };
        SECTORS
            .iter()
            .find(|(concept, _)| has(concept))
            .map_or(Sector::Unknown, |(_, sector)| *sector)
    }

    fn whole(
        &self,
        text: &AnalyzedText,
        mentions: &[AtomMention],
        setting: &Setting<'_>,
    ) -> Vec<Atom> {
        let places = &setting.places;
        let has_typed = |wanted: &[Typed]| {
            mentions.iter().any(|m| wanted.iter().any(|typed| self.table.typed(*typed) == m.atom))
        };
        let has = |names: &[&str]| {
            names.iter().any(|name| {
                self.table.find(name).is_some_and(|atom| mentions.iter().any(|m| m.atom == atom))
            })
        };
        let named = has_typed(&[Typed::NameRegistered, Typed::NameAgency, Typed::NameTrading])
            || has(&["EMPLOYER_FORM", "BRAND"]);
        let private =
            has_typed(&[Typed::Phone, Typed::PhoneForeign, Typed::ChatLink, Typed::Handle])
                || has(&["CONTACT_PRIVATE", "LINK_BIO"]);
        let open =
            has_typed(&[Typed::Link, Typed::OfficialLink, Typed::Email]) || has(&["ADDRESS"]);
        let foreign = setting.is_abroad(text) || has(&["ABROAD"]);
        let facts = [
            (Whole::NoEmployer, !named),
            (Whole::NoPlace, places.is_empty()),
            (Whole::Abroad, foreign),
            (Whole::ManyPlaces, distinct_countries(places) > 1),
            (Whole::NoTask, !mentions.iter().any(|m| self.table.is_occupation(m.atom))),
            (Whole::NoPay, !has(&["PAY"]) && !has_typed(&[Typed::Money, Typed::PayVagueDigits])),
            (Whole::NoContact, !private && !open),
            (Whole::OnlyPrivateContact, private && !open && !named),
            (Whole::NoHrProse, !has(&["HR_REGISTER", "INTERVIEW"])),
            (Whole::UnderTwelveWords, text.letter_words < 12),
            (Whole::UnderThirtyWords, text.letter_words < 30),
            (Whole::OverHundredWords, text.letter_words > 100),
        ];
        facts.iter().filter(|(_, holds)| *holds).map(|(fact, _)| self.table.whole(*fact)).collect()
    }
}

/// A fee of at least this is large: specification, indicator 7, kind LARGE.
pub const LARGE_USD: f64 = 600.0;

/// Occupations and their row of the pay table, the first that is found.
const SECTORS: [(&str, Sector); 10] = [
    ("OCC_SKILLED", Sector::Skilled),
    ("OCC_SCAM", Sector::Chat),
    ("OCC_CHAT", Sector::Chat),
    ("OCC_FISH", Sector::Fishing),
    ("OCC_DOMESTIC", Sector::Domestic),
    ("OCC_CARE", Sector::Domestic),
    ("OCC_PLANT", Sector::Plantation),
    ("OCC_FACTORY", Sector::Factory),
    ("OCC_ENTERTAIN", Sector::Entertainment),
    ("OCC_RESTO", Sector::Other),
];

/// Concepts whose clause names a sum that the worker pays, owes or borrows.
const COSTS: [&str; 5] = ["ADVANCE", "DEDUCT", "DATA_REQ", "FEE_ASK", "PENALTY"];

/// What the values of one text are measured against.
struct Setting<'a> {
    home: Home,
    sector: Sector,
    places: Vec<&'a Place>,
    /// Each place once.
    destinations: Vec<Destination<'a>>,
}

impl<'a> Setting<'a> {
    fn new(home: Home, sector: Sector, places: Vec<&'a Place>) -> Self {
        let mut destinations: Vec<Destination<'a>> =
            places.iter().map(|place| Destination::from(*place)).collect();
        destinations.sort_by_key(|destination| (destination.country, destination.name));
        destinations.dedup();
        Self { home, sector, places, destinations }
    }

    /// Whether the text speaks of work outside the reader's country, by a place or a currency.
    ///
    /// "Work abroad may be read from a currency or a foreign place name alone"
    /// (specification, section 11).
    fn is_abroad(&self, text: &AnalyzedText) -> bool {
        let by_place = self.places.iter().any(|place| self.home.is_foreign(place));
        let by_money = text.entities.iter().any(|entity| match &entity.kind {
            EntityKind::Money(money) => {
                money.currency.is_some_and(|currency| self.home.is_foreign_money(currency.code()))
            }
            _ => false,
        });
        by_place || by_money
    }
}

/// Where the readers of a text are at home, told by its main language.
///
/// English is at home everywhere: a Dublin notice in euros speaks to Dublin.
/// There only a place on the risk list is abroad.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Home {
    Indonesia,
    MalayWorld,
    Anywhere,
}

impl Home {
    fn of(text: &AnalyzedText) -> Self {
        match text.languages.first() {
            Some(Language::English) => Self::Anywhere,
            Some(Language::Malay) => Self::MalayWorld,
            _ => Self::Indonesia,
        }
    }

    fn is_foreign(self, place: &Place) -> bool {
        let country = place.country.as_str();
        match self {
            Self::Indonesia => country != "ID",
            Self::MalayWorld => !["MY", "SG", "BN"].contains(&country),
            Self::Anywhere => {
                matches!(place.risk, Some(Risk::ScamHub | Risk::ScamHubConditional | Risk::Closed))
            }
        }
    }

    fn is_foreign_money(self, currency: &str) -> bool {
        match self {
            Self::Indonesia => currency != "IDR",
            Self::MalayWorld => !["MYR", "SGD", "BND"].contains(&currency),
            Self::Anywhere => false,
        }
    }
}

fn distinct_countries(places: &[&Place]) -> usize {
    let mut countries: Vec<&str> = places.iter().map(|place| place.country.as_str()).collect();
    countries.sort_unstable();
    countries.dedup();
    countries.len()
}

fn contact_atom(contact: ContactKind) -> Typed {
    match contact {
        ContactKind::PhoneId => Typed::Phone,
        ContactKind::PhoneMy | ContactKind::PhoneSg | ContactKind::PhoneOther => {
            Typed::PhoneForeign
        }
        ContactKind::WhatsAppLink | ContactKind::TelegramLink => Typed::ChatLink,
        ContactKind::Handle => Typed::Handle,
        ContactKind::Url => Typed::Link,
        ContactKind::ShortLink => Typed::ShortLink,
        ContactKind::OfficialUrl => Typed::OfficialLink,
        ContactKind::Email => Typed::Email,
        ContactKind::FreeEmail => Typed::FreeEmail,
    }
}

fn age_atoms(age: AgeRange) -> Vec<Typed> {
    let mut atoms = Vec::new();
    match age.min {
        Some(0..=16) => atoms.push(Typed::AgeMinor),
        Some(17) => atoms.push(Typed::AgeSeventeen),
        Some(_) => atoms.push(Typed::AgeAdult),
        None => {}
    }
    if age.max.is_some_and(|max| max <= 27) {
        atoms.push(Typed::AgeMaxYoung);
    }
    atoms
}

fn place_atom(place: &Place, home: Home) -> Typed {
    match place.risk {
        Some(Risk::ScamHub) => Typed::PlaceHub,
        Some(Risk::ScamHubConditional) => Typed::PlaceHubConditional,
        Some(Risk::Closed) => Typed::PlaceClosed,
        Some(Risk::Unprocedural) => Typed::PlaceUnprocedural,
        Some(Risk::Transit) => Typed::PlaceTransit,
        Some(Risk::DomesticSex) => Typed::PlaceEntertainment,
        Some(Risk::Fishing) => Typed::PlaceFishing,
        _ if home.is_foreign(place) => Typed::PlaceForeign,
        _ => Typed::PlaceHome,
    }
}
