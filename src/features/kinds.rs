//! Kinds: which kind of an indicator the typed evidence of a text speaks for.
//!
//! A kind is not learnt. The specification says it in words that typed values
//! answer: a fee is LARGE from Rp 10 million, a destination is CLOSED when the
//! gazetteer says so and the work is in a household. Where a text leaves it
//! open, the last kind of the taxonomy that asks for least is taken.

use crate::{
    features::{AtomTable, Prepared, Typed, Whole},
    taxonomy::Indicator,
};

/// What kinds are decided by: the atoms of a text, asked by name.
#[derive(Clone, Copy, Debug)]
pub struct KindEvidence<'a> {
    prepared: &'a Prepared<'a>,
    table: &'a AtomTable,
}

impl<'a> KindEvidence<'a> {
    /// The evidence in `prepared`, whose atoms `table` names.
    pub fn new(prepared: &'a Prepared<'a>, table: &'a AtomTable) -> Self {
        Self { prepared, table }
    }

    fn says(&self, concept: &str) -> bool {
        self.table
            .find(concept)
            .is_some_and(|atom| self.prepared.atoms.mentions.iter().any(|m| m.atom == atom))
    }

    fn has(&self, typed: Typed) -> bool {
        let atom = self.table.typed(typed);
        self.prepared.atoms.mentions.iter().any(|mention| mention.atom == atom)
    }

    fn is(&self, whole: Whole) -> bool {
        self.prepared.atoms.whole.binary_search(&self.table.whole(whole)).is_ok()
    }

    /// Whether a large sum stands in the clause of a fee, or next to it.
    fn large_fee(&self) -> bool {
        let clauses_of = |atom| {
            self.prepared
                .atoms
                .mentions
                .iter()
                .filter(move |mention| mention.atom == atom)
                .map(|mention| self.prepared.text.clause_at(mention.range.start))
        };
        let Some(fee) = self.table.find("FEE_ASK") else { return false };
        let large = self.table.typed(Typed::MoneyLarge);
        clauses_of(fee).any(|at| clauses_of(large).any(|other| other.abs_diff(at) <= 1))
    }

    /// Whether the work is of the sort that makes Thailand, Dubai and others a hub.
    fn remote_or_unnamed_work(&self) -> bool {
        self.says("OCC_CHAT")
            || self.says("OCC_SCAM")
            || self.says("OCC_UNNAMED")
            || self.is(Whole::NoTask)
    }

    fn household_or_unnamed_work(&self) -> bool {
        self.says("OCC_DOMESTIC") || self.says("OCC_CARE") || self.is(Whole::NoTask)
    }
}

/// The kind of `indicator`, or `None` when it has no kinds or its only kind does not fit.
pub fn kind_of(indicator: &Indicator, evidence: &KindEvidence<'_>) -> Option<String> {
    let fits = |kind: &str| match kind {
        "LARGE" => evidence.large_fee(),
        "CASH_LURE" => evidence.says("ADVANCE"),
        "SCAM_HUB" => {
            evidence.has(Typed::PlaceHub)
                || (evidence.has(Typed::PlaceHubConditional) && evidence.remote_or_unnamed_work())
        }
        "CLOSED" => evidence.has(Typed::PlaceClosed) || closed_hub(evidence),
        "OVERSEAS" => evidence.is(Whole::Abroad),
        "ORGAN" => evidence.says("ORGAN"),
        "BRIDE" => evidence.says("BRIDE"),
        _ => false,
    };
    let kinds = &indicator.kinds;
    let found = kinds.iter().find(|kind| fits(&kind.id)).map(|kind| kind.id.clone());
    let rest = kinds.last().filter(|_| !indicator.kind_optional).map(|kind| kind.id.clone());
    found.or(rest)
}

/// The Emirates are a hub for chat work and closed for household work.
fn closed_hub(evidence: &KindEvidence<'_>) -> bool {
    evidence.has(Typed::PlaceHubConditional) && evidence.household_or_unnamed_work()
}
