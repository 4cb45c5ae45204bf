//! Each concept against phrases made for it, and the rules of matching against a lexicon of a few lines.

use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;

const FILE: &str = include_str!("../../../models/domain/lexicon.toml");

static LEXICON: LazyLock<Lexicon> =
    LazyLock::new(|| Lexicon::from_toml(FILE).expect("the bundle's lexicon is good"));

/// A concept, texts that hold it, and texts that do not.
type Row = (&'static str, &'static [&'static str], &'static [&'static str]);

const ROWS: &[Row] = &[
    (
        "OFFER",
        &[
            "dicari admin untuk kantor",
            "lowongan kerja terbaru",
            "jawatan kosong di jb",
            "we are hiring now",
            "sapa mo karja",
        ],
        &["dicari kucing hilang di batu aji", "dibutuhkan donor darah", "besok kita makan"],
    ),
    ("SEEK", &["aku lagi cari kerja", "looking for a job in johor"], &["siapa cari kerja"]),
    (
        "INVITE_TALK",
        &["mau kerja ga", "daripada nganggur di rumah", "nak ikut tak"],
        &["kereta api besok"],
    ),
    (
        "SELF_ARRANGE",
        &["lewat saya aja", "nanti saya jemput", "saya uruskan semua"],
        &["lewat jembatan barelang"],
    ),
    ("GO", &["berangkat besok pagi", "terbang minggu depan"], &["meja dan kursi"]),
    (
        "ABROAD",
        &["kerja di luar negeri", "kerja luar negara", "work overseas"],
        &["kerja di luar kota", "di luar rumah"],
    ),
    ("MOVE_ISLAND", &["merantau ke papua", "kerja di luar pulau"], &["nonton tv di rumah"]),
    ("DEST_MENU", &["kamboja/thailand/vietnam"], &["batam"]),
    ("CUR_FOREIGN", &["gaji 000 usd", "rm0000 sebulan"], &["gaji 0 juta rupiah"]),
    (
        "OCC_DOMESTIC",
        &["cari art ke johor", "pembantu rumah", "maid for singapore family"],
        &["art gallery di kota"],
    ),
    ("OCC_CARE", &["jaga lansia di taiwan", "babysitter"], &["jaga kesehatan"]),
    ("OCC_PLANT", &["kerja kebun sawit", "ladang kelapa sawit"], &["kantor pusat"]),
    ("OCC_FISH", &["abk kapal ikan", "kerja di kapal ikan"], &["makan ikan bakar"]),
    (
        "OCC_FACTORY",
        &["operator produksi pabrik", "kerja kilang elektronik", "factory worker"],
        &["gereja tua"],
    ),
    ("OCC_CONSTR", &["tukang bangunan", "construction worker"], &["tukang ojek"]),
    ("OCC_CLEAN", &["cleaning service", "tukang cuci"], &["bersih dari utang"]),
    ("OCC_RESTO", &["waitress cafe", "pelayan restoran"], &["makan siang"]),
    ("OCC_SPA", &["terapis spa", "tukang pijat", "massage therapist"], &["kaki pegal"]),
    (
        "OCC_ENTERTAIN",
        &["dicari lc karaoke", "gro malam", "pemandu lagu"],
        &["lagu daerah", "room boy hotel"],
    ),
    ("OCC_SEX", &["open bo", "pijat plus plus"], &["open house lebaran"]),
    ("OCC_CHAT", &["cs online", "admin chat", "telemarketing"], &["operator mesin pabrik"]),
    ("OCC_SCAM", &["admin judi online", "slot gacor", "scammer"], &["slot terbatas"]),
    ("OCC_SKILLED", &["guru bahasa inggris", "welder bersertifikat"], &["perawat lansia"]),
    (
        "OCC_UNNAMED",
        &["ada kerjaan nih", "kerja enak gaji besar", "easy job for you"],
        &["hujan deras"],
    ),
    ("PAY", &["gaji 0 juta", "salary 0000", "gaji lumayan"], &["langit biru"]),
    ("PAY_EXALT", &["gaji fantastis", "cepat kaya", "duit masyuk"], &["gaji umr"]),
    ("PAY_COMMISSION", &["ada bonus dan tips", "komisi penjualan"], &["tips melamar kerja"]),
    (
        "COST_FREE",
        &["tiket ditanggung bos", "semua biaya ditanggung", "free flight ticket"],
        &["biaya ditanggung sendiri", "free fire"],
    ),
    (
        "MESS_MEAL",
        &["mess dan makan disediakan", "asrama disediakan", "food and accommodation provided"],
        &["tas baru"],
    ),
    (
        "FEE_ASK",
        &[
            "biaya proses 0 juta",
            "dp dulu 000 ribu",
            "bayar dulu sebelum berangkat",
            "processing fee",
        ],
        &["biaya kursus 000 ribu", "harga kos 0 juta", "kelas online cuma harga 00 ribu"],
    ),
    ("NO_FEE", &["tidak dipungut biaya", "gratis tanpa biaya", "no fee"], &["bayar sekarang"]),
    ("DEDUCT", &["potong gaji 0 bulan", "bayar belakangan"], &["potong rambut"]),
    ("ADVANCE", &["ada uang saku", "bisa kasbon dulu"], &["saku celana"]),
    ("PENALTY", &["kalau batal denda 00 juta", "penalti jika berhenti"], &["denda tilang"]),
    ("DOC_HOLD", &["paspor dipegang kantor", "ijazah ditahan"], &["paspor hilang di jalan"]),
    (
        "VISA_TOURIST",
        &["pakai visa turis", "visa ziarah", "tourist visa first"],
        &["visa kerja resmi"],
    ),
    ("ROUTE_ILLEGAL", &["lewat jalur tikus", "ada tekong", "tanpa paspor bisa"], &["jalur sepeda"]),
    ("DOC_MAKE", &["bikin paspor sama kami", "dokumen diurus"], &["dokumen film"]),
    ("AGE_EDIT", &["umur bisa dituakan", "ktp tembak"], &["umur panjang"]),
    ("BYPASS", &["ngapain lewat pt", "tak payah agensi"], &["lewat jembatan"]),
    (
        "NO_REQ",
        &["tanpa pengalaman", "no experience needed", "tak perlu pengalaman"],
        &["pengalaman 0 tahun"],
    ),
    ("EASY_FAST", &["proses cepat", "syarat mudah"], &["mudah-mudahan sehat"]),
    (
        "LOOKS",
        &["wanita cantik dan menarik", "good looking", "penampilan menarik"],
        &["rumahnya cantik", "baju cantik murah"],
    ),
    ("BODY_SHOW", &["kirim foto bikini", "di depan kamera"], &["kirim foto ktp"]),
    ("GENERIC_FIRM", &["sebuah perusahaan ternama"], &["pt maju jaya abadi"]),
    ("HOME_GROUP", &["rombongan dari kampung kita"], &["toko kain"]),
    ("JOB_LATER", &["kerjanya nanti dijelaskan di sana"], &["kerjanya jaga toko"]),
    ("PAY_RICH", &["bisa cepat kaya"], &["bisa cepat pulang"]),
    ("THIRD_NEED", &["teman saya butuh orang"], &["teman saya pulang"]),
    ("COVER_STORY", &["kalau ditanya petugas bilang mau jenguk saudara"], &["tanya petugas"]),
    ("DONT_ASK", &["jangan banyak tanya"], &["boleh tanya"]),
    ("KIN_SECRET", &["jangan kasih tahu suami dulu"], &["kasih tahu suami dulu ya"]),
    ("LEGAL_CLAIM", &["bos kenal orang imigrasi jadi aman"], &["daftar di kantor imigrasi"]),
    ("PEER_SUCCESS", &["tetangga saya pulang bawa mobil"], &["tetangga saya pulang"]),
    ("PLACE_HIDE", &["negaranya masih rahasia"], &["negaranya jepang"]),
    ("FIRST_PERSON", &["kami cari kasir", "we need a cook"], &["dicari kasir"]),
    ("SECOND_PERSON", &["kamu mau ikut", "you can join"], &["dicari kasir"]),
    ("THIRD_PERSON", &["kata korban", "they were sold"], &["dicari kasir"]),
    ("PAST_TELL", &["kemarin saya ditipu", "she was told"], &["besok berangkat"]),
    ("UNMARRIED", &["belum menikah", "single"], &["pesta nikah"]),
    ("AGE_MINOR", &["anak sekolah boleh", "masih smp juga boleh"], &["dewasa"]),
    ("HARDSHIP", &["terlilit utang pinjol", "baru kena phk", "dikejar along"], &["uang jajan"]),
    (
        "SECRECY",
        &["jangan bilang orang tua", "rahasia", "don't tell your family"],
        &["bilang terima kasih"],
    ),
    ("URGENT", &["berangkat malam ini", "sisa 0 seat", "gercep"], &["santai saja"]),
    ("TRUST", &["demi allah", "anak saya sudah kerja di sana"], &["demi waktu"]),
    (
        "PARADISE",
        &["di sana enak banget", "kerja sambil jalan-jalan", "macam syurga"],
        &["makanan enak sekali", "kopi enak", "kurang enak badan"],
    ),
    ("CONTROL", &["tidak boleh keluar", "hp disita", "phones collected"], &["keluar air"]),
    ("HOURS", &["00 jam sehari", "tidak ada libur"], &["jam tangan"]),
    ("ORGAN", &["donor ginjal", "jual ginjal"], &["sakit hati"]),
    ("BRIDE", &["nikah dengan pria china", "mail order bride"], &["foto pengantin baru"]),
    ("CONTACT_PRIVATE", &["minat japri", "inbox saya", "pm tepi"], &["surat pos"]),
    ("LINK_BIO", &["link di bio", "link in bio"], &["biologi"]),
    ("EMPLOYER_FORM", &["pt sumber jaya", "maju sdn bhd", "abc pte ltd"], &["pt mana ya"]),
    ("ADDRESS", &["jl sudirman no 0", "jalan raya batam"], &["jl tikus"]),
    ("LICENCE", &["sip0mi no 00", "licence no 00c0000"], &["lisensi musik"]),
    ("OFFICIAL_PROG", &["program g to g korea", "disnaker"], &["program tv"]),
    ("CONTRACT_VISA", &["kontrak kerja resmi", "visa kerja", "work permit"], &["kontrakan kosong"]),
    ("VERIFY", &["cek di siskop0mi", "verify with mom"], &["cek ombak"]),
    ("HR_REGISTER", &["kualifikasi: minimal sma", "job responsibilities"], &["hujan lagi"]),
    ("INTERVIEW", &["walk in interview", "psikotes"], &["jalan kaki"]),
    ("CASE_REPORT", &["korban dijanjikan pekerjaan"], &["dijanjikan hadiah"]),
    ("CONFINED", &["pengen pulang", "locked in the room"], &["pulang kampung"]),
    ("LEGAL_INFO", &["hotline pengaduan"], &["nomor antrian"]),
    ("SELLING", &["dijual cepat rumah"], &["jualan laris"]),
    ("SMALL_TALK", &["selamat ulang tahun", "happy birthday"], &["selamat bekerja"]),
    ("WARN", &["waspada penipuan loker", "beware of fake jobs"], &["selamat pagi"]),
    ("NEWS", &["polisi tangkap pelaku", "polis tahan suspek"], &["tangkap ikan"]),
    (
        "TESTIMONY",
        &["saya dulu ditipu kerja di sana", "pengalaman saya jadi scammer"],
        &["dulu ada toko"],
    ),
    ("HELP", &["tolong saya", "kami mau pulang", "please help me"], &["minum teh"]),
    ("QUESTION", &["ini aman ga kak", "ni scam ke", "is this legit"], &["ini rumah"]),
    ("SERVICE", &["jasa tiket feri", "jasa urus paspor"], &["jasa pahlawan dikenang"]),
    ("BRAND", &["pertamina", "petronas"], &["warung makan"]),
    ("DATA_REQ", &["kirim kode otp", "foto ktp sama selfie", "isi saldo"], &["deposito bank"]),
    ("NEG", &["tidak", "bukan", "never"], &["no hp", "no. 00"]),
];

fn part<'t>(text: &'t str, range: &Range<usize>) -> &'t str {
    text.get(range.clone()).expect("a range lies on the edges of characters")
}

fn names(text: &str) -> Vec<&'static str> {
    let lexicon: &'static Lexicon = &LEXICON;
    lexicon
        .find(text)
        .iter()
        .map(|found| lexicon.concepts()[usize::from(found.concept)].name.as_str())
        .collect()
}

#[test]
fn each_concept_is_found_in_its_phrases_and_not_in_others() {
    let mut wrong = Vec::new();
    for (concept, holding, others) in ROWS {
        wrong.extend(
            holding
                .iter()
                .filter(|text| !names(text).contains(concept))
                .map(|text| (concept, "miss", text)),
        );
        wrong.extend(
            others
                .iter()
                .filter(|text| names(text).contains(concept))
                .map(|text| (concept, "hit", text)),
        );
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_concept_has_a_row() {
    for concept in LEXICON.concepts() {
        assert!(
            ROWS.iter().any(|(name, _, _)| *name == concept.name),
            "{} has no example",
            concept.name
        );
        assert!(!concept.note.is_empty(), "{}", concept.name);
    }
}

/// A lexicon of two concepts, to see the rules of matching.
fn small() -> Lexicon {
    Lexicon::from_toml(
        r"
        [negation]
        id = ['tidak', 'no']
        ms = ['tak']
        en = ['no', 'not']
        except = ['no hp']
        stops = [',', '.']
        stop_words = ['tapi']
        [slang]
        yg = 'yang'
        [concepts.B]
        note = 'b'
        id = ['dicari', 'gaji 0+', 'lewat saya', '0+%']
        ms = []
        en = []
        except = ['dicari kucing', 'ga lewat saya']
        [concepts.A]
        note = 'a'
        id = ['gaji', 'gaji besar(?: sekali)?', 'cari|dicari']
        ms = []
        en = []
        except = []
        ",
    )
    .unwrap()
}

fn found(text: &str) -> Vec<String> {
    let lexicon = small();
    let show = |found: &ConceptMatch| {
        format!(
            "{} {}",
            lexicon.concepts()[usize::from(found.concept)].name,
            part(text, &found.range)
        )
    };
    lexicon.find(text).iter().map(show).collect()
}

#[test]
fn matches_are_leftmost_longest_and_whole_words() {
    let cases: [(&str, &[&str]); 10] = [
        ("", &[]),
        ("gaji besar sekali", &["A gaji besar sekali"]),
        ("gaji 000 gaji", &["A gaji", "B gaji 000", "A gaji"]),
        ("gajian", &[]),
        ("pgaji", &[]),
        ("dicari", &["A dicari", "B dicari"]),
        ("dicari kucing", &["A dicari"]),
        ("ga lewat saya", &[]),
        ("lewat saya\u{1f600}lewat saya", &["B lewat saya", "B lewat saya"]),
        ("(00%)", &["B 00%"]),
    ];
    for (text, expected) in cases {
        assert_eq!(found(text), expected, "{text}");
    }
}

#[test]
fn a_letter_of_any_script_is_part_of_a_word() {
    assert_eq!(found("gaji\u{e01}"), [""; 0]);
    assert_eq!(found("\u{e01}gaji"), [""; 0]);
    assert_eq!(found("gaji\u{2026}"), ["A gaji"]);
}

#[test]
fn a_negation_reaches_to_the_end_of_its_clause() {
    let cases: [(&str, &[&str]); 7] = [
        ("tidak ada biaya, gaji besar", &[" ada biaya"]),
        ("tak perlu modal tapi rajin", &[" perlu modal "]),
        ("no hp 0000", &[]),
        ("not 0.000 now. yes", &[" 0.000 now"]),
        ("tidak\nya", &[""]),
        ("not this but tapi", &[" this but "]),
        ("tidak", &[""]),
    ];
    for (text, expected) in cases {
        let scopes: Vec<&str> =
            small().negation_scopes(text).into_iter().map(|range| part(text, &range)).collect();
        assert_eq!(scopes, expected, "{text}");
    }
}

#[test]
fn the_bundle_knows_negations_and_short_forms() {
    let text = "tidak dipungut biaya, gak pake ribet, no wa 0000";
    let words: Vec<&str> =
        LEXICON.negations(text).into_iter().map(|range| part(text, &range)).collect();
    assert_eq!(words, ["tidak", "gak"]);
    assert_eq!(LEXICON.expansion("yg"), Some("yang"));
    assert_eq!(LEXICON.expansion("yang"), None);
    for (short, long) in LEXICON.slang() {
        assert!(LEXICON.slang().get(long).is_none(), "{short} -> {long} must be expanded again");
    }
}

#[test]
fn the_vocabulary_holds_whole_words_only() {
    let vocabulary = LEXICON.vocabulary();
    assert!(vocabulary.is_sorted());
    for word in ["lowongan", "gaji", "dicari", "kerja", "paspor", "kamboja", "ginjal", "hiring"] {
        assert!(vocabulary.binary_search(&word.to_owned()).is_ok(), "{word}");
    }
    assert!(
        vocabulary
            .iter()
            .all(|word| word.len() >= 3 && word.bytes().all(|byte| byte.is_ascii_lowercase()))
    );
}

#[test]
fn a_broken_file_names_the_concept_and_the_remedy() {
    let file = |pattern: &str| {
        format!(
            "[negation]\nid=[]\nms=[]\nen=[]\nexcept=[]\nstops=[]\nstop_words=[]\n[slang]\n\
             [concepts.X]\nnote='x'\nid=['{pattern}']\nms=[]\nen=[]\nexcept=[]\n"
        )
    };
    assert!(Lexicon::from_toml(&file("gaji")).is_ok());
    let cases = [
        ("gaji(?! umr)", "X: pattern `gaji(?! umr)` cannot be used", "under `except`"),
        ("gaji(", "X: pattern `gaji(` cannot be used", "unclosed group"),
        (r"gaji\b", "X: pattern", "are not needed"),
        ("(?:gaji)?", "X: pattern `(?:gaji)?` matches the empty text", "obligatory"),
        ("[^a]", "X: pattern `[^a]` cannot be used", "UTF-8"),
    ];
    for (pattern, what, remedy) in cases {
        let error = Lexicon::from_toml(&file(pattern)).unwrap_err().to_string();
        assert!(error.contains(what) && error.contains(remedy) && !error.contains('\n'), "{error}");
    }
    let error = Lexicon::from_toml("[slang]\nyg = 1\n").unwrap_err().to_string();
    assert!(error.starts_with("lexicon is malformed"), "{error}");
}

/// What [`Lexicon::find`] promises, asked of one concept in the slow way.
fn oracle(pattern: &regex_automata::meta::Regex, text: &str) -> Vec<Range<usize>> {
    let is_word = |character: char| character.is_alphanumeric() || character == '_';
    let edge = |at: usize| {
        let before = part(text, &(0..at)).chars().next_back().is_some_and(is_word);
        !(before && part(text, &(at..text.len())).chars().next().is_some_and(is_word))
    };
    let places: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let (mut ranges, mut free_from) = (Vec::new(), 0);
    for start in places.iter().copied().filter(|start| edge(*start)) {
        let whole = |end: &usize| {
            *end > start && edge(*end) && pattern.is_match(part(text, &(start..*end)))
        };
        let longest = places.iter().copied().filter(whole).max();
        if let Some(end) = longest.filter(|_| start >= free_from) {
            ranges.push(start..end);
            free_from = end;
        }
    }
    ranges
}

proptest! {
    #[test]
    fn the_walk_agrees_with_a_slow_search(text in "(gaji|besar|sekali|cari|dicari|x|\u{e01}| |,|-|\n|0){0,12}") {
        let lexicon = small();
        let pattern = regex_automata::meta::Regex::new("^(?:gaji|gaji besar(?: sekali)?|cari|dicari)$").unwrap();
        let concept = lexicon.concept("A").unwrap();
        let ranges: Vec<_> =
            lexicon.find(&text).into_iter().filter(|found| found.concept == concept).map(|found| found.range).collect();
        prop_assert_eq!(ranges, oracle(&pattern, &text));
    }

    #[test]
    fn ranges_are_sorted_and_never_cut_a_character(text in "\\PC{0,80}") {
        let matches = LEXICON.find(&text);
        prop_assert!(matches.is_sorted_by_key(|found| (found.range.start, found.concept)));
        prop_assert!(matches.iter().all(|found| text.get(found.range.clone()).is_some_and(|part| !part.is_empty())));
        prop_assert_eq!(LEXICON.find(&text), matches);
    }
}

/// The same lexicon without a sieve.
static PLAIN: LazyLock<Lexicon> = LazyLock::new(|| Lexicon::compile(FILE, Walker::plain).unwrap());

static WORDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let words = LEXICON.vocabulary();
    words
        .into_iter()
        .step_by(7)
        .chain(["tidak", "ada", "di", "ke", "kerja", "000"].map(str::to_owned))
        .collect()
});

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Words of the lexicon side by side keep its patterns alive for long.
    #[test]
    fn the_sieve_drops_nothing_that_a_walk_of_all_patterns_finds(
        places in prop::collection::vec((any::<prop::sample::Index>(), "( |, |\n|-|။| စာ )"), 0..60),
    ) {
        let text: String =
            places.iter().map(|(place, gap)| place.get(&WORDS).clone() + gap).collect();
        prop_assert_eq!(LEXICON.phrases.find(&text), PLAIN.phrases.find(&text));
        prop_assert_eq!(LEXICON.negators.find(&text), PLAIN.negators.find(&text));
    }
}
