//! Money: amounts in figures and in words, with currency and period.
//!
//! A small parser over pieces, not a pattern: "rp 8-15jt/bln", "8 sampai 10 juta",
//! "rm4.5k" and "dua juta lima ratus ribu" share one grammar:
//!
//! ```text
//! money  := [currency] amount [currency] [(- | s/d | sampai | to) [currency] amount [currency]] [period]
//! amount := figure [juta | ribu | k | …]  |  number words
//! ```
//!
//! A figure alone is money only if it is large and a pay or fee word stands before
//! it: years, ages, phones and counts of people must not be pay.

use std::{
    cell::OnceCell,
    collections::BTreeMap,
    ops::{Range, RangeInclusive},
};

use serde::{Deserialize, Serialize};

use super::{Entity, EntityKind, Piece, PieceKind};
use crate::text::chars;

/// A currency, by its ISO 4217 code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
#[expect(missing_docs, reason = "the codes are the standard's")]
#[non_exhaustive]
pub enum Currency {
    Idr,
    Myr,
    Sgd,
    Usd,
    /// Tether, a coin tied to the dollar; no ISO code, but offers name it.
    Usdt,
    Bnd,
    Hkd,
    Twd,
    Krw,
    Jpy,
    Thb,
    Sar,
    Aed,
    Qar,
    Kwd,
    Cny,
    Eur,
    Gbp,
    Aud,
    Nzd,
    Cad,
    Php,
    Vnd,
}

impl Currency {
    /// The code in capitals.
    pub fn code(self) -> &'static str {
        match self {
            Self::Idr => "IDR",
            Self::Myr => "MYR",
            Self::Sgd => "SGD",
            Self::Usd => "USD",
            Self::Usdt => "USDT",
            Self::Bnd => "BND",
            Self::Hkd => "HKD",
            Self::Twd => "TWD",
            Self::Krw => "KRW",
            Self::Jpy => "JPY",
            Self::Thb => "THB",
            Self::Sar => "SAR",
            Self::Aed => "AED",
            Self::Qar => "QAR",
            Self::Kwd => "KWD",
            Self::Cny => "CNY",
            Self::Eur => "EUR",
            Self::Gbp => "GBP",
            Self::Aud => "AUD",
            Self::Nzd => "NZD",
            Self::Cad => "CAD",
            Self::Php => "PHP",
            Self::Vnd => "VND",
        }
    }
}

/// What an amount is paid for.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Period {
    /// An hour.
    Hour,
    /// A day.
    Day,
    /// A week.
    Week,
    /// A month.
    Month,
    /// A year.
    Year,
    /// A trip or a task, once.
    Once,
    /// The text does not say.
    Unknown,
}

/// Rupiah for one unit of each currency.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Rates {
    /// Units of rupiah; positive.
    pub rupiah: BTreeMap<Currency, f64>,
}

/// An amount, or a range of amounts.
#[derive(Clone, Debug, PartialEq)]
pub struct Money {
    /// The lower end, in units of the currency; of a bare upper limit, that limit.
    pub min: f64,
    /// The upper end of a range.
    pub max: Option<f64>,
    /// `None` when the text does not say.
    pub currency: Option<Currency>,
    /// What it is paid for.
    pub period: Period,
    /// "up to": nothing is promised but the limit, which stands in `min`.
    pub only_upper: bool,
    /// Only the number of digits is told ("gaji dua digit"); `min` is then the least such amount.
    pub vague_digits: Option<u8>,
}

impl Money {
    /// The lower end in US dollars, whatever the period.
    ///
    /// `None` without a currency, or when `rates` lacks it or the dollar.
    pub fn to_usd(&self, rates: &Rates) -> Option<f64> {
        let unit = rates.rupiah.get(&self.currency?)?;
        let dollar = rates.rupiah.get(&Currency::Usd)?;
        Some(self.min * unit / dollar)
    }
}

/// Words before a bare figure that make it pay or a fee.
const PAY_WORDS: &[&str] = &[
    "gaji",
    "gajinya",
    "gajian",
    "upah",
    "salary",
    "pay",
    "paid",
    "wage",
    "wages",
    "bayaran",
    "bayar",
    "dibayar",
    "income",
    "penghasilan",
    "pendapatan",
    "honor",
    "komisi",
    "bonus",
    "fee",
    "biaya",
    "tarif",
    "potongan",
    "dp",
    "deposit",
    "uang",
    "modal",
    "hutang",
    "utang",
    "insentif",
    "tunjangan",
    "bayarannya",
    "bulanan",
    "pendapatannya",
    "penghasilannya",
    "omset",
    "gapok",
    "pokok",
    "umr",
    "umk",
    "ump",
    "nominal",
    "transfer",
    "basic",
    "kos",
    "denda",
    "harga",
    "thp",
    "harian",
    "deposito",
    "kasbon",
    "salery",
    "gajih",
];
/// Nouns after a figure that make it a count.
const COUNTED: &[&str] = &[
    "orang",
    "org",
    "pekerja",
    "karyawan",
    "pelamar",
    "lowongan",
    "pengguna",
    "followers",
    "follower",
    "subscriber",
    "subscribers",
    "member",
    "anggota",
    "pcs",
    "unit",
    "km",
    "kg",
    "jiwa",
    "people",
    "users",
    "user",
    "employees",
    "staff",
    "customers",
    "clients",
    "views",
    "viewers",
    "likes",
    "jobs",
    "companies",
    "outlet",
    "toko",
    "cabang",
    "peserta",
    "siswa",
    "mitra",
    "perusahaan",
    "pelanggan",
    "words",
    "kata",
    "karakter",
    "meter",
    "hektar",
    "ton",
    "liter",
    "watt",
    "kandidat",
    "wni",
    "pmi",
    "tki",
    "students",
    "sqft",
    "hours",
    "kali",
    "lembar",
    "butir",
    "produk",
    "products",
    "brands",
    "merek",
    "seller",
    "sellers",
    "volt",
    "rpm",
    "penduduk",
    "korban",
    "locations",
    "countries",
];

struct Parser<'a> {
    text: &'a str,
    pieces: &'a [Piece],
    /// What the whole text says of currencies, read when first asked for.
    context: OnceCell<Context>,
}

/// What the whole text says of currencies.
#[derive(Clone, Copy, Debug)]
struct Context {
    /// The text speaks of ringgit, of Malaysia: "5k" is RM5,000 there.
    home: Option<Currency>,
    /// Whose dollar "$" is.
    dollar: Currency,
    /// It has plain words of Indonesian or Malay.
    is_indonesian: bool,
    /// It names the baht: "25000b".
    has_baht: bool,
}

/// A figure or number words, before a currency is settled.
#[derive(Clone, Copy, Debug)]
struct Amount {
    value: f64,
    /// "juta", "k", …; 1 without.
    scale: f64,
    /// The piece after it.
    next: usize,
    /// Written with separators of thousands, and so no year or code.
    in_words: bool,
    /// "belasan juta": only the digits are known.
    vague: Option<u8>,
}

/// The upper end of a range.
#[derive(Clone, Copy, Debug)]
struct Upper {
    amount: Amount,
    currency: Option<Currency>,
}

/// What was read, before it is settled whether it is money.
struct Reading {
    first: Amount,
    scale: f64,
    /// The larger end.
    largest: f64,
    /// Its first piece.
    at: usize,
    /// The piece after it.
    end: usize,
    period: Period,
}

/// It is money; of which currency, the text may not say.
struct Settled(Option<Currency>);

/// Currencies without a rate here: better nothing than rupiah.
const OTHER_CURRENCIES: &[&str] =
    &["rupee", "rupees", "sri", "taka", "lira", "kyat", "kip", "riel", "naira", "shekel"];

/// What is paid or asked in a currency: less is a version ("php 7.4", "cad 2d"), more a turnover.
fn sound_amounts(currency: Currency) -> RangeInclusive<f64> {
    match currency {
        Currency::Idr => 1e3..=1e11,
        Currency::Vnd => 500.0..=1e11,
        Currency::Krw => 500.0..=1e9,
        Currency::Php => 100.0..=1e9,
        Currency::Jpy | Currency::Twd | Currency::Thb => 1.0..=1e9,
        Currency::Cad => 100.0..=1e6,
        _ => 1.0..=1e6,
    }
}

/// Finds all amounts, in reading order, without overlaps.
pub(super) fn find(text: &str, pieces: &[Piece]) -> Vec<Entity> {
    let begins = beginnings(text, pieces);
    if !begins.contains(&true) {
        return Vec::new();
    }
    let parser = Parser { text, pieces, context: OnceCell::new() };
    let mut found: Vec<Entity> = Vec::new();
    let mut at = 0;
    while at < pieces.len() {
        let money = if begins.get(at) == Some(&true) { parser.money(at) } else { None };
        match money {
            Some((money, next)) => {
                let range = parser.span(at, next);
                found.push(Entity { range, kind: EntityKind::Money(money) });
                at = next;
            }
            None => at += 1,
        }
    }
    found
}

/// For each piece, whether an amount may begin there: shortly before a figure, or before the
/// unit that number words need. Most pieces of a post are neither, and are not parsed.
fn beginnings(text: &str, pieces: &[Piece]) -> Vec<bool> {
    const UNITS: &[&str] = &[
        "juta", "jutaan", "jt", "sejuta", "ribu", "ribuan", "rb", "seribu", "thousand", "million",
        "digit", "digits", "angka", "figure", "figures",
    ];
    let mut begins = vec![false; pieces.len()];
    for (at, piece) in pieces.iter().enumerate() {
        let back = match piece.kind {
            PieceKind::Number => 4,
            PieceKind::Word => {
                let word = text.get(piece.range.clone()).unwrap_or_default();
                let initial = word.starts_with(['j', 'r', 's', 't', 'm', 'd', 'a', 'f']);
                if initial && UNITS.contains(&word) { 8 } else { continue }
            }
            _ => continue,
        };
        if let Some(near) = begins.get_mut(at.saturating_sub(back)..=at) {
            near.fill(true);
        }
    }
    begins
}

/// What "5k" means in a text, by the money and places it names.
fn home_currency(text: &str) -> Option<Currency> {
    let has = |words: &[&str]| words.iter().any(|word| contains_word(text, word));
    if text.contains('$') && !text.contains("s$") {
        Some(Currency::Usd)
    } else if text.contains('€') {
        Some(Currency::Eur)
    } else if has(&["sgd", "singapore", "singapura", "s$", "sg"]) {
        Some(Currency::Sgd)
    } else if has(&[
        "rm",
        "ringgit",
        "malaysia",
        "johor",
        "kl",
        "jb",
        "selangor",
        "penang",
        "kerja kosong",
        "jawatan kosong",
        "sebulan",
    ]) {
        Some(Currency::Myr)
    } else {
        None
    }
}

/// Words that only Indonesian and Malay texts have.
const INDONESIAN: &[&str] =
    &["yang", "gaji", "untuk", "dengan", "ribu", "upah", "sehari", "sebulan"];

/// Whose dollar "$" is: of Singapore in a text about Singapore alone.
fn plain_dollar(text: &str) -> Currency {
    const ELSEWHERE: &[&str] = &[
        "usd",
        "us$",
        "kamboja",
        "cambodia",
        "myanmar",
        "laos",
        "thailand",
        "filipina",
        "philippines",
        "vietnam",
        "dubai",
    ];
    let names = |words: &[&str]| words.iter().any(|word| text.contains(word));
    let alone = names(&["singapore", "singapura"]) && !names(ELSEWHERE);
    if alone { Currency::Sgd } else { Currency::Usd }
}

fn contains_word(text: &str, word: &str) -> bool {
    let letter = |c: Option<char>| c.is_some_and(chars::is_alphabetic);
    text.match_indices(word).any(|(at, _)| {
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        let after = text.get(at + word.len()..).and_then(|tail| tail.chars().next());
        !letter(before) && (word.ends_with('$') || !letter(after))
    })
}

impl<'a> Parser<'a> {
    fn context(&self) -> Context {
        *self.context.get_or_init(|| Context {
            home: home_currency(self.text),
            dollar: plain_dollar(self.text),
            is_indonesian: INDONESIAN.iter().any(|word| contains_word(self.text, word)),
            has_baht: contains_word(self.text, "baht"),
        })
    }

    fn word(&self, at: usize) -> &'a str {
        self.pieces.get(at).and_then(|piece| self.text.get(piece.range.clone())).unwrap_or_default()
    }

    fn kind(&self, at: usize) -> Option<PieceKind> {
        self.pieces.get(at).map(|piece| piece.kind)
    }

    fn is_number(&self, at: usize) -> bool {
        self.kind(at) == Some(PieceKind::Number)
    }

    fn glued(&self, at: usize) -> bool {
        self.pieces.get(at).is_some_and(|piece| piece.glued)
    }

    fn span(&self, first: usize, next: usize) -> Range<usize> {
        let start = self.pieces.get(first).map_or(0, |piece| piece.range.start);
        let end = self.pieces.get(next.saturating_sub(1)).map_or(start, |piece| piece.range.end);
        start..end.max(start)
    }

    /// The amount that begins at piece `at`, and the piece after it.
    fn money(&self, at: usize) -> Option<(Money, usize)> {
        match self.kind(at)? {
            PieceKind::Break => return None,
            PieceKind::Mark if !matches!(self.word(at), "$" | "€" | "£" | "¥" | "₱" | "₩") =>
            {
                return None;
            }
            _ => {}
        }
        if let Some(vague) = self.vague(at) {
            return Some(vague);
        }
        if self.is_number(at)
            && at > 0
            && self.glued(at)
            && self.kind(at - 1) == Some(PieceKind::Word)
        {
            // "k3", "c1", "gaji5jt": only a pay word may touch a figure.
            if !PAY_WORDS.contains(&self.word(at - 1)) {
                return None;
            }
        }
        let (before, start) = match self.currency_before(at) {
            Some((currency, next)) => (Some(currency), next),
            None => (None, at),
        };
        let first = self.amount(start)?;
        let (currency, lower_end) = self.with_currency(before, first.next);
        let lower_end = self.after_echo(lower_end, first.value * first.scale);
        let (upper, next) = self.upper_of(&first, lower_end, currency);
        let currency = currency.or(upper.and_then(|upper| upper.currency));
        let (period, end) = self.period_after(next, currency, first.value * first.scale);
        let period = if period == Period::Unknown { self.period_before(at) } else { period };
        // "8-15jt": the unit of the second is that of both.
        let shared = upper.map_or(1.0, |upper| upper.amount.scale);
        let scale = if first.scale <= 1.0 && first.value <= 999.0 { shared } else { first.scale };
        let min = scaled(first.value, scale);
        let max = upper.map(|upper| scaled(upper.amount.value, upper.amount.scale));
        let max = max.filter(|max| *max > min);
        let largest = max.unwrap_or(min);
        let currency =
            self.settle(currency, &Reading { first, scale, largest, at, end, period })?;
        let only_upper = upper.is_none() && self.is_upper(at);
        let vague_digits = first.vague;
        Some((Money { min, max, currency: currency.0, period, only_upper, vague_digits }, end))
    }

    /// The upper end of a range, and the piece after it; the lower end's without one.
    fn upper_of(
        &self,
        first: &Amount,
        at: usize,
        currency: Option<Currency>,
    ) -> (Option<Upper>, usize) {
        let Some((upper, next)) = self.upper(at, currency) else { return (None, at) };
        // "5 juta - 18 tahun": a bare figure below the first is something else.
        let unlike = upper.is_some_and(|upper| {
            upper.amount.scale <= 1.0
                && upper.currency.is_none()
                && upper.amount.value <= first.value * first.scale
        });
        if unlike { (None, at) } else { (upper, next) }
    }

    /// The currency of a reading, or `None` when it is no money.
    fn settle(&self, currency: Option<Currency>, reading: &Reading) -> Option<Settled> {
        let (next, end) = (self.word(reading.end), reading.end);
        let turnover = matches!(next, "bn" | "mn" | "trn")
            || (next == "bln" && currency != Some(Currency::Idr))
            || (matches!(next, "m" | "b") && self.glued(end));
        let share = matches!(next, "%" | "persen" | "percent" | "peratus");
        if turnover || share || OTHER_CURRENCIES.contains(&next) || reading.largest <= 0.0 {
            return None;
        }
        if let Some(currency) = currency {
            return sound_amounts(currency)
                .contains(&reading.largest)
                .then_some(Settled(Some(currency)));
        }
        if COUNTED.contains(&next) || (next == "x" && self.glued(end)) {
            return None;
        }
        let paid = self.pay_word_before(reading.at);
        if reading.scale >= 1000.0 || reading.first.in_words {
            return self.settle_thousands(reading, paid);
        }
        let figure = self.word(reading.first.next.saturating_sub(1));
        let coded = figure.starts_with('0') || (figure.len() > 9 && !figure.contains(['.', ',']));
        let said = paid || !matches!(reading.period, Period::Unknown | Period::Once);
        (reading.largest >= 100_000.0 && said && !coded).then_some(Settled(Some(Currency::Idr)))
    }

    /// Thousands and millions without a currency: rupiah, but for the "k" of others.
    fn settle_thousands(&self, reading: &Reading, paid: bool) -> Option<Settled> {
        let unit = self.word(reading.first.next.saturating_sub(1));
        let is_pay = paid || reading.period != Period::Unknown;
        if reading.scale <= 1000.0 && reading.largest < 100_000.0 && self.context().home.is_some() {
            // "5k", "3 ribu" in Malay; "3k" of something else elsewhere.
            return is_pay.then_some(Settled(self.context().home));
        }
        let is_k = reading.scale <= 1000.0 && unit == "k";
        if matches!(unit, "million" | "thousand" | "billion" | "hundred") || (is_k && !is_pay) {
            return None;
        }
        if is_k && (reading.largest < 50_000.0 || !self.context().is_indonesian) {
            return paid.then_some(Settled(None));
        }
        let least = if is_pay || !reading.first.in_words { 5000.0 } else { 100_000.0 };
        (reading.largest >= least).then_some(Settled(Some(Currency::Idr)))
    }

    /// The rest of a range: its upper amount, the piece after it, its currency.
    fn upper(&self, at: usize, currency: Option<Currency>) -> Option<(Option<Upper>, usize)> {
        let mut next = at;
        // ",-" and "+" close an amount; "/bln -" as well, but then the period is said twice.
        while matches!((self.word(next), self.word(next + 1)), ("," | ".", "-"))
            && !self.is_number(next + 2)
        {
            next += 2;
        }
        let closed = next;
        let length = match (self.word(next), self.word(next + 1), self.word(next + 2)) {
            ("s", "/", "d") | (",", "-", "-") => 3,
            ("sampai" | "sampe" | "smp", "dengan" | "dgn", _) => 2,
            // A dash that lost its encoding: "rp 4.650.000 â rp 5.650.000".
            ("a", ..) if self.currency_before(next + 1).is_some() => 1,
            (
                "-" | "–" | "—" | "~" | "sampai" | "sampe" | "smpe" | "hingga" | "sd" | "to"
                | "until" | "till" | "sehingga" | "and" | "smp" | "−" | "to/",
                ..,
            ) => 1,
            _ if closed > at => return Some((None, closed)),
            _ => return None,
        };
        let start = next + length;
        if self.word(next) == "and" && !self.is_between(at) {
            return None;
        }
        let none = (closed > at).then_some((None, closed));
        let (own, start) = match self.currency_before(start) {
            Some((own, start)) => (Some(own), start),
            None => (None, start),
        };
        if own.is_some() && currency.is_some() && own != currency {
            return none;
        }
        let Some(second) = self.amount(start) else { return none };
        let (own, next) = self.with_currency(own, second.next);
        let next = self.after_echo(next, second.value * second.scale);
        Some((Some(Upper { amount: second, currency: own }), next))
    }

    /// "between 5 and 8": whether "between" stands before.
    fn is_between(&self, at: usize) -> bool {
        (at.saturating_sub(5)..at).any(|at| matches!(self.word(at), "between" | "antara"))
    }

    /// A figure with its unit, or number words.
    fn amount(&self, at: usize) -> Option<Amount> {
        if !self.is_number(at) {
            return self.words(at);
        }
        let (value, mut next) = match self.spaced_thousands(at) {
            Some(spaced) => spaced,
            None => (figure(self.word(at))?, at + 1),
        };
        let (mut scale, mut value) = (1.0, value);
        // "4.500.000" is whole; "1 juta 500 ribu" goes on.
        if let Some((unit, after)) = self.scale(next) {
            (scale, next) = (unit, after);
            if let Some(rest) = self.tail(next, unit) {
                value += rest.0 / unit;
                next = rest.1;
            }
        }
        Some(Amount { value, scale, next, in_words: false, vague: None })
    }

    /// "25 000 000": its value, and the piece after it.
    fn spaced_thousands(&self, at: usize) -> Option<(f64, usize)> {
        let plain = |at| self.word(at).bytes().all(|byte| byte.is_ascii_digit());
        if self.word(at).len() > 3 || !plain(at) {
            return None;
        }
        let mut value: f64 = self.word(at).parse().ok()?;
        let mut next = at + 1;
        while next < at + 4 && self.is_number(next) && self.word(next).len() == 3 && plain(next) {
            value = value * 1000.0 + self.word(next).parse::<f64>().ok()?;
            next += 1;
        }
        (next > at + 2).then_some((value, next))
    }

    /// "… 500 ribu" after "1 juta": what it adds, and the piece after it.
    fn tail(&self, at: usize, unit: f64) -> Option<(f64, usize)> {
        if unit < 1e6 || !self.is_number(at) {
            return None;
        }
        let value = figure(self.word(at))?;
        let (scale, next) = self.scale(at + 1)?;
        (scale < unit && value * scale < unit).then_some((value * scale, next))
    }

    /// A unit of thousands or millions at `at`.
    fn scale(&self, at: usize) -> Option<(f64, usize)> {
        let glued = self.glued(at);
        let scale = match self.word(at) {
            "juta" | "jt" | "jeti" | "jutaan" | "jtan" | "jtaan" | "million" | "mio" | "jutak"
            | "jute" | "jta" | "jut" => 1e6,
            "rb" | "ribu" | "ribuan" | "rban" | "rbu" | "rebu" | "thousand" | "rbuan" => 1e3,
            "k" if glued => 1e3,
            "miliar" | "milyar" | "billion" | "bilion" => 1e9,
            "ratus" if matches!(self.word(at + 1), "ribu" | "rb") => return Some((1e5, at + 2)),
            _ => return None,
        };
        let tail = self.word(at + 1) == "-" && self.word(at + 2) == "an" && self.glued(at + 2);
        Some((scale, at + if tail { 3 } else { 1 }))
    }

    /// Number words: "dua juta lima ratus ribu", "two thousand".
    fn words(&self, at: usize) -> Option<Amount> {
        let mut total = 0.0;
        let mut group = 0.0;
        let mut digit = 0.0;
        let mut next = at;
        let mut scaled = 1.0_f64;
        let mut vague = None;
        loop {
            let word = self.word(next);
            if let Some(value) = unit_word(word) {
                if digit > 0.0 && scaled <= 1.0 && group == 0.0 && total == 0.0 {
                    return None; // "satu dua tiga" is a count or a phone
                }
                digit = value;
            } else {
                match word {
                    "belas" if digit > 0.0 => digit += 10.0,
                    "puluh" if digit > 0.0 => {
                        group += digit * 10.0;
                        digit = 0.0;
                    }
                    "ratus" | "hundred" if digit > 0.0 => {
                        group += digit * 100.0;
                        digit = 0.0;
                    }
                    "seratus" => group += 100.0,
                    "setengah" if next == at => group += 0.5,
                    "setengah" if digit > 0.0 && matches!(self.word(next + 1), "juta" | "jt") => {
                        digit += 0.5;
                    }
                    "belasan" if next == at => (group, vague) = (11.0, Some(2)),
                    "puluhan" if next == at => (group, vague) = (10.0, Some(2)),
                    "ratusan" if next == at => (group, vague) = (100.0, Some(3)),
                    "juta" | "jutaan" | "jt" | "million" if group + digit > 0.0 => {
                        total += (group + digit) * 1e6;
                        if self.word(next + 1) == "setengah" {
                            (total, next) = (total + 5e5, next + 1);
                        }
                        (group, digit, scaled) = (0.0, 0.0, scaled.max(1e6));
                    }
                    "sejuta" => (total, scaled) = (total + 1e6, scaled.max(1e6)),
                    "ribu" | "ribuan" | "thousand" | "rb" if group + digit > 0.0 => {
                        total += (group + digit) * 1e3;
                        (group, digit, scaled) = (0.0, 0.0, scaled.max(1e3));
                    }
                    "seribu" => (total, scaled) = (total + 1e3, scaled.max(1e3)),
                    _ => break,
                }
            }
            next += 1;
        }
        let value = total + group + digit;
        (scaled >= 1e3).then_some(Amount { value, scale: 1.0, next, in_words: true, vague })
    }

    /// A currency that stands before its amount, and the piece of the amount.
    fn currency_before(&self, at: usize) -> Option<(Currency, usize)> {
        let (currency, length) = self.currency(at, true)?;
        let mut next = at + length;
        while matches!(self.word(next), "." | ":" | "+" | "-" | "±" | "=" | ",")
            && next < at + length + 2
        {
            next += 1;
        }
        let amount = self.is_number(next) || unit_word(self.word(next)).is_some();
        amount.then_some((currency, next))
    }

    /// Takes a currency after an amount, if one is there.
    fn with_currency(&self, before: Option<Currency>, at: usize) -> (Option<Currency>, usize) {
        match self.currency(at, false) {
            // "rp 5 juta rupiah" says it twice; "$800 sgd" says it better.
            Some((after, length))
                if self.starts_no_amount(at, length)
                    || before.is_none() && !self.is_number(at + length) =>
            {
                let better = before.is_none_or(|before| before == Currency::Usd);
                (if better { Some(after) } else { before }, at + length)
            }
            _ => (before, at),
        }
    }

    fn starts_no_amount(&self, at: usize, length: usize) -> bool {
        !self.is_number(at + length) && unit_word(self.word(at + length)).is_none()
    }

    /// A currency at `at`, and how many pieces name it.
    fn currency(&self, at: usize, before: bool) -> Option<(Currency, usize)> {
        use Currency::{
            Aed, Aud, Bnd, Cad, Cny, Eur, Gbp, Hkd, Idr, Jpy, Krw, Kwd, Myr, Nzd, Php, Qar, Sar,
            Sgd, Thb, Twd, Usd, Usdt, Vnd,
        };
        let word = self.word(at);
        if self.word(at + 1) == "$" {
            let dollar = match word {
                "us" | "u" | "usd" => Some(Usd),
                "s" | "sg" | "sgd" => Some(Sgd),
                "hk" => Some(Hkd),
                "nt" | "ntd" => Some(Twd),
                "a" | "au" | "aud" => Some(Aud),
                "nz" => Some(Nzd),
                "b" => Some(Bnd),
                "c" | "ca" => Some(Cad),
                _ => None,
            };
            if let Some(dollar) = dollar {
                return Some((dollar, 2));
            }
        }
        let currency = match word {
            "rp" | "idr" | "rupiah" | "rupiahs" | "rph" => Idr,
            "rm" | "myr" | "ringgit" | "ringit" => Myr,
            "usd" | "$" | "dolar" | "dollar" | "dollars" | "dolars" | "dollor" => {
                return Some(self.dollar(at));
            }
            "usdt" => Usdt,
            "sgd" => Sgd,
            "hkd" => Hkd,
            "ntd" | "twd" => Twd,
            "nt" if before => Twd,
            "krw" | "₩" => Krw,
            "won" if !before => Krw,
            "jpy" | "¥" => Jpy,
            "yen" if !before => Jpy,
            "thb" | "฿" => Thb,
            "baht" | "bath" if !before => Thb,
            "b" if !before && self.glued(at) && self.context().has_baht => Thb,
            "sar" | "riyal" => Sar,
            "real" | "riyals" | "reyal" if !before => Sar,
            "aed" | "dirham" | "dirhams" | "dhs" => Aed,
            "qar" => Qar,
            "kwd" | "dinar" => Kwd,
            "rmb" | "cny" => Cny,
            "yuan" if !before => Cny,
            "eur" | "€" | "euro" | "euros" => Eur,
            "gbp" | "£" => Gbp,
            "pounds" | "pound" if !before && self.pay_word_before(at) => Gbp,
            "aud" => Aud,
            "nzd" => Nzd,
            "bnd" => Bnd,
            "cad" => Cad,
            "php" | "₱" => Php,
            "peso" | "pesos" if !before => Php,
            "vnd" => Vnd,
            _ => return None,
        };
        Some((currency, 1))
    }

    /// "dolar" is American unless the next word says otherwise.
    fn dollar(&self, at: usize) -> (Currency, usize) {
        match self.word(at + 1) {
            "singapura" | "singapore" | "sing" | "sgd" => (Currency::Sgd, 2),
            "hongkong" => (Currency::Hkd, 2),
            "hong" => (Currency::Hkd, 3),
            "australia" => (Currency::Aud, 2),
            "taiwan" | "nt" => (Currency::Twd, 2),
            "brunei" => (Currency::Bnd, 2),
            "as" | "amerika" | "us" => (Currency::Usd, 2),
            _ => (self.context().dollar, 1),
        }
    }

    /// The period after an amount, and the piece after it.
    fn period_after(&self, at: usize, currency: Option<Currency>, value: f64) -> (Period, usize) {
        let mut next = at;
        let mut skipped = 0;
        while skipped < 4 {
            if let Some((period, length)) = self.period(next, currency, value) {
                return (period, next + length);
            }
            match self.word(next) {
                "," if self.word(next + 1) == "-" => next += 2,
                "-" if self.word(next + 1) == "an" => next += 2,
                "nett" | "net" | "bersih" | "gross" | "kotor" | "+" | "an" | "-" | "rupiah"
                | "up" | "keatas" | "basic" | "plus" | "(" | "ke" | "atas" | "*" | "basis"
                | "_" | "tunai" | "cash" | "~" => next += 1,
                "/" if self.word(next + 1) == "/" => next += 1,
                _ => break,
            }
            skipped += 1;
        }
        (Period::Unknown, at)
    }

    /// A period at `at`, and how many pieces say it.
    fn period(&self, at: usize, currency: Option<Currency>, value: f64) -> Option<(Period, usize)> {
        let single = match self.word(at) {
            "sebulan" | "sebulannya" | "perbulannya" | "bulannya" | "perbulan" | "monthly"
            | "bulanan" | "pm" | "perbln" | "sebln" | "permonth" | "pcm" => Period::Month,
            "sehari" | "perharinya" | "perhari" | "harian" | "daily" | "perday" | "seharian" => {
                Period::Day
            }
            "perjam" | "hourly" | "sejam" | "ph" | "perhour" => Period::Hour,
            "seminggu" | "perminggu" | "weekly" | "mingguan" | "pw" => Period::Week,
            "setahun" | "pertahun" | "annually" | "yearly" | "pa" | "annum" | "tahunan" => {
                Period::Year
            }
            "pd" if self.glued(at) => Period::Day,
            _ => Period::Unknown,
        };
        if single != Period::Unknown {
            return Some((single, 1));
        }
        let lead = match (self.word(at), self.word(at + 1), self.word(at + 2), self.word(at + 3)) {
            ("p", "/" | ".", "m", _) => return Some((Period::Month, 3)),
            ("p", "." | "/", "a", _) => return Some((Period::Year, 3)),
            ("p", "." | "/", "h", _) => return Some((Period::Hour, 3)),
            ("p", "." | "/", "w", _) => return Some((Period::Week, 3)),
            ("sekali", ..) => return Some((Period::Once, 1)),
            (
                "/" | "per" | "tiap" | "setiap" | "each" | "every" | "a" | "an" | "satu" | "dalam"
                | "untuk" | "an/" | "one" | "se",
                ..,
            ) => 1,
            _ => 0,
        };
        let mut start = at + lead;
        if lead > 0 && matches!(self.word(start), "1" | "satu" | "se" | "-" | "a" | "per") {
            start += 1;
        }
        if lead == 0 {
            return None;
        }
        let period = match self.word(start) {
            "bulan" | "bln" | "bl" | "month" | "mo" | "mth" | "mnth" | "months" | "blan"
            | "bulannya" | "buln" | "bulanan" => Period::Month,
            "hari" | "day" | "hri" | "harinya" | "shift" | "hariny" => Period::Day,
            "jam" | "hour" | "hrs" | "jamnya" | "hourly" => Period::Hour,
            // "150rb/hr" is a day's pay in Indonesian and Malay, "$15/hr" an hour's.
            "hr" => match currency {
                Some(Currency::Myr) if value < 30.0 => Period::Hour,
                Some(Currency::Idr | Currency::Myr) | None => Period::Day,
                Some(_) => Period::Hour,
            },
            "minggu" | "week" | "mgg" | "wk" | "mggu" | "pekan" => Period::Week,
            "tahun" | "thn" | "th" | "year" | "annum" | "yr" => Period::Year,
            "trip" | "botol" | "tamu" | "sekali" | "project" | "proyek" | "ret" | "rit"
            | "tugas" | "task" | "paket" => Period::Once,
            _ => return None,
        };
        Some((period, start + 1 - at))
    }

    /// "upah harian 150rb", "gaji per bulan: rp 5jt": the period before an amount.
    fn period_before(&self, at: usize) -> Period {
        for back in 1..=5 {
            let Some(here) = at.checked_sub(back) else { break };
            if self.kind(here) == Some(PieceKind::Break)
                || self.is_number(here)
                || matches!(self.word(here), "," | ";")
            {
                break;
            }
            match self.word(here) {
                "bulanan" | "perbulan" | "monthly" | "sebulan" => return Period::Month,
                "harian" | "perhari" | "daily" | "sehari" => return Period::Day,
                "hourly" | "perjam" => return Period::Hour,
                "weekly" | "mingguan" | "perminggu" | "seminggu" => return Period::Week,
                "annual" | "yearly" | "pertahun" | "setahun" => return Period::Year,
                "per" | "a" | "/" | "each" | "tiap" | "setiap" if back > 1 => {
                    match self.word(here + 1) {
                        "bulan" | "bln" | "month" => return Period::Month,
                        "hari" | "day" => return Period::Day,
                        "jam" | "hour" => return Period::Hour,
                        "minggu" | "week" => return Period::Week,
                        "tahun" | "year" | "annum" => return Period::Year,
                        _ => {}
                    }
                }
                _ => {}
            }
        }
        Period::Unknown
    }

    /// Whether a pay or fee word stands among the pieces before, on the same line.
    fn pay_word_before(&self, at: usize) -> bool {
        let before = (at.saturating_sub(7)..at).rev();
        let line = before.take_while(|at| self.kind(*at) != Some(PieceKind::Break));
        line.map(|at| self.word(at)).any(|word| PAY_WORDS.contains(&word))
    }

    /// Whether "up to" stands before.
    fn is_upper(&self, at: usize) -> bool {
        let before = |back: usize| at.checked_sub(back).map(|at| self.word(at)).unwrap_or_default();
        match before(1) {
            "hingga" | "sampai" | "sampe" | "mencapai" | "upto" | "sehingga" | "maks"
            | "maksimal" | "max" | "maximum" | "capai" | "until" | "smpai" | "nyampe" => true,
            "to" => before(2) == "up",
            "dengan" => before(2) == "sampai",
            "d" => before(2) == "/" && before(3) == "s",
            "." | ":" => matches!(before(2), "maks" | "max" | "sampai"),
            _ => false,
        }
    }

    /// "gaji dua digit", "lima angka", "six figures".
    fn vague(&self, at: usize) -> Option<(Money, usize)> {
        let digits = match self.word(at) {
            "2" | "dua" | "two" | "double" => 2,
            "3" | "tiga" | "three" | "triple" => 3,
            "4" | "empat" | "four" => 4,
            "5" | "lima" | "five" => 5,
            "6" | "enam" | "six" => 6,
            "7" | "tujuh" | "seven" => 7,
            "8" | "delapan" | "lapan" | "eight" => 8,
            _ => return None,
        };
        let noun = if self.word(at + 1) == "-" { at + 2 } else { at + 1 };
        let word = self.word(noun);
        let figures = matches!(word, "figure" | "figures");
        let paid = self.pay_word_before(at)
            || (noun..noun + 4).any(|at| PAY_WORDS.contains(&self.word(at)));
        if !(figures || matches!(word, "digit" | "digits" | "angka")) || !paid {
            return None;
        }
        let least = 10_f64.powi(digits - 1);
        let (currency, min) = match digits {
            2 | 3 if !figures => (Some(Currency::Idr), least * 1e6),
            7 | 8 if !figures => (Some(Currency::Idr), least),
            _ if word == "angka" => (Some(Currency::Myr), least),
            _ => (None, least),
        };
        let (period, next) = self.period_after(noun + 1, currency, min);
        let vague_digits = u8::try_from(digits).ok();
        Some((Money { min, max: None, currency, period, only_upper: false, vague_digits }, next))
    }

    /// The piece after the same amount in words: "rp 4.500.000 (empat juta lima ratus ribu rupiah)".
    fn after_echo(&self, at: usize, value: f64) -> usize {
        let mut start = at;
        while matches!(self.word(start), "," | "." | "-" | "(") && start < at + 5 {
            start += 1;
        }
        let Some(echo) = self.words(start).filter(|echo| (echo.value - value).abs() < 1.0) else {
            return at;
        };
        let mut next = self.with_currency(Some(Currency::Idr), echo.next).1;
        if self.word(next) == ")" {
            next += 1;
            // "(…),00" and "(…),-" close the figure, not the words.
            if self.word(next) == "," && matches!(self.word(next + 1), "00" | "-") {
                next += 2;
            }
        }
        next
    }
}

/// A value in its unit; "4.500 juta" is four and a half million to who writes it.
fn scaled(value: f64, scale: f64) -> f64 {
    if scale >= 1e6 && value >= 1000.0 {
        if value >= 1e6 { value } else { value * scale / 1000.0 }
    } else {
        value * scale
    }
}

/// The value of a word from one to eleven.
fn unit_word(word: &str) -> Option<f64> {
    let value = match word {
        "satu" | "one" => 1.0,
        "dua" | "two" => 2.0,
        "tiga" | "three" => 3.0,
        "empat" | "four" => 4.0,
        "lima" | "five" => 5.0,
        "enam" | "six" => 6.0,
        "tujuh" | "seven" => 7.0,
        "delapan" | "lapan" | "eight" => 8.0,
        "sembilan" | "nine" => 9.0,
        "sepuluh" | "ten" => 10.0,
        "sebelas" | "eleven" => 11.0,
        "twelve" => 12.0,
        "fifteen" => 15.0,
        "twenty" => 20.0,
        _ => return None,
    };
    Some(value)
}

/// The value of "4.500.000,00", "1,700", "4,5"; `None` for what is no amount.
fn figure(text: &str) -> Option<f64> {
    let marks: Vec<(usize, char)> =
        text.char_indices().filter(|(_, c)| !c.is_ascii_digit()).collect();
    let Some(&(last, mark)) = marks.last() else {
        return (text.len() <= 12).then(|| text.parse().ok()).flatten();
    };
    let decimals = text.len() - last - 1;
    let mixed = marks.iter().any(|(_, other)| *other != mark);
    let grouped = marks.len() > 1 && !mixed || decimals == 3;
    let (whole, fraction) =
        if grouped && (!mixed || decimals == 3) { (text, "") } else { text.split_at(last) };
    if decimals > 3 || (marks.len() > 1 && decimals < 3 && !mixed && decimals != 2) {
        return None;
    }
    let (whole, fraction) = if marks.len() > 1 && !mixed && decimals == 2 {
        text.split_at(last)
    } else {
        (whole, fraction)
    };
    let digits: String = whole.chars().filter(char::is_ascii_digit).collect();
    let fraction = fraction.trim_start_matches(['.', ',']);
    (digits.len() <= 13).then(|| format!("{digits}.{fraction}0").parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::{super::pieces, Currency::*, Period::*, *};

    fn all(text: &str) -> Vec<(&str, Money)> {
        let to_pair = |entity: Entity| match entity.kind {
            EntityKind::Money(money) => (text.get(entity.range).unwrap(), money),
            other => panic!("{other:?}"),
        };
        find(text, &pieces(text)).into_iter().map(to_pair).collect()
    }

    #[test]
    #[expect(clippy::too_many_lines, reason = "a table of cases")]
    fn an_amount_has_ends_a_currency_and_a_period() {
        type Case = (&'static str, f64, Option<f64>, Option<Currency>, Period);
        let million = 1e6;
        let cases: &[Case] = &[
            ("rp 8-15jt/bln", 8.0 * million, Some(15.0 * million), Some(Idr), Month),
            ("rp. 4.500.000,00", 4.5 * million, None, Some(Idr), Unknown),
            ("rp 5.000.000,-/bulan", 5.0 * million, None, Some(Idr), Month),
            (
                "rp3.000.000 - rp5.000.000 per bulan",
                3.0 * million,
                Some(5.0 * million),
                Some(Idr),
                Month,
            ),
            ("8 sampai 10 juta", 8.0 * million, Some(10.0 * million), Some(Idr), Unknown),
            ("8jt s/d 10jt sebulan", 8.0 * million, Some(10.0 * million), Some(Idr), Month),
            (
                "rp 26 000 000 dua puluh enam juta rupiah sebulan",
                26.0 * million,
                None,
                Some(Idr),
                Month,
            ),
            (
                "rp. 17.000.000,- (tujuh belas juta rupiah) hingga rp. 19.000.000,- (sembilan belas juta rupiah) sebulan",
                17.0 * million,
                Some(19.0 * million),
                Some(Idr),
                Month,
            ),
            (
                "rp.13.000.000 (tiga belas juta rupiah),00 tiap bulan",
                13.0 * million,
                None,
                Some(Idr),
                Month,
            ),
            ("empat juta setengah", 4.5 * million, None, Some(Idr), Unknown),
            ("singapore, $1,200 per month", 1200.0, None, Some(Sgd), Month),
            ("salary 50k - 65k", 50_000.0, Some(65_000.0), None, Unknown),
            ("£250 - £275pd", 250.0, Some(275.0), Some(Gbp), Day),
            ("gaji 5 juta - 18 tahun", 5.0 * million, None, Some(Idr), Unknown),
            ("15 jeti", 15.0 * million, None, Some(Idr), Unknown),
            ("5 jutaan", 5.0 * million, None, Some(Idr), Unknown),
            ("5jt-an", 5.0 * million, None, Some(Idr), Unknown),
            ("gaji 4,5jt", 4.5 * million, None, Some(Idr), Unknown),
            ("1 juta 500 ribu", 1.5 * million, None, Some(Idr), Unknown),
            (
                "idr1.800.000 - 2.000.000/bulan",
                1.8 * million,
                Some(2.0 * million),
                Some(Idr),
                Month,
            ),
            ("idr 5,500,000 - 6,000,000", 5.5 * million, Some(6.0 * million), Some(Idr), Unknown),
            ("gaji 5.000.000", 5.0 * million, None, Some(Idr), Unknown),
            (
                "gaji 4,200.000 - 5,200.000/bulan",
                4.2 * million,
                Some(5.2 * million),
                Some(Idr),
                Month,
            ),
            ("upah harian 150rb", 150_000.0, None, Some(Idr), Day),
            ("150rb/hr", 150_000.0, None, Some(Idr), Day),
            ("500rb", 500_000.0, None, Some(Idr), Unknown),
            ("300 ribu sehari", 300_000.0, None, Some(Idr), Day),
            ("dua juta lima ratus ribu", 2.5 * million, None, Some(Idr), Unknown),
            ("lima ratus ribu rupiah", 500_000.0, None, Some(Idr), Unknown),
            ("dua belas juta", 12.0 * million, None, Some(Idr), Unknown),
            ("satu setengah juta", 1.5 * million, None, Some(Idr), Unknown),
            ("tiga ribu ringgit sebulan", 3000.0, None, Some(Myr), Month),
            ("two thousand dollars a month", 2000.0, None, Some(Usd), Month),
            ("rm4.5k", 4500.0, None, Some(Myr), Unknown),
            ("rm 1,700 - rm2,200", 1700.0, Some(2200.0), Some(Myr), Unknown),
            ("rm80/hari", 80.0, None, Some(Myr), Day),
            ("gaji 5k sebulan, kilang di johor", 5000.0, None, Some(Myr), Month),
            ("gaji 2500 ringgit p/m", 2500.0, None, Some(Myr), Month),
            ("usd 1.200", 1200.0, None, Some(Usd), Unknown),
            ("1200 usd", 1200.0, None, Some(Usd), Unknown),
            ("$800", 800.0, None, Some(Usd), Unknown),
            ("us$ 1,000-1,200 per month", 1000.0, Some(1200.0), Some(Usd), Month),
            ("usd800-1000/month", 800.0, Some(1000.0), Some(Usd), Month),
            ("800$ - 1000$", 800.0, Some(1000.0), Some(Usd), Unknown),
            ("sgd 600", 600.0, None, Some(Sgd), Unknown),
            ("s$1.200", 1200.0, None, Some(Sgd), Unknown),
            ("600 dolar singapura", 600.0, None, Some(Sgd), Unknown),
            ("hk$ 5,100", 5100.0, None, Some(Hkd), Unknown),
            ("nt$ 29,500", 29_500.0, None, Some(Twd), Unknown),
            ("ntd 29.500/bulan", 29_500.0, None, Some(Twd), Month),
            ("krw 2,156,880", 2_156_880.0, None, Some(Krw), Unknown),
            ("2 juta won", 2.0 * million, None, Some(Krw), Unknown),
            ("190.000 yen", 190_000.0, None, Some(Jpy), Unknown),
            ("¥190,000", 190_000.0, None, Some(Jpy), Unknown),
            ("25.000 baht", 25_000.0, None, Some(Thb), Unknown),
            ("1500 riyal per bulan", 1500.0, None, Some(Sar), Month),
            ("1.500 real", 1500.0, None, Some(Sar), Unknown),
            ("aed 2000", 2000.0, None, Some(Aed), Unknown),
            ("100 dinar", 100.0, None, Some(Kwd), Unknown),
            ("rmb 6000", 6000.0, None, Some(Cny), Unknown),
            ("€14.50 per hour", 14.5, None, Some(Eur), Hour),
            ("€30,000 - €35,000 per annum", 30_000.0, Some(35_000.0), Some(Eur), Year),
            ("€30k-€35k", 30_000.0, Some(35_000.0), Some(Eur), Unknown),
            ("$15/hr", 15.0, None, Some(Usd), Hour),
            ("£450 weekly", 450.0, None, Some(Gbp), Week),
            ("a$ 25 an hour", 25.0, None, Some(Aud), Hour),
            ("b$900", 900.0, None, Some(Bnd), Unknown),
            ("1000 usdt", 1000.0, None, Some(Usdt), Unknown),
            ("600 euro", 600.0, None, Some(Eur), Unknown),
            ("php 45,000", 45_000.0, None, Some(Php), Unknown),
            ("rp 500.000 per trip", 500_000.0, None, Some(Idr), Once),
            ("1 juta/minggu", million, None, Some(Idr), Week),
            ("5.000.000/bulan", 5.0 * million, None, Some(Idr), Month),
            ("gaji bulanan rp 5jt", 5.0 * million, None, Some(Idr), Month),
        ];
        for &(text, min, max, currency, period) in cases {
            let found = all(text);
            assert_eq!(found.len(), 1, "{text:?}: {found:?}");
            let money = &found[0].1;
            assert!((money.min - min).abs() < 0.01, "{text:?}: {money:?}");
            assert_eq!(
                (money.max, money.currency, money.period),
                (max, currency, period),
                "{text:?}"
            );
            assert!(!money.only_upper, "{text:?}");
        }
    }

    #[test]
    fn an_upper_limit_alone_is_marked() {
        for text in ["gaji hingga 15 juta", "up to $2000", "sampai rp 10jt", "up to rm5,000"] {
            assert!(all(text)[0].1.only_upper, "{text:?}");
        }
        assert!(!all("8 sampai 10 juta")[0].1.only_upper);
    }

    #[test]
    fn digits_alone_give_the_least_amount() {
        let cases = [
            ("gaji dua digit", 1e7, 2, Some(Idr)),
            ("gaji 2 digit sebulan", 1e7, 2, Some(Idr)),
            ("gaji lima angka", 1e4, 5, Some(Myr)),
            ("five figure salary", 1e4, 5, None),
            ("belasan juta", 1.1e7, 2, Some(Idr)),
        ];
        for (text, min, digits, currency) in cases {
            let money = &all(text)[0].1;
            assert!((money.min - min).abs() < 0.01, "{text:?}");
            assert_eq!((money.vague_digits, money.currency), (Some(digits), currency), "{text:?}");
        }
    }

    #[test]
    fn other_figures_are_no_money() {
        for text in [
            "",
            "gaji 15",
            "butuh 30 org",
            "butuh 2 ribu orang",
            "10 juta pengguna",
            "usia 18-35 tahun",
            "tahun 2024",
            "08.00 - 17.00",
            "bonus 10%",
            "tinggi 160 cm",
            "no 123456",
            "jl. raya 17 rt 05",
            "satu dua tiga empat",
            "lantai 3",
            "kode 123456",
            "5k followers",
            "lima orang",
            "dua digit angka",
            "since 1998",
            "k3 umum",
            "six million people",
            "trusted by 8 million",
            "revenue of sgd 200 million",
            "us$1b in debt",
            "€25.7bn revenue",
            "autocad 2d, cad 3d",
            "php 7.4",
            "2 tahun pengalaman",
            "in 2010 we won 3 awards",
        ] {
            assert_eq!(all(text), [], "{text:?}");
        }
    }

    #[test]
    fn an_amount_told_twice_is_one() {
        let text = "rp 4.500.000 (empat juta lima ratus ribu rupiah)";
        let found = all(text);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].0.ends_with("rupiah)"));
    }

    #[test]
    fn dollars_come_from_the_rates() {
        let rupiah = [(Idr, 1.0), (Usd, 16_500.0), (Myr, 3_900.0)].into_iter().collect();
        let rates = Rates { rupiah };
        let usd = |text| all(text)[0].1.to_usd(&rates);
        assert_eq!(usd("rp 16.500.000"), Some(1000.0));
        assert_eq!(usd("$5"), Some(5.0));
        assert_eq!(usd("s$5"), None);
    }
}
