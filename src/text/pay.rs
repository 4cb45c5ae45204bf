//! Pay: how an offer compares with what such work pays there.
//!
//! ```text
//! money + destinations + sector --row of pay.toml--> offer / threshold, offer / reference
//! ```
//!
//! The rule is section 7 of the specification; the figures are data with year and
//! source, and [`PayTable::stale_rows`] names those too old to trust. A ratio of one
//! or more to the threshold is "too good"; the policy is elsewhere. Pure.

use serde::{Deserialize, Serialize};

use super::{
    entities::{Currency, Money, Period, Rates},
    places::Place,
};

/// Working days a month, for a day's rate.
const DAYS: f64 = 26.0;
/// Working hours a month, for an hour's rate: the Korean legal month.
const HOURS: f64 = 209.0;
/// Weeks a month.
const WEEKS: f64 = 4.33;
/// What is left of an "up to": few are ever paid the limit.
const UPPER_SHARE: f64 = 0.5;

/// The kind of work, as far as pay tables tell it apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sector {
    /// Household work and care.
    Domestic,
    /// Computer, chat, customer service, marketing, crypto, gaming.
    Chat,
    /// Factory work.
    Factory,
    /// Fishing vessels.
    Fishing,
    /// Plantations and farms.
    Plantation,
    /// Night entertainment.
    Entertainment,
    /// Any other low-skill work.
    Other,
    /// Work with a named qualification: never compared.
    Skilled,
    /// The text does not say.
    Unknown,
}

/// A place of work, as the pay table sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Destination<'a> {
    /// ISO code of the country.
    pub country: &'a str,
    /// Name in the place list, for rows of one city.
    pub name: &'a str,
}

impl<'a> From<&'a Place> for Destination<'a> {
    fn from(place: &'a Place) -> Self {
        Self { country: &place.country, name: &place.name }
    }
}

/// How an offer compares; both ratios are positive.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PayRatio {
    /// Offer by threshold: one or more is too good.
    pub ratio_to_threshold: f64,
    /// Offer by reference pay; `None` when the row has none.
    pub ratio_to_reference: Option<f64>,
}

/// One row of the pay table.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PayRow {
    /// ISO codes; `*` is any country.
    pub countries: Vec<String>,
    /// One city of the place list, when the row is for it alone.
    pub city: Option<String>,
    /// Sectors; `any` is all that are compared.
    pub sectors: Vec<String>,
    /// Currency of the figures.
    pub currency: Currency,
    /// What the work pays, a month.
    pub reference: Option<f64>,
    /// From where on it is too good, a month; `None` where numbers say nothing.
    pub threshold: Option<f64>,
    /// Year of the figures.
    pub year: u16,
    /// Month of the figures; January when only the year is known.
    pub month: Option<u8>,
    /// Where they come from.
    pub source: String,
    /// What a maintainer should know.
    pub note: Option<String>,
}

/// From here on a sum in hard currency without a period is a year's pay.
const YEARLY_USD: f64 = 12_000.0;

/// The pay table and the exchange rates.
#[derive(Clone, Debug, PartialEq, Deserialize)]
pub struct PayTable {
    format_version: u32,
    stale_after_months: u32,
    fallback: Fallback,
    rates: Rates,
    #[serde(default)]
    row: Vec<PayRow>,
}

/// What an unknown place, or chat work abroad, is compared with.
#[derive(Clone, Debug, PartialEq, Deserialize)]
struct Fallback {
    currency: Currency,
    threshold: f64,
    reference: Option<f64>,
}

impl PayTable {
    /// Reads a pay table.
    ///
    /// # Errors
    ///
    /// When `text` is no TOML, or a row lacks a field or names an unknown currency.
    pub fn from_toml(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The exchange rates of the table.
    pub fn rates(&self) -> &Rates {
        &self.rates
    }

    /// The version of the file's layout.
    pub fn format_version(&self) -> u32 {
        self.format_version
    }

    /// Compares the lowest monthly figure of an offer with what the work pays there.
    ///
    /// Day rates count 26 times, hours 209, weeks 4.33; an "up to" counts half; an
    /// amount without a period is taken for a month's, or in hard currency from 12,000 dollars on
    /// for a year's, as salaries are told in London or Sydney. Of several places abroad the
    /// one that makes least of the offer counts; home is looked at only without one.
    /// `None` when nothing is to be compared: skilled work, a sum paid once, a row
    /// without a threshold, or no row (but see the module's fallback).
    pub fn compare(
        &self,
        money: &Money,
        destinations: &[Destination<'_>],
        sector: Sector,
    ) -> Option<PayRatio> {
        let offer = self.monthly_usd(money)?;
        if sector == Sector::Skilled {
            return None;
        }
        // No single state ("the Middle East") is a place without a row, not an unknown one.
        if destinations.is_empty() {
            let vessel = self.row(Destination { country: "", name: "" }, sector);
            return match vessel {
                Some(row) => self.ratio(offer, row),
                // Pounds and euros name a region by themselves, and it has no row.
                None if matches!(money.currency, Some(Currency::Gbp | Currency::Eur)) => None,
                None => self.fallback(offer),
            };
        }
        let home = |destination: &&Destination<'_>| destination.country == "ID";
        let abroad: Vec<_> = destinations.iter().filter(|d| !home(d)).collect();
        let considered = if abroad.is_empty() { destinations.iter().collect() } else { abroad };
        if considered.iter().all(home) {
            return self.compare_at_home(offer, &considered, sector);
        }
        let ratios = considered.into_iter().filter_map(|place| match self.row(*place, sector) {
            Some(row) => self.ratio(offer, row),
            None if sector == Sector::Chat => self.fallback(offer),
            None => None,
        });
        ratios.min_by(|left, right| left.ratio_to_threshold.total_cmp(&right.ratio_to_threshold))
    }

    /// A city's own row before the country's.
    fn compare_at_home(
        &self,
        offer: f64,
        places: &[&Destination<'_>],
        sector: Sector,
    ) -> Option<PayRatio> {
        let rows = places.iter().filter_map(|place| self.row(**place, sector));
        let row = rows.max_by_key(|row| row.city.is_some())?;
        self.ratio(offer, row)
    }

    /// The row of a place: its city's, its country's, then the one of any country.
    fn row(&self, place: Destination<'_>, sector: Sector) -> Option<&PayRow> {
        let named =
            |row: &&PayRow| row.city.as_deref().is_some_and(|city| in_city(place.name, city));
        let country = |row: &&PayRow| row.city.is_none() && has(&row.countries, place.country);
        let any = |row: &&PayRow| has(&row.countries, "*");
        let rows = || self.row.iter().filter(|row| row.is_for(sector));
        rows().find(named).or_else(|| rows().find(country)).or_else(|| rows().find(any))
    }

    fn ratio(&self, offer: f64, row: &PayRow) -> Option<PayRatio> {
        let unit = self.usd(row.currency)?;
        Some(PayRatio {
            ratio_to_threshold: offer / (row.threshold? * unit),
            ratio_to_reference: row.reference.map(|reference| offer / (reference * unit)),
        })
    }

    fn fallback(&self, offer: f64) -> Option<PayRatio> {
        let unit = self.usd(self.fallback.currency)?;
        Some(PayRatio {
            ratio_to_threshold: offer / (self.fallback.threshold * unit),
            ratio_to_reference: self.fallback.reference.map(|reference| offer / (reference * unit)),
        })
    }

    /// Dollars for one unit.
    fn usd(&self, currency: Currency) -> Option<f64> {
        let dollar = self.rates.rupiah.get(&Currency::Usd).filter(|rate| **rate > 0.0)?;
        self.rates.rupiah.get(&currency).filter(|rate| **rate > 0.0).map(|rate| rate / dollar)
    }

    /// The least an offer pays a month, in US dollars.
    fn monthly_usd(&self, money: &Money) -> Option<f64> {
        let dollars = money.to_usd(&self.rates)?;
        let times = match money.period {
            Period::Hour => HOURS,
            Period::Day => DAYS,
            Period::Week => WEEKS,
            Period::Unknown if dollars >= YEARLY_USD && money.currency != Some(Currency::Idr) => {
                1.0 / 12.0
            }
            Period::Month | Period::Unknown => 1.0,
            Period::Year => 1.0 / 12.0,
            Period::Once => return None,
        };
        let share = if money.only_upper { UPPER_SHARE } else { 1.0 };
        Some(dollars * times * share)
    }

    /// The rows whose figures are older than the table allows on the given month.
    pub fn stale_rows(&self, year: u16, month: u8) -> Vec<&PayRow> {
        let months = |year: u16, month: u8| u32::from(year) * 12 + u32::from(month);
        let today = months(year, month);
        let is_stale = |row: &&PayRow| {
            today > months(row.year, row.month.unwrap_or(1)) + self.stale_after_months
        };
        self.row.iter().filter(is_stale).collect()
    }
}

impl PayRow {
    /// Whether the row speaks of `sector`; unnamed work is compared as other work.
    fn is_for(&self, sector: Sector) -> bool {
        let name = match sector {
            Sector::Domestic => "domestic",
            Sector::Chat => "chat",
            Sector::Factory => "factory",
            Sector::Fishing => "fishing",
            Sector::Plantation => "plantation",
            Sector::Entertainment => "entertainment",
            Sector::Other | Sector::Unknown => "other",
            Sector::Skilled => return false,
        };
        has(&self.sectors, "any") || has(&self.sectors, name)
    }
}

fn has(list: &[String], entry: &str) -> bool {
    list.iter().any(|other| other == entry)
}

/// "North Jakarta" and "Batam Centre" lie in the cities whose name they bear.
fn in_city(place: &str, city: &str) -> bool {
    place.split(' ').any(|word| word == city)
}

#[cfg(test)]
mod tests {
    use super::*;

    const KH: Destination<'_> = Destination { country: "KH", name: "Cambodia" };

    fn table() -> PayTable {
        PayTable::from_toml(include_str!("../../models/domain/pay.toml")).unwrap()
    }

    fn at(country: &'static str) -> Destination<'static> {
        Destination { country, name: "" }
    }

    fn pay(min: f64, currency: Currency, period: Period) -> Money {
        Money {
            min,
            max: None,
            currency: Some(currency),
            period,
            only_upper: false,
            vague_digits: None,
        }
    }

    #[test]
    fn a_salary_of_a_year_is_not_taken_for_one_of_a_month() {
        use Currency::*;
        let table = table();
        let ratio = |money: &Money, places: &[Destination<'_>]| {
            table.compare(money, places, Sector::Other).map(|found| found.ratio_to_threshold)
        };
        let unknown = |min, currency| pay(min, currency, Period::Unknown);
        let of_month = ratio(&pay(5_000.0, Usd, Period::Month), &[KH]);
        assert_eq!(ratio(&unknown(60_000.0, Usd), &[KH]), of_month);
        assert_eq!(ratio(&unknown(45_000.0, Gbp), &[]), None);
        assert!(ratio(&unknown(300_000_000.0, Idr), &[]).is_some_and(|ratio| ratio > 1.0));
    }

    #[test]
    fn an_offer_is_compared_with_the_row_of_its_place_and_work() {
        use Currency::*;
        use Period::*;
        let batam = Destination { country: "ID", name: "Batam Centre" };
        let jakarta = Destination { country: "ID", name: "North Jakarta" };
        let cases = [
            (pay(600.0, Usd, Month), vec![KH], Sector::Chat, Some(1.0)),
            (pay(3500.0, Myr, Month), vec![at("MY")], Sector::Factory, Some(1.0)),
            (pay(3000.0, Myr, Month), vec![at("MY")], Sector::Domestic, Some(1.0)),
            (pay(1200.0, Sgd, Month), vec![at("SG")], Sector::Domestic, Some(1.0)),
            (pay(11e6, Idr, Month), vec![batam], Sector::Other, Some(1.0)),
            (pay(12e6, Idr, Month), vec![jakarta, at("ID")], Sector::Chat, Some(1.0)),
            (pay(9e6, Idr, Month), vec![at("ID")], Sector::Other, Some(1.0)),
            (pay(9e6, Idr, Unknown), vec![at("ID")], Sector::Unknown, Some(1.0)),
            (pay(15e6, Idr, Month), vec![at("ID")], Sector::Fishing, Some(1.0)),
            (pay(15e6, Idr, Month), vec![], Sector::Fishing, Some(1.0)),
            (pay(9.9e6, Idr, Month), vec![], Sector::Unknown, Some(1.0)),
            (pay(600.0, Usd, Month), vec![at("GE")], Sector::Chat, Some(1.0)),
            (pay(600.0, Usd, Month), vec![at("GE")], Sector::Other, None),
            (pay(9000.0, Usd, Month), vec![at("AU")], Sector::Other, None),
            (pay(9000.0, Usd, Month), vec![at("IQ")], Sector::Domestic, None),
            (pay(20e6, Idr, Month), vec![at("ID")], Sector::Entertainment, None),
            (pay(9000.0, Usd, Month), vec![KH], Sector::Skilled, None),
            (pay(9000.0, Usd, Once), vec![KH], Sector::Chat, None),
            (pay(7200.0, Usd, Year), vec![KH], Sector::Chat, Some(1.0)),
            // Batam is where one leaves from, Cambodia where one works.
            (pay(600.0, Usd, Month), vec![batam, KH], Sector::Chat, Some(1.0)),
        ];
        for (money, places, sector, expected) in cases {
            let ratio = table().compare(&money, &places, sector).map(|r| r.ratio_to_threshold);
            match (ratio, expected) {
                (Some(ratio), Some(expected)) => {
                    assert!((ratio - expected).abs() < 0.01, "{money:?} {places:?}: {ratio}");
                }
                (ratio, expected) => assert_eq!(ratio, expected, "{money:?} {places:?} {sector:?}"),
            }
        }
    }

    #[test]
    fn rates_by_the_day_hour_and_week_are_made_monthly() {
        let ratio =
            |money| table().compare(&money, &[KH], Sector::Other).unwrap().ratio_to_threshold;
        let is = |left: f64, right: f64| assert!((left - right).abs() < 1e-9, "{left} {right}");
        is(ratio(pay(60.0, Currency::Usd, Period::Day)), 60.0 * 26.0 / 600.0);
        is(ratio(pay(5.0, Currency::Usd, Period::Hour)), 5.0 * 209.0 / 600.0);
        is(ratio(pay(300.0, Currency::Usd, Period::Week)), 300.0 * 4.33 / 600.0);
        let upper = Money { only_upper: true, ..pay(1200.0, Currency::Usd, Period::Month) };
        is(ratio(upper), 1.0);
    }

    #[test]
    fn a_row_without_a_reference_has_no_such_ratio() {
        let money = pay(700.0, Currency::Usd, Period::Month);
        let ratio = table().compare(&money, &[at("VN")], Sector::Factory).unwrap();
        assert!((ratio.ratio_to_threshold - 1.0).abs() < 1e-9);
        assert_eq!(ratio.ratio_to_reference, None);
    }

    #[test]
    fn a_row_older_than_eighteen_months_is_stale() {
        let table = table();
        let stale = |year, month| table.stale_rows(year, month).len();
        assert_eq!(table.stale_rows(2026, 6).len(), 2, "the rows of 2022 and 2024");
        assert!(stale(2026, 8) > 2);
        assert_eq!(stale(2030, 1), table.row.len());
    }

    #[test]
    fn every_row_has_a_rate_and_a_source() {
        let table = table();
        for row in &table.row {
            assert!(table.usd(row.currency).is_some() && !row.source.is_empty(), "{row:?}");
        }
        assert!(PayTable::from_toml("row = 3").is_err());
    }
}
