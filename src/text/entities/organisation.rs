//! Named employers: registered firms, agencies, and trading names.
//!
//! In lower case a name has no capital to end it, so it ends at a mark, at the end
//! of the line, after five words, or before a word that no name goes on with.

use std::ops::Range;

use super::{Entity, EntityKind, Piece, PieceKind};
use crate::text::chars;

/// What a name says of its bearer's form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OrganisationForm {
    /// A registered form: PT, CV, yayasan, Sdn Bhd, Pte Ltd, `GmbH`, ….
    Registered,
    /// An employment agency by name.
    Agency,
    /// A trading name: toko, warung, hotel, klinik, sekolah, ….
    Trading,
}

/// The longest name, in words.
const LONGEST: usize = 5;

/// Words no name begins with, and before which one ends.
const NO_NAME: &[&str] = &[
    "sip",
    "siuppak",
    "swasta",
    "nya",
    "ini",
    "itu",
    "kami",
    "saya",
    "tersebut",
    "lain",
    "lainnya",
    "apa",
    "apapun",
    "mana",
    "manapun",
    "resmi",
    "asing",
    "besar",
    "yang",
    "yg",
    "dan",
    "atau",
    "di",
    "ke",
    "dari",
    "ternama",
    "terkenal",
    "tempat",
    "kita",
    "tanpa",
    "tidak",
    "ga",
    "gak",
    "bukan",
    "untuk",
    "utk",
    "dengan",
    "dgn",
    "adalah",
    "sedang",
    "membutuhkan",
    "mencari",
    "membuka",
    "buka",
    "butuh",
    "dibutuhkan",
    "bergerak",
    "merupakan",
    "jl",
    "jalan",
    "alamat",
    "lowongan",
    "loker",
    "lagi",
    "akan",
    "telah",
    "sudah",
    "posisi",
    "hiring",
    "is",
    "are",
    "was",
    "looking",
    "to",
    "and",
    "or",
    "for",
    "in",
    "at",
    "by",
    "with",
    "via",
    "melalui",
    "as",
    "milik",
    "lewat",
    "pakai",
    "pake",
    "sini",
    "sana",
    "ku",
    "mu",
    "gan",
    "bos",
    "boss",
    "kak",
    "bro",
    "sis",
    "dong",
    "sih",
    "kok",
    "aja",
    "saja",
    "juga",
    "dll",
    "dsb",
    "mau",
    "bisa",
    "mengajak",
    "memberikan",
    "menerima",
    "memerlukan",
    "memanggil",
    "berlokasi",
    "berada",
    "has",
    "have",
    "will",
    "we",
    "our",
    "the",
    "a",
    "an",
    "full",
    "part",
    "time",
    "sebagai",
    "kepada",
    "oleh",
    "hanya",
    "langsung",
    "open",
    "urgently",
    "urgent",
    "requires",
    "seeking",
    "mengundang",
    "kembali",
    "ada",
    "punya",
    "biar",
    "biasa",
    "gaji",
    "usia",
    "lokasi",
    "penempatan",
    "sejak",
    "since",
    "yaitu",
    "ialah",
    "serta",
    "lokal",
    "dalam",
    "negeri",
    "jepang2",
    "bagian",
    "who",
    "that",
    "hubungi",
    "wa",
    "kontak",
    "kirim",
    "cv",
    "pt",
    "pabrik",
    "perusahaan",
    "company",
    "terdekat",
    "setempat",
    "seluruh",
    "anda",
    "kamu",
    "dia",
    "mereka",
    "nama",
    "harus",
    "wajib",
    "jadi",
    "cabang",
    "site",
    "kerja",
    "established",
    "equal",
    "opportunities",
    "leading",
    "licensed",
    "licenced",
    "independent",
    "specialist",
    "recruiting",
    "fresh",
    "graduate",
    "minimal",
    "kesempatan",
    "vacancy",
    "now",
    "not",
    "no",
    "jobs",
    "job",
    "position",
    "staff",
    "admin",
];
/// After a kind of place these still name no one: "toko baju", "hotel bintang lima".
const GOODS: &[&str] = &[
    "kecil",
    "dekat",
    "online",
    "baju",
    "pakaian",
    "elektronik",
    "roti",
    "kelontong",
    "sembako",
    "bangunan",
    "makan",
    "berbintang",
    "bintang",
    "mewah",
    "murah",
    "hp",
    "besi",
    "kue",
    "buku",
    "mainan",
    "bunga",
    "obat",
    "grosir",
    "oleh",
    "offline",
    "group",
    "industry",
    "environment",
    "background",
    "technology",
    "accommodation",
    "revenue",
    "required",
    "policies",
    "policy",
    "management",
    "operations",
    "experience",
    "guests",
    "guest",
    "room",
    "rooms",
    "manager",
    "standards",
    "services",
    "service",
    "team",
    "chain",
    "brands",
    "property",
    "reception",
    "receptionist",
    "kitchen",
    "restaurant",
    "bar",
    "chef",
    "sector",
    "work",
    "located",
    "based",
    "school",
    "business",
    "setting",
    "products",
    "owner",
    "general",
    "apartment",
    "spa",
    "resort",
    "housekeeping",
    "front",
    "dasar",
    "menengah",
    "tinggi",
    "umum",
];
/// Before "cv" these make it a curriculum vitae, before "pt" a denial or a part-time job.
const DENIES: &[&str] = &[
    "tanpa",
    "bukan",
    "non",
    "pake",
    "pakai",
    "kirim",
    "kirimkan",
    "send",
    "your",
    "email",
    "lampirkan",
    "membawa",
    "bawa",
    "submit",
    "upload",
    "attach",
    "updated",
    "latest",
    "a",
    "the",
    "resume",
    "or",
    "an",
    "please",
    "full",
    "lamaran",
    "surat",
    "ft",
    "mengirim",
    "mengirimkan",
    "siapkan",
    "update",
    "their",
    "my",
    "forward",
    "with",
    "format",
    "detailed",
    "apply",
    "drop",
    "kirimin",
    "berkas",
    "foto",
    "and",
    "dan",
    "atau",
    "you",
    "&",
    "menyerahkan",
    "no",
    "nggak",
    "gak",
    "ga",
    "tidak",
];
/// After "cv" these make it a curriculum vitae.
const VITAE: &[&str] = &[
    "terbaru",
    "lengkap",
    "anda",
    "kamu",
    "foto",
    "ktp",
    "ijazah",
    "pdf",
    "surat",
    "lamaran",
    "ats",
    "beserta",
    "email",
    "mu",
    "ke",
    "dan",
    "to",
    "via",
    "dalam",
    "photo",
    "cover",
    "only",
    "here",
    "today",
    "now",
    "max",
    "format",
    "kalian",
    "terupdate",
    "resume",
    "portofolio",
    "portfolio",
    "writing",
    "please",
    "must",
    "should",
    "can",
    "on",
    "before",
    "if",
    "of",
    "sesuai",
    "dikirim",
    "diri",
];

/// Finds all named organisations, in reading order, without overlaps.
pub(super) fn find(text: &str, pieces: &[Piece]) -> Vec<Entity> {
    let reader = Reader { text, pieces };
    let mut found = Vec::new();
    let mut at = 0;
    let mut taken = 0;
    while at < pieces.len() {
        let next = reader.organisation(at, taken);
        if let Some((first, next, form)) = next {
            let range = reader.span(first, next);
            found.push(Entity { range, kind: EntityKind::Organisation(form) });
            taken = next;
            at = next;
        } else {
            at += 1;
        }
    }
    found
}

struct Reader<'a> {
    text: &'a str,
    pieces: &'a [Piece],
}

impl<'a> Reader<'a> {
    fn word(&self, at: usize) -> &'a str {
        self.pieces.get(at).and_then(|piece| self.text.get(piece.range.clone())).unwrap_or_default()
    }

    fn before(&self, at: usize) -> &'a str {
        at.checked_sub(1).map(|at| self.word(at)).unwrap_or_default()
    }

    fn span(&self, first: usize, next: usize) -> Range<usize> {
        let start = self.pieces.get(first).map_or(0, |piece| piece.range.start);
        let end = self.pieces.get(next.saturating_sub(1)).map_or(start, |piece| piece.range.end);
        start..end.max(start)
    }

    /// The organisation whose form stands at `at`: its first piece, the one after it, its form.
    fn organisation(&self, at: usize, taken: usize) -> Option<(usize, usize, OrganisationForm)> {
        use OrganisationForm::{Agency, Registered, Trading};
        if self.pieces.get(at)?.kind != PieceKind::Word {
            return None;
        }
        if let Some(length) = self.suffix(at) {
            let first = self.name_before(at, taken)?;
            let form = if self.is_agency(first, at) { Agency } else { Registered };
            return Some((first, at + length, form));
        }
        if let (
            "agency" | "agencies",
            "employment" | "maid" | "manpower" | "recruitment" | "manning",
        ) = (self.word(at), self.before(at))
        {
            let first = self.name_before(at.checked_sub(1)?, taken)?;
            return Some((first, at + 1, Agency));
        }
        let (length, form) = match (self.word(at), self.word(at + 1)) {
            ("agensi", "pekerjaan") => (2, Agency),
            ("p3mi" | "pjtki" | "pptkis", _) => (1, Agency),
            ("pt" | "cv" | "ud" | "pd" | "firma" | "yayasan" | "koperasi" | "lpk" | "perum", _) => {
                (1, Registered)
            }
            ("rumah", "sakit" | "makan") => (2, Trading),
            (
                "toko" | "rm" | "warung" | "kedai" | "hotel" | "klinik" | "rs" | "rsud" | "rsu"
                | "rsia" | "sekolah" | "restoran" | "resto" | "apotek" | "universitas"
                | "puskesmas",
                _,
            ) => (1, Trading),
            _ => return None,
        };
        self.prefixed(at, length, form)
    }

    /// "pt sinar jaya": a form, then a name.
    fn prefixed(
        &self,
        at: usize,
        length: usize,
        form: OrganisationForm,
    ) -> Option<(usize, usize, OrganisationForm)> {
        let word = self.word(at);
        let before = self.before(at);
        let mut start = at + length;
        while matches!(self.word(start), "." | ":" | "," | "\"" | "*") && start < at + length + 2 {
            start += 1;
        }
        let longest = if form == OrganisationForm::Trading { 3 } else { LONGEST };
        if matches!(word, "pt" | "cv") {
            let list = matches!(before, "/" | "&" | "+")
                && (word == "cv"
                    || matches!(at.checked_sub(2).map(|at| self.word(at)), Some("ft" | "full")));
            if DENIES.contains(&before)
                || list
                || (word == "cv" && VITAE.contains(&self.word(start)))
            {
                return None;
            }
        }
        if form == OrganisationForm::Trading && GOODS.contains(&self.word(start)) {
            return None;
        }
        if form == OrganisationForm::Trading
            && start > at + length
            && (word.len() > 3 || self.word(at + length) != ".")
        {
            return None; // "hotel: …", "toko, …" list kinds of places
        }
        let end = self.name_after(start, longest);
        let letters = |at| self.word(at).chars().filter(|c| chars::is_alphabetic(*c)).count();
        let named = (start..end).any(|at| letters(at) >= 2);
        (end > start && named).then_some((at, end, form))
    }

    /// The piece after the name that begins at `start`.
    fn name_after(&self, start: usize, longest: usize) -> usize {
        let mut at = start;
        let mut words = 0;
        while words < longest {
            let word = self.word(at);
            let Some(piece) = self.pieces.get(at) else { break };
            if let Some(length) = self.suffix(at).filter(|_| at > start) {
                return at + length;
            }
            match piece.kind {
                PieceKind::Word if !NO_NAME.contains(&word) && self.suffix(at).is_none() => {
                    words += 1;
                }
                PieceKind::Number
                    if at > start && word.len() <= 4 && !word.contains(['.', ',']) =>
                {
                    words += 1;
                }
                PieceKind::Mark if matches!(word, "&" | "-" | "'" | "’") && at > start => {
                    let next = self.word(at + 1);
                    let spaced = word == "-" && !piece.glued;
                    if spaced || NO_NAME.contains(&next) || !next.starts_with(chars::is_alphabetic)
                    {
                        break;
                    }
                }
                PieceKind::Mark
                    if word == "."
                        && piece.glued
                        && at > start
                        && self.word(at - 1).len() <= 2
                        && self.pieces.get(at + 1).is_some_and(|next| next.glued) => {}
                _ => break,
            }
            at += 1;
        }
        at
    }

    /// The first piece of the name that ends before `end`.
    fn name_before(&self, end: usize, taken: usize) -> Option<usize> {
        let mut first = end;
        let mut words = 0;
        while first > taken && words < LONGEST {
            let at = first - 1;
            let Some(piece) = self.pieces.get(at) else { break };
            let word = self.word(at);
            let goes_on = match piece.kind {
                PieceKind::Word => !NO_NAME.contains(&word) || word == "pt",
                PieceKind::Mark => matches!(word, "&" | "." | "(" | ")" | "'") && first < end + 1,
                _ => false,
            };
            if !goes_on {
                break;
            }
            words += usize::from(piece.kind == PieceKind::Word);
            first = at;
        }
        while first < end
            && self.pieces.get(first).is_some_and(|piece| piece.kind == PieceKind::Mark)
        {
            first += 1;
        }
        let named = (first..end).any(|at| self.word(at).len() >= 2);
        named.then_some(first)
    }

    /// A form that stands after its name: how many pieces it has.
    fn suffix(&self, at: usize) -> Option<usize> {
        let dot = usize::from(self.word(at + 1) == ".");
        match (self.word(at), self.word(at + 1 + dot)) {
            ("sdn" | "sendirian", "bhd" | "berhad") | ("pte" | "pty" | "co", "ltd" | "limited") => {
                Some(2 + dot)
            }
            (
                "bhd" | "berhad" | "ltd" | "llc" | "gmbh" | "plt" | "llp" | "tbk" | "inc"
                | "limited" | "corp",
                _,
            ) => Some(1),
            _ => None,
        }
        .filter(|_| {
            at > 0 && self.pieces.get(at - 1).is_some_and(|piece| piece.kind != PieceKind::Break)
        })
    }

    fn is_agency(&self, first: usize, end: usize) -> bool {
        (first..end)
            .any(|at| matches!(self.word(at), "agensi" | "agency" | "manpower" | "employment"))
    }
}

#[cfg(test)]
mod tests {
    use super::{super::pieces, OrganisationForm::*, *};

    fn names(text: &str) -> Vec<(&str, OrganisationForm)> {
        let to_pair = |entity: Entity| match entity.kind {
            EntityKind::Organisation(form) => (text.get(entity.range).unwrap(), form),
            other => panic!("{other:?}"),
        };
        find(text, &pieces(text)).into_iter().map(to_pair).collect()
    }

    #[test]
    fn a_form_and_a_name_make_an_organisation() {
        let cases = [
            ("pt sinar jaya abadi membutuhkan operator", "pt sinar jaya abadi", Registered),
            ("pt. maju bersama", "pt. maju bersama", Registered),
            ("loker di pt.good spice food", "pt.good spice food", Registered),
            ("cv print & pack bergerak", "cv print & pack", Registered),
            ("pt bank maju tbk kesempatan berkarir", "pt bank maju tbk", Registered),
            ("pt laut jaya sip3mi no. 12/2021", "pt laut jaya", Registered),
            ("ud berkah", "ud berkah", Registered),
            ("yayasan kasih ibu", "yayasan kasih ibu", Registered),
            ("lpk sakura", "lpk sakura", Registered),
            ("bintang maju sdn bhd", "bintang maju sdn bhd", Registered),
            ("syarikat maju sdn. bhd.", "syarikat maju sdn. bhd", Registered),
            ("agensi pekerjaan harapan sdn bhd", "agensi pekerjaan harapan sdn bhd", Agency),
            ("agensi pekerjaan harapan", "agensi pekerjaan harapan", Agency),
            ("bright maid agency", "bright maid agency", Agency),
            ("orient marine pte ltd", "orient marine pte ltd", Registered),
            ("acme llc", "acme llc", Registered),
            ("lowongan kerja bintang maju sdn bhd", "bintang maju sdn bhd", Registered),
            ("toko emas jaya di pasar", "toko emas jaya", Trading),
            ("rm sederhana", "rm sederhana", Trading),
            ("hotel melati", "hotel melati", Trading),
            ("rs harapan kita", "rs harapan", Trading),
        ];
        for (text, name, form) in cases {
            assert_eq!(names(text), [(name, form)], "{text:?}");
        }
    }

    #[test]
    fn a_form_without_a_name_is_nothing() {
        for text in [
            "",
            "pt",
            "pt swasta",
            "gak pake pt",
            "gak pake pt gan",
            "pt nya resmi",
            "kirim cv ke email",
            "cv dan lamaran",
            "kirim cv terbaru",
            "send your cv to us",
            "ft/pt available",
            "hotel di kamboja",
            "toko online",
            "rm 1,700",
            "rm1700",
            "warung makan",
            "tanpa pt",
            "inc",
            "hotel berbintang",
            "hotel management",
            "an established recruitment agency",
            "sekolah menengah",
            "kerja di hotel, restoran",
        ] {
            assert_eq!(names(text), [], "{text:?}");
        }
    }
}
