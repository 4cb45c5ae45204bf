//! What is told of each campaign, from a second look at its posts in the ledger.

use std::{
    collections::BTreeMap,
    io::{Read, Seek, Write},
};

use serde::{Serialize, Serializer};

use super::{
    CampaignError, Groups, Ledger,
    group::Plan,
    template::template,
    view::{Sighting, Time},
};

/// Posts of the campaigns that are gathered in one walk over the ledger: their ids and a dozen views
/// of each are in memory at once.
const MOST_GATHERED: u64 = 1_000_000;

/// Contacts that are told of one campaign.
const MOST_CONTACTS: usize = 20;

/// Posts that hang together by their words or by a contact; one line of the output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Campaign {
    /// A hash of its content, 16 hexadecimal digits: the least of its texts'. A campaign that grows keeps
    /// it, unless a text with a lesser hash joins.
    pub campaign: String,
    /// Posts in it.
    pub size: usize,
    /// Groups of near copies in it; more than 1 where a shared contact joins other texts.
    pub texts: u32,
    /// The ids of its posts, in order.
    pub members: Vec<String>,
    /// Its largest group of near copies as one text, with `{1}`, `{2}`, … where it changes; braces of
    /// the text itself are doubled.
    pub template: String,
    /// What stood in the slots.
    pub slots: Vec<Slot>,
    /// The earliest time; not written when no post has one.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub first_seen: Option<Time>,
    /// The latest time.
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "time")]
    pub last_seen: Option<Time>,
    /// English names, the most frequent first.
    pub places: Vec<String>,
    /// Masked, the most frequent first, at most 20; generic ones are left out.
    pub contacts: Vec<String>,
}

/// A place in a template where its posts differ.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Slot {
    /// Its number, from 1.
    pub slot: usize,
    /// Up to five of what stood there, the most frequent first.
    pub examples: Vec<String>,
}

#[expect(clippy::ref_option, reason = "serde calls it with a reference to the field")]
fn time<S: Serializer>(time: &Option<Time>, serializer: S) -> Result<S::Ok, S::Error> {
    match time {
        None => serializer.serialize_none(),
        Some(Time::Integer(number)) => serializer.serialize_i64(*number),
        Some(Time::Date(date)) => serializer.serialize_str(date),
    }
}

impl Groups {
    /// Tells each campaign to `sink`, the largest first, equal sizes by id. `ledger` holds the posts that
    /// were added to the grouper, in the same order.
    ///
    /// # Errors
    ///
    /// When the ledger cannot be read, or the first error of `sink`.
    pub fn tell<F: Read + Write + Seek, E: From<CampaignError>>(
        &self,
        ledger: &mut Ledger<F>,
        mut sink: impl FnMut(Campaign) -> Result<(), E>,
    ) -> Result<(), E> {
        let mut from = 0;
        while from < self.plans.len() {
            let to = self.batch_end(from);
            for gathered in self.gather(ledger, from, to)? {
                sink(gathered.tell())?;
            }
            from = to;
        }
        Ok(())
    }

    /// The end of the campaigns that are gathered together with `from`.
    fn batch_end(&self, from: usize) -> usize {
        let mut posts = 0;
        let more = self.plans[from..].iter().take_while(|plan| {
            let is_first = posts == 0;
            posts += u64::from(plan.size);
            is_first || posts <= MOST_GATHERED
        });
        from + more.count()
    }

    fn gather<F: Read + Write + Seek>(
        &self,
        ledger: &mut Ledger<F>,
        from: usize,
        to: usize,
    ) -> Result<Vec<Gathered<'_>>, CampaignError> {
        let mut gathered: Vec<Gathered<'_>> =
            self.plans[from..to].iter().map(|plan| Gathered::new(plan, &self.generic)).collect();
        let mut at = 0;
        for block in ledger.blocks()? {
            let block = block?;
            for record in block.unpacked()?.records()? {
                if let Some(campaign) =
                    self.campaign(at).filter(|campaign| (from..to).contains(campaign))
                {
                    gathered[campaign - from].add(at, block.sighting(record)?);
                }
                at += 1;
            }
        }
        Ok(gathered)
    }
}

/// A campaign whose posts come by.
struct Gathered<'a> {
    plan: &'a Plan,
    generic: &'a [u64],
    members: Vec<String>,
    first: Option<Time>,
    last: Option<Time>,
    places: BTreeMap<String, u32>,
    contacts: BTreeMap<u64, (u32, String)>,
    /// By sample.
    views: Vec<String>,
}

impl<'a> Gathered<'a> {
    fn new(plan: &'a Plan, generic: &'a [u64]) -> Self {
        Self {
            plan,
            generic,
            members: Vec::new(),
            first: None,
            last: None,
            places: BTreeMap::new(),
            contacts: BTreeMap::new(),
            views: vec![String::new(); plan.samples.len()],
        }
    }

    /// Takes the post that came `at`th.
    fn add(&mut self, at: usize, post: Sighting) {
        self.members.push(post.id);
        if let Some(time) = post.time {
            if self.first.as_ref().is_none_or(|first| time < *first) {
                self.first = Some(time.clone());
            }
            if self.last.as_ref().is_none_or(|last| time > *last) {
                self.last = Some(time);
            }
        }
        for place in post.places {
            *self.places.entry(place).or_default() += 1;
        }
        for contact in post.contacts {
            if self.generic.binary_search(&contact.hash).is_err() {
                let (count, masked) = self
                    .contacts
                    .entry(contact.hash)
                    .or_insert_with(|| (0, contact.masked.clone()));
                *count += 1;
                // One contact may be written in two ways; which way is kept must not depend on the order.
                if contact.masked < *masked {
                    *masked = contact.masked;
                }
            }
        }
        if let Some(sample) = self.plan.samples.iter().position(|sample| *sample as usize == at) {
            self.views[sample] = post.view;
        }
    }

    fn tell(mut self) -> Campaign {
        self.members.sort_unstable();
        let views: Vec<&str> = self.views.iter().map(String::as_str).collect();
        let template = template(&views);
        let slots = template.slots.into_iter().zip(1..);
        let mut contacts = frequent(self.contacts.into_values());
        contacts.truncate(MOST_CONTACTS);
        Campaign {
            campaign: format!("{:016x}", self.plan.id),
            size: self.members.len(),
            texts: self.plan.texts,
            members: self.members,
            template: template.text,
            slots: slots.map(|(examples, slot)| Slot { slot, examples }).collect(),
            first_seen: self.first,
            last_seen: self.last,
            places: frequent(self.places.into_iter().map(|(name, count)| (count, name))),
            contacts,
        }
    }
}

/// Names, the most frequent first, equal ones in order.
fn frequent(counted: impl Iterator<Item = (u32, String)>) -> Vec<String> {
    let mut counted: Vec<_> =
        counted.map(|(count, name)| (std::cmp::Reverse(count), name)).collect();
    counted.sort_unstable();
    counted.into_iter().map(|(_, name)| name).collect()
}
